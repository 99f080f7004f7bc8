"""Losses against literal second implementations, with missing and constant targets."""

import numpy as np
import pytest
import tiny_world
import torch

from emotrace import metrics
from emotrace.config.recipe import LossTerm
from emotrace.errors import ConfigError
from emotrace.training.losses import LOSSES, StepResult, ccc_loss, check_losses, total_loss

BATCH, TIME = 3, 4


def result(rng, **changes):
    """A step with one face reconstruction; sample [0, 0] is not rated, face [1, 2] not observed."""
    target = torch.from_numpy(rng.standard_normal((BATCH, TIME, 2)).astype(np.float32))
    target[0, 0] = torch.nan
    mask = torch.ones(BATCH, TIME, dtype=torch.bool)
    mask[1, 2] = False
    inputs = {
        "face": torch.from_numpy(rng.standard_normal((BATCH, TIME, 3, 2, 2))).float(),
        "face_mask": mask,
    }
    outputs = {
        "prediction": torch.from_numpy(rng.standard_normal((BATCH, TIME, 2))).float().requires_grad_(),
        "face_reconstruction": torch.from_numpy(rng.standard_normal((BATCH, TIME, 3, 2, 2))).float(),
    }
    return StepResult(inputs, outputs, target, **changes)


def loss_of(step, **term):
    term = LossTerm(**term)
    return float(LOSSES[term.kind](term, step).detach())


def rated(step):
    """Rated targets and their predictions (step, label)."""
    target = step.target.reshape(-1, 2).numpy()
    prediction = step.outputs["prediction"].detach().reshape(-1, 2).numpy()
    known = np.isfinite(target[:, 0])
    return target[known], prediction[known]


def test_ccc_is_that_of_metrics(rng):
    step = result(rng)
    target, prediction = rated(step)
    expected = 1 - np.mean([metrics.ccc(target[:, i], prediction[:, i]) for i in range(2)])
    assert loss_of(step, kind="ccc") == pytest.approx(expected, abs=1e-5)  # float32 against float64


def test_ccc_of_a_label_without_rating_is_left_out(rng):
    step = result(rng)
    step.target[..., 1] = torch.nan
    target, prediction = rated(step)
    expected = 1 - metrics.ccc(target[:, 0], prediction[:, 0])
    assert loss_of(step, kind="ccc") == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("constant", ["target", "prediction", "both", "equal", "no rating"])
def test_ccc_gradient_is_finite_for_constants(constant):
    target = torch.linspace(-1, 1, 6).reshape(-1, 1)
    prediction = torch.linspace(1, 0, 6).reshape(-1, 1)
    if constant in ("target", "both", "equal"):
        target = torch.full((6, 1), 0.3)
    if constant in ("prediction", "both", "equal"):
        prediction = torch.full((6, 1), 0.3 if constant == "equal" else -0.1)
    if constant == "no rating":
        target = torch.full((6, 1), torch.nan)
    prediction.requires_grad_()
    loss = ccc_loss(prediction, target)
    loss.backward()
    expected = 0.0 if constant == "no rating" else 1.0  # a constant agrees with nothing
    if constant not in ("target", "prediction"):
        assert float(loss.detach()) == pytest.approx(expected, abs=1e-5)
    assert torch.isfinite(prediction.grad).all()


def test_ccc_of_a_perfect_prediction_is_0():
    series = torch.linspace(-1, 1, 50).reshape(-1, 1)
    assert float(ccc_loss(series, series)) == pytest.approx(0, abs=1e-6)
    assert float(ccc_loss(series + 0.5, series)) > 0.1


@pytest.mark.parametrize(("kind", "error"), [("mse", np.square), ("mae", np.abs)])
def test_errors_over_rated_values(rng, kind, error):
    step = result(rng)
    target, prediction = rated(step)
    errors = error(prediction - target)
    assert loss_of(step, kind=kind) == pytest.approx(errors.mean(), rel=1e-5)
    assert loss_of(step, kind=kind, reduction="sum") == pytest.approx(errors.sum(), rel=1e-5)


def test_reconstruction_leaves_out_what_was_not_observed(rng):
    step = result(rng)
    total, count = 0.0, 0
    for b in range(BATCH):
        for t in range(TIME):
            if (b, t) != (1, 2):
                off = step.outputs["face_reconstruction"][b, t] - step.inputs["face"][b, t]
                total += float((off**2).sum())
                count += off.numel()
    named = {"kind": "reconstruction", "of": "face"}
    assert loss_of(step, **named, reduction="sum") == pytest.approx(total, rel=1e-5)
    assert loss_of(step, **named) == pytest.approx(total / count, rel=1e-5)
    step.inputs["face_mask"][:] = False
    assert loss_of(step, **named) == 0


def test_reconstruction_without_decoder_is_refused(rng):
    step = result(rng)
    del step.outputs["face_reconstruction"]
    with pytest.raises(
        ConfigError, match="needs the model's output 'face_reconstruction', but it gives prediction"
    ):
        loss_of(step, kind="reconstruction", of="face")


