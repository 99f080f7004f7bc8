"""The ratings of one recording in one dimension, as they go through the steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emotrace.errors import InputError

_JITTER = 0.1  # share of the median step by which steps may differ


@dataclass(frozen=True)
class Rated:
    """Ratings of one recording and dimension.

    Parameters
    ----------
    name : str
        Of the recording; safe as the name of a file.
    dimension : str
        Safe as the name of a folder.
    times_s : float64 array, shape (time,), s, rising
    raters : tuple of str
    values : float64 array, shape (rater, time)
        NaN: not rated.
    """

    name: str
    dimension: str
    times_s: np.ndarray
    raters: tuple[str, ...]
    values: np.ndarray

    @property
    def label(self) -> str:
        """Dimension and name, for messages."""
        return f"{self.dimension}/{self.name}"

    @property
    def rated(self) -> np.ndarray:
        """Who rated anything, bool (rater,)."""
        return np.isfinite(self.values).any(axis=1)

    def rate_hz(self) -> float:
        """Rows per second.

        Raises
        ------
        InputError
            If there are fewer than two rows, or steps differ by more than a tenth.
        """
        steps = np.diff(self.times_s)
        if len(steps) == 0:
            raise InputError(f"{self.label} has a single row; expected at least two, to know the rate")
        median = float(np.median(steps))
        if np.abs(steps - median).max() > _JITTER * median:
            raise InputError(
                f"{self.label} has steps from {steps.min():g} to {steps.max():g} s; expected equal steps for "
                "smoothing and delays, give a rate (--rate HZ) to resample first"
            )
        return (len(self.times_s) - 1) / float(self.times_s[-1] - self.times_s[0])


def same_raters(recordings: Sequence[Rated]) -> list[Rated]:
    """Recordings of one dimension with the same raters in the same rows; NaN where one is missing."""
    raters = tuple(dict.fromkeys(rater for one in recordings for rater in one.raters))
    filled = []
    for one in recordings:
        values = np.full((len(raters), len(one.times_s)), np.nan)
        values[[raters.index(rater) for rater in one.raters]] = one.values
        filled.append(replace(one, raters=raters, values=values))
    return filled


def cut_to_shortest(one: Rated) -> Rated:
    """Only the times between the latest first and the earliest last rating of those who rated anything."""
    known = np.isfinite(one.values[one.rated])
    first = int(known.argmax(axis=1).max())
    last = int(known.shape[1] - known[:, ::-1].argmax(axis=1).max())
    return replace(one, times_s=one.times_s[first:last], values=one.values[:, first:last])


def is_ragged(one: Rated) -> bool:
    """Whether raters begin or end at different times."""
    rated = one.rated
    return bool(rated.any()) and len(cut_to_shortest(one).times_s) < len(_any_rated(one))


def _any_rated(one: Rated) -> np.ndarray:
    """Times from the first to the last rating of anybody."""
    rows = np.flatnonzero(np.isfinite(one.values).any(axis=0))
    return one.times_s[rows[0] : rows[-1] + 1]
