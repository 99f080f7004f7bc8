"""`features.sliding_windows`: windows around steps, their moments and slopes."""

import numpy as np
import pytest
from scipy import stats

from emotrace.errors import InputError
from emotrace.features import sliding_windows as module
from emotrace.features.sliding_windows import (
    moments,
    rising_and_falling,
    sliding_windows,
    slopes_of_rows,
)


def test_windows_are_centred_on_steps():
    # steps of 2 samples, windows of 4: one sample to each side of the step
    ((windows, known),) = sliding_windows(np.arange(6.0), np.ones(6, bool), size=4, hop=2, count=3)
    assert windows.tolist() == [[0, 0, 1, 2], [1, 2, 3, 4], [3, 4, 5, 0]]
    assert known.tolist() == [[False, True, True, True], [True] * 4, [True, True, True, False]]


def test_many_windows_come_in_pieces_and_are_the_same(rng, monkeypatch):
    values, good = rng.normal(size=100), rng.random(100) > 0.2
    ((whole, known),) = sliding_windows(values, good, 11, 1, 100)
    monkeypatch.setattr(module, "AT_ONCE", 30)
    parts = list(sliding_windows(values, good, 11, 1, 100))
    assert [len(one) for one, _ in parts] == [30, 30, 30, 10]
    np.testing.assert_array_equal(np.concatenate([one for one, _ in parts]), whole)
    np.testing.assert_array_equal(np.concatenate([one for _, one in parts]), known)


@pytest.mark.parametrize(("size", "hop"), [(4, 1), (2, 4)])
def test_windows_without_a_middle_are_refused(size, hop):
    with pytest.raises(InputError, match=f"windows of {size} samples every {hop} have no middle"):
        list(sliding_windows(np.zeros(9), np.ones(9, bool), size, hop, 2))


def test_moments_are_those_of_scipy_on_what_is_known(rng):
    windows, known = rng.gamma(2, size=(20, 50)) + 1000, rng.random((20, 50)) > 0.3
    found = moments(np.where(known, windows, 0), known)
    for row, one, there in zip(found, windows, known, strict=True):
        x = one[there]
        np.testing.assert_allclose(row, [x.mean(), x.std(), stats.skew(x), stats.kurtosis(x)], rtol=1e-6)


def test_moments_of_a_constant_and_of_nothing():
    found = moments(np.array([[3.3] * 4, [0.0] * 4]), np.array([[True] * 4, [False] * 4]))
    np.testing.assert_allclose(found[0], [3.3, 0, np.nan, np.nan], atol=1e-12)
    assert np.isnan(found[1]).all()


def test_rising_and_falling_parts():
    windows = np.array([[0.0, 1, 2, 3], [5, 5, 5, 5], [0, 9, 0, 2]])
    known = np.array([[True] * 4, [True] * 4, [True, False, True, True]])
    # known steps of the third row: 0 to 2 only
    assert rising_and_falling(windows, known, 10.0).tolist() == [[10, 0], [0, 0], [20, 0]]
    assert np.isnan(rising_and_falling(windows[:1], known[:1] & False, 10.0)).all()


def test_what_is_noise_of_rounding_neither_rises_nor_falls():
    level = 78.9 * np.array([[1.0, 1 + 3e-16, 1 - 2e-16, 1.0, 1 + 1e-12]])
    windows = np.concatenate([level, level, np.zeros_like(level)])
    windows[1, 4] += 0.5
    found = rising_and_falling(windows, np.ones((3, 5), bool), 10.0)
    np.testing.assert_allclose(found, [[0, 0], [5, 0], [0, 0]], rtol=1e-9)


def test_slopes_of_rows(rng):
    rows = np.column_stack([np.arange(20.0) * 0.04 * 3, rng.normal(size=20)])
    rows[10, 1] = np.nan
    slopes = slopes_of_rows(rows, 0.04, 2)
    np.testing.assert_allclose(slopes[:, 0], 3.0)
    assert np.flatnonzero(np.isnan(slopes[:, 1])).tolist() == [8, 12]
    assert slopes_of_rows(rows[:1], 0.04, 2).tolist() == [[0.0, 0.0]]