def test_cross_entropy_of_known_classes(rng):
    logits = torch.from_numpy(rng.standard_normal((BATCH, TIME, 3))).float()
    target = torch.full((BATCH, TIME, 1), 2.0)
    target[0] = torch.nan
    step = StepResult({}, {"prediction": logits}, target)
    probability = torch.softmax(logits[1:], -1)[..., 2]
    assert loss_of(step, kind="cross_entropy") == pytest.approx(float(-probability.log().mean()), rel=1e-5)
    assert loss_of(step, kind="cross_entropy", reduction="sum") == pytest.approx(
        float(-probability.log().sum()), rel=1e-5
    )
    step.target[:] = torch.nan
    assert loss_of(step, kind="cross_entropy") == 0


def test_total_is_the_weighted_sum_of_terms(rng):
    model = tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal", "valence"))
    step = result(rng, model=model)
    terms = (
        LossTerm(kind="ccc", weight=0.01),
        LossTerm(kind="reconstruction", of="face", weight=2.0, reduction="sum"),
        LossTerm(kind="model", weight=3.0),
    )
    loss, scalars = total_loss(terms, step)
    assert list(scalars) == ["loss", "loss_ccc", "loss_reconstruction_face", "loss_model"]
    expected = sum(term.weight * scalars[name] for term, name in zip(terms, list(scalars)[1:], strict=True))
    assert float(loss.detach()) == pytest.approx(float(expected))
    assert loss.requires_grad
    assert not any(value.requires_grad for value in scalars.values())


def test_smoothed_labels_give_a_share_to_every_class(rng):
    target = torch.tensor([[[2.0], [torch.nan]], [[0.0], [1.0]]])
    logits = torch.from_numpy(rng.standard_normal((2, 2, 4)).astype(np.float32))
    step = StepResult({}, {"prediction": logits}, target)
    logs = logits.double().log_softmax(dim=2).flatten(0, 1)
    terms = [-0.8 * logs[row, wanted] - 0.2 * logs[row].mean() for row, wanted in ((0, 2), (2, 0), (3, 1))]
    expected = float(sum(terms) / 3)
    assert loss_of(step, kind="cross_entropy", label_smoothing=0.2) == pytest.approx(expected, rel=1e-5)


def test_the_model_s_own_loss_is_told_which_term_it_is(rng):
    class Two(tiny_world.Tiny):
        def loss(self, inputs, outputs, target, term):
            return outputs["prediction"].new_tensor({"a": 1.0, "b": 2.0}[term.of])

    model = Two(tiny_world.TinyConfig(), ("arousal", "valence"))
    terms = (LossTerm(kind="model", of="a"), LossTerm(kind="model", of="b", weight=0.5))
    loss, scalars = total_loss(terms, result(rng, model=model))
    assert float(loss) == 2
    assert {name: float(value) for name, value in scalars.items()} == {
        "loss": 2,
        "loss_model_a": 1,
        "loss_model_b": 2,
    }


def check(*terms, variant="trace", dropout=0.2):
    config = tiny_world.TinyConfig(predicts=variant, dropout=dropout)
    model = tiny_world.SYSTEM.build(config, ("a", "b"))
    check_losses(tuple(LossTerm(**term) for term in terms), model.declaration, model)


@pytest.mark.parametrize(
    ("terms", "variant", "message"),
    [
        ([{"kind": "cc"}], "trace", "no loss is named 'cc'; there are: ccc, mse, mae, reconstruction"),
        ([], "trace", "expected at least one term"),
        ([{"kind": "ccc", "reduction": "sum"}], "trace", "'ccc' has reduction 'sum'; expected none"),
        ([{"kind": "mse"}, {"kind": "mse"}], "trace", "each only once"),
        (
            [{"kind": "mse", "class_weights": "balanced"}],
            "trace",
            "'mse' has class_weights 'balanced'; expected none, for only 'cross_entropy' has classes",
        ),
        (
            [{"kind": "mse", "label_smoothing": 0.1}],
            "trace",
            r"'mse' has label_smoothing 0.1; expected 0, for only 'cross_entropy' has classes",
        ),
        (
            [{"kind": "reconstruction"}],
            "trace",
            "is of None; expected `of:` to be an input of the model: face, audio",
        ),
        ([{"kind": "cross_entropy"}], "trace", "'cross_entropy' does not fit a model that predicts a trace"),
        ([{"kind": "ccc"}], "class", "'ccc' does not fit a model that predicts a class"),
    ],
)
def test_unfit_losses_are_refused(terms, variant, message):
    with pytest.raises(ConfigError, match=message):
        check(*terms, variant=variant)


def test_a_loss_of_its_own_is_asked_for_only_where_there_is_one():
    check({"kind": "model"})
    with pytest.raises(
        ConfigError, match=r"needs Silent to have a method loss\(inputs, outputs, target, term\)"
    ):
        check({"kind": "model"}, dropout=0)
