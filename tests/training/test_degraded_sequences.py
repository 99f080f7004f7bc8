"""The gate of aspandi2022 learns from degraded pictures, though what makes features of them is frozen."""

import duel_world
import pytest
import torch
from duel_world import FROZEN, TINY
from test_resume import assert_same_weights, interrupt

from emotrace.features import CondensedRecording
from emotrace.models import build
from emotrace.models.aspandi2022.gate import Gate
from emotrace.training import stages, train
from emotrace.training.condensing import condense_stage
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder

AFFECT = {"adversarial": None, "losses": [{"kind": "affect"}]}
CURRICULUM = (
    {"name": "latent-face", "variant": "vi-de"},
    {"name": "latent-voice", "variant": "au-de"},
    {"name": "two", "take": FROZEN, "freeze": FROZEN, "set": {"window_steps": 2, **AFFECT}},
    {"name": "four", "freeze": FROZEN, "set": {"window_steps": 4, **AFFECT}},
)


def recipe(**model):
    return duel_world.recipe("avi-gas", CURRICULUM, steps=4, model={"degradation": 1.0} | model)


def learn(folder, chosen, **options):
    return RunFolder(train(chosen, "prepared", folder, progress=False, **options))


@pytest.fixture
def gated(monkeypatch):
    """Features that the gate is given while it learns, (window, step, value) of face and voice."""
    seen, original = [], Gate.forward

    def forward(gate, first, second, *masks):
        if gate.training:
            seen.append((first.detach().clone(), second.detach().clone()))
        return original(gate, first, second, *masks)

    monkeypatch.setattr(Gate, "forward", forward)
    return seen


def frozen_stage():
    torch.manual_seed(3)
    model = build("aspandi2022/avi-gas", degradation=1.0, **TINY)
    settings = recipe().training.model_copy(update={"adversarial": None})
    return TrainingModule(model, settings, "two", tuple(FROZEN))


def test_one_window_has_other_features_in_each_step_and_those_of_clean_pictures_in_evaluation(gated):
    module = frozen_stage().train()
    model = module.model
    assert not any(model.get_submodule(part).training for part in FROZEN) and model.degradations.training
    inputs = {"face": torch.rand(2, 3, 3, 16, 16) * 2 - 1, "spectrogram": torch.rand(2, 3, 32, 128) * 2 - 1}
    inputs |= {f"{name}_mask": torch.ones(2, 3, dtype=torch.bool) for name in inputs}
    for _ in range(2):
        prediction = model(inputs)["prediction"]
    prediction.sum().backward()
    assert {name.partition(".")[0] for name, one in model.named_parameters() if one.grad is not None} == {
        "gate",
        "attention",
        "head",
    }
    module.eval()
    clean = model.condense(inputs)
    for number, name in enumerate(("face", "spectrogram")):
        once, again = gated[0][number], gated[1][number]
        features = clean[f"condensed/{name}"]
        for window in range(2):
            assert not torch.allclose(once[window], again[window], atol=1e-4)
            assert not torch.allclose(once[window], features[window], atol=1e-4)
    torch.testing.assert_close(model(inputs)["prediction"], model(clean)["prediction"], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("condense", [False, True])
def test_training_reads_pictures_or_features_as_the_recipe_says(enter, monkeypatch, tmp_path, condense):
    enter(duel_world.corpus())
    kinds = []

    def watched(*given):
        made = condense_stage(*given)
        kinds.append([{isinstance(one, CondensedRecording) for one in part} for part in made])
        return made

    monkeypatch.setattr(stages, "condense_stage", watched)
    learn(tmp_path / "run", recipe(condense=condense))
    assert kinds == [[{False}, {False}]] * 2 + [[{condense}, {True}]] * 2


def test_a_stage_that_degrades_goes_on_in_its_middle_as_if_nothing_had_been(enter, monkeypatch, tmp_path):
    enter(duel_world.corpus())
    whole = learn(tmp_path / "whole", recipe())
    with monkeypatch.context() as patch:
        interrupt(patch, TrainingModule, "training_step", 4 + 4 + 4 + 3)  # the third of stage four
        with pytest.raises(RuntimeError, match="power cut"):
            learn(tmp_path / "cut", recipe())
    learn(tmp_path / "cut", recipe(), resume=True)
    assert_same_weights(tmp_path / "cut", whole.path)
