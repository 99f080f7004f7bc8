"""Losses of chen2015 against their formulae written out, their gradients against finite differences."""

import math

import numpy as np
import pytest
import torch

from emotrace.config.recipe import LossTerm
from emotrace.errors import ConfigError
from emotrace.training import losses_of_traces as formulae
from emotrace.training.losses import LOSSES, StepResult, check_losses

WHOLE = {
    "ccc": formulae.ccc_loss,
    "minus_ccc": formulae.minus_ccc_loss,
    "mse_minus_cov": formulae.mse_minus_cov_loss,
    "mse_over_cc": formulae.mse_over_cc_loss,
}


def literal(kind: str, y: list[float], p: list[float]) -> float:
    """Equations 1 and 3 to 5 of the paper, term by term."""
    steps = len(y)
    mean_y, mean_p = sum(y) / steps, sum(p) / steps
    mse = sum((a - b) ** 2 for a, b in zip(y, p, strict=True)) / steps
    mae = sum(abs(a - b) for a, b in zip(y, p, strict=True)) / steps
    tube = sum(0 if abs(a - b) < 0.05 else abs(a - b) - 0.05 for a, b in zip(y, p, strict=True)) / steps
    cov = sum((a - mean_y) * (b - mean_p) for a, b in zip(y, p, strict=True)) / steps
    sd_y = math.sqrt(sum((a - mean_y) ** 2 for a in y) / steps)
    sd_p = math.sqrt(sum((b - mean_p) ** 2 for b in p) / steps)
    cc = cov / (sd_y * sd_p)
    ccc = 2 * cc * sd_y * sd_p / (sd_y**2 + sd_p**2 + (mean_y - mean_p) ** 2)
    values = {"mse": mse, "mae": mae, "tube": tube, "ccc": 1 - ccc, "minus_ccc": -ccc}
    return (values | {"mse_minus_cov": mse - cov, "mse_over_cc": mse / (cc + 1)})[kind]


def series(rng, labels: int = 2):
    """Targets with NaN and predictions, float64 (2, 30, label)."""
    target = torch.from_numpy(rng.standard_normal((2, 30, labels)) * 0.2)
    target[0, 3:9, 0] = torch.nan
    prediction = 0.5 * target.nan_to_num() + torch.from_numpy(rng.standard_normal(target.shape) * 0.1)
    return target, prediction


def as_a_term(kind: str, target: torch.Tensor, prediction: torch.Tensor, **more) -> torch.Tensor:
    """The loss as training calls it."""
    return LOSSES[kind](LossTerm(kind=kind, **more), StepResult({}, {"prediction": prediction}, target))


@pytest.mark.parametrize("kind", ["mse", "mae", "tube", "ccc", "minus_ccc", "mse_minus_cov", "mse_over_cc"])
def test_losses_are_their_formulae_over_rated_steps(rng, kind):
    target, prediction = series(rng)
    expected = []
    for label in range(2):
        known = target[..., label].isfinite()
        y, p = target[..., label][known].tolist(), prediction[..., label][known].tolist()
        expected.append((len(y), literal(kind, y, p)))
    if kind in WHOLE:  # every label counts the same
        value = WHOLE[kind](prediction, target)
        mean = sum(each for _, each in expected) / 2
        # float64; the epsilon of 1e-8 in denominators of about 0.05
        assert float(value) == pytest.approx(mean, rel=1e-6)
        assert float(as_a_term(kind, target.float(), prediction)) == pytest.approx(mean, rel=1e-4)
    else:  # every rated value counts the same
        mean = sum(count * each for count, each in expected) / sum(count for count, _ in expected)
        assert float(as_a_term(kind, target.float(), prediction)) == pytest.approx(mean, rel=1e-5)


@pytest.mark.parametrize("kind", WHOLE)
def test_gradients_are_finite_differences(rng, kind):
    target, prediction = series(rng)
    prediction.requires_grad_()
    WHOLE[kind](prediction, target).backward()
    step = 1e-6
    for place in [(0, 0, 0), (0, 5, 1), (1, 29, 0), (1, 7, 1)]:
        moved = []
        for sign in (1, -1):
            shifted = prediction.detach().clone()
            shifted[place] += sign * step
            moved.append(float(WHOLE[kind](shifted, target)))
        assert float(prediction.grad[place]) == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=1e-8)
    assert not prediction.grad[0, 3:9, 0].any()  # not rated


@pytest.mark.parametrize("kind", ["mse", "mae", "tube"])
def test_gradients_of_single_point_losses(rng, kind):
    target, prediction = series(rng)
    prediction = prediction.float().requires_grad_()
    as_a_term(kind, target.float(), prediction).backward()
    off = (prediction - target.float()).detach()
    count = int(target.isfinite().sum())
    outside = off.abs() > 0.05 if kind == "tube" else torch.ones_like(off, dtype=torch.bool)
    expected = (2 * off if kind == "mse" else off.sign() * outside).nan_to_num() / count
    torch.testing.assert_close(prediction.grad, expected)


