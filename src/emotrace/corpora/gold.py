"""Makes the gold standard of recordings that have raters only, by a method of `annotation`."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from emotrace.annotation import gold_standard
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import InputError
from emotrace.remarks import Remarks

_SAME_TIME_S = 1e-6


def add_gold(corpus: Corpus, method: str) -> Corpus:
    """A corpus whose recordings with ratings have a gold standard in every rated dimension.

    Gold standards that the corpus brings stay. Raters of one recording on different times are put on those
    of one of them, as `together` says, with a warning. A recording whose ratings the method
    refuses stays without that gold standard, with a warning.

    Raises
    ------
    ConfigError
        If there is no such method.
    """
    remarks = Remarks()
    recordings = tuple(_with_gold(one, method, remarks) for one in corpus.recordings)
    return replace(corpus, recordings=recordings, warnings=(*corpus.warnings, *remarks.texts()))


def _with_gold(recording: Recording, method: str, remarks: Remarks) -> Recording:
    missing = [name for name, raters in recording.ratings.items() if raters and name not in recording.gold]
    made = {}
    for dimension in missing:
        times_s, ratings, interpolated = together(recording.ratings[dimension])
        if interpolated:
            remarks.add(interpolation_remark(dimension), recording.name)
        try:
            values = ratings[0] if len(ratings) == 1 else gold_standard(ratings, method=method)
        except InputError as error:
            remarks.note(f"no gold standard of {dimension} in {recording.name}: {error}")
            continue
        remarks.add(f"gold standard made of the raters by {method}", f"{recording.name} {dimension}")
        made[dimension] = Series(times_s, values)
    return replace(recording, gold={**recording.gold, **made}) if made else recording


def together(raters: Mapping[str, Series]) -> tuple[np.ndarray, np.ndarray, bool]:
    """The raters of one recording and dimension on one time grid: that of the one with the most times.

    A rater whose times begin that grid keeps every value; others are interpolated linearly within what they
    rated, never beyond.

    Returns
    -------
    times_s : float64 array, shape (time,), s
    values : float64 array, shape (rater, time)
        NaN: not rated.
    interpolated : bool
        Whether any rater was.

    Examples
    --------
    >>> grid = np.array([0.0, 1.0, 2.0])
    >>> raters = {"A": Series(grid[:2], np.array([5.0, 6.0])), "B": Series(grid, np.array([1.0, 2.0, 3.0]))}
    >>> together(raters)[1]
    array([[ 5.,  6., nan],
           [ 1.,  2.,  3.]])
    """
    grid = np.asarray(max(raters.values(), key=lambda one: len(one.times_s)).times_s, dtype=np.float64)
    rows, interpolated = [], False
    for one in raters.values():
        count = len(one.times_s)
        if np.allclose(one.times_s, grid[:count], rtol=0, atol=_SAME_TIME_S):
            row = np.pad(np.asarray(one.values, np.float64), (0, len(grid) - count), constant_values=np.nan)
        else:
            row, interpolated = np.interp(grid, one.times_s, one.values, np.nan, np.nan), True
        rows.append(row)
    return grid, np.stack(rows), interpolated  # (time,), (rater, time)


def interpolation_remark(dimension: str) -> str:
    """What is said of recordings whose raters `together` interpolated."""
    return f"{dimension}: raters on different times, interpolated to those of one"
