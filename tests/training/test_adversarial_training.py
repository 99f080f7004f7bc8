"""Adversarial stages through training: columns, resuming, several processes, clipping, divergence."""

import csv
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duel_world
import pytest
import test_resume
import torch
from safetensors.torch import load_file

from emotrace.config.adversarial import AdversarialSettings, Collapse
from emotrace.config.base import validate
from emotrace.errors import ConfigError, EmotraceError
from emotrace.models.aspandi2022 import Aspandi2022
from emotrace.training import module, train
from emotrace.training.adversarial import adversarial_step, step_columns
from emotrace.training.collapse import CollapseWatch
from emotrace.training.keeper import TIMES
from emotrace.training.losses_adversarial import PAPER
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder

STAGES = (
    duel_world.LATENT,
    {"name": "two", "take": [*duel_world.FROZEN, "head"], "set": {"window_steps": 2}},
    {"name": "four", "freeze": duel_world.FROZEN, "set": duel_world.ON_LATENT},
)


def go(run, recipe, **options):
    return RunFolder(train(recipe, "prepared", run, progress=False, **options))


def rows(folder):
    with folder.metrics_csv.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """A curriculum of adversarial stages and of one on their latent features, never interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        duel_world.tiny_world.enter(duel_world.corpus(), patch.setattr)
        return go(tmp_path_factory.mktemp("whole") / "run", duel_world.recipe("vi-des", STAGES))


def test_scalars_are_columns_and_every_stage_starts_from_the_one_before(uninterrupted):
    found = rows(uninterrupted)
    adversarial = [row for row in found if row["stage"] in ("latent", "two")]
    assert len(adversarial) == 12 and len(found) == 18
    for name in ("loss", *step_columns(PAPER, ["face"])):
        assert all(math.isfinite(float(row[name])) for row in adversarial), name
    latent = [row for row in found if row["stage"] == "four"]
    assert all(row["loss_affect"] and not row["loss_generator_face"] for row in latent)
    kept = {stage: load_file(uninterrupted.best_of(stage, False)) for stage in ("latent", "two")} | {
        "four": load_file(uninterrupted.best)
    }
    name = next(key for key in kept["latent"] if key.startswith("generators."))
    assert not torch.equal(kept["latent"][name], kept["two"][name])
    assert torch.equal(kept["two"][name], kept["four"][name])


def test_twice_gives_the_same_numbers(enter, tmp_path, uninterrupted):
    enter(duel_world.corpus())
    torch.rand(3)  # what was drawn before must not matter
    again = go(tmp_path / "run", duel_world.recipe("vi-des", STAGES))
    test_resume.assert_same_weights(again.path, uninterrupted.path)


@pytest.mark.parametrize(
    ("call", "workers"),
    [(2, 0), (4, 1), (6, 0), (9, 0), (10, 1), (15, 0)],
    ids=[
        "before anything",
        "in the first",
        "at its end",
        "in the second",
        "with a worker",
        "on latent features",
    ],
)
def test_a_resumed_stage_ends_with_the_same_weights(
    enter, monkeypatch, tmp_path, uninterrupted, call, workers
):
    enter(duel_world.corpus())
    recipe = duel_world.recipe("vi-des", STAGES, workers=workers)
    with monkeypatch.context() as patch:
        test_resume.interrupt(patch, TrainingModule, "training_step", call)
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run", recipe)
    resumed = go(tmp_path / "run", recipe, resume=True)
    test_resume.assert_same_weights(resumed.path, uninterrupted.path)
    assert test_resume.metrics_rows(resumed.path) == test_resume.metrics_rows(uninterrupted.path)


def test_between_the_two_optimisers_a_cut_does_no_harm(enter, monkeypatch, tmp_path, uninterrupted):
    enter(duel_world.corpus())
    recipe = duel_world.recipe("vi-des", STAGES)
    with monkeypatch.context() as patch:
        test_resume.interrupt(patch, TrainingModule, "_update", 10)  # D's of the fifth step
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run", recipe)
    resumed = go(tmp_path / "run", recipe, resume=True)
    test_resume.assert_same_weights(resumed.path, uninterrupted.path)


def script(tmp_path, body):
    path = tmp_path / "script.py"
    head = f"import sys, time\nsys.path.append({str(Path(__file__).parent)!r})\n"
    path.write_text(head + "import duel_world, test_adversarial_training as here\n" + body)
    return path


def test_resumed_after_kill_9(enter, tmp_path):
    body = """
from emotrace.training.module import TrainingModule
step = TrainingModule.training_step
TrainingModule.training_step = lambda self, *args: (time.sleep(0.05), step(self, *args))[1]
duel_world.tiny_world.enter(duel_world.corpus())
here.go(sys.argv[1], here.killed())
"""
    process = subprocess.Popen(
        [sys.executable, script(tmp_path, body), tmp_path / "run"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        until = time.monotonic() + 120
        while not RunFolder(tmp_path / "run").last_of("latent").exists():
            assert process.poll() is None, "the training ended before it was killed"
            assert time.monotonic() < until, "no checkpoint appeared"
            time.sleep(0.02)
        time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert RunFolder(tmp_path / "run").facts()["state"] == "running"
    enter(duel_world.corpus())
    resumed, whole = go(tmp_path / "run", killed(), resume=True), go(tmp_path / "whole", killed())
    test_resume.assert_same_weights(resumed.path, whole.path)
    assert test_resume.metrics_rows(resumed.path) == test_resume.metrics_rows(whole.path)


def killed():
    return duel_world.recipe(steps=30)


def shared():
    """Without degradation, which each process draws by itself."""
    return duel_world.recipe("avi-gas", model={"degradation": 0.0}, steps=4)


def test_two_processes_train_like_one(enter, tmp_path):
    body = """
