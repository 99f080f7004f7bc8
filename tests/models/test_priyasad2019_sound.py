"""What priyasad2019 may do with MFCC images: see a part, z-scores by speaker, begin anywhere in training."""

import numpy as np
import pytest
import torch

from emotrace.config.declaration import FeatureInput
from emotrace.errors import ConfigError
from emotrace.features import ChunkFeed, Track, step_count
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.mfcc_image import SHAPE, ImageRows
from emotrace.features.segments import SHIFT_FRAMES
from emotrace.models import build, trace_and_show
from emotrace.models.priyasad2019_variation import _COSINES, SHIFT, begun_anywhere, of_other_tracts
from emotrace.timing import Timeline

AUDIO = "priyasad2019/audio"
TINY = {"widths": (2, 2, 3, 3, 3), "connected": (8, 6), "cells": 6, "dropout": 0.0}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20234)


def segments(rng, count=4):
    """Consecutive segments of one sound, (1, count, 12288), and its channels (3, 64, frame)."""
    channels = rng.normal(size=(3, 64, SHIFT_FRAMES * (count - 1) + 64)).astype("float16")
    return torch.from_numpy(ImageRows(channels, count)[:]).float().unsqueeze(0), channels


def inputs_of(rows):
    speech = torch.ones(*rows.shape[:2], 2)
    mask = torch.ones(rows.shape[:2], dtype=torch.bool)
    return {"audio": rows, "audio_mask": mask, "speech": speech, "speech_mask": mask}


def test_an_image_begins_at_one_of_the_frames_up_to_the_next(rng):
    assert SHIFT == SHIFT_FRAMES
    rows, channels = segments(rng)
    frames = torch.from_numpy(channels).float()
    begins = [[] for _ in range(4)]
    for _ in range(60):
        moved = begun_anywhere(rows, torch.ones(1, 4, dtype=torch.bool)).unflatten(2, SHAPE)
        for segment in range(4):
            places = [
                at
                for at in range(frames.shape[2] - 63)
                if torch.equal(frames[:, :, at : at + 64], moved[0, segment])
            ]
            assert len(places) == 1
            begins[segment] += places
    for segment, found in enumerate(begins):
        start = min(segment, 2) * SHIFT  # the last is made of the last two
        assert start <= min(found) < start + 5 and start + 25 < max(found) <= start + SHIFT


def test_segments_without_a_whole_neighbour_stay(rng):
    rows, _ = segments(rng)
    whole = torch.tensor([[True, True, False, True]])
    moved = begun_anywhere(rows, whole)
    assert [torch.equal(moved[0, segment], rows[0, segment]) for segment in (1, 2, 3)] == [True] * 3


def test_a_single_segment_is_refused(rng):
    model = build(AUDIO, "small", **TINY, random_start=True)
    rows, _ = segments(rng, 1)
    with pytest.raises(ConfigError, match=r"windows are of 1 segment; expected training.window_steps of 2"):
        model(inputs_of(rows))
    assert model.eval()(inputs_of(rows))["prediction"].isfinite().all()


def test_images_begin_anywhere_in_training_alone(rng):
    rows, _ = segments(rng)
    inputs = inputs_of(rows)
    model = build(AUDIO, "small", **TINY | {"batch_norm": False}, random_start=True)
    plain = build(AUDIO, "small", **TINY | {"batch_norm": False})
    plain.load_state_dict(model.state_dict())
    assert not torch.allclose(model(inputs)["prediction"], plain(inputs)["prediction"])
    torch.testing.assert_close(model.eval()(inputs)["prediction"], plain.eval()(inputs)["prediction"])


def test_the_network_sees_the_first_coefficients_and_means_of_two_frames(rng):
    rows, _ = segments(rng)
    model = build(AUDIO, "small", **TINY, coefficients=32, joined_frames=2, pool=1).eval()
    seen = []
    model.audio.trunk.register_forward_hook(lambda part, args, given: seen.append(args[0]))
    before = model(inputs_of(rows))["prediction"]
    images = rows[0].unflatten(1, SHAPE)
    torch.testing.assert_close(seen[0], (images[:, :, :32, 0::2] + images[:, :, :32, 1::2]) / 2)
    changed = rows.unflatten(2, SHAPE).clone()
    changed[:, :, :, 32:] = 9.0
    torch.testing.assert_close(model(inputs_of(changed.flatten(2)))["prediction"], before)


def test_z_scores_by_speaker_are_asked_of_the_input_and_none_are_fitted():
    model = build(AUDIO, "small", **TINY, image_scale="subject")
    assert model.declaration.inputs["audio"] == FeatureInput(
        name="mfcc-images", columns=12288, normalise="subject", clip=6, alike=64,
        among="feature-speech-segments",
    )  # fmt: skip
    assert not [name for name in model.state_dict() if "scale" in name]
    model.fit_on([], [])  # finds nothing


