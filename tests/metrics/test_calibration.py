"""Log losses against scikit-learn, the calibration error against a literal second form, and bad input."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from emotrace.errors import InputError
from emotrace.metrics import calibration_error, log_losses


def test_log_losses_agree_with_scikit_learn(rng):
    shares, target = rng.dirichlet(np.ones(5), 300), rng.integers(5, size=300)
    mean = log_loss(target, shares, labels=range(5))
    assert log_losses(target, shares).mean() == pytest.approx(mean, abs=1e-12)


def test_a_probability_of_0_costs_what_one_of_a_millionth_does():
    assert log_losses([0], [[0.0, 1.0]])[0] == pytest.approx(np.log(1e6))
    np.testing.assert_array_equal(log_losses([1.0, np.nan], [[0.0, 1.0], [0.5, 0.5]]), [0.0, np.nan])


def literal(right, confidence):
    error, n = 0.0, len(right)
    for k in range(10):
        low, high = k / 10, (k + 1) / 10
        inside = [i for i in range(n) if low < confidence[i] <= high or (k == 0 and confidence[i] == 0)]
        if inside:
            share = np.mean([right[i] for i in inside])
            error += len(inside) / n * abs(share - np.mean([confidence[i] for i in inside]))
    return error


def test_the_calibration_error_is_that_of_its_definition(rng):
    confidence = rng.random(400)
    right = rng.random(400) < confidence**2
    error = calibration_error(right, confidence)
    assert error == pytest.approx(literal(right, confidence), abs=1e-12) and error > 0.1


def test_confidence_that_is_accuracy_has_no_error():
    assert calibration_error([True, False, True, True], [0.75] * 4) == 0
    assert calibration_error([True, False], [1.0, 0.0]) == 0
    assert calibration_error([False], [1.0]) == 1
    assert calibration_error([True, True], [0.75, np.nan]) == 0.25
    assert np.isnan(calibration_error([], [])) and np.isnan(calibration_error([True], [np.nan]))


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="target has 1 samples and prediction 2"):
        log_losses([0], [[1.0], [1.0]])
    with pytest.raises(InputError, match=r"shape \(1, 2\), and target goes from 0 to 2; expected \(sample"):
        log_losses([2], [[0.5, 0.5]])
    with pytest.raises(InputError, match="target has 2 samples and prediction 1"):
        calibration_error([True, False], [0.5])
