"""Segments of a clip, 655 ms every 0.3 s, and the video frames that stand for each of them."""

from dataclasses import dataclass

import numpy as np

from emotrace import timing

SEGMENT_FRAMES = 64  # of sound: a context window
SHIFT_FRAMES = 30
FRAME_S = 0.025
HOP_S = 0.010
SHIFT_S = 0.3  # s, SHIFT_FRAMES hops
SEGMENT_S = 0.655  # s, from the start of the first frame to the end of the last
FRAMES = 20  # of video in a segment: what 655 ms hold at 30 frames/s
REACH = 1.5  # frame periods by which a frame may lie outside a segment that none begins in
_SNAP_S = 1e-6


@dataclass(frozen=True)
class SegmentFrames:
    """Which video frames stand for each segment.

    Parameters
    ----------
    rows : int64 array, shape (segment, frame)
        Rows of the track of faces, not falling within a segment. Zeros where not `valid`.
    valid : bool array, shape (segment,)
        False: no frame of the segment shows a face.
    """

    rows: np.ndarray
    valid: np.ndarray


def segment_starts(duration_s: float) -> np.ndarray:
    """Start of every segment of a recording, float64 (segment,), s.

    There is one in every step of 0.3 s, also where less than 655 ms are left; `whole_segments` tells which
    lie inside.

    Parameters
    ----------
    duration_s : float, s, >= 0

    Source
    ------
    Priyasad et al. (2019), section 3.2: a shift of 30 frames of 10 ms. That they begin with the recording and
    not with its speech, so that all modalities and long recordings share one grid: our choice.

    Examples
    --------
    >>> segment_starts(1.2).round(1).tolist()
    [0.0, 0.3, 0.6, 0.9]
    """
    return timing.step_times(0, timing.step_count(duration_s, SHIFT_S), SHIFT_S)


def whole_segments(starts_s: np.ndarray, begin_s: float, end_s: float) -> np.ndarray:
    """Segments that lie inside a region, bool (segment,); if none does, the one that has most of it.

    Parameters
    ----------
    starts_s : float array, shape (segment,), s
        At least one, rising.
    begin_s, end_s : float, s
        Of the region.

    Source
    ------
    Priyasad et al. (2019), section 3.1, trim clips before they cut segments. That a shorter region gives one
    segment all the same: our choice, so that every clip has one.

    Examples
    --------
    >>> whole_segments(np.array([0.0, 0.3, 0.6, 0.9]), 0.25, 1.3).tolist()
    [False, True, True, False]
    >>> whole_segments(np.array([0.0, 0.3, 0.6, 0.9]), 0.3, 0.5).tolist()
    [True, False, False, False]
    """
    ends_s = starts_s + SEGMENT_S
    inside = (starts_s >= begin_s - _SNAP_S) & (ends_s <= end_s + _SNAP_S)
    if not inside.any():
        overlap_s = np.minimum(ends_s, end_s) - np.maximum(starts_s, begin_s)
        inside[int(np.argmax(np.round(overlap_s, 6)))] = True  # the first of equals
    return inside


def segment_frames(
    times_s: np.ndarray, found: np.ndarray, starts_s: np.ndarray, count: int = FRAMES
) -> SegmentFrames:
    """The frames that stand for each segment, as many for every segment whatever the frame rate.

    A frame belongs to a segment if it begins in it. Then, by the paper's rules:

    1. a frame without a face is replaced by the nearest frame with one, the earlier of two that are equally
       near;
    2. of more than `count`, half of the surplus is removed at the beginning and half at the end (of an odd
       surplus the larger half at the end);
    3. of fewer, the first and the last are duplicated, half of what is missing each (the larger half last).

    Parameters
    ----------
    times_s : float array, shape (frame,), s
        Start of every video frame, not falling.
    found : bool array, shape (frame,)
        Whether the frame shows a face.
    starts_s : float array, shape (segment,), s
    count : int, >= 1

    Returns
    -------
    SegmentFrames

    Source
    ------
    Priyasad et al. (2019), section 3.3. That a segment of which no frame shows a face has none, whatever is
    near; who gets the larger half; and that a segment in which no frame begins, as below 1.5 frames/s, takes
    the frame nearest to its middle (within 1.5 frame periods of the segment): our choice.

    Examples
    --------
    At 4 frames/s a segment of 655 ms holds three:

    >>> times_s, found = np.arange(8) / 4, np.array([1, 1, 0, 1, 1, 1, 1, 1], bool)
    >>> segment_frames(times_s, found, np.array([0.0]), count=4).rows.tolist()
    [[0, 1, 1, 1]]
    >>> segment_frames(times_s, found, np.array([0.0]), count=2).rows.tolist()
    [[0, 1]]
    """
    rows = np.zeros((len(starts_s), count), dtype=np.int64)
    valid = np.zeros(len(starts_s), dtype=bool)
    with_face = np.flatnonzero(found)
    if len(with_face) == 0:
        return SegmentFrames(rows, valid)
    period_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    firsts = np.searchsorted(times_s, starts_s - _SNAP_S)
    lasts = np.searchsorted(times_s, starts_s + SEGMENT_S - _SNAP_S)
    for number, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist(), strict=True)):
        if first == last:
            own = _nearest_to(times_s, starts_s[number], REACH * period_s)
        else:
            own = np.arange(first, last)
        if found[own].any():
            rows[number] = _as_many(with_face[_nearest(times_s[with_face], times_s[own])], count)
            valid[number] = True
    return SegmentFrames(rows, valid)


def _nearest_to(times_s: np.ndarray, start_s: float, reach_s: float) -> np.ndarray:
    """The frame nearest to the middle of a segment that no frame begins in; none beyond the reach."""
    row = _nearest(times_s, np.array([start_s + SEGMENT_S / 2]))
    outside_s = max(start_s - times_s[row[0]], times_s[row[0]] - start_s - SEGMENT_S)
    return row if outside_s <= reach_s + _SNAP_S else row[:0]


def _nearest(times_s: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """Place in `times_s` of the time nearest to each of `at_s`, the earlier of two equally near."""
    right = np.clip(np.searchsorted(times_s, at_s), 0, len(times_s) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(at_s - times_s[left] <= np.abs(times_s[right] - at_s) + _SNAP_S, left, right)


def _as_many(rows: np.ndarray, count: int) -> np.ndarray:
    """Rules 2 and 3."""
    surplus = len(rows) - count
    if surplus >= 0:
        return rows[surplus // 2 : surplus // 2 + count]
    return np.pad(rows, (-surplus // 2, -surplus - -surplus // 2), mode="edge")
