"""Which raters are missing where, and which traces are not of one length, in counted sentences."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from emotrace.corpora.recording import Recording
from emotrace.remarks import Remarks


def remark_on_raters(recordings: Iterable[Recording], remarks: Remarks) -> None:
    """Remark on raters who rated some recordings but not others, rated nothing, or rated shorter.

    A rater is expected in a dimension if at least half of its rated recordings have that rater.

    Examples
    --------
    >>> from emotrace.corpora.recording import Series
    >>> one = Series(np.array([0.0, 0.04]), np.array([0.1, 0.2]))
    >>> recordings = [
    ...     Recording("P16", "P16", ratings={"arousal": {"FM1": one, "FF3": one}}),
    ...     Recording("P17", "P17", ratings={"arousal": {"FM1": one}}),
    ... ]
    >>> remarks = Remarks()
    >>> remark_on_raters(recordings, remarks)
    >>> remarks.texts()
    ('ratings of arousal are missing of rater FF3: 1 (P17)',)
    """
    rated = [one for one in recordings if one.ratings]
    for dimension in sorted({name for one in rated for name in one.ratings}):
        with_it = [one for one in rated if dimension in one.ratings]
        uses = Counter(rater for one in with_it for rater in one.ratings[dimension])
        expected = [rater for rater, count in uses.items() if 2 * count >= len(with_it)]
        for one in with_it:
            for rater in expected:
                if rater not in one.ratings[dimension]:
                    remarks.add(f"ratings of {dimension} are missing of rater {rater}", one.name)
    for one in rated:
        traces = {
            (dimension, rater): series
            for dimension, raters in one.ratings.items()
            for rater, series in raters.items()
        }
        for (dimension, rater), series in traces.items():
            if np.isnan(series.values).all():
                remarks.add(f"rater {rater} rated nothing of {dimension}", one.name)
        if len({len(series.times_s) for series in traces.values() if len(series.times_s) > 1}) > 1:
            remarks.add("its ratings are not of one length", one.name)
