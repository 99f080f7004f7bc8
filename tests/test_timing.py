"""Seconds, steps and samples: conventions pinned by hand."""

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.timing import Timeline, sample_count, step_count, step_times


def test_step_count_rounds_to_the_nearest_step_and_never_gives_none():
    assert [step_count(d, 0.04) for d in (0.0, 0.01, 0.06, 0.0999, 300.0)] == [1, 1, 2, 2, 7500]


@pytest.mark.parametrize("duration_s", [-1.0, float("nan"), float("inf")])
def test_step_count_refuses_what_is_no_duration(duration_s):
    with pytest.raises(InputError, match="expected a finite number of seconds"):
        step_count(duration_s, 0.04)


def test_step_count_refuses_a_step_of_no_length():
    with pytest.raises(InputError, match="step_s is 0; expected a positive"):
        step_count(1.0, 0)


def test_step_times_are_starts():
    np.testing.assert_allclose(step_times(-1, 2, 0.04), [-0.04, 0.0, 0.04], atol=1e-12)


def test_sample_count_at_odd_rates():
    assert sample_count(0.04, 44100) == 1764
    assert sample_count(0.04, 11025) == 441


def test_nearest_row_of_a_variable_frame_rate():
    frames = Timeline.irregular([0.0, 0.05, 0.06, 0.2])
    np.testing.assert_array_equal(
        frames.nearest([0.0, 0.04, 0.08, 0.12, 0.16, 0.3], 0.05), [0, 1, 2, -1, 3, -1]
    )


def test_nearest_row_of_a_regular_rate_with_an_offset():
    rows = Timeline.regular(3, 10.0, start_s=1.0)
    np.testing.assert_allclose(rows.seconds(), [1.0, 1.1, 1.2])
    np.testing.assert_array_equal(rows.nearest([0.9, 1.14, 1.26], 0.06), [-1, 1, 2])


def test_row_at_a_time_needs_a_rate():
    rows = Timeline.regular(3, 10.0, start_s=1.0)
    assert rows.row_at(np.array([0.78, 1.0, 1.14, 5.0])).tolist() == [-2, 0, 1, 40]
    with pytest.raises(InputError, match="the timeline is irregular"):
        Timeline.irregular([0.0, 0.1]).row_at(np.zeros(1))


def test_a_timeline_ends_one_period_after_its_last_start():
    assert Timeline.regular(3, 10.0, start_s=1.0).end_s == pytest.approx(1.3, abs=1e-12)
    assert Timeline.irregular([0.0, 0.1, 0.3, 0.4]).end_s == pytest.approx(0.5, abs=1e-12)
    assert Timeline.irregular([2.0]).end_s == 2.0  # one row: its period is not known
    assert Timeline.irregular([]).end_s == 0.0


def test_nearest_in_an_empty_timeline_finds_nothing():
    np.testing.assert_array_equal(Timeline.irregular([]).nearest([0.0, 1.0], 1.0), [-1, -1])


@pytest.mark.parametrize("times", [[0.0, -1.0], [[0.0]], [0.0, float("nan")]])
def test_an_irregular_timeline_must_rise(times):
    with pytest.raises(InputError, match="finite, not falling seconds"):
        Timeline.irregular(times)
