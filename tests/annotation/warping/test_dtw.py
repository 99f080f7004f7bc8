"""Dynamic time warping against a literal one, its path, its band."""

import numpy as np
import pytest

from emotrace.annotation.warping.dtw import dtw, dtw_distance
from emotrace.errors import InputError


def literal(x, y):
    """The recursion of CORPORA.md section 11.5, pair by pair."""
    cost = np.full((len(x) + 1, len(y) + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            best = min(cost[i - 1, j - 1], cost[i - 1, j], cost[i, j - 1])
            cost[i, j] = (x[i - 1] - y[j - 1]) ** 2 + best
    return cost[-1, -1]


def literal_banded(x, y, band):
    """The same, with pairs further than `band` beside the diagonal left out; equal lengths."""
    cost = np.full((len(x) + 1, len(y) + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(1, len(x) + 1):
        for j in range(max(1, i - band), min(len(y), i + band) + 1):
            best = min(cost[i - 1, j - 1], cost[i - 1, j], cost[i, j - 1])
            cost[i, j] = (x[i - 1] - y[j - 1]) ** 2 + best
    return cost[-1, -1]


def check_path(path, x, y, cost):
    assert path[0].tolist() == [0, 0] and path[-1].tolist() == [len(x) - 1, len(y) - 1]
    moves = {tuple(move) for move in np.diff(path, axis=0).tolist()}
    assert moves <= {(1, 1), (1, 0), (0, 1)}
    assert np.isclose(((x[path[:, 0]] - y[path[:, 1]]) ** 2).sum(), cost, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("lengths", [(1, 1), (1, 6), (6, 1), (2, 2), (17, 17), (9, 30), (30, 9), (25, 26)])
def test_unbanded_is_the_literal_recursion(rng, lengths):
    for _ in range(5):
        x, y = rng.standard_normal(lengths[0]), rng.standard_normal(lengths[1])
        path, cost = dtw(x, y)
        assert np.isclose(cost, literal(x, y), rtol=1e-12)
        assert dtw_distance(x, y) == cost
        check_path(path, x, y, cost)


@pytest.mark.parametrize("band", [0, 1, 3, 10])
def test_banded_is_the_literal_recursion_in_the_band(rng, band):
    x, y = rng.standard_normal((2, 40))
    path, cost = dtw(x, y, band)
    check_path(path, x, y, cost)
    assert np.abs(path[:, 0] - path[:, 1]).max() <= band
    assert np.isclose(cost, literal_banded(x, y, band), rtol=1e-12)
    assert dtw_distance(x, y, band) == cost


def test_no_room_in_the_band_is_the_plain_distance(rng):
    x, y = rng.standard_normal((2, 40))
    assert np.isclose(dtw_distance(x, y, 0), ((x - y) ** 2).sum(), rtol=1e-12)


@pytest.mark.parametrize("lengths", [(30, 30), (20, 33), (33, 20)])
def test_wide_enough_a_band_is_none(rng, lengths):
    x, y = rng.standard_normal(lengths[0]), rng.standard_normal(lengths[1])
    path, cost = dtw(x, y, 33)
    free_path, free_cost = dtw(x, y)
    assert cost == free_cost and np.array_equal(path, free_path)


@pytest.mark.parametrize("lengths", [(5, 50), (50, 5), (1, 50), (2, 50), (7, 8)])
def test_band_that_is_too_narrow_for_the_lengths_is_widened(rng, lengths):
    x, y = rng.standard_normal(lengths[0]), rng.standard_normal(lengths[1])
    path, cost = dtw(x, y, 0)
    assert np.isfinite(cost)
    check_path(path, x, y, cost)


def test_cost_is_the_same_either_way_round(rng):
    x, y = rng.standard_normal((2, 60))
    assert np.isclose(dtw_distance(x, y, 7), dtw_distance(y, x, 7), rtol=1e-12)


def test_equal_series_go_together(rng):
    x = rng.standard_normal(50)
    path, cost = dtw(x, x)
    assert cost == 0.0 and np.array_equal(path[:, 0], path[:, 1]) and len(path) == 50
    assert len(dtw(np.zeros(9), np.zeros(9))[0]) == 9  # of equal ways the one in which both go on


def test_memory_of_an_hour_grows_with_the_band():
    import tracemalloc

    x = np.sin(np.arange(90_000) / 500.0)
    tracemalloc.start()
    dtw(x, x, 100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # 90,000 * 201 bytes of moves, the path and some series; all pairs would be 8.1 GB


@pytest.mark.parametrize("bad", [[], [[0.0, 1.0]], 1.0])
def test_shapes_are_checked(bad):
    with pytest.raises(InputError, match=r"second has shape .* one series \(time,\) that is not empty"):
        dtw([0.0, 1.0], bad)


def test_nan_is_refused():
    with pytest.raises(InputError, match="first holds NaN or infinite values; leave those times out"):
        dtw_distance([0.0, np.nan], [0.0])


def test_band_below_0_is_refused():
    with pytest.raises(InputError, match="band is -1; expected 0 samples or more, or None"):
        dtw([0.0], [0.0], -1)
