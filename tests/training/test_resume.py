"""A run that was interrupted and resumed ends with exactly the weights of one that was not."""

import csv
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny_world
import torch
from safetensors.torch import load_file

from emotrace.errors import CheckpointError
from emotrace.training import train
from emotrace.training.keeper import TIMES, StageKeeper
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder

STAGES = ({"name": "first"}, {"name": "second", "set": {"steps": 6, "losses": [{"kind": "mse"}]}})


def weights(run):
    """Final weights of every stage, and the best ones of the run."""
    folder = RunFolder(run)
    found = {"best": load_file(folder.best)}
    for last in sorted(folder.checkpoints.glob("*/last.ckpt")):
        found[last.parent.name] = torch.load(last, weights_only=True)["state_dict"]
    return found


def assert_same_weights(run, other):
    mine, theirs = weights(run), weights(other)
    assert mine.keys() == theirs.keys()
    for part in mine:
        assert len(mine[part]) == len(theirs[part]) > 0
        for name, values in mine[part].items():
            assert torch.equal(values, theirs[part][name]), f"{part} {name}"


def metrics_rows(run):
    """Rows of metrics.csv without the time spent waiting."""
    with RunFolder(run).metrics_csv.open(newline="") as file:
        return [{key: row[key] for key in row if key not in TIMES} for row in csv.DictReader(file)]


def interrupt(monkeypatch, owner, method, call):
    """Let the `call`-th call of a method fail as if the process had ended."""
    original, calls = getattr(owner, method), []

    def counted(*args, **kwargs):
        calls.append(1)
        if len(calls) == call:
            raise RuntimeError("power cut")
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, method, counted)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """A run of two stages that was never interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        tiny_world.enter(tiny_world.corpus(), patch.setattr)
        folder = tmp_path_factory.mktemp("whole") / "run"
        return train(tiny_world.recipe(stages=STAGES, steps=10), "prepared", folder, progress=False)


@pytest.mark.parametrize(
    ("owner", "method", "call", "workers"),
    [
        pytest.param(TrainingModule, "training_step", 1, 0, id="before anything was kept"),
        pytest.param(TrainingModule, "training_step", 7, 0, id="in the middle"),
        pytest.param(TrainingModule, "training_step", 7, 1, id="in the middle, with a worker"),
        pytest.param(TrainingModule, "training_step", 9, 0, id="in the shorter last round"),
        pytest.param(StageKeeper, "_keep_last", 2, 0, id="best weights kept, last checkpoint not"),
        pytest.param(StageKeeper, "_judge", 3, 0, id="after the last step"),
        pytest.param(TrainingModule, "training_step", 11, 0, id="at the start of the second stage"),
        pytest.param(TrainingModule, "training_step", 16, 1, id="in the second stage, with a worker"),
        pytest.param(StageKeeper, "on_train_end", 1, 0, id="between the stages"),
        pytest.param(StageKeeper, "on_train_end", 2, 0, id="at the very end"),
    ],
)
def test_resumed_run_ends_with_the_same_weights(
    enter, monkeypatch, tmp_path, uninterrupted, owner, method, call, workers
):
    enter()
    recipe = tiny_world.recipe(stages=STAGES, steps=10, workers=workers)
    with monkeypatch.context() as patch:
        interrupt(patch, owner, method, call)
        with pytest.raises(RuntimeError, match="power cut"):
            train(recipe, "prepared", tmp_path / "run", progress=False)
    assert RunFolder(tmp_path / "run").facts()["state"] == "running"

    train(recipe, "prepared", tmp_path / "run", resume=True, progress=False)

    assert_same_weights(tmp_path / "run", uninterrupted)
    assert metrics_rows(tmp_path / "run") == metrics_rows(uninterrupted)
    mine, theirs = (RunFolder(run).facts() for run in (tmp_path / "run", uninterrupted))
    assert mine["stages"] == theirs["stages"]
    assert mine["best"] == theirs["best"]
    assert mine["state"] == "done"


def test_resumed_after_kill_9(enter, tmp_path):
    script = f"""
import sys, time
sys.path.append({str(Path(__file__).parent)!r})
import tiny_world
from emotrace.training import train
from emotrace.training.module import TrainingModule
tiny_world.enter(tiny_world.corpus())
step = TrainingModule.training_step
TrainingModule.training_step = lambda self, *args: (time.sleep(0.05), step(self, *args))[1]
train(tiny_world.recipe(steps=60), "prepared", sys.argv[1], progress=False)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "run"], env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    try:
        until = time.monotonic() + 60
        while not RunFolder(tmp_path / "run").last_of("joint").exists():
            assert process.poll() is None, "the training ended before it was killed"
            assert time.monotonic() < until, "no checkpoint appeared"
            time.sleep(0.02)
        time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert RunFolder(tmp_path / "run").facts()["state"] == "running"
    enter()
    recipe = tiny_world.recipe(steps=60)
    train(recipe, "prepared", tmp_path / "run", resume=True, progress=False)
    train(recipe, "prepared", tmp_path / "whole", progress=False)
    assert_same_weights(tmp_path / "run", tmp_path / "whole")
    assert metrics_rows(tmp_path / "run") == metrics_rows(tmp_path / "whole")


