"""Steps before fusion: resampling up, down and over gaps; smoothing at the ends; standardising."""

import numpy as np
import pytest
from scipy.signal import savgol_filter

from emotrace.annotation.steps import SMOOTHERS, odd_window, resample, smooth, standardise
from emotrace.errors import ConfigError, InputError

GAP = np.nan


def test_upward_is_linear_and_a_gap_stays_a_gap():
    times, values, how = resample([0.0, 1.0, 2.0, 3.0], [[0.0, 2.0, GAP, 4.0]], 2)
    assert how == "linear"
    np.testing.assert_allclose(times, [0, 0.5, 1, 1.5, 2, 2.5, 3])
    np.testing.assert_allclose(values, [[0, 1, 2, GAP, GAP, GAP, 4]])


def test_downward_is_the_mean_of_what_was_rated_in_a_step():
    times, values, how = resample(np.arange(6) / 10, [[0.0, 1.0, 2.0, GAP, GAP, GAP]], 5)
    assert how == "mean"
    np.testing.assert_allclose(times, [0, 0.2, 0.4])
    np.testing.assert_allclose(values, [[0.5, 2.0, GAP]])


def test_times_are_multiples_of_the_step_within_what_is_there():
    times, values, _ = resample([0.13, 0.63, 1.13], [[0.0, 0.5, 1.0]], 4)
    np.testing.assert_allclose(times, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(values, [[0.12, 0.37, 0.62, 0.87]])


def test_the_same_rate_changes_nothing(rng):
    values = rng.normal(size=(2, 500))
    times, same, _ = resample(np.arange(500) / 25, values, 25)
    np.testing.assert_array_equal(same, values)
    np.testing.assert_allclose(times, np.arange(500) / 25)


def test_a_single_row_stays():
    assert resample([1.0], [[3.0]], 25)[1].tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("times", "rate", "says"),
    [
        ([0.0, 1.0], 25, "expected one rising time per column"),
        ([0.0, 2.0, 1.0], 25, "expected one rising time per column"),
        ([0.0, 1.0, 2.0], 0, "rate_hz is 0; expected a number above 0"),
    ],
)
def test_bad_times_and_rates_are_refused(times, rate, says):
    with pytest.raises(InputError, match=says):
        resample(times, [[0.0, 1.0, 2.0]], rate)


def test_moving_average_cuts_its_window_at_ends_and_gaps():
    found = smooth([[3.0, 0.0, 3.0, GAP, 9.0]], "moving_average", 3.0, 1.0)
    np.testing.assert_allclose(found, [[1.5, 2.0, 1.5, GAP, 9.0]])


def test_median_takes_out_a_spike():
    np.testing.assert_allclose(smooth([[1.0, 9.0, 1.0, 2.0]], "median", 3.0, 1.0), [[5, 1, 2, 1.5]])


def test_savitzky_golay_is_that_of_scipy_and_treats_runs_alone(rng):
    values = rng.normal(size=50)
    gap = np.concatenate([values, [GAP], values, [GAP, 1.0, 2.0]])
    found = smooth([gap], "savitzky_golay", 0.28, 25)[0]
    np.testing.assert_allclose(found[:50], savgol_filter(values, 7, 3))
    np.testing.assert_allclose(found[51:101], found[:50])
    np.testing.assert_array_equal(found[[50, 101, 102, 103]], [GAP, GAP, 1.0, 2.0])  # too short a run stays


@pytest.mark.parametrize("name", SMOOTHERS)
def test_smoothing_moves_nothing_in_time_and_keeps_constants(name):
    symmetric = np.exp(-((np.arange(101) - 50.0) ** 2) / 50)
    found = smooth([symmetric, np.ones(101)], name, 0.37, 25)
    np.testing.assert_allclose(found[0], found[0][::-1], atol=1e-12)
    assert found[0][50] == pytest.approx(found[0].max(), abs=1e-12)
    np.testing.assert_allclose(found[1], 1.0)


def test_windows_are_odd():
    assert [odd_window(seconds, 25) for seconds in (0.01, 0.04, 0.08, 0.2, 1.0)] == [1, 1, 1, 5, 25]


def test_bad_smoothing_is_refused():
    with pytest.raises(ConfigError, match="no smoothing is named 'box'; there are: median"):
        smooth([[0.0]], "box", 1, 1)
    with pytest.raises(InputError, match="window_s is 0 and rate_hz 25; expected numbers above 0"):
        smooth([[0.0]], "median", 0, 25)


def test_z_in_each_recording_or_over_all():
    recordings = [[[0.0, 2.0, GAP]], [[4.0, 6.0]]]
    one = standardise(recordings, "z")
    np.testing.assert_allclose(one[0], [[-1, 1, GAP]])
    np.testing.assert_allclose(one[1], [[-1, 1]])
    together = standardise(recordings, "z_all")  # mean 3, variance (9 + 1 + 1 + 9) / 4 = 5
    np.testing.assert_allclose(together[0], [[-3 / 5**0.5, -1 / 5**0.5, GAP]])
    np.testing.assert_allclose(together[1], [[1 / 5**0.5, 3 / 5**0.5]])


def test_min_max_in_each_recording_or_over_all():
    recordings = [[[0.0, 2.0, GAP]], [[4.0, 8.0]]]
    np.testing.assert_allclose(standardise(recordings, "min_max")[0], [[-1, 1, GAP]])
    np.testing.assert_allclose(standardise(recordings, "min_max_all")[0], [[-1, -0.5, GAP]])


@pytest.mark.parametrize("name", ["z", "z_all", "min_max", "min_max_all"])
def test_a_rater_who_never_moves_is_zero_and_one_who_rated_nothing_stays(name):
    found = standardise([[[0.3, 0.3, 0.3], [GAP] * 3]], name)[0]
    np.testing.assert_array_equal(found, [[0, 0, 0], [GAP] * 3])


def test_bad_standardising_is_refused():
    with pytest.raises(ConfigError, match="no standardising is named 'q'"):
        standardise([], "q")
    with pytest.raises(InputError, match="recordings differ in their number of raters"):
        standardise([[[0.0]], [[0.0], [1.0]]], "z")
    assert standardise([], "z") == []
