"""EDA, 62 values of the 4 s around every 40 ms: the signal, its slow and its fast part, and its responses."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from emotrace.features.physiology import (
    STEP_S,
    WINDOW_S,
    good_share,
    grid_times,
    import_neurokit,
    row_count,
    track_of,
    windows_at,
    with_derivatives,
)
from emotrace.features.signal import Kind, Signal, read_signal
from emotrace.features.sliding_windows import (
    MOMENTS,
    differences,
    mean_known,
    moments,
    rising_and_falling,
    sliding_windows,
)
from emotrace.features.track import Track

EDA = Kind("EDA", ("eda", "gsr", "scl"), slowest_hz=2, fastest_hz=20000, flat_s=8.0, saturated_s=2.0)
GRID_HZ = 50.0  # of the statistics: the cleaned signal ends at 3 Hz
SHORTEST_S = 4.0  # below which there is nothing to decompose

_PARTS = ("eda", "level", "response")
_SHAPE = tuple(f"{part}_{of}{name}" for part in _PARTS for of in ("", "slope_") for name in MOMENTS)
_TREND = ("eda_range", "eda_rising", "eda_falling", "eda_rising_share")
_EVENTS = ("responses_per_s", "response_amplitude", "response_rise_s")
COLUMNS = (*_SHAPE, *_TREND, *_EVENTS)
BLOCKS = {**{part: 2 * len(MOMENTS) for part in _PARTS}, "trend": len(_TREND), "events": len(_EVENTS)}


def eda(track: Track) -> Track:
    """The 62 values of electrodermal activity.

    In order, the unit of the table as it is:

    - ``eda``, ``level`` and ``response``, 8 each: mean, standard deviation, skewness and kurtosis less 3 of
      the cleaned signal, of its slow part (skin conductance level) and of its fast one (responses), and the
      same of its slope per second.
    - ``trend``, 4, of the cleaned signal: range; mean rise and mean fall per second; share of samples
      that rise.
    - ``events``, 3: responses per second; their mean amplitude and mean time of rise (s).
    - the first derivatives of these 31, per second.

    Parameters
    ----------
    track : Track
        A table with a column EDA or GSR at 2 Hz or more.

    Returns
    -------
    Track
        float32 (time, 62), 25 Hz from 0 s; a row describes the 4 s centred on its step, less at the edges.
        NaN: amplitude and rise in windows without a response, skewness and kurtosis of a constant. Rows are
        not valid, and NaN, where less than half of the window is good. The attribute ``quality`` says
        which shares of the signal are missing, flat and saturated.

    Raises
    ------
    DataError
        If there is no such column, or its rate is none of EDA.
    MissingExtraError
        If neurokit2 is not installed.

    Source
    ------
    Ringeval et al., AV+EC 2015 and AVEC 2016: 62 values over 4 s every 40 ms; four moments of the signal, of
    its slow and its fast part and of their derivatives. Cleaning, parts (at 0.05 Hz) and responses are those
    of neurokit2. Neither paper lists the 62 columns: trend, events and that they are 31 and their derivatives
    is our choice.
    """
    signal = read_signal(track, EDA)
    rows = row_count(signal)
    if signal.good.sum() < SHORTEST_S * signal.rate_hz:
        nothing = np.full((rows, len(COLUMNS)), np.nan)
        return track_of(nothing, FEATURE.columns, np.zeros(rows), signal.quality)
    clean, level, response, peaks = _decompose(signal)
    grid = grid_times(rows, GRID_HZ)
    blocks = []
    for values in (clean, level, response):
        blocks.append(_of_part(*signal.at(grid, values), rows))
    blocks.append(_of_trend(*signal.at(grid, clean), rows))
    blocks.append(_of_events(signal, peaks, rows))
    shares = good_share(signal.at(grid, clean)[1], GRID_HZ, rows)
    return track_of(np.concatenate(blocks, axis=1), FEATURE.columns, shares, signal.quality)


def _decompose(signal: Signal) -> tuple[np.ndarray, np.ndarray, np.ndarray, Mapping[str, Any]]:
    """Cleaned signal, level, responses, and what neurokit2 says of single responses."""
    import warnings

    neurokit = import_neurokit()
    rate = max(1, round(signal.rate_hz))  # neurokit2 takes whole rates; the times are ours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 4 Hz cannot be filtered at 3 Hz
        clean = np.asarray(neurokit.eda_clean(signal.values, sampling_rate=rate), dtype=np.float64)
        level = neurokit.eda_phasic(clean, sampling_rate=rate)["EDA_Tonic"].to_numpy(dtype=np.float64)
        response = clean - level  # neurokit2's own response is the same but for the ends
        try:
            _, peaks = neurokit.eda_peaks(response, sampling_rate=rate)
        except (ValueError, IndexError):  # what it raises where it finds no single response
            peaks = {name: np.empty(0) for name in ("SCR_Peaks", "SCR_Amplitude", "SCR_RiseTime")}
    return clean, level, response, peaks


def _of_part(values: np.ndarray, good: np.ndarray, rows: int) -> np.ndarray:
    size, hop = windows_at(GRID_HZ)
    return np.concatenate(
        [
            np.concatenate([moments(one, known), moments(*differences(one, known, GRID_HZ))], axis=1)
            for one, known in sliding_windows(values, good, size, hop, rows)
        ]
    )


def _of_trend(values: np.ndarray, good: np.ndarray, rows: int) -> np.ndarray:
    size, hop = windows_at(GRID_HZ)
    found = []
    for one, known in sliding_windows(values, good, size, hop, rows):
        high = np.where(known, one, -np.inf).max(axis=1)
        low = np.where(known, one, np.inf).min(axis=1)
        span = np.where(known.any(axis=1), high - low, np.nan)
        steps, both = differences(one, known, GRID_HZ)
        slopes = rising_and_falling(one, known, GRID_HZ)
        found.append(np.column_stack([span, slopes, mean_known(steps > 0, both)]))
    return np.concatenate(found)


def _of_events(signal: Signal, peaks: Mapping[str, Any], rows: int) -> np.ndarray:
    places = np.asarray(peaks["SCR_Peaks"], dtype=np.float64)
    there = np.isfinite(places)
    places = places[there].astype(np.int64)
    kept = signal.good[places]
    times_s = signal.start_s + places[kept] / signal.rate_hz
    middle = (np.arange(rows) + 0.5) * STEP_S
    first = np.searchsorted(times_s, middle - WINDOW_S / 2)
    last = np.searchsorted(times_s, middle + WINDOW_S / 2)
    count = last - first
    means = []
    for name in ("SCR_Amplitude", "SCR_RiseTime"):
        values = np.asarray(peaks[name], dtype=np.float64)[there][kept]
        known = np.isfinite(values)
        sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0))])
        counts = np.concatenate([[0], np.cumsum(known)])
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append((sums[last] - sums[first]) / (counts[last] - counts[first]))
    return np.column_stack([count / WINDOW_S, *means])


FEATURE = with_derivatives(
    name="eda-62",
    needs="table-eda",
    compute=eda,
    blocks=BLOCKS,
    columns=COLUMNS,
    summary="EDA, its level, its responses and their events",
    source="Ringeval et al. (2015), AV+EC 2015 baseline; columns by our choice",
    version=2,
)
FEATURES = (FEATURE,)
