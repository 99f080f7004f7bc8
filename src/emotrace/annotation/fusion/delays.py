"""Delays over all recordings of a dimension: of raters beside each other, and of gold beside a reference."""

from collections.abc import Mapping, Sequence

import numpy as np

from emotrace.annotation.delay import Delay, estimate_delay
from emotrace.annotation.fusion.rated import Rated
from emotrace.annotation.fusion.results import RecordingGold
from emotrace.annotation.mean import mean
from emotrace.errors import InputError
from emotrace.remarks import Remarks

LEAST_CONFIDENCE = 0.5  # a delay less sure is told and not used
_SAME_RATE = 0.01
_SWEEPS = 5

Found = dict[str, Delay]
Reference = tuple[np.ndarray, np.ndarray]


def relative_delays(
    recordings: Sequence[Rated], longest_s: float, remarks: Remarks
) -> tuple[dict[str, float], Found]:
    """How much later than the earliest rater each one is, over all recordings.

    Parameters
    ----------
    recordings : sequence of Rated
        Of one dimension, the same raters in each.
    longest_s : float, s
        Lags searched to both sides, cut to half of the shortest recording.
    remarks : Remarks

    Returns
    -------
    delays_s : dict of rater to float, s, >= 0
        The lag behind the mean of the other raters, these moved by their own lags, found by going over the
        raters until nothing changes (at most 5 times); less that of the earliest. A rater whose lag is
        not sure counts as being on the common time.
    found : dict of rater to Delay

    Raises
    ------
    InputError
        If the recordings have different rates.
    """
    rate_hz, longest_s = _rate_and_range(recordings, longest_s, remarks)
    dimension, raters = recordings[0].dimension, recordings[0].raters
    lags, found = np.zeros(len(raters), dtype=np.int64), Found()  # rows
    for _ in range(_SWEEPS):
        before = lags.copy()
        for i, rater in enumerate(raters):
            pairs = [(_mean_of_others(one.values, i, lags), one.values[i]) for one in recordings]
            pairs = [(others, own) for others, own in pairs if np.isfinite(others + own).any()]
            if pairs:
                others, owns = zip(*pairs, strict=True)
                found[rater] = estimate_delay(others, owns, rate_hz, longest_s, "pcc", -longest_s)
                sure = found[rater].confidence >= LEAST_CONFIDENCE
                lags[i] = round(found[rater].delay_s * rate_hz) if sure else 0
        lags -= round(lags.mean())  # only differences count; nothing else holds the common time in place
        if np.array_equal(before, lags):
            break
    for rater, delay in found.items():
        _is_sure(f"{dimension}: the delay of rater {rater}", delay, remarks)
    remarks.note(
        f"{dimension}: the delay that all raters share is not known without a reference; all were moved to "
        "the time of the earliest, also those whose own delay is taken as 0"
    )
    return {rater: float(lag - lags.min()) / rate_hz for rater, lag in zip(raters, lags, strict=True)}, found


def delay_of_gold(
    dimension: str,
    golds: Sequence[RecordingGold],
    references: Mapping[str, Reference],
    longest_s: float,
    remarks: Remarks,
) -> tuple[float, Found]:
    """One delay of a dimension's gold standards behind reference signals; 0 where it is not sure.

    Raises
    ------
    InputError
        If the recordings have different rates.
    """
    rated = [Rated(one.name, dimension, one.times_s, ("gold",), one.values[None]) for one in golds]
    for one in rated:
        if one.name not in references:
            remarks.add(f"{dimension}: no reference signal, left out of the estimate of the delay", one.name)
    known = [one for one in rated if one.name in references]
    if not known:
        return 0.0, {}
    rate_hz, longest_s = _rate_and_range(known, longest_s, remarks)
    signals = [_on_times(references[one.name], one.times_s) for one in known]
    found = estimate_delay(signals, [one.values[0] for one in known], rate_hz, longest_s, "pcc")
    sure = _is_sure(f"{dimension}: the delay behind the reference", found, remarks)
    return (found.delay_s if sure else 0.0), {"gold": found}


def _mean_of_others(ratings: np.ndarray, rater: int, lags: np.ndarray) -> np.ndarray:
    """Mean of all but one rater, each moved earlier by the own lag in rows."""
    moved = np.full_like(ratings, np.nan)
    for row, own, lag in zip(moved, ratings, lags, strict=True):
        rows = np.arange(len(own)) + lag
        inside = (rows >= 0) & (rows < len(own))
        row[inside] = own[rows[inside]]
    return mean(np.delete(moved, rater, axis=0))


def _is_sure(what: str, found: Delay, remarks: Remarks) -> bool:
    if found.confidence < LEAST_CONFIDENCE:
        remarks.note(
            f"{what} is not sure and taken as 0: {found.delay_s:g} s, from {found.low_s:g} to "
            f"{found.high_s:g} s when a tenth of the time is left out (confidence {found.confidence:.2f}, "
            f"below {LEAST_CONFIDENCE:g})"
        )
        return False
    return True


def _on_times(signal: Reference, times_s: np.ndarray) -> np.ndarray:
    return np.interp(times_s, *signal, left=np.nan, right=np.nan)


def _rate_and_range(recordings: Sequence[Rated], longest_s: float, remarks: Remarks) -> tuple[float, float]:
    rates = [one.rate_hz() for one in recordings]
    if max(rates) > (1 + _SAME_RATE) * min(rates):
        raise InputError(
            f"recordings of {recordings[0].dimension} have rates from {min(rates):g} to {max(rates):g} Hz; "
            "expected one rate to estimate a delay, give it (--rate HZ) to resample first"
        )
    rate_hz = float(np.median(rates))
    half = min(len(one.times_s) for one in recordings) / rate_hz / 2
    if half < longest_s:
        remarks.note(
            f"{recordings[0].dimension}: delays are searched up to {half:g} s, half of the shortest recording"
        )
        longest_s = half
    return rate_hz, longest_s
