"""The adversarial step: who moves when, by which losses; what is missing does no harm; what is refused."""

import duel_world
import pytest
import torch
from tiny_aspandi2022 import tiny, windows

from emotrace.errors import ConfigError
from emotrace.training import train
from emotrace.training.adversarial import (
    ADVERSARIES,
    MAKERS,
    adversarial_step,
    check_adversarial,
    parameter_groups,
    step_columns,
)
from emotrace.training.label_scale import LabelScale
from emotrace.training.losses import StepResult, total_loss
from emotrace.training.losses_adversarial import (
    ANCLA,
    PAPER,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    reconstruction_loss,
)
from emotrace.training.losses_of_affect import affect_loss, affect_terms
from emotrace.training.losses_of_quadrants import quadrant_loss

BATCH, TIME = 3, 4


def a_batch(name="avi-gas", preset="full", **changes):
    """A model, its inputs, a target and the scale of the labels."""
    model = tiny(name, preset, degradation=0.0, **changes)
    torch.manual_seed(8)
    target = torch.rand(BATCH, TIME, 2) * 2 - 1
    target[0, 0, 0], target[1, 2] = torch.nan, torch.nan
    scale = LabelScale.of([target.flatten(0, 1).numpy()], (-1.0, 1.0))
    return model, windows(model, BATCH, TIME), target, scale


def never(group, loss):
    """An update that changes nothing."""


def weights_of(parameters):
    return [one.detach().clone() for one in parameters]


def moved(before, parameters):
    return [not torch.equal(old, new) for old, new in zip(before, parameters, strict=True)]


@pytest.mark.parametrize("weights", [PAPER, ANCLA], ids=["paper", "ancla"])
def test_g_and_p_move_first_and_d_after_them(weights):
    model, *batch = a_batch()
    groups = parameter_groups(model)
    optimisers = {name: torch.optim.SGD(group, 0.1) for name, group in groups.items()}
    order = []

    def update(group, loss):
        before = {name: weights_of(parameters) for name, parameters in groups.items()}
        optimisers[group].zero_grad()
        loss.backward()
        optimisers[group].step()
        order.append({name: moved(before[name], groups[name]) for name in groups})

    adversarial_step(model, *batch, weights, update)
    first, second = order
    assert all(first[MAKERS]) and not any(first[ADVERSARIES])
    assert all(second[ADVERSARIES]) and not any(second[MAKERS])


def losses_of(model, inputs, target, scale, weights):
    """What the two optimisers are given, and what is said."""
    given = {}
    torch.manual_seed(1)
    said = adversarial_step(
        model, inputs, target, scale, weights, lambda group, loss: given.update({group: loss})
    )
    return given, said


@pytest.mark.parametrize("weights", [PAPER, ANCLA], ids=["paper", "ancla"])
def test_the_losses_are_those_of_equation_13_written_out(weights):
    model, inputs, target, scale = a_batch()
    given, said = losses_of(model, inputs, target, scale, weights)
    out = model(inputs)
    observed = torch.ones(BATCH, TIME, dtype=torch.bool)
    affect = affect_loss(affect_terms(out["prediction"], target, (-1.0, 1.0), scale.counts))
    makers, adversaries = weights.predictor * affect, 0.0
    torch.manual_seed(1)
    for name in ("face", "spectrogram"):
        clean, restored = out[f"{name}_picture"].flatten(0, 1), out[f"{name}_restored"].flatten(0, 1)
        judge = model.discriminators[name]
        made, coarse = judge(restored)
        off = reconstruction_loss(out[f"{name}_restored"], out[f"{name}_picture"], observed)
        made_for = quadrant_loss(coarse, target.flatten(0, 1))
        makers = makers + weights.generator * (
            generator_loss(made, weights.kind) + weights.reconstruction * off + weights.classes * made_for
        )
        real, coarse = judge(clean)
        against = discriminator_loss(real, made, weights.kind)
        against = against + weights.classes * quadrant_loss(coarse, target.flatten(0, 1))
        if weights.gradient_penalty:
            penalty = gradient_penalty(lambda x, judge=judge: judge(x)[0], clean, restored)
            against = against + weights.gradient_penalty * penalty
        adversaries = adversaries + weights.discriminator * against
    # 1e-5: float32 sums in another order
    assert given[MAKERS].item() == pytest.approx(makers.item(), rel=1e-5)
    assert given[ADVERSARIES].item() == pytest.approx(adversaries.item(), rel=1e-5)
    assert said["loss"].item() == given[MAKERS].item()
    assert float(said["loss_affect"]) == pytest.approx(affect.item(), rel=1e-5)
    assert set(said) == {"loss", *step_columns(weights, ["face", "spectrogram"])}
    assert all(value.shape == () and not value.requires_grad for value in said.values())


