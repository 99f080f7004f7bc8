"""Correlations in pieces: against the metrics and SciPy, with gaps, and where a unit stands still."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from emotrace.insight.comoments import Comoments, joined, spearman
from emotrace.metrics import pcc


def test_correlations_are_those_of_the_metrics(rng):
    x, y = rng.normal(size=(50, 4)), rng.normal(size=(50, 3))
    y[rng.random(y.shape) < 0.3] = np.nan
    found = Comoments.of(x, y).correlation()
    expected = [[pcc(y[:, m], x[:, u]) for u in range(4)] for m in range(3)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("cuts", [(1, 2, 3), (30,), (10, 10, 40)])
def test_pieces_join_to_the_whole(rng, cuts):
    x, y = rng.normal(3, 1, size=(60, 5)), rng.normal(-7, 2, size=(60, 2))
    y[:20, 1] = np.nan  # a piece of which nothing is known
    edges, whole = [0, *cuts, 60], Comoments.of(x, y)
    parts = None
    for first, last in pairwise(edges):
        if first < last:
            parts = joined(parts, Comoments.of(x[first:last], y[first:last]))
    for name in ("count", "mean_x", "mean_y", "square_x", "square_y", "product"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), atol=1e-9, err_msg=name)


def test_a_gate_near_1_loses_no_digits(rng):
    signal = rng.normal(size=(1000, 1))
    gate = (0.999 + 1e-5 * signal).astype(np.float32)  # float32 keeps 1.7e-8 of 0.999: 0.2 % of the deviation
    parts = None
    for piece in range(0, 1000, 100):
        parts = joined(parts, Comoments.of(gate[piece : piece + 100], signal[piece : piece + 100]))
    assert parts.correlation()[0, 0] == pytest.approx(1, abs=1e-4)


def test_what_stands_still_has_no_correlation(rng):
    noise = rng.normal(size=(20, 1))
    flicker = np.float32(1) - np.float32(6e-8) * rng.integers(0, 2, (20, 1))  # the last bit of float32
    x = np.column_stack([noise, np.ones(20), flicker])
    y = np.column_stack(
        [noise, np.full(20, 3.0), np.full(20, np.nan), np.where(np.arange(20) == 4, 1, np.nan)]
    )
    found = Comoments.of(x, y).correlation()
    assert found[0, 0] == pytest.approx(1)
    found[0, 0] = np.nan
    assert np.isnan(found).all()


def test_ranks_are_those_of_scipy(rng):
    x, y = rng.normal(size=(40, 3)).round(1), rng.normal(size=(40, 3))
    y[:10, 1] = np.nan
    y[1:, 2] = np.nan
    found = spearman(x, y)
    for measure in (0, 1):
        known = np.isfinite(y[:, measure])
        expected = [stats.spearmanr(x[known, u], y[known, measure]).statistic for u in range(3)]
        np.testing.assert_allclose(found[measure], expected, atol=1e-12)
    assert np.isnan(found[2]).all()
