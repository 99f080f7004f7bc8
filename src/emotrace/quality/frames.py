"""Measures the frames of a video by their times, and how often a face was found in them."""

from dataclasses import dataclass

import numpy as np

_OFF = 0.1  # share of the usual interval by which an odd one differs
_LONG = 1.75  # usual intervals: at least one frame is missing


@dataclass(frozen=True)
class FrameFacts:
    """What the frames of a video are like.

    Parameters
    ----------
    count : int
    fps : float
        One over the median interval; NaN with fewer than two frames.
    jitter : float in [0, 1]
        Share of intervals that differ from the median by more than a tenth of it.
    missing : int
        Frames that are left out, by the length of the long intervals.
    longest_gap_s : float, s
        Longest interval.
    face_share : float in [0, 1] or None
        Share of frames in which a face was found; None: nobody looked.
    longest_faceless_s : float, s, or None
    """

    count: int
    fps: float
    jitter: float
    missing: int
    longest_gap_s: float
    face_share: float | None
    longest_faceless_s: float | None


def measure_frames(times_s: np.ndarray, found: np.ndarray | None) -> FrameFacts:
    """Measure frames.

    Parameters
    ----------
    times_s : float array, shape (frame,), s
        Start of each frame, not falling.
    found : bool array, shape (frame,), or None
        Whether a face was found in each.

    Source
    ------
    Our choice; limits in the constants of this file.

    Examples
    --------
    >>> facts = measure_frames(np.array([0, 0.04, 0.08, 0.16, 0.2]), np.array([1, 0, 0, 1, 1], bool))
    >>> facts.fps, facts.jitter, facts.missing, facts.face_share, facts.longest_faceless_s
    (25.0, 0.25, 1, 0.6, 0.08)
    """
    steps = np.diff(times_s)
    usual = float(np.median(steps)) if len(steps) else float("nan")
    long = steps[steps > _LONG * usual] if usual > 0 else steps[:0]
    return FrameFacts(
        count=len(times_s),
        fps=round(1 / usual, 6) if usual > 0 else float("nan"),
        jitter=float((np.abs(steps - usual) > _OFF * usual).mean()) if len(steps) else 0.0,
        missing=int(np.sum(np.rint(long / usual) - 1)) if len(long) else 0,
        longest_gap_s=float(steps.max()) if len(steps) else 0.0,
        face_share=None if found is None else float(np.mean(found)) if len(found) else 0.0,
        longest_faceless_s=None if found is None else _longest(~found, usual if usual > 0 else 0.0),
    )


def _longest(missing: np.ndarray, period_s: float) -> float:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return round(float(lengths.max()) * period_s, 6) if len(lengths) else 0.0
