"""Hidden processes reach the ratings, the voice and the face."""

import numpy as np
import pytest

from emotrace.annotation.ccc_centring import ccc_centring
from emotrace.demo.expression import act
from emotrace.demo.face import FaceRenderer
from emotrace.demo.landmarks import NAMES, SOURCE_POINTS, displacements
from emotrace.demo.processes import hidden_processes
from emotrace.demo.raters import rate
from emotrace.demo.subject import draw_subject
from emotrace.demo.voice import speak

SAMPLES_PER_FRAME = 1764


def energy_db(samples):
    blocks = samples[: len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME].reshape(-1, SAMPLES_PER_FRAME)
    return 10 * np.log10(np.mean(np.square(blocks, dtype=np.float64), axis=1) + 1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_recordings_resemble_each_other_and_use_the_range(seed):
    for series in hidden_processes(30, np.random.default_rng(seed)):
        assert abs(series.mean()) < 0.02
        assert 0.5 < series.std() < 0.8
        assert series.min() < -0.6
        assert series.max() > 0.6
        assert np.abs(series).max() <= 1
        assert np.abs(np.diff(series)).max() < 0.06  # per 40 ms: slow


def test_gold_standard_follows_the_hidden_process(rng):
    arousal, valence = hidden_processes(30, rng)
    for hidden in (arousal, valence):
        ratings = rate(hidden, rng)
        assert ratings.shape == (6, 751)
        np.testing.assert_allclose(ratings, np.round(ratings, 2), atol=1e-12)
        assert np.corrcoef(ccc_centring(ratings), hidden)[0, 1] > 0.95
        assert ratings.mean(axis=1).std() > 0.01  # raters have their own offsets


def test_voice_energy_rises_with_arousal_and_not_with_valence(rng):
    arousal, valence = hidden_processes(20, rng)
    voice = speak(draw_subject(rng), arousal, valence, rng)
    assert len(voice.samples) == 20 * 44100
    assert np.abs(voice.samples).max() <= 1
    energy = energy_db(voice.samples)
    assert np.corrcoef(energy, arousal[1:])[0, 1] > 0.6
    assert abs(np.corrcoef(energy, valence[1:])[0, 1]) < 0.25
    assert energy[arousal[1:] > 0.5].mean() > energy[arousal[1:] < -0.5].mean() + 6


def test_mouth_corners_follow_valence(rng):
    arousal, valence = hidden_processes(30, rng)
    expressions, poses = act(draw_subject(rng), arousal, valence, np.full(750, 0.5), rng)
    assert expressions.shape == poses.shape == (750, 5)
    corner = [i for i, name in enumerate(NAMES) if name == "corner"]
    raised = [-displacements(expression)[corner, 1].mean() for expression in expressions]
    assert np.corrcoef(raised, valence[1:])[0, 1] > 0.9
    assert abs(np.corrcoef(raised, arousal[1:])[0, 1]) < 0.2


def test_photograph_is_the_full_smile():
    at_rest = displacements((1, 0.15, 0, 0, 0))  # about as open as in the photograph
    mouth = [i for i, name in enumerate(NAMES) if name in ("corner", "upper_inner", "upper_outer")]
    np.testing.assert_allclose(at_rest[mouth], 0, atol=1e-9)
    assert len(SOURCE_POINTS) == len(NAMES)


@pytest.mark.parametrize("smile", np.linspace(-1, 1, 5))
@pytest.mark.parametrize("opening", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("lids", [-1.0, 0.0, 1.0])
def test_lips_and_lids_never_cross(smile, opening, lids):
    moved = SOURCE_POINTS + displacements((smile, opening, 1, 1, lids))
    names = np.array(NAMES)
    for above, below in (("upper_inner", "lower_inner"), ("upper_lid", "lower_lid")):
        assert (moved[names == below, 1] - moved[names == above, 1] > 0.2).all()


def test_frame_shows_another_mouth_but_the_same_background(rng):
    renderer = FaceRenderer(draw_subject(rng), rng)
    still = (0, 0, 0, 0, 0)
    sad, glad = renderer.render((-1, 0, 0, 0, 0), still), renderer.render((1, 0, 0, 0, 0), still)
    changed = np.abs(sad.astype(int) - glad).max(axis=2)
    assert changed.max() > 60
    assert changed[:40].max() == 0
    assert (changed > 10).mean() < 0.1
    again = renderer.render((-1, 0, 0, 0, 0), still)
    np.testing.assert_array_equal(again, sad)  # nothing is left of the smile
