"""Seconds, frames, samples and steps: the only file that converts between them.

A recording starts at 0 s. Step ``j`` of a grid covers ``[j * step_s, (j + 1) * step_s)`` and is
named by its start; a rating or prediction at time ``t`` describes the step that starts at ``t``.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emotrace.errors import InputError

_SNAP = 1e-6  # share of a step by which a float time may miss its grid point


def step_count(duration_s: float, step_s: float) -> int:
    """Number of steps in a recording, rounded to the nearest whole step, at least 1.

    Parameters
    ----------
    duration_s : float, s, >= 0
    step_s : float, s, > 0

    Raises
    ------
    InputError
        If `duration_s` is negative or not finite, or `step_s` is not positive.

    Examples
    --------
    >>> step_count(2.0, 0.04), step_count(0.05, 0.04)
    (50, 1)
    """
    if not np.isfinite(duration_s) or duration_s < 0:
        raise InputError(f"duration_s is {duration_s}; expected a finite number of seconds >= 0")
    if not step_s > 0:
        raise InputError(f"step_s is {step_s}; expected a positive number of seconds")
    return max(1, int(np.floor(duration_s / step_s + 0.5 + _SNAP)))


def step_times(first: int, last: int, step_s: float) -> np.ndarray:
    """Start times in seconds of steps `first` (included) to `last` (excluded), float64 (time,).

    Examples
    --------
    >>> step_times(1, 4, 0.5)
    array([0.5, 1. , 1.5])
    """
    return np.arange(first, last, dtype=np.float64) * step_s


def sample_count(duration_s: float, rate_hz: float) -> int:
    """Number of samples that `duration_s` seconds hold at `rate_hz`, rounded.

    Examples
    --------
    >>> sample_count(0.04, 16000)
    640
    """
    return round(duration_s * rate_hz)


@dataclass(frozen=True)
class Timeline:
    """When each row of a track happens: a regular rate, or one start time per row.

    Parameters
    ----------
    length : int
        Number of rows.
    rate_hz : float or None
        Rows per second of a regular timeline; None for an irregular one.
    start_s : float
        Start of row 0 of a regular timeline.
    times : float64 array, shape (length,), or None
        Start time of each row in seconds, rising; None for a regular timeline.
    """

    length: int
    rate_hz: float | None = None
    start_s: float = 0.0
    times: np.ndarray | None = None

    @classmethod
    def regular(cls, length: int, rate_hz: float, start_s: float = 0.0) -> "Timeline":
        """Rows at a constant rate."""
        return cls(length=int(length), rate_hz=float(rate_hz), start_s=float(start_s))

    @classmethod
    def irregular(cls, times_s) -> "Timeline":
        """Rows at given start times (seconds, not falling).

        Raises
        ------
        InputError
            If they are not one row of finite numbers, or fall.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if times.ndim != 1 or not np.all(np.isfinite(times)) or np.any(np.diff(times) < 0):
            raise InputError("times_s of a timeline must be one row of finite, not falling seconds")
        return cls(length=len(times), times=times)

    def seconds(self) -> np.ndarray:
        """Start time of every row, float64, shape (length,)."""
        if self.rate_hz is not None:
            return self.start_s + np.arange(self.length, dtype=np.float64) / self.rate_hz
        return np.empty(0) if self.times is None else self.times

    @cached_property
    def period_s(self) -> float | None:
        """Seconds from row to row: one over the rate, or the median step; None with fewer than 2 times."""
        if self.rate_hz is not None:
            return 1.0 / self.rate_hz
        return float(np.median(np.diff(self.seconds()))) if self.length > 1 else None

    @property
    def end_s(self) -> float:
        """End of the last row, one period after its start, s; 0 without rows."""
        if self.length == 0:
            return 0.0
        period_s = self.period_s or 0.0
        last_s = self.times[-1] if self.times is not None else self.start_s + (self.length - 1) * period_s
        return float(last_s) + period_s

    def row_at(self, at_s: np.ndarray) -> np.ndarray:
        """Row of a regular timeline that starts nearest to each time, also before its start or past its end.

        Parameters
        ----------
        at_s : float array, shape (n,), s

        Returns
        -------
        int64 array, shape (n,)

        Raises
        ------
        InputError
            If the timeline is irregular.

        Examples
        --------
        >>> Timeline.regular(10, 100.0).row_at(np.array([-0.01, 0.04, 0.5])).tolist()
        [-1, 4, 50]
        """
        if self.rate_hz is None:
            raise InputError("the timeline is irregular; expected one with a rate, ask `nearest` instead")
        return np.rint((at_s - self.start_s) * self.rate_hz).astype(np.int64)

    def nearest(self, at_s, tolerance_s: float) -> np.ndarray:
        """Row nearest to each asked time; -1 where none lies within `tolerance_s`.

        Parameters
        ----------
        at_s : float array, shape (n,), s
        tolerance_s : float, s

        Returns
        -------
        int64 array, shape (n,)

        Examples
        --------
        >>> Timeline.irregular([0.0, 0.033, 0.067]).nearest([0.0, 0.04, 0.2], 0.05)
        array([ 0,  1, -1])
        """
        at = np.asarray(at_s, dtype=np.float64)
        if self.length == 0:
            return np.full(len(at), -1, dtype=np.int64)
        if self.rate_hz is not None:  # physiology has millions of rows: no array of all times
            row = np.clip(np.ceil((at - self.start_s) * self.rate_hz - 0.5), 0, self.length - 1)
            starts = self.start_s + row / self.rate_hz
        else:
            times = self.seconds()
            right = np.clip(np.searchsorted(times, at), 0, self.length - 1)
            left = np.maximum(right - 1, 0)
            closer_left = np.abs(at - times[left]) <= np.abs(times[right] - at)
            row = np.where(closer_left, left, right)
            starts = times[row]
        near = np.abs(starts - at) <= tolerance_s + _SNAP
        return np.where(near, row, -1).astype(np.int64)
