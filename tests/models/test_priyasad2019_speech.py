"""priyasad2019 by other settings of voice activity: its input, files, and models of before there were any."""

import pytest
import torch

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import ConfigError
from emotrace.models import CheckpointMeta, build, load_checkpoint, save_checkpoint
from emotrace.models.registry import configure, declare

AUDIO = "priyasad2019/audio"
TINY = {"widths": (2, 2, 3, 3, 3), "connected": (8, 6), "cells": 6}
AS_PRINTED = {"least_windows": 1, "pause_s": float("inf")}


def saved(path, **overrides):
    torch.manual_seed(20235)
    model = build(AUDIO, "small", **TINY, **overrides)
    meta = CheckpointMeta(
        name=AUDIO,
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(path, model, meta)
    return model


def test_at_the_defaults_all_is_as_before_there_were_settings():
    config = configure(AUDIO, "small")
    assert "speech" not in config.model_dump(mode="json") and "speech" not in config.model_dump()
    assert config.digest() == "eb98094b72dcf41b", "the configuration of a model that was trained before"
    assert config == configure(AUDIO, "small", {"speech": {"threshold": 0.6}})
    assert declare(AUDIO, "small").inputs["speech"].track == "feature-speech-segments"


def test_other_settings_are_another_input_of_every_variant_and_scale():
    overrides = {"speech": {"threshold": 0.5}, "image_scale": "subject"}
    for variant in ("attention", "audio", "video"):
        inputs = declare(f"priyasad2019/{variant}", "small", overrides).inputs
        assert inputs["speech"].track == "feature-speech-segments-threshold-0.5"
        assert "audio" not in inputs or inputs["audio"].among == inputs["speech"].track
    digests = {
        configure(AUDIO, "small", {"speech": each}).digest() for each in ({}, {"threshold": 0.5}, AS_PRINTED)
    }
    assert len(digests) == 3


@pytest.mark.parametrize("settings", [{}, {"threshold": 0.5}, AS_PRINTED])
def test_a_checkpoint_brings_them_back(settings, tmp_path):
    model = saved(tmp_path / "best.safetensors", speech=settings)
    back, meta = load_checkpoint(tmp_path / "best.safetensors")
    assert back.config == model.config and back.config.speech == VoiceActivitySettings(**settings)
    assert back.declaration == model.declaration == meta.declaration


def test_settings_that_make_no_sense_are_told():
    with pytest.raises(
        ConfigError, match=r"of priyasad2019/audio \(small\): .*threshold is 60.0; expected a"
    ):
        configure(AUDIO, "small", {"speech": {"threshold": 60}})
    with pytest.raises(
        ConfigError, match=r"unknown key 'speech.treshold', expected one of: after_s, band_hz"
    ):
        configure(AUDIO, "small", {"speech": {"treshold": 0.5}})


def test_windows_shorter_than_samples_are_refused():
    with pytest.raises(ConfigError, match="hop_s is 1e-05; expected at least two samples and one"):
        configure(AUDIO, "small", {"speech": {"hop_s": 1e-5}})


def test_a_band_that_the_sound_cannot_hold_is_refused():
    with pytest.raises(
        ConfigError, match="band_hz ends at 9000 Hz; expected at most 8000, for sound is read at"
    ):
        configure(AUDIO, "small", {"speech": {"band_hz": (300, 9000)}})
