"""CCC centring: a hand-worked vector, what centring leaves alone, and what it refuses."""

import numpy as np
import pytest

from emotrace.annotation.ccc_centring import ccc_centring, centre_ratings
from emotrace.errors import InputError

RATINGS = np.array([[0, 0.1, 0.3, 0.4, 0.2, 0], [0.1, 0.1, 0.2, 0.5, 0.3, 0.1], [-0.2, -0.1, 0, 0.3, 0.4, 0]])
GOLD = [-0.027208, 0.039458, 0.172792, 0.406125, 0.306125, 0.039458]


def test_vector_worked_by_hand():
    # agreements .673924 .695353 .55, means .166667 .216667 .066667, so the common mean is .156125
    np.testing.assert_allclose(ccc_centring(RATINGS), GOLD, atol=1e-6)


def test_centred_raters_share_the_common_mean_and_keep_their_shape():
    centred = centre_ratings(RATINGS)
    np.testing.assert_allclose(centred.mean(axis=1), 0.156125, atol=1e-6)
    np.testing.assert_allclose(np.diff(centred), np.diff(RATINGS), atol=1e-12)


def test_literal_second_implementation(rng):
    ratings = rng.normal(size=40).cumsum() + rng.normal(size=(4, 40)) + rng.normal(size=(4, 1))
    weights = []
    for a in range(4):
        values = []
        for b in range(4):
            if a != b:
                x, y = ratings[a], ratings[b]
                covariance = np.mean(x * y) - np.mean(x) * np.mean(y)
                values.append(2 * covariance / (np.var(x) + np.var(y) + (np.mean(x) - np.mean(y)) ** 2))
        weights.append(sum(values) / 3)
    offset = sum(w * m for w, m in zip(weights, ratings.mean(axis=1), strict=True)) / sum(weights)
    np.testing.assert_allclose(ccc_centring(ratings), ratings.mean(0) - ratings.mean() + offset, atol=1e-12)


def test_not_rated_is_left_out():
    ratings = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 1.0, np.nan, np.nan], [0.0, 1.0, 0.0, np.nan]])
    assert np.isfinite(ccc_centring(ratings)).all()
    ratings[:, 1] = np.nan
    gold = ccc_centring([[0.0, np.nan, 1.0, 0.5], [0.0, np.nan, 1.0, 0.5]])
    np.testing.assert_allclose(gold, [0, np.nan, 1, 0.5])


def test_raters_against_each_other_are_refused():
    with pytest.raises(InputError, match="agreements sum to"):
        ccc_centring([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])


@pytest.mark.parametrize("ratings", [np.zeros(5), np.zeros((1, 5)), np.zeros((3, 1))])
def test_wrong_shape_is_refused(ratings):
    with pytest.raises(InputError, match="expected \\(rater, time\\)"):
        ccc_centring(ratings)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_rater_without_numbers_is_refused(bad):
    with pytest.raises(InputError, match="without any value"):
        centre_ratings([[0.0, 1.0, 0.5], [bad] * 3])
