"""Moments of parts pool into those of the concatenation, whatever the weights."""

import numpy as np
import pytest

from emotrace.metrics import Moments, ccc, icc, mae, pcc, rmse


@pytest.fixture
def parts(rng):
    pairs = []
    for length in (2, 40, 1, 300, 0):
        target = rng.normal(size=length) + rng.normal() + 5
        pairs.append((target, 0.5 * target + rng.normal(size=length)))
    pairs[1][0][::4] = np.nan
    return pairs


@pytest.mark.parametrize("weights", [[1, 1, 1, 1, 1], [0, 3, 1, 2, 4], [0, 0, 2, 0, 0], [0, 0, 0, 0, 1]])
def test_pooled_is_concatenated(parts, weights):
    pooled = Moments.stack([Moments.of(*part) for part in parts]).pool(weights)
    repeated = [part for part, weight in zip(parts, weights, strict=True) for _ in range(weight)]
    whole = [np.concatenate(series) for series in zip(*repeated, strict=True)]
    for metric in (rmse, mae, pcc, ccc):
        value = float(getattr(pooled, metric.__name__)())
        assert value == pytest.approx(metric(*whole), rel=1e-10, nan_ok=True)


def test_icc_is_the_form_3_1_of_the_two_series(parts):
    for part in (parts[1], parts[3]):
        assert float(Moments.of(*part).icc()) == pytest.approx(icc(*part, "icc_3_1"), rel=1e-10)
    assert np.isnan(Moments.of([1.0], [1.0]).icc())
    assert np.isnan(Moments.of([1.0, 1.0], [2.0, 2.0]).icc())


def test_many_draws_at_once(parts, rng):
    stacked = Moments.stack([Moments.of(*part) for part in parts])
    draws = rng.integers(0, 3, size=(20, len(parts)))
    together = stacked.pool(draws).ccc()
    assert together.shape == (20,)
    for value, weights in zip(together, draws, strict=True):
        assert value == pytest.approx(float(stacked.pool(weights).ccc()), nan_ok=True)


def test_rounding_does_not_make_a_constant_vary():
    part = Moments.of(np.full(7, 0.1), np.arange(7.0) / 3)
    pooled = Moments.stack([part, part, part]).pool([[1, 2, 5], [3, 3, 1]])
    assert np.isnan(pooled.pcc()).all()
    constant = Moments.of(np.full(7, 0.1), np.full(7, 0.1))
    assert np.isnan(Moments.stack([constant] * 3).pool([[1, 2, 5]]).ccc()).all()
