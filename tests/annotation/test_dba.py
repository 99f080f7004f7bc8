"""The barycentre under time warping: copies, shifted bumps, medoid, gaps, bad input."""

import itertools

import numpy as np
import pytest

from emotrace.annotation.dba import dba
from emotrace.annotation.mean import mean
from emotrace.annotation.warping.dtw import dtw, dtw_distance
from emotrace.errors import ConfigError, InputError


def bump(centre, length=200, width=8.0):
    return np.exp(-(((np.arange(length) - centre) / width) ** 2))


def test_copies_of_a_series_are_the_series(rng):
    series = rng.standard_normal(100)
    assert np.array_equal(dba(np.stack([series] * 4)), series)


def test_shifted_bumps_keep_their_height_where_the_mean_flattens():
    ratings = np.stack([bump(centre) for centre in (80, 95, 110, 125)])
    fused = dba(ratings)
    assert mean(ratings).max() < 0.6
    assert fused.max() > 0.98
    assert 80 <= fused.argmax() <= 125


def literal(ratings, iterations):
    costs = [sum(dtw_distance(one, other) for other in ratings) for one in ratings]
    centre = ratings[int(np.argmin(costs))]
    for _ in range(iterations):
        laid = [[] for _ in centre]
        for one in ratings:
            for i, j in dtw(centre, one)[0]:
                laid[i].append(one[j])
        centre = np.array([np.mean(values) for values in laid])
    return centre


@pytest.mark.parametrize("iterations", [0, 1, 4])
def test_as_a_literal_one(rng, iterations):
    ratings = rng.standard_normal((4, 30)).cumsum(axis=1)
    assert np.allclose(
        dba(ratings, iterations=iterations, band=None), literal(ratings, iterations), atol=1e-12
    )


def test_each_round_lowers_the_sum_of_distances(rng):
    ratings = rng.standard_normal((5, 60)).cumsum(axis=1)
    sums = []
    for iterations in range(8):
        centre = dba(ratings, iterations=iterations, band=10)
        sums.append(sum(dtw_distance(centre, one, 10) for one in ratings))
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(sums))
    assert sums[-1] < sums[0]


def test_narrow_band_holds_raters_in_place():
    ratings = np.stack([bump(60), bump(140)])
    assert dba(ratings, band=0).max() < 0.6  # no time to move: the mean
    assert np.allclose(dba(ratings, band=0), mean(ratings), atol=1e-12)
    assert dba(ratings, band=100).max() > 0.98


def test_wide_band_is_none(rng):
    ratings = rng.standard_normal((3, 50)).cumsum(axis=1)
    assert np.array_equal(dba(ratings, band=50), dba(ratings, band=None))


def test_same_input_same_output(rng):
    ratings = rng.standard_normal((3, 50)).cumsum(axis=1)
    assert np.array_equal(dba(ratings), dba(ratings))


def test_missing_at_a_time_is_nan_there_and_left_out_elsewhere(rng):
    ratings = rng.standard_normal((3, 30)).cumsum(axis=1)
    with_gap = np.insert(ratings, 10, [0.5, np.nan, 0.1], axis=1)
    assert np.array_equal(dba(with_gap), np.insert(dba(ratings), 10, np.nan), equal_nan=True)


def test_one_rater_one_time_and_constants():
    assert dba([[0.0, 2.0, 1.0]]).tolist() == [0.0, 2.0, 1.0]
    assert dba([[1.0], [3.0]]).tolist() == [2.0]
    assert dba([[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]).tolist() == [0.5, 0.5, 0.5]


def test_numbers_are_checked():
    with pytest.raises(ConfigError, match="iterations is -1; expected 0 or more"):
        dba([[0.0, 1.0]], iterations=-1)
    with pytest.raises(ConfigError, match="band is -1; expected 0 samples or more"):
        dba([[0.0, 1.0], [0.0, 1.0]], band=-1)


def test_no_common_time_is_refused():
    with pytest.raises(InputError, match="ratings has 0 times at which all 2 raters rated"):
        dba([[np.nan, 1.0], [0.0, np.nan]])
