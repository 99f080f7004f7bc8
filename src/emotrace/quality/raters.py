"""How well the raters of a recording agree, who stands apart, and how late each one is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emotrace.annotation.agreement import Agreement, agreement, centred
from emotrace.annotation.delay import Delay, estimate_delay
from emotrace.corpora import Series
from emotrace.corpora.gold import together
from emotrace.errors import InputError

LONGEST_LAG_S = 5.0  # between raters, both ways
_LEAST_S = 4 * LONGEST_LAG_S  # of a recording, for lags to be looked for
_LAG_RATE_HZ = 10.0  # lags are told to a tenth of a second


@dataclass(frozen=True)
class RaterFacts:
    """Raters of one recording and dimension.

    Parameters
    ----------
    names : tuple of str
        In the order of `raw.per_rater`.
    raw, centred : Agreement
        Of the ratings as they are, and with every rater moved to the common mean.
    lag_s : tuple of (float or None)
        By how much each rater follows the median of the others, s; below 0: comes before them. None: the
        recording is short, or there is no agreement to go by.
    """

    names: tuple[str, ...]
    raw: Agreement
    centred: Agreement
    lag_s: tuple[float | None, ...]

    @property
    def outliers(self) -> tuple[str, ...]:
        """Raters who stand apart from others who agree; offsets do not count."""
        return tuple(
            name
            for name, one in zip(self.names, self.centred.per_rater, strict=True)
            if one is not None and one.is_outlier
        )


def measure_raters(raters: Mapping[str, Series]) -> RaterFacts | None:
    """Measure the raters of one recording and dimension; None with fewer than two.

    Examples
    --------
    >>> times = np.arange(400) / 10
    >>> raters = {name: Series(times, np.sin(times - late)) for name, late in zip("ABC", (0, 0, 1))}
    >>> facts = measure_raters(raters)
    >>> round(facts.raw.ccc, 2), facts.lag_s[2]
    (0.69, 1.0)
    """
    if len(raters) < 2:
        return None
    times_s, ratings, _ = together(raters)
    try:
        return RaterFacts(
            names=tuple(raters),
            raw=agreement(ratings),
            centred=agreement(centred(ratings)),
            lag_s=tuple(_lag(ratings, row, times_s) for row in range(len(ratings))),
        )
    except InputError:  # not one value
        return None


def _lag(ratings: np.ndarray, row: int, times_s: np.ndarray) -> float | None:
    period = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    if period <= 0 or len(times_s) * period < _LEAST_S:
        return None
    every = max(1, round(1 / (_LAG_RATE_HZ * period)))
    thinned = centred(ratings[:, ::every])
    others = _median(np.delete(thinned, row, axis=0))  # so that one odd rater does not lead the rest astray
    rate_hz = 1 / (every * period)
    found = estimate_delay(others, thinned[row], rate_hz, LONGEST_LAG_S, "pcc", -LONGEST_LAG_S)
    return round(found.delay_s, 3) if is_trusted(found) else None


def _median(ratings: np.ndarray) -> np.ndarray:
    """Median over raters at each time; NaN where nobody rated."""
    result = np.full(ratings.shape[1], np.nan)
    rated = np.isfinite(ratings).any(axis=0)
    result[rated] = np.nanmedian(ratings[:, rated], axis=0)
    return result


def is_trusted(delay: Delay) -> bool:
    """Whether a lag rests on an agreement worth the name, and stays when parts are left out."""
    return bool(delay.agreement >= 0.2 and delay.confidence >= 0.5)
