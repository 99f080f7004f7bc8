"""The learning rate over the steps of a stage: by formula, as the optimiser gets it, and after a resume."""

import math

import pytest
import tiny_world
from test_resume import assert_same_weights

from emotrace.config.recipe import TrainingSettings
from emotrace.training import train
from emotrace.training.keeper import StageKeeper
from emotrace.training.learning_rate import learning_rate_of

COSINE = {"learning_rate_schedule": "cosine", "warm_up_steps": 3}


def expected(step, steps, rate):
    return rate * min(1, (step + 1) / 3) * (1 + math.cos(math.pi * step / steps)) / 2


def test_by_formula():
    settings = TrainingSettings(learning_rate=0.2, steps=10, **COSINE)
    rates = [learning_rate_of(settings, step) for step in range(10)]
    assert rates == pytest.approx([expected(step, 10, 0.2) for step in range(10)])
    assert min(rates) > 0 and rates[-1] < 0.01
    assert {learning_rate_of(TrainingSettings(learning_rate=0.2), step) for step in (0, 7, 10**6)} == {0.2}


def test_the_optimiser_gets_it(enter, monkeypatch, tmp_path):
    enter()
    seen = []
    after = StageKeeper.on_train_batch_end

    def spy(keeper, trainer, module, *rest):
        seen.append([group["lr"] for group in trainer.optimizers[0].param_groups])
        after(keeper, trainer, module, *rest)

    monkeypatch.setattr(StageKeeper, "on_train_batch_end", spy)
    recipe = tiny_world.recipe(steps=6, validate_every=3, learning_rate=0.01, **COSINE)
    train(recipe, "prepared", tmp_path / "run", progress=False)
    assert seen == [[pytest.approx(expected(step, 6, 0.01))] for step in range(6)]


def test_a_resumed_run_goes_on_with_it(enter, monkeypatch, tmp_path):
    enter()
    recipe = tiny_world.recipe(steps=6, validate_every=3, learning_rate=0.01, **COSINE)
    train(recipe, "prepared", tmp_path / "whole", progress=False)
    after, calls = StageKeeper.on_train_batch_end, []

    def failing(*args):
        calls.append(1)
        if len(calls) == 5:
            raise RuntimeError("power cut")
        after(*args)

    monkeypatch.setattr(StageKeeper, "on_train_batch_end", failing)
    with pytest.raises(RuntimeError, match="power cut"):
        train(recipe, "prepared", tmp_path / "cut", progress=False)
    monkeypatch.undo()
    enter()
    train(recipe, "prepared", tmp_path / "cut", progress=False, resume=True)
    assert_same_weights(tmp_path / "cut", tmp_path / "whole")