def test_resume_of_a_folder_that_is_not_there_starts(enter, tmp_path, trained):
    enter()
    train(tiny_world.recipe(), "prepared", tmp_path / "new", resume=True, progress=False)
    assert_same_weights(tmp_path / "new", trained)


def test_resume_of_a_finished_run_does_nothing_but_says_so(enter, trained, caplog):
    enter()
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    with caplog.at_level(logging.WARNING):
        assert train(tiny_world.recipe(), "prepared", trained, resume=True, progress=False) == trained
    assert "finished run" in caplog.text
    assert {path: path.stat().st_mtime_ns for path in trained.rglob("*")} == before


def test_early_stopping_survives_resume(enter, monkeypatch, tmp_path):
    enter()
    settings = {"steps": 60, "validate_every": 2, "learning_rate": 0.5}
    recipe = tiny_world.recipe(early_stopping={"patience": 3}, **settings)
    train(recipe, "prepared", tmp_path / "whole", progress=False)
    facts = RunFolder(tmp_path / "whole").facts()
    assert facts["stages"][0]["ended"] == "early"
    stopped_at = int(metrics_rows(tmp_path / "whole")[-1]["step"])
    assert facts["best"]["step"] + 3 * 2 == stopped_at < 60
    for call in (stopped_at, stopped_at // 2 + 1):  # a step before the end, and after the stop
        run = tmp_path / f"run{call}"
        with monkeypatch.context() as patch:
            if call == stopped_at:
                interrupt(patch, TrainingModule, "training_step", call)
            else:
                interrupt(patch, StageKeeper, "on_train_end", 1)
            with pytest.raises(RuntimeError, match="power cut"):
                train(recipe, "prepared", run, progress=False)
        train(recipe, "prepared", run, resume=True, progress=False)
        assert_same_weights(run, tmp_path / "whole")
        assert metrics_rows(run) == metrics_rows(tmp_path / "whole")


def test_last_checkpoint_holds_no_pickled_code(trained):
    kept = torch.load(RunFolder(trained).last_of("joint"), weights_only=True)
    assert kept["steps_done"] == 12
    assert "optimizer_states" in kept


class Boobytrap:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return (os.mkdir, ("sprung",))


def other_model(kept):
    return kept | {"state_dict": {"a": torch.zeros(2)}}


def no_optimiser(kept):
    return {name: value for name, value in kept.items() if name != "optimizer_states"}


OTHER = {
    "other": (lambda kept: {"weights": 1}, "steps_done"),
    "list": (lambda kept: [1], "indices"),
    "code": (lambda kept: kept | {"state_dict": Boobytrap()}, "holds code, which is not run"),
    "model": (other_model, "its weights are those of another model"),
    "optimiser": (no_optimiser, "it lacks the state of the optimiser"),
    "steps": (lambda kept: kept | {"steps_done": 10**9}, "it says 1000000000 steps of 12"),
    "word": (lambda kept: kept | {"steps_done": "x"}, "it says 'x' steps of 12"),
}


@pytest.mark.parametrize("damage", ["cut", "text", "empty", *OTHER])
def test_a_damaged_last_checkpoint_is_named(enter, tmp_path, monkeypatch, damage):
    monkeypatch.chdir(tmp_path)
    enter()
    train(tiny_world.recipe(), "prepared", tmp_path / "run", progress=False)
    folder = RunFolder(tmp_path / "run")
    stages = [stage | {"state": "waiting"} for stage in folder.facts()["stages"]]
    folder.update(state="running", stages=stages)
    last = folder.last_of("joint")
    change, says = OTHER.get(damage, (None, ""))
    if change:
        torch.save(change(torch.load(last, weights_only=True)), last)
    else:
        whole = last.read_bytes()
        last.write_bytes({"cut": whole[: len(whole) // 2], "text": b"not a checkpoint", "empty": b""}[damage])
    with pytest.raises(CheckpointError, match=rf"last.ckpt: is damaged \(.*{says}.*\); remove it to train"):
        train(tiny_world.recipe(), "prepared", tmp_path / "run", resume=True, progress=False)
    assert not (tmp_path / "sprung").exists()
    last.unlink()
    train(tiny_world.recipe(), "prepared", tmp_path / "run", resume=True, progress=False)
    assert folder.facts()["state"] == "done"
