"""Training on what is condensed: same weights, resuming, a full disk, several processes."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from fitted_world import measured
from safetensors.torch import load_file
from test_resume import interrupt
from trunk_world import AFTER, components, count, go, put_in, trunked

from emotrace.config.recipe import Recipe
from emotrace.store.files import NpyWriter
from emotrace.training import condensing, stages
from emotrace.training.keeper import StageKeeper
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder
from emotrace.writing import DiskFullError


@pytest.fixture(autouse=True)
def world(monkeypatch):
    """The corpus and the systems where training looks for them, and small chunks."""
    put_in(measured(), monkeypatch.setattr)
    monkeypatch.setattr(condensing, "CHUNK_STEPS", 25)


@pytest.mark.parametrize(
    "chosen", [trunked(), trunked(workers=1), components()], ids=["trunk", "worker", "pca"]
)
def test_weights_are_those_of_a_training_that_condenses_nothing(monkeypatch, tmp_path, chosen):
    made = count(monkeypatch, condensing, "_condense")
    mine = go(tmp_path / "mine", chosen)
    assert sorted((args[1].name, args[2]) for args in made) == [
        (name, first) for name in ("r0", "r1", "r2", "r3") for first in (0, 25, 50)
    ]  # the training and development recordings, once
    assert not mine.condensed.exists()
    monkeypatch.setattr(condensing, "stands_still", lambda model: False)
    theirs = go(tmp_path / "theirs", chosen)
    assert len(made) == 12
    one, other = load_file(mine.best), load_file(theirs.best)
    assert one.keys() == other.keys() and len(one) > 5
    for name, values in one.items():
        torch.testing.assert_close(values, other[name], rtol=0, atol=1e-6, msg=name)
    found, expected = mine.facts()["best"], theirs.facts()["best"]
    assert found["step"] == expected["step"]
    assert found["score"] == pytest.approx(expected["score"], abs=1e-6)


def test_a_stage_with_the_same_frozen_parts_takes_what_the_stage_before_condensed(monkeypatch, tmp_path):
    made = count(monkeypatch, condensing, "_condense")
    mine = go(tmp_path / "mine", quiet())
    assert len(made) == 12  # and not 24
    assert not mine.condensed.exists()


@pytest.mark.parametrize(
    ("owner", "method", "call", "chosen", "made_again"),
    [
        pytest.param(TrainingModule, "training_step", 5, trunked(), 0, id="before a checkpoint"),
        pytest.param(TrainingModule, "training_step", 11, trunked(), 0, id="in the stage"),
        pytest.param(StageKeeper, "on_train_end", 2, trunked(), 0, id="at its end"),
        pytest.param(NpyWriter, "append", 8, trunked(), 9, id="while a recording is condensed"),
        pytest.param(TrainingModule, "training_step", 7, components(), 0, id="components found before"),
    ],
)
def test_a_resumed_stage_takes_what_is_finished(
    monkeypatch, tmp_path, owner, method, call, chosen, made_again
):
    whole = go(tmp_path / "whole", chosen)
    with monkeypatch.context() as patch:
        interrupt(patch, owner, method, call)
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run", chosen)
    assert not list((tmp_path / "run").rglob("*.part"))
    made = count(monkeypatch, condensing, "_condense")
    run = go(tmp_path / "run", chosen, resume=True)
    assert len(made) == made_again
    mine, theirs = load_file(run.best), load_file(whole.best)
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(values, theirs[name]) for name, values in mine.items())
    assert not run.condensed.exists()


def test_a_run_killed_before_it_tidied_up_does_when_resumed(monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr("emotrace.training.run.remove_condensed", lambda place: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go(tmp_path / "run", components())
    run = RunFolder(tmp_path / "run")
    assert run.facts()["stages"][0]["state"] == "done" and run.condensed.exists()
    go(tmp_path / "run", components(), resume=True)
    assert run.facts()["state"] == "done" and not run.condensed.exists()


def test_a_full_disk_leaves_no_half_and_keeps_what_was_finished(monkeypatch, tmp_path):
    calls, append = [], NpyWriter.append

    def full(self, rows):
        calls.append(1)
        if len(calls) > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(NpyWriter, "append", full)
        with pytest.raises(DiskFullError, match=r"r1: cannot be written .*free some space"):
            go(tmp_path / "run", trunked())
    found = [path.name for path in sorted((tmp_path / "run" / "condensed").rglob("*.*"))]
    assert found == ["condensed.json", "face.npy", "face_mask.npy"]
    assert go(tmp_path / "run", trunked(), resume=True).facts()["state"] == "done"


def test_a_stage_of_no_steps_condenses_nothing(monkeypatch, tmp_path):
    made = count(monkeypatch, stages, "condense_stage")
    run = go(tmp_path / "run", components(steps=0))
    assert run.facts()["state"] == "done" and made == []


SCRIPT = """
import sys
sys.path.append({folder!r})
import test_condensed_training
from emotrace.training import train

test_condensed_training.put_in(test_condensed_training.measured(development=3))
train(test_condensed_training.quiet(), "prepared", sys.argv[1], devices=2, progress=False)
"""


def quiet() -> Recipe:
    """Two frozen trunks one after the other, the first fresh; nothing is drawn or measured in training."""
    first = {"name": "before", "freeze": ["trunk"], "set": {"steps": 4}}
    return trunked((first, AFTER), steps=6, validate_every=2)


def test_two_processes_condense_and_train_like_one(monkeypatch, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, script, tmp_path / "two"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    put_in(measured(development=3), monkeypatch.setattr)
    go(tmp_path / "one", quiet())
    one, two = (RunFolder(tmp_path / name) for name in ("one", "two"))
    assert two.facts()["state"] == "done" and not two.condensed.exists()
    mine, theirs = load_file(one.best), load_file(two.best)
    for name, values in mine.items():  # summed in another order
        assert values.numpy() == pytest.approx(theirs[name].numpy(), abs=1e-4), name