class Sound:
    """A recording of sound alone."""

    def __init__(self, samples):
        self.samples, self.duration_s = samples.astype(np.float32), len(samples) / 16000

    def track(self, name):
        if name != "audio-16000":
            return None
        return Track(self.samples, Timeline.regular(len(self.samples), 16000.0))


def traced(model, samples):
    source = DerivedTracks(Sound(samples))
    steps = step_count(source, model.declaration)
    return trace_and_show(model, ChunkFeed(model.declaration, source, steps), steps)[0]


@pytest.mark.parametrize("scale", ["imagenet", "training", "subject"])
def test_digital_silence_around_a_clip_changes_nothing_of_its_speech(scale, rng):
    """A second and a half is a whole number of segments, so these begin at the same samples."""
    model = build(AUDIO, "small", **TINY, image_scale=scale).eval()
    torch.nn.init.normal_(model.output.weight)
    times_s = np.arange(2 * 16000) / 16000
    voice = np.sin(2 * np.pi * 700 * times_s) * (1 + np.sin(2 * np.pi * 3 * times_s))
    voice[(times_s < 0.5) | (times_s > 1.7)] = 0.0
    clip = voice + 1e-3 * np.sin(2 * np.pi * 100 * times_s) + 1e-4 * rng.normal(size=len(times_s))
    silence = np.zeros(24000)
    alone = traced(model, clip)
    padded = traced(model, np.concatenate([silence, clip, silence]))
    votes = np.ptp(alone, axis=1) > 1e-6
    assert 1 <= votes.sum() < len(alone)
    inside = np.flatnonzero(votes)
    np.testing.assert_allclose(padded[5 + inside], alone[inside], atol=1e-5)  # float32
    others = np.setdiff1d(np.arange(len(padded)), 5 + inside)
    assert np.ptp(padded[others], axis=1).max() < 1e-6  # what lies outside of speech has no vote


def test_sound_is_shown_quicker_or_slower_and_stays_on_its_frames():
    at = torch.arange(SHIFT_FRAMES + 64.0).expand(3, 64, -1)  # each frame says where it lies
    rows = torch.stack([at[..., :64], at[..., SHIFT_FRAMES:]]).flatten(1).expand(200, -1, -1)
    moved = begun_anywhere(rows, torch.ones(200, 2, dtype=torch.bool), 0.25).unflatten(2, SHAPE)
    steps = moved.diff(dim=4)
    torch.testing.assert_close(steps, steps[..., :1].expand_as(steps), atol=1e-4, rtol=0)
    lengths = 1 + 63 * steps[:, :, 0, 0, 0]  # frames shown
    assert 48 <= lengths.min() < 50 and 78 < lengths.max() <= 80
    assert moved.min() >= 0 and moved.max() <= SHIFT_FRAMES + 63


def test_another_tract_moves_formants_and_none_leaves_all():
    bands = torch.arange(64.0)
    peak = torch.exp(-0.5 * ((bands - 30) / 2).square())
    images = (_COSINES @ peak).view(1, 1, 64, 1).expand(300, 3, 64, 5)
    torch.testing.assert_close(of_other_tracts(images, 0.0), images, atol=1e-5, rtol=0)
    heard = torch.einsum("kb,nckt->nbct", _COSINES, of_other_tracts(images, 0.2))
    places = heard[:, :, 0, 0].argmax(dim=1)  # of the peak, band
    assert 25 <= places.min() < 27 and 35 < places.max() <= 38  # 30 / 1.2 and 30 / 0.8
    assert torch.equal(heard[:, :, 1, 3].argmax(dim=1), places)  # all frames and channels alike


def test_training_alone_varies_tracts(rng):
    rows, _ = segments(rng)
    settings = TINY | {"batch_norm": False, "image_scale": "subject"}
    model, plain = build(AUDIO, "small", **settings, tract=0.2), build(AUDIO, "small", **settings)
    plain.load_state_dict(model.state_dict())
    inputs = inputs_of(rows)
    assert not torch.allclose(model(inputs)["prediction"], plain(inputs)["prediction"])
    torch.testing.assert_close(model.eval()(inputs)["prediction"], plain.eval()(inputs)["prediction"])


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"tempo": 0.1}, "tempo is above 0; expected random_start"),
        ({"tract": 0.1}, "tract is above 0; expected image_scale subject, not training"),
    ],
)
def test_variation_that_cannot_be_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        build(AUDIO, "small", **TINY, **settings)
