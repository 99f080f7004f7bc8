"""Beats of an ECG or a pulse wave, found by neurokit2, and from them heart rate and its variability."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from emotrace.errors import DataError
from emotrace.features.physiology import STEP_S, WINDOW_S, grid_times, import_neurokit, windows_at
from emotrace.features.signal import Signal
from emotrace.features.sliding_windows import moments, rising_and_falling, sliding_windows

SLOWEST_BPM, FASTEST_BPM = 30.0, 220.0
FEWEST_BEATS = 8  # beats below which nothing is said about the rate
REGULAR = 0.25  # standard deviation over mean of intervals below which beats are a rhythm
LIKELY_FACTORS = (4.0, 2.0, 8.0, 0.25, 0.5)  # by which a stated rate may be wrong: 1000 for 250 Hz
LIKELY_BPM = 75.0  # of two rates of samples that a rhythm would fit, the one nearer to this is named

HEART_HZ = 50.0  # of the grid on which heart rate and variability are described
_STATISTICS = ("mean", "sd", "rising", "falling")
HEART_COLUMNS = tuple(f"{one}_{name}" for one in ("rate_bpm", "variability_ms") for name in _STATISTICS)

What = Literal["ECG", "pulse"]


@dataclass(frozen=True)
class Beats:
    """Beats in time.

    Parameters
    ----------
    times_s : float64 array, shape (beat,), s
        Rising.
    intervals_s : float64 array, shape (beat,), s
        Since the beat before; NaN for the first, and where beats between may be missing.
    """

    times_s: np.ndarray
    intervals_s: np.ndarray

    def rate_bpm(self, at_s: np.ndarray) -> np.ndarray:
        """Heart rate in beats per minute, linear between beats; NaN outside a run of beats.

        Parameters
        ----------
        at_s : float array, shape (n,), s

        Returns
        -------
        float64 array, shape (n,)
        """
        return self._between(at_s, 60.0 / self.intervals_s)

    def variability_ms(self, at_s: np.ndarray) -> np.ndarray:
        """Absolute difference of successive intervals in ms, likewise."""
        changes = np.abs(np.diff(self.intervals_s, prepend=np.nan)) * 1000.0
        return self._between(at_s, changes)

    def interval_s(self, at_s: np.ndarray) -> np.ndarray:
        """Interval between beats in s, linear between beats; NaN outside a run of beats."""
        return self._between(at_s, self.intervals_s)

    def _between(self, at_s: np.ndarray, values: np.ndarray) -> np.ndarray:
        if len(self.times_s) < 2:
            return np.full(len(at_s), np.nan)
        right = np.searchsorted(self.times_s, at_s, side="left")  # the beat that ends the interval
        inside = (right > 0) & (right < len(self.times_s))
        right = np.clip(right, 1, len(self.times_s) - 1)
        left = right - 1
        share = (at_s - self.times_s[left]) / (self.times_s[right] - self.times_s[left])
        known_left = np.where(np.isfinite(values[left]), values[left], values[right])
        found = (1 - share) * known_left + share * values[right]
        return np.where(inside & np.isfinite(self.intervals_s[right]), found, np.nan)


def find_beats(signal: Signal, what: What) -> Beats:
    """The beats of a signal where it is good.

    Parameters
    ----------
    signal : Signal
    what : {"ECG", "pulse"}

    Returns
    -------
    Beats
        Without any where the signal is flat, missing or shorter than 2 s.

    Raises
    ------
    DataError
        If the beats are no heart's, but would be at another rate of samples.
    MissingExtraError
        If neurokit2 is not installed.

    Source
    ------
    neurokit2, its own methods: cleaned, gradient (ECG) or systolic peaks (pulse), artefacts corrected
    as Lipponen and Tarvainen (2019). The check of the rate: our choice.
    """
    nothing = Beats(np.empty(0), np.empty(0))
    if signal.good.sum() < 2 * signal.rate_hz:
        return nothing
    places = _peaks(signal.values, signal.rate_hz, what)
    places = places[signal.good[places]]
    if len(places) < 2 or not _is_heart(places, signal.rate_hz):
        _check_rate(signal, what)
    if len(places) < 2:
        return nothing
    times_s = signal.start_s + places / signal.rate_hz
    intervals_s = np.diff(times_s, prepend=np.nan)
    with np.errstate(invalid="ignore"):
        intervals_s[(intervals_s > 60 / SLOWEST_BPM) | (intervals_s < 60 / FASTEST_BPM)] = np.nan
    return Beats(times_s, intervals_s)


def heart_rows(beats: Beats, rows: int) -> np.ndarray:
    """Heart rate and its variability in windows of 4 s every 40 ms.

    Parameters
    ----------
    beats : Beats
    rows : int

    Returns
    -------
    float64 array, shape (row, 8)
        `HEART_COLUMNS`: mean, standard deviation, mean rise and mean fall per second of each; NaN for windows
        without a beat, or of variability without three in a row near.
    """
    grid = grid_times(rows, HEART_HZ)
    size, hop = windows_at(HEART_HZ)
    found = []
    for values in (beats.rate_bpm(grid), beats.variability_ms(grid)):
        parts = [
            np.column_stack([moments(one, known)[:, :2], rising_and_falling(one, known, HEART_HZ)])
            for one, known in sliding_windows(values, np.isfinite(values), size, hop, rows)
        ]
        found.append(np.concatenate(parts))
    middle = (np.arange(rows) + 0.5) * STEP_S
    first, last = (np.searchsorted(beats.times_s, middle + side * WINDOW_S / 2) for side in (-1, 1))
    result = np.concatenate(found, axis=1)
    result[first == last] = np.nan
    return result


def _peaks(values: np.ndarray, rate_hz: float, what: What) -> np.ndarray:
    """Samples at which there are beats, rising, each once."""
    neurokit = import_neurokit()
    find = (
        (neurokit.ecg_clean, neurokit.ecg_peaks, "ECG_R_Peaks")
        if what == "ECG"
        else (neurokit.ppg_clean, neurokit.ppg_peaks, "PPG_Peaks")
    )
    clean, peaks, key = find
    rate = round(rate_hz)  # neurokit2 takes whole rates; the times are ours
    try:
        cleaned = clean(values, sampling_rate=rate)
        _, found = peaks(cleaned, sampling_rate=rate)
        if len(found[key]) > FEWEST_BEATS:
            _, found = peaks(cleaned, sampling_rate=rate, correct_artifacts=True)
    except (ValueError, IndexError):  # what it raises where it finds no single beat
        return np.empty(0, np.int64)
    places = np.unique(np.asarray(found[key], dtype=np.int64))
    return places[(places >= 0) & (places < len(values))]


def _is_heart(places: np.ndarray, rate_hz: float) -> bool:
    bpm = 60.0 * rate_hz / float(np.median(np.diff(places)))
    return SLOWEST_BPM <= bpm <= FASTEST_BPM


def _check_rate(signal: Signal, what: What) -> None:
    fitting: dict[float, float] = {}  # beats a minute by samples a second
    for factor in LIKELY_FACTORS:
        likely_hz = signal.rate_hz / factor
        if likely_hz < 20:
            continue
        places = _peaks(signal.values, likely_hz, what)
        places = places[signal.good[places]]
        if len(places) <= FEWEST_BEATS or not _is_heart(places, likely_hz):
            continue
        intervals = np.diff(places)
        if intervals.std() / intervals.mean() < REGULAR:
            fitting[likely_hz] = 60 * likely_hz / float(np.median(intervals))
    if fitting:
        likely_hz = min(fitting, key=lambda rate_hz: abs(np.log(fitting[rate_hz] / LIKELY_BPM)))
        raise DataError(
            f"the {what} has no heart's rhythm at the {signal.rate_hz:.4g} samples a second that its "
            f"times say, but one of {fitting[likely_hz]:.0f} beats a minute at {likely_hz:.4g}: correct the "
            "times of the table"
        )
