"""The evaluator weighted estimator of the MuSe-Toolbox: its test vector, its roundings, its odd cases."""

import numpy as np
import pytest

from emotrace.annotation.muse_ewe import fuse_muse_ewe, muse_ewe, muse_weights
from emotrace.errors import InputError

VECTOR = np.array(
    [[0, 0.1, 0.3, 0.4, 0.2, 0], [0.1, 0.1, 0.2, 0.5, 0.3, 0.1], [-0.2, -0.1, 0, 0.3, 0.4, 0]], dtype=float
)


def test_vector_of_the_corpora_notes():
    """CORPORA.md section 11.8."""
    fused = fuse_muse_ewe(VECTOR)
    assert np.array_equal(fused.values, [-0.022, 0.042, 0.176, 0.407, 0.295, 0.036])
    assert np.array_equal(fused.weights.round(6), [0.348114, 0.362447, 0.289438])


def literal_weights(ratings):
    found = []
    for r, x in enumerate(ratings):
        concordances = []
        for s, y in enumerate(ratings):
            if s != r:
                n = len(x)
                variance_x = sum((x - x.mean()) ** 2) / (n - 1)
                variance_y = sum((y - y.mean()) ** 2) / (n - 1)
                covariance = sum((x - x.mean()) * (y - y.mean())) / n
                scale = variance_x + variance_y + (x.mean() - y.mean()) ** 2
                concordances.append(round(2 * covariance / scale, 4))
        found.append(max(np.mean(concordances), 0.0))
    return np.array(found) / sum(found)


def test_weights_are_the_literal_ones(rng):
    for _ in range(20):
        ratings = rng.standard_normal(30) + rng.standard_normal((5, 30))
        assert np.allclose(muse_weights(ratings), literal_weights(ratings), atol=1e-12)


def test_it_is_rounded_after_each_rater(rng):
    ratings = 0.3 * rng.standard_normal(50) + 0.1 * rng.standard_normal((4, 50))
    fused = fuse_muse_ewe(ratings)
    total = np.zeros(50)
    for rater, weight in zip(ratings, fused.weights, strict=True):
        total = np.round(total + weight * rater, 3)
    assert np.array_equal(fused.values, total)
    assert np.abs(fused.values - fused.weights @ ratings).max() <= 4 * 0.0005 + 1e-12


def test_rater_against_the_others_and_constant_rater_have_weight_0(rng):
    base = rng.standard_normal(40)
    ratings = np.stack([base, base + 0.1 * rng.standard_normal(40), -base, np.full(40, 0.2)])
    assert np.array_equal(muse_weights(ratings)[2:] > 0, [False, False])


def test_two_equal_constants_have_weight_0(rng):
    base = rng.standard_normal(40)
    ratings = np.stack([base, base + 0.1 * rng.standard_normal(40), np.full(40, 0.2), np.full(40, 0.2)])
    assert np.array_equal(muse_weights(ratings)[2:], [0.0, 0.0])


def test_missing_at_a_time_is_nan_there_and_left_out_elsewhere():
    with_gap = np.insert(VECTOR, 3, [0.2, np.nan, 0.1], axis=1)
    assert np.array_equal(muse_ewe(with_gap), np.insert(muse_ewe(VECTOR), 3, np.nan), equal_nan=True)


def test_one_rater_is_refused():
    with pytest.raises(InputError, match="holds values of 1 raters; expected at least 2"):
        muse_ewe([[0.0, 1.0, 2.0]])


def test_one_common_time_is_refused():
    with pytest.raises(InputError, match="1 times at which all 2 raters rated"):
        muse_ewe([[0.0], [1.0]])


def test_no_agreement_is_refused(rng):
    base = rng.standard_normal(20)
    with pytest.raises(InputError, match="no rater agrees with the others"):
        muse_ewe([base, -base])
