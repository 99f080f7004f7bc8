"""The affect loss: each term is its metric, rare values weigh more, gaps and constants do no harm."""

import pytest
import torch

from emotrace import metrics
from emotrace.training.losses_of_affect import affect_loss, affect_terms, count_bins, weighted_rmse

RANGE = (-1.0, 1.0)
EVEN = torch.ones(2, 10)  # all bins alike: no weights


@pytest.fixture
def pair(rng):
    target = torch.from_numpy(rng.uniform(-1, 1, (4, 30, 2)))  # float64
    prediction = 0.4 * target + 0.1 + torch.from_numpy(rng.normal(0, 0.3, target.shape))
    target[0, :5, 0], target[1, 3:, 1] = torch.nan, torch.nan
    return prediction, target


def of_each(metric, prediction, target) -> float:
    columns = zip(target.flatten(0, 1).T.numpy(), prediction.flatten(0, 1).T.numpy(), strict=True)
    return sum(metric(gold, guess) for gold, guess in columns) / 2


@pytest.mark.parametrize(
    ("term", "metric"),
    [
        ("rmse", metrics.rmse),
        ("cor", metrics.pcc),
        ("ccc", metrics.ccc),
        ("icc", lambda gold, guess: metrics.icc(gold, guess, "icc_3_1")),
    ],
)
def test_each_term_is_its_metric(pair, term, metric):
    # 1e-6: what keeps constants defined is added to variances of about 0.3
    assert float(affect_terms(*pair, RANGE, EVEN)[term]) == pytest.approx(of_each(metric, *pair), abs=1e-6)


def test_the_loss_is_the_error_less_the_agreements(pair):
    terms = affect_terms(*pair, RANGE)
    assert float(affect_loss(terms)) == pytest.approx(
        float(terms["rmse"]) - sum(float(terms[name]) for name in ("cor", "ccc", "icc"))
    )


def test_rare_values_weigh_as_much_as_frequent_ones():
    """Three values in one bin, one in another: the errors 0, 0, 0.3 and 0.4 weigh 1/3 each, and 1."""
    target = torch.tensor([[0.1], [0.1], [0.1], [0.9]], dtype=torch.float64)
    prediction = target + torch.tensor([[0.0], [0.0], [0.3], [-0.4]])
    expected = ((0.09 / 3 + 0.16) / 2) ** 0.5
    assert float(weighted_rmse(prediction, target, RANGE)) == pytest.approx(expected)
    counts = torch.ones(1, 10)
    counts[0, 5], counts[0, 9] = 30, 10  # in all of training; the same ratio
    assert float(weighted_rmse(prediction, target, RANGE, counts)) == pytest.approx(expected)
    everywhere = weighted_rmse(prediction, target, RANGE, torch.ones(1, 10))
    assert float(everywhere) == pytest.approx(((0.09 + 0.16) / 4) ** 0.5)


def test_bins_cover_the_scale_and_what_lies_beyond():
    target = torch.tensor([[[0.0, 0.55], [1.0, torch.nan], [1.2, -0.1]]])
    counts = count_bins(target, (0.0, 1.0))
    assert counts[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert counts[1].tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("constant", [True, False])
def test_the_gradient_is_finite_for_constants_and_for_perfect_predictions(constant):
    target = torch.full((3, 2), 0.5) if constant else torch.rand(3, 2)
    prediction = target.clone().requires_grad_()
    affect_loss(affect_terms(prediction, target, RANGE)).backward()
    assert torch.isfinite(prediction.grad).all()


def test_a_label_that_is_not_rated_is_left_out(pair):
    prediction, target = pair
    target[..., 1] = torch.nan
    both, alone = (affect_terms(prediction[..., :n], target[..., :n], RANGE) for n in (2, 1))
    for name, value in alone.items():
        torch.testing.assert_close(both[name], value)
    nothing = affect_terms(prediction, torch.full_like(target, torch.nan), RANGE)
    assert all(float(value) == 0 for value in nothing.values())
