"""Two processes on a batch train like one on the whole of it."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_world
import two_streams
from safetensors.torch import load_file

from emotrace.errors import ConfigError
from emotrace.training import train
from emotrace.training.keeper import TIMES
from emotrace.training.machine import Machine
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder
from emotrace.training.stages import _strategy
from emotrace.training.windows import WindowDataset

LOSSES = [
    {"kind": "ccc"},
    {"kind": "mse", "weight": 0.5},
    {"kind": "mae", "weight": 0.1, "reduction": "sum"},
    {"kind": "reconstruction", "of": "face", "weight": 0.001, "reduction": "sum"},
]
STAGES = ({"name": "first"}, {"name": "second", "set": {"steps": 4, "validate_every": 2}})

SCRIPT = """
import sys
sys.path.append({folder!r})
import tiny_world
import test_processes
from emotrace.training import train

tiny_world.enter(tiny_world.corpus(development=3))
train(test_processes.recipe(), "prepared", sys.argv[1], devices=2, progress=False)
"""

STAGED_SCRIPT = """
import sys
sys.path.append({folder!r})
import tiny_world, two_streams
import test_processes
from emotrace.training import train

two_streams.enter(tiny_world.corpus(development=3))
train(test_processes.staged_recipe(), "prepared", sys.argv[1], devices=2, progress=False)
"""


def recipe(**training):
    settings = {"losses": LOSSES, "steps": 10, "validate_every": 5} | training
    # a dropout that drops nothing, for each process draws its own
    return tiny_world.recipe(model={"dropout": 1e-12}, stages=STAGES, **settings)


def rows(run):
    with RunFolder(run).metrics_csv.open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_processes_train_like_one(enter, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, script, tmp_path / "two"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    enter(tiny_world.corpus(development=3))
    train(recipe(), "prepared", tmp_path / "one", progress=False)

    one, two = rows(tmp_path / "one"), rows(tmp_path / "two")
    assert len(one) == len(two) == 10 + 4
    compared = 0
    for mine, theirs in zip(one, two, strict=True):
        assert (mine["stage"], mine["step"]) == (theirs["stage"], theirs["step"])
        for name in mine.keys() - {"stage", "step", *TIMES}:
            assert (mine[name] == "") == (theirs[name] == "")
            if mine[name]:
                # float32 sums in another order
                assert float(theirs[name]) == pytest.approx(float(mine[name]), rel=1e-4, abs=1e-4), name
                compared += 1
    assert compared > 80
    assert RunFolder(tmp_path / "two").facts()["state"] == "done"
    best = [load_file(RunFolder(tmp_path / run).best) for run in ("one", "two")]
    for name, values in best[0].items():  # summed in another order
        assert values.numpy() == pytest.approx(best[1][name].numpy(), abs=1e-4), name


def staged_recipe():
    frozen = two_streams.FUSION | {"freeze": ["encoders.face"]}
    stages = (two_streams.AUDIO, two_streams.FACE, frozen)
    # neither dropout nor batch norm, which each process draws and measures by itself
    chosen = two_streams.recipe(stages, steps=6, validate_every=3)
    return chosen.model_copy(update={"model": {"dropout": 0.0, "norm": False}})


def test_two_processes_train_stages_of_several_models(tmp_path, monkeypatch):
    script = tmp_path / "script.py"
    script.write_text(STAGED_SCRIPT.format(folder=str(Path(__file__).parent)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, script, tmp_path / "two"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    two_streams.enter(tiny_world.corpus(development=3), monkeypatch.setattr)
    train(staged_recipe(), "prepared", tmp_path / "one", progress=False)
    one, two = (RunFolder(tmp_path / name) for name in ("one", "two"))
    assert [stage["name"] for stage in two.facts()["stages"] if stage["state"] == "done"] == [
        "audio", "face", "fusion",
    ]  # fmt: skip
    mine, theirs = load_file(one.best), load_file(two.best)
    assert mine.keys() == theirs.keys() and len(mine) == 10
    for name, values in mine.items():  # summed in another order
        assert values.numpy() == pytest.approx(theirs[name].numpy(), abs=1e-4), name
    face = load_file(two.best_of("face", False))
    assert (theirs["encoders.face.spread.weight"] == face["encoders.face.spread.weight"]).all()


def test_a_batch_that_cannot_be_shared_is_refused(enter, tmp_path):
    enter()
    with pytest.raises(ConfigError, match="batch_size is 7, which 2 processes cannot share equally"):
        train(recipe(batch_size=7), "prepared", tmp_path / "run", devices=2, progress=False)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("losses", "unused"), [(LOSSES, False), (LOSSES[:1], True)], ids=["all losses", "no decoder loss"]
)
def test_processes_know_whether_weights_stay_without_gradient(losses, unused):
    settings = tiny_world.recipe(losses=losses).training
    model = tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal", "valence"))
    windows = WindowDataset([tiny_world.TinyRecording(0)], model.declaration, 2)
    strategy = _strategy(TrainingModule(model, settings, "joint"), windows, Machine(devices=2))
    assert strategy._ddp_kwargs["find_unused_parameters"] is unused
    assert all(weight.grad is None for weight in model.parameters())


@pytest.mark.parametrize("accelerator", ["gpu", "abacus"])
def test_hardware_that_is_not_there_is_refused(enter, tmp_path, monkeypatch, accelerator):
    enter()
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(ConfigError, match=f"accelerator '{accelerator}' with 2 devices cannot be used here"):
        train(recipe(), "prepared", tmp_path / "run", accelerator=accelerator, devices=2, progress=False)
    assert not (tmp_path / "run").exists()