def test_pictures_that_are_not_there_do_not_matter():
    model, inputs, target, scale = a_batch()
    inputs["face_mask"][0, 1:], inputs["face_mask"][2] = False, False
    _, said = losses_of(model, inputs, target, scale, PAPER)
    others = dict(inputs, face=torch.where(inputs["face_mask"][..., None, None, None], inputs["face"], 0.7))
    _, again = losses_of(model, others, target, scale, PAPER)
    assert said == again
    _, seen = losses_of(model, inputs | {"face_mask": torch.ones(BATCH, TIME).bool()}, target, scale, PAPER)
    assert seen["loss_generator_face"] != said["loss_generator_face"]


@pytest.mark.parametrize("weights", [PAPER, ANCLA], ids=["paper", "ancla"])
@pytest.mark.parametrize("names", [["face"], ["face", "spectrogram"]], ids=["a modality", "both"])
def test_a_batch_without_a_picture_or_a_rating_leaves_finite_gradients(weights, names):
    model, inputs, target, scale = a_batch()
    for name in names:
        inputs[f"{name}_mask"][:] = False
    said = adversarial_step(
        model, inputs, target * torch.nan, scale, weights, lambda group, loss: loss.backward()
    )
    assert all(bool(torch.isfinite(value)) for value in said.values())
    assert said["loss_discriminator_face"] == said["loss_reconstruction_face"] == 0
    gradients = [one.grad for one in model.parameters() if one.grad is not None]
    assert gradients and all(bool(torch.isfinite(one).all()) for one in gradients)


def test_the_middle_of_the_scale_parts_the_quadrants():
    model, inputs, target, scale = a_batch()
    upper = LabelScale((0.0, 1.0), scale.counts)
    _, said = losses_of(model, inputs, (target + 1) / 2, upper, PAPER)
    _, same = losses_of(model, inputs, target, scale, PAPER)
    assert said["loss_quadrant_clean_face"] == same["loss_quadrant_clean_face"]


def test_accuracy_is_the_share_of_pictures_told_right():
    model, inputs, target, scale = a_batch("vi-de")
    with torch.no_grad():
        model.discriminators["face"].real.weight.zero_()
    assert losses_of(model, inputs, target, scale, PAPER)[1]["accuracy_face"] == 0  # scores of 0: neither
    inputs["face_mask"][:] = False
    assert losses_of(model, inputs, target, scale, PAPER)[1]["accuracy_face"] == 0.5


@pytest.mark.parametrize("preset", ["full", "table11"])
def test_every_parameter_has_one_optimiser(preset):
    same = {"trunk_widths": (5, 6), "coarse_width": 6, "cells": 6}
    model = tiny("avi-gas", preset, **same)
    groups = parameter_groups(model)
    assert sum(map(len, groups.values())) == len(list(model.parameters()))
    assert not set(groups[MAKERS]) & set(groups[ADVERSARIES])
    assert set(groups[ADVERSARIES]) == set(model.discriminators.parameters())
    model.generators.requires_grad_(False)
    assert not set(parameter_groups(model)[MAKERS]) & set(model.generators.parameters())


def refused(recipe, enter, tmp_path):
    enter(duel_world.corpus())
    train(recipe, "prepared", tmp_path / "run", progress=False)


def test_other_losses_beside_it_are_refused(enter, tmp_path):
    with pytest.raises(ConfigError, match=r"training.losses names mse; expected losses: \[\]"):
        refused(duel_world.recipe(losses=[{"kind": "mse"}]), enter, tmp_path)


def test_a_model_without_adversaries_is_refused():
    settings = duel_world.recipe().training
    model = tiny("vi-de")
    model.adversaries = ()
    with pytest.raises(ConfigError, match="Aspandi2022 has no adversaries, such as discriminators"):
        check_adversarial(settings, model, ())


def test_a_model_of_classes_is_refused():
    model = tiny("vi-de")
    model.declaration = model.declaration.model_copy(update={"predicts": "class"})
    with pytest.raises(ConfigError, match="the model predicts a class; expected null, for its affect loss"):
        check_adversarial(duel_world.recipe().training, model, ())


@pytest.mark.parametrize(
    ("frozen", "idle"),
    [(["discriminators"], "discriminators"), (["generators", "trunks", "head"], "generators and predictor")],
)
def test_a_side_that_is_not_trained_is_refused(enter, tmp_path, frozen, idle):
    recipe = duel_world.recipe(stages=[{"name": "latent", "freeze": frozen}])
    with pytest.raises(ConfigError, match=rf"freezing {frozen[0]}.* leaves nothing to train of {idle}"):
        refused(recipe, enter, tmp_path)


def test_the_affect_loss_is_a_loss_of_any_recipe():
    _, _, target, scale = a_batch()
    prediction = torch.rand(BATCH, TIME, 2)
    terms = duel_world.recipe(losses=[{"kind": "affect", "weight": 2}]).training.losses
    loss, said = total_loss(terms, StepResult({}, {"prediction": prediction}, target, None, scale))
    expected = affect_loss(affect_terms(prediction, target, (-1.0, 1.0), scale.counts))
    assert loss == 2 * expected and said["loss_affect"] == expected
