"""What priyasad2019 may do with MFCC images: see a part, z-scores by speaker, begin anywhere in training."""

import pytest
import torch

from emotrace.config.declaration import FeatureInput
from emotrace.errors import ConfigError
from emotrace.features.mfcc_image import SHAPE, ImageRows
from emotrace.features.segments import SHIFT_FRAMES
from emotrace.models import build
from emotrace.models.priyasad2019_branches import SHIFT, begun_anywhere

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
        name="mfcc-images", columns=12288, normalise="subject", clip=6, alike=64
    )
    assert not [name for name in model.state_dict() if "scale" in name]
    model.fit_on([], [])  # finds nothing
