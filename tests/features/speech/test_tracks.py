"""`features.speech.tracks`: which sound a row stands for, at the edges and in between."""

from pathlib import Path

import numpy as np
import opensmile
import pytest
import torch

from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.features import assemble
from emotrace.features.derived import compare, egemaps, find
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.speech import contour, sliding, whole
from made_voice import RATE_HZ, sound, voice

LOUDNESS = egemaps.FUNCTIONALS.columns.index("loudness_sma3_amean")


class Recording:
    """A `TrackSource` with nothing but a sound."""

    def __init__(self, samples, duration_s=None):
        self._sound = sound(samples)
        self.duration_s = duration_s or len(samples) / RATE_HZ

    def track(self, name):
        return self._sound if name == "audio-16000" else None


def assembled(samples, name, duration_s=None):
    declared = Declaration(inputs={"x": FeatureInput(name=name, columns=find(name).width)})
    source = DerivedTracks(Recording(samples, duration_s))
    tensors = assemble(declared, source, 0, round(source.duration_s / 0.04))
    return tensors["x"], tensors["x_mask"]


def opensmile_over(samples, feature_set, starts_s):
    """opensmile's own functionals over the 300 frames of 10 ms from each start, by its list of segments."""
    root = Path(opensmile.Smile(feature_set).default_config_root)
    options = {
        "frameModeFunctionalsConf": str(root / "shared" / "FrameModeFunctionalsMulti.conf.inc"),
        "frameList": ",".join(f"{start:.3f}s-{start + 2.985:.3f}s" for start in starts_s),  # it adds a frame
    }
    smile = opensmile.Smile(feature_set, opensmile.FeatureLevel.Functionals, options=options)
    return smile(samples, RATE_HZ)[0].T


@pytest.mark.parametrize(
    ("wanted", "feature_set"),
    [
        (egemaps.FUNCTIONALS, opensmile.FeatureSet.eGeMAPSv02),
        (compare.FUNCTIONALS, opensmile.FeatureSet.ComParE_2016),
    ],
    ids=["egemaps", "compare"],
)
def test_windows_are_those_of_opensmile_on_the_same_sound(wanted, feature_set):
    samples = voice(5.0)
    steps = np.array([37, 38, 50, 83])
    own = opensmile_over(samples, feature_set, (steps - 37) * 0.04)
    np.testing.assert_allclose(sliding(sound(samples), wanted).values[steps], own, rtol=1e-6)


def test_a_window_holds_300_frames_around_the_middle_of_its_step():
    track = sound(voice(6.0))
    frames, windows = contour(track, egemaps.LLD, 100.0), sliding(track, egemaps.FUNCTIONALS)
    for step in (37, 60, 111):
        first = 4 * (step - 37)  # 1.48 s before the step starts, in frames of 10 ms
        expected = frames.values[first : first + 300, 0].mean()
        assert windows.values[step, LOUDNESS] == pytest.approx(expected, rel=1e-5)  # float32 sums


def test_a_click_is_seen_by_as_many_steps_before_as_after():
    samples = np.zeros(10 * RATE_HZ, np.float32)
    samples[round(5.02 * RATE_HZ)] = 0.9  # the middle of step 125
    loudness = sliding(sound(samples), egemaps.FUNCTIONALS).values[:, LOUDNESS]
    seen = np.flatnonzero(loudness > loudness[0] + 1e-6)
    assert seen.tolist() == list(range(125 - 37, 125 + 37 + 1))


def test_a_click_in_the_frames():
    samples = np.zeros(2 * RATE_HZ, np.float32)
    samples[round(1.005 * RATE_HZ)] = 0.9  # in the frames of 20 ms that start at 0.99 and 1.00 s
    frames = contour(sound(samples), egemaps.LLD, 100.0)
    seen = np.flatnonzero(frames.values[:, 0] > frames.values[0, 0] + 1e-4)
    np.testing.assert_allclose(
        frames.timeline.seconds()[seen], [0.98, 0.99, 1.0, 1.01]
    )  # smoothed over three


def test_the_first_and_the_last_window_are_held_over_all_the_sound():
    windows = sliding(sound(voice(5.0)), egemaps.FUNCTIONALS)
    assert windows.timeline.length == 125 and windows.timeline.rate_hz == 25.0 and windows.valid is None
    assert (windows.values[:37] == windows.values[37]).all()
    # 496 frames, so windows start at 0, 0.04, ... 1.96 s: the last is centred on step 37 + 49
    assert (windows.values[87:] == windows.values[86]).all()
    assert (windows.values[38] != windows.values[37]).any() and (
        windows.values[85] != windows.values[86]
    ).any()


def test_every_step_of_a_model_gets_its_own_row():
    samples = voice(5.0)
    values, mask = assembled(samples, "egemaps-functionals-3s", duration_s=6.0)
    assert mask[:126].all() and not mask[127:].any()  # pictures go on for a second: nothing is said of it
    np.testing.assert_array_equal(values[:125], sliding(sound(samples), egemaps.FUNCTIONALS).values)


def test_sound_that_starts_late():
    late = sound(voice(4.0), start_s=0.4)
    for track in (contour(late, egemaps.LLD, 100.0), sliding(late, egemaps.FUNCTIONALS)):
        assert track.timeline.start_s == 0.4
    assert sliding(late, egemaps.FUNCTIONALS).timeline.length == 100


def test_sound_shorter_than_a_window_is_described_as_a_whole():
    samples = voice(2.0)
    own = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    windows = sliding(sound(samples), egemaps.FUNCTIONALS)
    assert windows.values.shape == (50, 88) and windows.valid is None
    np.testing.assert_allclose(windows.values, np.tile(own(samples, RATE_HZ)[0].T, (50, 1)), rtol=1e-6)


def test_a_recording_is_one_row_for_every_step():
    samples = voice(2.0)
    own = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    row = whole(sound(samples), egemaps.FUNCTIONALS)
    np.testing.assert_allclose(row.values, own(samples, RATE_HZ)[0].T, rtol=1e-6)
    assert row.timeline.end_s == 2.0
    values, mask = assembled(samples, "egemaps-functionals")
    assert mask.all() and torch.equal(values, torch.from_numpy(row.values).expand(50, -1))


@pytest.mark.parametrize("length", [0, 800])
@pytest.mark.parametrize(
    "name", ["egemaps-lld", "egemaps-functionals-3s", "egemaps-functionals", "is10-short"]
)
def test_sound_shorter_than_a_frame_is_missing(name, length):
    track = find(name).compute(sound(np.zeros(length)))
    assert track.values.shape == (track.timeline.length, find(name).width) and track.timeline.length >= 1
    assert np.isnan(track.values).all() and not track.valid.any()


@pytest.mark.parametrize(
    "name", ["egemaps-lld", "egemaps-functionals-3s", "egemaps-functionals", "is10-short"]
)
def test_silence_has_values_and_no_pitch(name):
    track = find(name).compute(sound(np.zeros(5 * RATE_HZ)))
    assert np.isfinite(track.values).all() and track.valid is None
    pitch = [column.startswith(("F0final", "F0semitone")) for column in find(name).columns]
    assert sum(pitch) >= 1 and (np.asarray(track.values)[:, pitch] == 0).all()


def test_no_sound_no_feature():
    class Pictures(Recording):
        def track(self, name):
            return None

    assert DerivedTracks(Pictures(np.zeros(16000))).track("feature-egemaps-lld") is None
