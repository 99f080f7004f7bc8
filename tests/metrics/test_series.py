"""rmse, mae, pcc, ccc and rmse_joint against audmetric, scikit-learn, a literal formula and by hand."""

import audmetric
import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

import emotrace
from emotrace.errors import InputError
from emotrace.metrics import ccc, mae, pcc, rmse, rmse_joint

ALL = [rmse, mae, pcc, ccc]
REFERENCE = {
    ccc: audmetric.concordance_cc,
    pcc: audmetric.pearson_cc,
    rmse: lambda t, p: root_mean_squared_error(t, p),
    mae: lambda t, p: mean_absolute_error(t, p),
}
CHANGES = {
    "as they are": lambda t, p: (t, p),
    "shifted": lambda t, p: (t, p + 0.7),
    "scaled": lambda t, p: (t, 0.2 * p),
    "negative": lambda t, p: (t, -p),
    "short": lambda t, p: (t[:2], p[:2]),
    "far from zero": lambda t, p: (t + 1e6, p + 1e6),
    "of float32": lambda t, p: (t.astype(np.float32), p.astype(np.float32)),
}


@pytest.fixture
def pair(rng):
    target = np.cumsum(rng.normal(size=500)) / 20
    return target, 0.8 * target + rng.normal(size=500) / 5


@pytest.mark.parametrize("metric", ALL)
@pytest.mark.parametrize("change", CHANGES)
def test_agrees_with_other_tools(metric, change, pair):
    target, prediction = CHANGES[change](*pair)
    as_double = np.asarray(target, np.float64), np.asarray(prediction, np.float64)
    assert metric(target, prediction) == pytest.approx(REFERENCE[metric](*as_double), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("metric", ALL)
def test_nan_is_left_out_in_pairs(metric, pair):
    target, prediction = (values.copy() for values in pair)
    target[::3] = np.nan
    prediction[::5] = np.nan
    known = np.isfinite(target) & np.isfinite(prediction)
    assert metric(target, prediction) == pytest.approx(metric(target[known], prediction[known]), abs=1e-12)
    assert known.sum() < len(target)
    assert ccc(target, prediction) == pytest.approx(
        audmetric.concordance_cc(target, prediction, ignore_nan=True), abs=1e-12
    )


def test_ccc_is_lins_formula_with_population_moments():
    # means 2 and 3, variances 2/3 and 8/3 (1/n), covariance 4/3: 2*4/3 / (2/3 + 8/3 + 1) = 8/13
    assert ccc([1, 2, 3], [1, 3, 5]) == pytest.approx(8 / 13, abs=1e-12)


def test_errors_by_hand():
    # errors 0, 0, 3, -1: squares 10/4, absolute 4/4
    assert rmse([0, 1, 2, 1], [0, 1, 5, 0]) == pytest.approx(2.5**0.5, abs=1e-12)
    assert mae([0, 1, 2, 1], [0, 1, 5, 0]) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("metric", [pcc, ccc])
def test_perfect_is_one_and_mirrored_is_minus_one(metric, pair):
    target = pair[0] - pair[0].mean()
    assert metric(target, target) == pytest.approx(1.0, abs=1e-12)
    assert metric(target, -target) == pytest.approx(-1.0, abs=1e-12)


def test_shift_and_scale_lower_ccc_and_leave_pcc(pair):
    target = pair[0]
    assert ccc(target, target + 0.5) < 1 and ccc(target, 2 * target) < 1
    assert pcc(target, target + 0.5) == pytest.approx(1) and pcc(target, 2 * target) == pytest.approx(1)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1 / 3, -1e6])
def test_constant_series(constant):
    same, varied = np.full(7, constant), np.arange(7.0)
    assert np.isnan(ccc(same, same)) and np.isnan(pcc(same, same))
    assert np.isnan(pcc(varied, same)) and np.isnan(pcc(same, varied))
    assert ccc(varied, same) == pytest.approx(0, abs=1e-12)
    assert ccc(same, same + 1) == 0
    assert rmse(same, same) == 0 and mae(same, same) == 0


@pytest.mark.parametrize("metric", ALL)
def test_too_short_is_nan(metric):
    assert np.isnan(metric([], []))
    assert np.isnan(metric([np.nan, 1.0], [1.0, np.nan]))


def test_one_sample_has_an_error_but_no_correlation():
    assert rmse([1.0], [3.0]) == 2 and mae([1.0], [3.0]) == 2
    assert np.isnan(pcc([1.0], [3.0])) and np.isnan(ccc([1.0], [3.0]))


@pytest.mark.parametrize("metric", ALL)
def test_bad_input_is_refused(metric):
    with pytest.raises(InputError, match="target has 3 samples and prediction 2"):
        metric([1, 2, 3], [1, 2])
    with pytest.raises(InputError, match=r"prediction has shape \(2, 1\); expected one row"):
        metric([1, 2], [[1], [2]])
    with pytest.raises(InputError, match="target is not an array of numbers"):
        metric(["calm", "angry"], [1, 2])
    with pytest.raises(InputError, match="prediction holds 1 infinite values"):
        metric([1, 2], [1, np.inf])


def test_rmse_joint_is_equation_11_and_the_root_of_summed_squares(rng):
    target, prediction = rng.normal(size=(2, 300, 2))
    literal = np.sqrt(np.mean(np.sum((prediction - target) ** 2, axis=1)))
    assert rmse_joint(target, prediction) == pytest.approx(literal, abs=1e-12)
    e_a, e_v = (rmse(target[:, i], prediction[:, i]) for i in (0, 1))
    assert rmse_joint(target, prediction) == pytest.approx(np.hypot(e_a, e_v), abs=1e-12)


def test_rmse_joint_of_the_paper():
    # nguyen2020, Table III, last row: E_a 0.474, E_v 0.187 give E_av 0.510
    target, prediction = np.zeros((4, 2)), np.tile([0.474, 0.187], (4, 1))
    assert rmse_joint(target, prediction) == pytest.approx(0.510, abs=5e-4)  # printed with 3 decimals


def test_rmse_joint_leaves_out_each_dimension_for_itself():
    target = [[0.0, np.nan], [0.0, 0.0]]
    assert rmse_joint(target, [[3.0, 9.0], [3.0, 4.0]]) == 5.0
    assert np.isnan(rmse_joint([[0.0, np.nan]], [[1.0, 1.0]]))


def test_rmse_joint_refuses_other_shapes():
    with pytest.raises(InputError, match=r"expected \(n, dimension\) for both"):
        rmse_joint([1, 2], [1, 2])
    with pytest.raises(InputError, match=r"expected \(n, dimension\) for both"):
        rmse_joint([[1, 2]], [[1, 2, 3]])
    with pytest.raises(InputError, match="target has 1 samples and prediction 2"):
        rmse_joint([[1, 2]], [[1, 2], [3, 4]])


def test_public_as_emotrace_metrics():
    assert emotrace.metrics.ccc([0, 1, 2], [0, 1, 2]) == 1.0
