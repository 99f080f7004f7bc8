"""tzirakis2017 on awkward recordings: short, constant, without a modality; and stages of another preset."""

import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))
import tiny_world
from tiny_world import TinyPrepared, TinyRecording

from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError
from emotrace.features.track import Track
from emotrace.models import load_checkpoint
from emotrace.timing import Timeline
from emotrace.training import predict_partition, train
from emotrace.training.run_folder import RunFolder

MODEL = {"rate_hz": 1000, "face_size": 32, "face_crop": 32, "trunk_widths": [4, 4, 4, 4], "cells": [6]}
STAGES = [
    {"name": "speech", "variant": "speech"},
    {"name": "visual", "variant": "visual"},
    {"name": "fusion", "take": ["speech", "visual"]},
]


@dataclass(frozen=True)
class Larger(TinyRecording):
    """With faces that the trunk can take, and labels that may never move."""

    still: bool = False

    @property
    def entries(self):
        return {"face-32": {}, "audio-1000": {}}

    @cached_property
    def affect(self):
        moving = TinyRecording.affect.func(self)
        return np.full_like(moving, 0.3) if self.still else moving

    def track(self, name):
        if name != "face-32":
            return super().track(name)
        if name in self.lacks:
            return None
        grey = (127 + 100 * self.affect[:, 1]).astype(np.uint8)
        pixels = np.broadcast_to(grey[:, None, None, None], (self.steps, 32, 32, 3))
        return Track(pixels, Timeline.regular(self.steps, 25), np.ones(self.steps, bool))


def corpus(**changes):
    parts = ["train", "train", "train", "development", "test"]
    return TinyPrepared(tuple(Larger(number, part, **changes) for number, part in enumerate(parts)))


def recipe(variant="multimodal", stages=STAGES, model=None, **training):
    settings = {"batch_size": 2, "steps": 3, "validate_every": 3, "workers": 0, "window_steps": 30}
    return Recipe.model_validate(
        {
            "system": "tzirakis2017",
            "variant": variant,
            "preset": "small",
            "model": MODEL | (model or {}),
            "training": settings | {"window_stride_steps": 10, **training},
            "stages": stages,
            "postprocess": {"kind": "chain"},
        }
    )


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """Trains on a corpus; all weights of the best checkpoint, and the run."""

    def run(prepared, chosen):
        tiny_world.enter(prepared, monkeypatch.setattr)
        train(chosen, "prepared", tmp_path / "run", progress=False)
        model, _ = load_checkpoint(RunFolder(tmp_path / "run").best)
        return torch.cat([value.flatten().float() for value in model.state_dict().values()]), tmp_path / "run"

    return run


def values_of(run):
    (path,) = predict_partition(run, "prepared", "test")
    return np.genfromtxt(path, delimiter=",", names=True)


def test_a_sequence_shorter_than_the_window_is_learnt_and_traced(trained):
    weights, run = trained(corpus(steps=11), recipe())
    assert torch.isfinite(weights).all()
    assert len(values_of(run)) == 11


def test_labels_that_never_move_leave_weights_that_are_numbers(trained):
    weights, run = trained(corpus(still=True), recipe("speech", [{"name": "joint"}], batch_size=1))
    assert torch.isfinite(weights).all()
    assert np.isfinite(values_of(run)["arousal"]).all()


@pytest.mark.parametrize("lacks", ["face-32", "audio-1000"])
def test_a_recording_without_a_modality_is_learnt_and_traced(trained, lacks):
    whole = corpus()
    one, two, *others, last = whole.recordings
    prepared = replace(
        whole, recordings=(replace(one, lacks=(lacks,)), two, *others, replace(last, lacks=(lacks,)))
    )
    weights, run = trained(prepared, recipe())
    assert torch.isfinite(weights).all()
    assert np.isfinite(values_of(run)["valence"]).all()


def test_a_stage_of_another_preset_is_refused(monkeypatch, tmp_path):
    tiny_world.enter(corpus(), monkeypatch.setattr)
    for name, cells in (("one", [6]), ("other", [5])):
        train(recipe(model={"cells": cells}), "prepared", tmp_path / name, until="visual", progress=False)
    files = [RunFolder(tmp_path / name).best_of("speech", False) for name in ("one", "other")]
    files[0].write_bytes(files[1].read_bytes())
    with pytest.raises(CheckpointError, match=r"stage 'speech' trains, it has cells \[5\]"):
        train(recipe(), "prepared", tmp_path / "one", resume=True, progress=False)