duel_world.tiny_world.enter(duel_world.corpus())
here.go(sys.argv[1], here.shared(), devices=2)
"""
    done = subprocess.run(
        [sys.executable, script(tmp_path, body), tmp_path / "two"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    enter(duel_world.corpus())
    one, two = go(tmp_path / "one", shared()), RunFolder(tmp_path / "two")
    compared = 0
    for mine, theirs in zip(rows(one), rows(two), strict=True):
        for name in mine.keys() - {"stage", "step", *TIMES}:
            if mine[name] or theirs[name]:
                # float32 sums in another order
                assert float(theirs[name]) == pytest.approx(float(mine[name]), rel=1e-3, abs=1e-3), name
                compared += 1
    assert compared > 60
    weights = load_file(one.best), load_file(two.best)
    for name, values in weights[0].items():  # Adam's first steps are signs: where a gradient is 0, either
        assert values.numpy() == pytest.approx(weights[1][name].numpy(), abs=5e-3), name


def test_gradients_are_clipped_in_each_group(enter, tmp_path, monkeypatch):
    enter(duel_world.corpus())
    norms, original = [], TrainingModule._update

    def watched(self, group, loss):
        before = {name: one.detach().clone() for name, one in self.model.named_parameters()}
        original(self, group, loss)
        change = [(one - before[name]).square().sum() for name, one in self.model.named_parameters()]
        norms.append(torch.stack(change).sum().sqrt().item())

    monkeypatch.setattr(TrainingModule, "_update", watched)
    settings = {"optimiser": {"name": "sgd"}, "learning_rate": 1.0, "clip_gradient": 0.01}
    go(tmp_path / "run", duel_world.recipe(**settings))
    assert len(norms) == 12
    assert norms == pytest.approx([0.01] * 12, rel=0.01)  # gradients were longer than that, all of them


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (3, r"the loss of the generators and predictor is nan at step 3 of stage 'latent'"),
        (4, r"a weight is not finite at step 4"),
    ],
)
def test_divergence_stops_and_keeps_the_last_good_checkpoint(enter, monkeypatch, tmp_path, call, message):
    enter(duel_world.corpus())
    original, calls = Aspandi2022.forward, []

    def astray(self, inputs):
        outputs = original(self, inputs)
        calls.append(1)
        if len(calls) == call == 3:
            outputs["face_restored"] = outputs["face_restored"] * math.nan
        if len(calls) == call == 4:
            outputs["face_restored"].register_hook(lambda gradient: gradient * math.inf)
        return outputs

    monkeypatch.setattr(Aspandi2022, "forward", astray)
    with pytest.raises(EmotraceError, match=message):
        go(tmp_path / "run", duel_world.recipe())
    folder = RunFolder(tmp_path / "run")
    assert torch.load(folder.last_of("latent"), weights_only=True)["steps_done"] == 2
    assert all(torch.isfinite(values).all() for values in load_file(folder.best).values())


def told(accuracy, loss):
    return {"accuracy_face": torch.tensor(accuracy), "loss_generator_face": torch.tensor(loss)}


def test_a_collapse_is_beyond_both_bounds_for_as_long_as_patience():
    watch = CollapseWatch(Collapse(accuracy=0.99, generator_loss=4.0, patience=2))
    assert watch.judge() is None  # no step yet
    for accuracy, loss in ((1.0, 9.0), (1.0, 3.0), (0.9, 9.0), (1.0, 9.0)):
        watch.add(told(accuracy, loss))
        assert watch.judge() is None
    watch.add(told(0.98, 9.0))
    watch.add(told(1.0, 9.0))  # 0.99 on average
    assert watch.judge() == (
        "the discriminator of face has collapsed: it tells 99.0% of pictures right and the generator's loss "
        "is 9, for 2 validations,"
    )
    once = CollapseWatch(Collapse(patience=1))
    once.add(told(1.0, 9.0))
    assert once.judge().endswith("is 9, for 1 validation,")
    unwatched = CollapseWatch(None)
    unwatched.add(told(1.0, 9.0))
    assert unwatched.judge() is None


def test_a_collapse_stops_training_and_resuming_does_not_forget_it(enter, monkeypatch, tmp_path):
    enter(duel_world.corpus())

    def beaten(*args):
        return adversarial_step(*args) | told(1.0, 9.0)

    monkeypatch.setattr(module, "adversarial_step", beaten)
    recipe = duel_world.recipe(adversarial={"collapse": {"patience": 2}}, steps=8)
    message = r"the discriminator of face has collapsed.* at step 4 of .* step 2 is kept, lower"
    with pytest.raises(EmotraceError, match=message):
        go(tmp_path / "run", recipe)
    folder = RunFolder(tmp_path / "run")
    kept = torch.load(folder.last_of("latent"), weights_only=True)
    assert (kept["steps_done"], kept["collapse_waited"]) == (2, {"face": 1})
    with pytest.raises(EmotraceError, match=message):
        go(tmp_path / "run", recipe, resume=True)


def test_scores_without_a_threshold_have_no_collapse():
    with pytest.raises(ConfigError, match=r"wasserstein, whose scores have no threshold .* to be null"):
        validate(AdversarialSettings, {"kind": "wasserstein"}, "test")
