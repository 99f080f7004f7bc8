"""Running medians against a loop over windows cut at the ends, and value by value."""

import numpy as np
import pytest

from emotrace.postprocess.running_median import RunningMedian, SlidingMedian

SIGNALS = {
    "noise": lambda rng: rng.normal(size=60),
    "ties": lambda rng: rng.integers(-1, 2, size=60).astype(float),
    "ramp": lambda rng: np.arange(60.0),
    "falling": lambda rng: -np.arange(60.0),
    "constant": lambda rng: np.full(60, 0.1),
    "one": lambda rng: rng.normal(size=1),
    "two": lambda rng: rng.normal(size=2),
    "seven": lambda rng: rng.normal(size=7),
}


def literal(values: np.ndarray, back: int, ahead: int) -> np.ndarray:
    """Median of steps t - back to t + ahead that exist."""
    return np.array([np.median(values[max(0, t - back) : t + ahead + 1]) for t in range(len(values))])


@pytest.mark.parametrize("frames", [3, 5, 7, 11, 13, 15, 59, 61, 119, 121, 501])
@pytest.mark.parametrize("name", SIGNALS)
def test_windows_are_cut_at_the_ends_as_in_the_literal_loop(name, frames, rng):
    values = SIGNALS[name](rng)
    median = RunningMedian(values, frames)
    around, back = literal(values, frames // 2, frames // 2), literal(values, frames - 1, 0)
    assert np.array_equal(median.filtered(frames, "around"), around)
    assert np.array_equal(median.filtered(frames, "back"), back)
    both = median.filtered_both(frames)
    assert np.array_equal(both["around"], around) and np.array_equal(both["back"], back)
    assert len(around) == len(values)


def test_ends_prepared_for_the_widest_window_serve_all(rng):
    values = rng.normal(size=80)
    prepared = RunningMedian(values, 101)
    for frames in range(3, 102, 2):
        assert np.array_equal(
            prepared.filtered(frames, "around"), RunningMedian(values, frames).filtered(frames, "around")
        )


def test_a_window_wider_than_twice_the_recording_gives_the_median_of_all(rng):
    values = rng.normal(size=20)
    assert np.array_equal(RunningMedian(values, 41).filtered(41, "around"), np.full(20, np.median(values)))


@pytest.mark.parametrize("frames", [3, 9, 101])
@pytest.mark.parametrize("name", SIGNALS)
def test_value_by_value_is_the_window_that_looks_back(name, frames, rng):
    values = SIGNALS[name](rng)
    sliding = SlidingMedian(frames)
    given = [sliding.push(value) for value in values.tolist()]
    assert np.array_equal(given, RunningMedian(values, frames).filtered(frames, "back"))


def test_a_recording_is_not_changed(rng):
    values = rng.normal(size=30)
    kept = values.copy()
    RunningMedian(values, 5).filtered_both(5)
    assert np.array_equal(values, kept)


def test_no_filter_gives_the_values(rng):
    values = rng.normal(size=30)
    assert all(np.array_equal(one, values) for one in RunningMedian(values, 5).filtered_both(0).values())
