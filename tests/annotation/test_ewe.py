"""Weighted means of raters: the vector of three variants, missing ratings, raters who disagree."""

import numpy as np
import pytest

from emotrace.annotation.ewe import (
    ewe,
    ewe_loo,
    ewe_pairwise,
    fuse_ewe,
    fuse_ewe_loo,
    fuse_ewe_pairwise,
    weighted_mean,
)
from emotrace.errors import InputError

RATINGS = np.array([[0, 0.1, 0.3, 0.4, 0.2, 0], [0.1, 0.1, 0.2, 0.5, 0.3, 0.1], [-0.2, -0.1, 0, 0.3, 0.4, 0]])
ALL = (fuse_ewe, fuse_ewe_loo, fuse_ewe_pairwise)


@pytest.mark.parametrize(
    ("method", "gold"),
    [
        (ewe, [-0.03161, 0.033584, 0.16557, 0.401598, 0.301222, 0.034806]),
        (ewe_loo, [-0.024245, 0.038139, 0.169594, 0.406685, 0.299476, 0.037615]),
        (ewe_pairwise, [-0.026691, 0.037166, 0.169606, 0.404726, 0.298977, 0.036143]),
    ],
)
def test_vector_worked_by_hand(method, gold):
    np.testing.assert_allclose(method(RATINGS), gold, atol=1e-6)


@pytest.mark.parametrize(
    ("fuse", "agreements"),
    [
        (fuse_ewe, [0.883628, 0.961534, 0.917389]),
        (fuse_ewe_loo, [0.770103, 0.920941, 0.757273]),
        (fuse_ewe_pairwise, [0.756224, 0.842546, 0.73237]),
    ],
)
def test_shares_are_the_agreements_scaled_to_one(fuse, agreements):
    np.testing.assert_allclose(fuse(RATINGS).weights, np.array(agreements) / sum(agreements), atol=1e-6)


@pytest.mark.parametrize("fuse", ALL)
def test_a_rater_with_a_turned_sign_gets_no_weight(fuse, rng):
    truth = rng.normal(size=200).cumsum()
    ratings = np.stack([truth, truth + rng.normal(size=200), truth + rng.normal(size=200), -truth])
    fused = fuse(ratings)
    assert fused.weights[3] == 0 and fused.weights[:3].min() > 0.3
    np.testing.assert_allclose(fused.weights.sum(), 1)


@pytest.mark.parametrize("fuse", ALL)
def test_a_constant_rater_gets_no_weight(fuse):
    assert fuse([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.5, 0.5, 0.5]]).weights[2] == 0


@pytest.mark.parametrize("fuse", ALL)
def test_the_order_of_raters_does_not_matter(fuse, rng):
    ratings = rng.normal(size=100).cumsum() + rng.normal(size=(4, 100))
    order = [2, 0, 3, 1]
    one, other = fuse(ratings), fuse(ratings[order])
    np.testing.assert_allclose(one.values, other.values, atol=1e-12)
    np.testing.assert_allclose(one.weights[order], other.weights, atol=1e-12)


def test_where_raters_are_missing_the_others_share_their_weight():
    ratings = np.array([[0.0, 1.0, 2.0, np.nan], [0.0, 1.0, np.nan, np.nan]])
    # both agree wholly over what both rated, so both weigh 1/2: 0, 1, then the first alone, then nobody
    np.testing.assert_array_equal(ewe(ratings), [0.0, 1.0, 2.0, np.nan])


def test_nobody_with_a_weight_is_nan():
    found = weighted_mean(np.array([[np.nan, 1.0], [5.0, 5.0]]), np.array([1.0, 0.0]))
    np.testing.assert_array_equal(found, [np.nan, 1.0])


def test_raters_who_contradict_each_other_are_refused():
    with pytest.raises(InputError, match=r"no rater agrees with the others \(agreements -1.000, -1.000\)"):
        ewe_pairwise([[0.0, 1.0], [1.0, 0.0]])


def test_constant_raters_are_refused():
    with pytest.raises(InputError, match=r"look for a rater whose sign is turned.*or use the method mean"):
        ewe([[1.0, 1.0], [2.0, 2.0]])


@pytest.mark.parametrize("method", [ewe, ewe_loo, ewe_pairwise])
def test_one_rater_is_refused(method):
    with pytest.raises(InputError, match="holds values of 1 raters; expected at least 2"):
        method([[0.0, 1.0], [np.nan, np.nan]])
