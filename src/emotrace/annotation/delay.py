"""How late raters are: the lag of best agreement with a reference, with its curve and a confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from emotrace.annotation.compensation import restore
from emotrace.annotation.lagged import lagged_moments
from emotrace.errors import ConfigError, InputError
from emotrace.metrics import Moments

MEASURES = ("ccc", "pcc")
PARTS = 10  # the lag is found again with each tenth of the time left out
_LEAST_OVERLAP = 0.5  # of the shortest recording


@dataclass(frozen=True)
class Delay:
    """A lag of best agreement.

    Parameters
    ----------
    delay_s : float, s
        Above 0: the rating comes after the reference.
    agreement : float
        At that lag; NaN if no lag has any.
    lags_s, curve : float64 array, shape (lag,)
        Every lag tried, and the agreement there.
    low_s, high_s : float, s
        Least and largest lag of best agreement when each tenth of the time is left out.
    confidence : float in [0, 1]
        1 - (high_s - low_s) / (range of lags); 0 if there is no agreement above 0, or if the best lag is the
        longest tried (or the shortest, where that is not 0), for then it may lie beyond.
    """

    delay_s: float
    agreement: float
    lags_s: np.ndarray
    curve: np.ndarray
    low_s: float
    high_s: float
    confidence: float


def estimate_delay(
    reference: Any,
    rating: Any,
    rate_hz: float,
    longest_s: float,
    measure: str = "ccc",
    shortest_s: float = 0.0,
) -> Delay:
    """Lag by which a rating follows a reference, by their agreement on what overlaps.

    Parameters
    ----------
    reference, rating : float array, shape (time,), or sequence of such
        On the same times; NaN: not known. Of several recordings one lag is found for all, each moved by
        itself.
    rate_hz : float, > 0
    longest_s, shortest_s : float, s
        Lags tried, in steps of one sample. At most half of the shortest recording; a negative
        `shortest_s` also lets the reference be late.
    measure : {"ccc", "pcc"}
        ``pcc`` where the two have different scales.

    Returns
    -------
    Delay

    Raises
    ------
    ConfigError
        If there is no such measure.
    InputError
        If lengths differ, the lags are in no order, or too long for the shortest recording.

    Source
    ------
    Cross-correlation normalised on the overlap, as in Mariooryad and Busso (2015), "Correcting
    time-continuous emotional labels by modeling the reaction lag of evaluators", with the CCC or PCC; the
    confidence is our choice (a jackknife over time).

    Examples
    --------
    >>> t = np.arange(200) / 10
    >>> estimate_delay(np.sin(t), np.sin(t - 1.5), 10, 4.0).delay_s
    1.5
    """
    _check_measure(measure)
    pairs = _recordings(reference, rating)
    if not rate_hz > 0:
        raise InputError(f"rate_hz is {rate_hz}; expected a number above 0")
    shortest = min(len(one) for one, _ in pairs) / rate_hz
    if not -longest_s <= shortest_s < longest_s <= _LEAST_OVERLAP * shortest + 1e-9:
        raise InputError(
            f"lags from {shortest_s:g} to {longest_s:g} s cannot be tried; expected a rising range of at "
            f"most half of the shortest recording, which has {shortest:g} s"
        )
    lags = np.arange(round(shortest_s * rate_hz), round(longest_s * rate_hz) + 1)
    return _best(lagged_moments(pairs, lags, PARTS), lags / rate_hz, measure)


def best_delay_by_ccc(
    predictions: Sequence[Any] | Mapping[float, Sequence[Any]],
    labels: Sequence[Any],
    rate_hz: float,
    delays_s: Sequence[float],
    rule: str = "hold",
) -> Delay:
    """Delay with the best CCC on development, predictions moved back and labels left where they are.

    Parameters
    ----------
    predictions : sequence of float array, shape (time,), or mapping of delay to such
        One array per development recording. A mapping holds the predictions of a model trained for each
        delay; else the same predictions are moved by every delay.
    labels : sequence of float array, shape (time,)
        Unshifted gold standard; NaN: not rated.
    rate_hz : float, > 0
    delays_s : sequence of float, s, >= 0
        Rising.
    rule : {"drop", "hold", "zero"}
        How `restore` fills the start.

    Returns
    -------
    Delay
        The CCC is over all recordings end to end. With ``drop``, the start that has no prediction is not
        scored.

    Raises
    ------
    ConfigError
        If there is no such rule.
    InputError
        If lengths differ, a delay is too long, or there is no delay.

    Source
    ------
    AVEC 2017 to 2019: the delay is tuned on development, evaluated against unshifted labels.

    Examples
    --------
    >>> t = np.arange(300) / 10
    >>> best_delay_by_ccc([np.sin(t)], [np.sin(t - 0.8)], 10, [0.0, 0.4, 0.8, 1.2]).delay_s
    0.8
    """
    delays = np.asarray(delays_s, dtype=np.float64)
    if delays.ndim != 1 or len(delays) == 0 or np.any(np.diff(delays) <= 0):
        raise InputError(f"delays_s is {delays_s}; expected at least one delay, rising")
    moments = []
    for delay in delays_s:
        if isinstance(predictions, Mapping) and delay not in predictions:
            raise InputError(f"predictions holds none for a delay of {delay} s; expected one for each")
        chosen = predictions[delay] if isinstance(predictions, Mapping) else predictions
        moved = [restore(one, delay, rate_hz, rule) for one in chosen]
        if not isinstance(predictions, Mapping) and rule == "drop":
            moved = [one[: len(own)] for one, own in zip(moved, chosen, strict=True)]
        moments.append(_parts(_recordings(labels, moved)))
    return _best(moments, delays, "ccc")


def _best(moments: list[Moments], lags_s: np.ndarray, measure: str) -> Delay:
    """The lag at the peak of the curve, of one row of moments (part,) per lag."""
    weights = np.vstack([np.ones(PARTS), 1.0 - np.eye(PARTS)])  # everything; without each part
    curves = np.stack([getattr(one.pool(weights), measure)() for one in moments], axis=1)  # (draw, lag)
    curve = curves[0]
    if not np.isfinite(curve).any():
        return Delay(0.0, float("nan"), lags_s, curve, 0.0, 0.0, 0.0)
    known = curves[np.isfinite(curves).any(axis=1)]
    found = lags_s[np.nanargmax(known, axis=1)]
    best = int(np.nanargmax(curve))
    low, high = float(found.min()), float(found.max())
    beyond = best == len(lags_s) - 1 or (best == 0 and lags_s[0] != 0)
    span = float(lags_s[-1] - lags_s[0])
    sure = 0.0 if beyond or not curve[best] > 0 or span <= 0 else 1.0 - (high - low) / span
    return Delay(float(lags_s[best]), float(curve[best]), lags_s, curve, low, high, sure)


def _parts(pairs: list[tuple[np.ndarray, np.ndarray]]) -> Moments:
    """Moments (part,) of all recordings end to end, in tenths of all the time."""
    first = np.concatenate([one for one, _ in pairs])
    second = np.concatenate([other for _, other in pairs])
    edges = np.linspace(0, len(first), PARTS + 1).astype(int)
    return Moments.stack([Moments.of(first[a:b], second[a:b]) for a, b in pairwise(edges)])


def _recordings(first: Any, second: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    ones, others = _as_list(first), _as_list(second)
    if not ones or [one.shape for one in ones] != [other.shape for other in others]:
        raise InputError(
            f"the two sides have lengths {[len(one) for one in ones]} and "
            f"{[len(other) for other in others]}; expected the same recordings with the same times on both"
        )
    return list(zip(ones, others, strict=True))


def _as_list(values: Any) -> list[np.ndarray]:
    if len(values) and np.ndim(values[0]) == 0:
        values = [values]
    arrays = [np.asarray(one, dtype=np.float64) for one in values]
    if any(one.ndim != 1 for one in arrays):
        raise InputError(
            f"a series has shape {next(one.shape for one in arrays if one.ndim != 1)}; expected (time,)"
        )
    return arrays


def _check_measure(measure: str) -> None:
    if measure not in MEASURES:
        raise ConfigError(f"no measure of delay is named {measure!r}; there are: {', '.join(MEASURES)}")
