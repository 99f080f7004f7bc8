"""Measures a label series: range, rate, gaps, and stretches that never move."""

from dataclasses import dataclass

import numpy as np

from emotrace.corpora import Series

_STILL = 1e-9


@dataclass(frozen=True)
class LabelFacts:
    """What a gold standard or a rater's trace is like; NaN where nothing is rated.

    Parameters
    ----------
    low, high, mean, deviation : float
        In the corpus's own unit; the deviation is that of the population (1/n).
    rated_share : float in [0, 1]
        Share of rows with a value.
    gaps : int
        Runs of rows without a value, and jumps in time of over 1.75 periods.
    longest_gap_s : float, s
    rate_hz : float
        One over the median step; NaN for a single value.
    begins_s, ends_s : float, s
        Start of the first rated row, end of the last.
    longest_still_s : float, s
        Longest stretch without any movement.
    """

    low: float
    high: float
    mean: float
    deviation: float
    rated_share: float
    gaps: int
    longest_gap_s: float
    rate_hz: float
    begins_s: float
    ends_s: float
    longest_still_s: float


def measure_labels(series: Series) -> LabelFacts:
    """Measure one series.

    Examples
    --------
    >>> times = np.arange(6) * 0.5
    >>> facts = measure_labels(Series(times, np.array([0, 0.2, np.nan, np.nan, 0.4, 0.4])))
    >>> facts.low, facts.high, facts.gaps, facts.longest_gap_s, facts.rate_hz, facts.ends_s
    (0.0, 0.4, 1, 1.0, 2.0, 3.0)
    """
    times = np.asarray(series.times_s, dtype=np.float64)
    values = np.asarray(series.values, dtype=np.float64)
    rated = np.isfinite(values)
    steps = np.diff(times)
    period = float(np.median(steps)) if len(steps) else 0.0
    known = values[rated]
    none = not len(known)
    gaps = _gaps(times, rated, period)
    nan = float("nan")
    return LabelFacts(
        low=nan if none else float(known.min()),
        high=nan if none else float(known.max()),
        mean=nan if none else float(known.mean()),
        deviation=nan if none else float(known.std()),
        rated_share=float(rated.mean()) if len(rated) else 0.0,
        gaps=len(gaps),
        longest_gap_s=round(max(gaps, default=0.0), 6),
        rate_hz=round(1 / period, 6) if period > 0 else nan,
        begins_s=nan if none else float(times[rated][0]),
        ends_s=nan if none else float(times[rated][-1]) + period,
        longest_still_s=round(_longest_still(times, values, period), 6),
    )


def _gaps(times: np.ndarray, rated: np.ndarray, period: float) -> list[float]:
    """Lengths of the stretches without a value between the first and the last one."""
    at = times[rated]
    if len(at) < 2 or period <= 0:
        return []
    steps = np.diff(at)
    return [float(step) - period for step in steps[steps > 1.75 * period]]


def _longest_still(times: np.ndarray, values: np.ndarray, period: float) -> float:
    if len(values) < 2:
        return 0.0
    still = np.abs(np.diff(values)) <= _STILL  # NaN: never still
    edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    return float((times[ends] - times[starts]).max()) + period if len(starts) else 0.0
