"""Segments and their video frames: the three rules by hand, any frame rate, missing faces, edges."""

import numpy as np
import pytest

from emotrace.features.segments import (
    FRAME_S,
    HOP_S,
    SEGMENT_FRAMES,
    SEGMENT_S,
    SHIFT_FRAMES,
    SHIFT_S,
    segment_frames,
    segment_starts,
    whole_segments,
)

START = np.array([0.0])


def frames(rate_hz, seconds=3.0):
    times_s = np.arange(round(rate_hz * seconds)) / rate_hz
    return times_s, np.ones(len(times_s), dtype=bool)


def test_sizes_are_those_of_the_paper():
    assert pytest.approx((SEGMENT_FRAMES - 1) * HOP_S + FRAME_S) == SEGMENT_S
    assert pytest.approx(SHIFT_FRAMES * HOP_S) == SHIFT_S


def test_every_step_has_a_segment():
    assert segment_starts(0.0).tolist() == [0.0]
    assert segment_starts(3.3) == pytest.approx(np.arange(11) * 0.3)


def test_at_30_frames_every_segment_has_its_own_twenty():
    times_s, found = frames(30)
    made = segment_frames(times_s, found, np.array([0.0, 0.3, 0.6]))
    assert made.rows.tolist() == [list(range(0, 20)), list(range(9, 29)), list(range(18, 38))]
    assert made.valid.all()


def test_rule_1_takes_the_nearest_face():
    times_s, found = frames(30)
    found[[0, 1, 5, 6, 19]] = False
    rows = segment_frames(times_s, found, START).rows[0].tolist()
    assert rows == [2, 2, 2, 3, 4, 4, 7, *range(7, 19), 18]  # frame 20 shows a face too, but 18 is as near
    found[18] = False
    assert segment_frames(times_s, found, START).rows[0].tolist()[-2:] == [17, 20]


def test_rule_2_removes_at_both_ends():
    times_s, found = frames(60)  # 40 frames begin within 655 ms
    assert segment_frames(times_s, found, START).rows[0].tolist() == list(range(10, 30))
    times_s, found = frames(35)  # 23 frames: one goes at the beginning, two at the end
    assert segment_frames(times_s, found, START).rows[0].tolist() == list(range(1, 21))


def test_rule_3_duplicates_the_first_and_the_last():
    times_s, found = frames(25)  # 17 frames: one more at the beginning, two at the end
    assert segment_frames(times_s, found, START).rows[0].tolist() == [0, *range(17), 16, 16]
    times_s, found = frames(24)  # 16 frames
    assert segment_frames(times_s, found, START).rows[0].tolist() == [0, 0, *range(16), 15, 15]


@pytest.mark.parametrize("rate_hz", [0.7, 1, 3, 10, 15, 23.976, 25, 29.97, 30, 50, 59.94, 100, 240])
def test_any_frame_rate_gives_twenty_frames_near_the_segment(rate_hz):
    times_s, found = frames(rate_hz, 12.0)
    starts_s = segment_starts(11.0)
    made = segment_frames(times_s, found, starts_s)
    assert made.valid.all() and made.rows.shape == (len(starts_s), 20)
    assert (np.diff(made.rows, axis=1) >= 0).all()
    shown_s = times_s[made.rows]
    slack = 1.5 / rate_hz + 1e-6 if rate_hz < 2 else 1e-6
    assert (shown_s >= starts_s[:, None] - slack).all()
    assert (shown_s <= starts_s[:, None] + SEGMENT_S + slack).all()


def test_frames_at_odd_times_belong_to_the_segment_they_begin_in():
    times_s = np.array([0.0, 0.31, 0.32, 0.65, 0.656, 2.0])
    made = segment_frames(times_s, np.ones(6, bool), START, count=4)
    assert made.rows.tolist() == [[0, 1, 2, 3]]


def test_a_segment_without_a_face_has_none():
    times_s, found = frames(30)
    found[20:60] = False
    made = segment_frames(times_s, found, segment_starts(3.0))
    shown = [found[round(9 * j) : round(9 * j) + 20].any() for j in range(10)]
    assert made.valid.tolist() == shown and False in shown and True in shown
    assert (made.rows[~made.valid] == 0).all()
    assert not segment_frames(times_s, np.zeros(90, bool), START).valid.any()


def test_no_frames_and_one_frame():
    assert not segment_frames(np.empty(0), np.empty(0, bool), START).valid.any()
    made = segment_frames(np.array([0.1]), np.array([True]), np.array([0.0, 0.3]))
    assert made.valid.tolist() == [True, False] and made.rows[0].tolist() == [0] * 20


def test_segments_after_the_last_frame_have_none():
    times_s, found = frames(30, 1.0)
    assert segment_frames(times_s, found, np.array([0.9, 1.2, 9.0])).valid.tolist() == [True, False, False]


def test_whole_segments_of_a_region():
    starts_s = segment_starts(3.0)
    assert np.flatnonzero(whole_segments(starts_s, 0.0, 3.0)).tolist() == list(range(8))
    assert np.flatnonzero(whole_segments(starts_s, 0.6, 0.6 + SEGMENT_S)).tolist() == [2]
    assert np.flatnonzero(whole_segments(starts_s, 0.61, 1.4)).tolist() == [
        2
    ]  # 0.645 s of it, the third 0.5 s
    assert np.flatnonzero(whole_segments(starts_s, 1.0, 1.0)).tolist() == [2]
