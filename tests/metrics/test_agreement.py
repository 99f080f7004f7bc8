"""The six intraclass correlations against pingouin, the table of Shrout and Fleiss, and by hand."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from emotrace.errors import InputError
from emotrace.metrics import ICC_FORMS, ccc, icc, icc_1_1, icc_2_1, icc_3_1

NAMES = {
    "icc_1_1": "ICC(1,1)",
    "icc_2_1": "ICC(A,1)",
    "icc_3_1": "ICC(C,1)",
    "icc_1_k": "ICC(1,k)",
    "icc_2_k": "ICC(A,k)",
    "icc_3_k": "ICC(C,k)",
}
# Shrout and Fleiss (1979), Table 2: six targets, four judges; Table 4: the six coefficients
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
PRINTED = {
    "icc_1_1": 0.17,
    "icc_2_1": 0.29,
    "icc_3_1": 0.71,
    "icc_1_k": 0.44,
    "icc_2_k": 0.62,
    "icc_3_k": 0.91,
}


def of_pingouin(ratings):
    n, k = ratings.shape
    long = pd.DataFrame(
        {"target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n), "value": ratings.ravel()}
    )
    table = pingouin.intraclass_corr(long, targets="target", raters="rater", ratings="value")
    return table.set_index("Type")["ICC"]


@pytest.fixture
def ratings(rng):
    return rng.normal(size=(60, 1)) + rng.normal(size=(60, 4)) / 2 + np.array([0.0, 0.3, -0.2, 1.0])


@pytest.mark.parametrize("form", ICC_FORMS)
def test_shrout_and_fleiss(form):
    assert ICC_FORMS[form](JUDGES) == pytest.approx(PRINTED[form], abs=0.005)  # printed with 2 decimals


@pytest.mark.parametrize("form", ICC_FORMS)
@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: x + 1e4,
        lambda x: 0.01 * x,
        lambda x: x[:2],
        lambda x: x[:, :2],
        lambda x: x * np.array([1, -1, 1, -1]),
        lambda x: x.astype(np.float32).astype(float),
    ],
    ids=["as they are", "shifted", "scaled", "short", "two raters", "contradicting", "rounded"],
)
def test_agrees_with_pingouin(form, change, ratings):
    x = change(ratings)
    expected = of_pingouin(x)[NAMES[form]]
    assert ICC_FORMS[form](x) == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert ICC_FORMS[form](x.astype(np.float64)) == ICC_FORMS[form](x.tolist())


def test_a_target_with_a_missing_rating_is_left_out(ratings):
    holed = ratings.copy()
    holed[::7, 1] = np.nan
    complete = ~np.isnan(holed).any(axis=1)
    assert complete.sum() < len(holed)
    for form in ICC_FORMS.values():
        assert form(holed) == form(ratings[complete])


def test_float32_input(ratings):
    single = ratings.astype(np.float32)
    for form in ICC_FORMS.values():
        assert form(single) == form(single.astype(np.float64))


def test_perfect_agreement_is_one_and_an_offset_costs_only_agreement():
    column = np.arange(5.0)
    assert all(form(np.stack([column, column], 1)) == pytest.approx(1) for form in ICC_FORMS.values())
    offset = np.stack([column, column + 3], 1)
    assert icc_3_1(offset) == pytest.approx(1)
    assert icc_1_1(offset) < icc_2_1(offset) < 0.5


@pytest.mark.parametrize("form", ICC_FORMS.values())
def test_short_and_constant_are_nan(form):
    assert np.isnan(form([[1.0, 2.0]]))
    assert np.isnan(form(np.full((6, 3), 0.1)))
    assert np.isnan(form([[1.0, np.nan], [2.0, 2.0]]))


def test_consistency_of_raters_who_never_move_is_nan():
    assert np.isnan(icc_3_1(np.tile([0.1, 0.7, 0.3], (9, 1))))


def test_pair_is_the_matrix_of_two_raters_and_nears_ccc(rng):
    target = rng.normal(size=2000)
    prediction = 0.7 * target + rng.normal(size=2000) / 3 + 0.4
    for name, form in ICC_FORMS.items():
        assert icc(target, prediction, name) == form(np.stack([target, prediction], 1))
    assert icc(target, prediction, "icc_2_1") == pytest.approx(ccc(target, prediction), abs=1e-3)  # n, n-1


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"ratings has shape \(3, 1\); expected \(target, rater\)"):
        icc_2_1([[1], [2], [3]])
    with pytest.raises(InputError, match="ratings is not an array of numbers"):
        icc_2_1([["a", "b"], ["c", "d"]])
    with pytest.raises(InputError, match=r"form is 'icc'; expected one of: icc_1_1, icc_2_1"):
        icc([1, 2], [1, 2], "icc")
    with pytest.raises(InputError, match="target has 2 samples and prediction 1"):
        icc([1, 2], [1], "icc_2_1")