def test_gradient_of_the_covariance_is_equation_6(rng):
    target = torch.from_numpy(rng.standard_normal((40, 1)))
    for _ in range(2):  # whatever the prediction
        prediction = torch.from_numpy(rng.standard_normal((40, 1))).requires_grad_()
        formulae.moments(prediction, target).covariance.sum().backward()
        torch.testing.assert_close(prediction.grad, (target - target.mean()) / 40)


def test_moments_are_those_of_numpy(rng):
    target, prediction = series(rng, 1)
    known = np.isfinite(target.numpy().ravel())
    y, p = target.numpy().ravel()[known], prediction.numpy().ravel()[known]
    found = formulae.moments(prediction, target)
    expected = [
        True,
        p.mean(),
        y.mean(),
        p.var(),
        y.var(),
        np.cov(y, p, bias=True)[0, 1],
        ((y - p) ** 2).mean(),
    ]
    assert [each.item() for each in found] == pytest.approx(expected)


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("constant", ["target", "prediction", "both", "equal", "none rated"])
def test_constants_and_unrated_batches_are_defined(kind, constant):
    target, prediction = torch.linspace(-1, 1, 6).reshape(-1, 1), torch.linspace(1, 0, 6).reshape(-1, 1)
    if constant in ("target", "both", "equal"):
        target = torch.full((6, 1), 0.3)
    if constant in ("prediction", "both", "equal"):
        prediction = torch.full((6, 1), 0.3 if constant == "equal" else -0.1)
    if constant == "none rated":
        target = torch.full((6, 1), torch.nan)
    prediction.requires_grad_()
    loss = WHOLE[kind](prediction, target)
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(prediction.grad).all()
    if constant == "none rated":
        assert float(loss.detach()) == 0 and not prediction.grad.any()
    if constant == "both" and kind.startswith("mse"):
        assert float(loss.detach()) == pytest.approx(0.16, rel=1e-5)  # CC and covariance are 0


def test_an_anticorrelated_prediction_has_a_finite_loss_that_pulls_it_back():
    target = torch.linspace(-1, 1, 50).reshape(-1, 1)
    prediction = (-target).requires_grad_()
    loss = formulae.mse_over_cc_loss(prediction, target)
    loss.backward()
    mse = float((2 * target).square().mean())
    assert float(loss.detach()) == pytest.approx(mse / formulae.LEAST_CC_PLUS_1)
    assert (prediction.grad * (prediction - target).detach() >= 0).all()


def test_mse_minus_cov_is_lowest_at_a_stretch_of_one_and_a_half():
    target = torch.linspace(-1, 1, 50, dtype=torch.float64).reshape(-1, 1) + 0.2
    middle = target.mean()
    best = (middle + 1.5 * (target - middle)).requires_grad_()
    loss = formulae.mse_minus_cov_loss(best, target)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(-1.25 * float(target.var(unbiased=False)))
    torch.testing.assert_close(best.grad, torch.zeros_like(best), atol=1e-12, rtol=0)


def test_the_tube_has_the_width_that_is_asked_for():
    target, prediction = torch.zeros(1, 4, 1), torch.tensor([0.0, 0.04, -0.15, 0.5]).reshape(1, 4, 1)
    assert float(as_a_term("tube", target, prediction)) == pytest.approx((0.10 + 0.45) / 4)
    assert float(as_a_term("tube", target, prediction, width=0.1)) == pytest.approx((0.05 + 0.40) / 4)
    assert float(as_a_term("tube", target, prediction, width=0.1, reduction="sum")) == pytest.approx(0.45)
    assert float(as_a_term("tube", target, prediction, width=0.0)) == pytest.approx(0.69 / 4)


@pytest.mark.parametrize(
    ("term", "predicts", "message"),
    [
        (
            {"kind": "mse", "width": 0.1},
            "trace",
            "'mse' has width 0.1; expected none, for only 'tube' has one",
        ),
        (
            {"kind": "minus_ccc", "reduction": "sum"},
            "trace",
            "'minus_ccc' has reduction 'sum'; expected none",
        ),
        ({"kind": "mse_over_cc", "reduction": "mean"}, "trace", "'mse_over_cc' has reduction 'mean'"),
        ({"kind": "tube"}, "class", "'tube' does not fit a model that predicts a class; .*mae, tube, ccc"),
        ({"kind": "mse_minus_cov"}, "class", "'mse_minus_cov' does not fit a model that predicts a class"),
    ],
)
def test_terms_that_do_not_fit_are_refused(term, predicts, message):
    from emotrace.config.declaration import Declaration

    with pytest.raises(ConfigError, match=message):
        check_losses((LossTerm(**term),), Declaration(inputs={}, predicts=predicts), None)
