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

    Gold standards that the corpus brings stay. Raters of one recording on different times are
    interpolated onto the times of the first, within what each rated. A recording whose ratings the method
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
        times_s, ratings = together(recording.ratings[dimension])
        try:
            values = ratings[0] if len(ratings) == 1 else gold_standard(ratings, method=method)
        except InputError as error:
            remarks.note(f"no gold standard of {dimension} in {recording.name}: {error}")
            continue
        remarks.add(f"gold standard made of the raters by {method}", f"{recording.name} {dimension}")
        made[dimension] = Series(times_s, values)
    return replace(recording, gold={**recording.gold, **made}) if made else recording


def together(raters: Mapping[str, Series]) -> tuple[np.ndarray, np.ndarray]:
    """Times (time,) of the first rater, and all raters' values there (rater, time); NaN where not rated."""
    first, *others = raters.values()
    rows = [np.asarray(first.values, dtype=np.float64)]
    for one in others:
        same = len(one.times_s) == len(first.times_s) and np.allclose(
            one.times_s, first.times_s, rtol=0, atol=_SAME_TIME_S
        )
        row = one.values if same else np.interp(first.times_s, one.times_s, one.values, np.nan, np.nan)
        rows.append(np.asarray(row, dtype=np.float64))
    return np.asarray(first.times_s, dtype=np.float64), np.stack(rows)  # (rater, time)
