"""ECG, 54 values of the 4 s around every 40 ms: the wave, its spectrum, heart rate and its variability."""

import numpy as np

from emotrace.features.heart import HEART_COLUMNS, HEART_HZ, Beats, find_beats, heart_rows
from emotrace.features.physiology import (
    STEP_S,
    good_share,
    grid_times,
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
    sliding_windows,
)
from emotrace.features.track import Track

ECG = Kind("ECG", ("ecg", "ekg"), slowest_hz=100, fastest_hz=20000, flat_s=0.5, saturated_s=0.1)
WAVE_HZ = 100.0  # of the grid on which the wave is described: its pass band ends at 27 Hz
INTERVAL_HZ = 4.0
PASS_HZ = (3.0, 27.0)
BANDS_HZ = ((3, 7), (7, 11), (11, 15), (15, 19), (19, 23), (23, 27))
LOW_HZ, HIGH_HZ = (0.04, 0.15), (0.15, 0.4)
SHORTEST_LOW_S = 1 / LOW_HZ[0]  # one period of the slowest wave
SEGMENTS = 8
EPSILON = 1e-12

_WAVE = ("zero_crossings_per_s", *MOMENTS, "length_density_per_s", "nonstationarity")
_SPECTRUM = (
    "spectral_entropy",
    "spectral_slope_per_hz",
    "spectral_mean_hz",
    *(f"log_power_{low}_{high}_hz" for low, high in BANDS_HZ),
)
_POWER = ("log_low_frequency", "log_high_frequency", "log_low_over_high")
COLUMNS = (*_WAVE, *_SPECTRUM, *_POWER, *HEART_COLUMNS)
BLOCKS = {"wave": len(_WAVE), "spectrum": len(_SPECTRUM), "power": len(_POWER), "heart": len(HEART_COLUMNS)}


def ecg(track: Track) -> Track:
    """The 54 values of an ECG.

    The wave is the signal from 3 to 27 Hz over its own standard deviation where it is good. In order:

    - ``wave``, 7: changes of sign per second; mean, standard deviation, skewness, kurtosis less 3; mean
      absolute slope over the window's standard deviation, per second; standard deviation of the means of 8
      segments over that of the window.
    - ``spectrum``, 9, of the window under a Hann window between 3 and 27 Hz: entropy over its largest
      value, in [0, 1]; slope of log power over frequency; mean frequency; log power in six bands of 4 Hz.
    - ``power``, 3, of the intervals between beats in ms over the whole recording: log power from 0.04 to
      0.15 Hz, from 0.15 to 0.4 Hz, and the difference of the two.
    - ``heart``, 8: mean, standard deviation, mean rise and mean fall per second of the heart rate (beats per
      minute), and of the absolute difference of successive intervals (ms).
    - the first derivatives of these 27, per second.

    Parameters
    ----------
    track : Track
        A table with a column ECG (any unit) at 100 Hz or more.

    Returns
    -------
    Track
        float32 (time, 54), 25 Hz from 0 s; a row describes the 4 s centred on its step, less at the edges.
        NaN: ``power`` and ``heart`` of windows without beats, low frequencies of recordings under 25 s.
        Rows are not valid, and NaN, where less than half of the window is good. The attribute ``quality``
        says which shares of the signal are missing, flat and saturated, and which share of the rows is
        without beats.

    Raises
    ------
    DataError
        If there is no such column, its rate is none of an ECG, or its beats say that the rate is wrong.
    MissingExtraError
        If neurokit2 is not installed.

    Source
    ------
    Ringeval et al., AV+EC 2015 and AVEC 2016: 54 values over 4 s every 40 ms, and these kinds of descriptors;
    windows centred as those of AVEC 2016. Neither paper lists the 54 columns: that they are 27 and their
    derivatives, six bands, logarithms, and low and high frequencies of the intervals rather than of the
    wave, which 4 s cannot resolve, is our choice.
    """
    signal = read_signal(track, ECG)
    rows = row_count(signal)
    beats = find_beats(signal, "ECG")
    wave, known = _wave(signal, rows)
    size, hop = windows_at(WAVE_HZ)
    parts = [
        np.concatenate([_of_wave(one, there), _of_spectrum(one)], axis=1)
        for one, there in sliding_windows(wave, known, size, hop, rows)
    ]
    heart = heart_rows(beats, rows)
    power = _of_intervals(beats, rows, signal.end_s)
    without = np.isnan(heart[:, 0])
    power[without] = np.nan
    return track_of(
        np.concatenate([np.concatenate(parts), power, heart], axis=1),
        FEATURE.columns,
        good_share(known, WAVE_HZ, rows),
        signal.quality | {"without_beats": round(float(without.mean()), 6)},
    )


def _wave(signal: Signal, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The band-passed wave at 100 Hz, and where it is good."""
    from scipy.signal import butter, sosfiltfilt

    sections = butter(3, PASS_HZ, "bandpass", fs=signal.rate_hz, output="sos")
    padding = min(3 * (2 * len(sections) + 1), len(signal.values) - 1)
    passed = sosfiltfilt(sections, signal.values, padlen=padding)
    deviation = float(passed[signal.good].std()) if signal.good.any() else 0.0
    return signal.at(grid_times(rows, WAVE_HZ), passed / max(deviation, EPSILON))


def _of_wave(windows: np.ndarray, known: np.ndarray) -> np.ndarray:
    steps, both = differences(windows, known, WAVE_HZ)
    crossings = mean_known((windows[:, 1:] < 0) != (windows[:, :-1] < 0), both) * WAVE_HZ
    four = moments(windows, known)
    with np.errstate(invalid="ignore", divide="ignore"):
        density = mean_known(np.abs(steps), both) / four[:, 1]
        pieces = windows.reshape(len(windows), SEGMENTS, -1), known.reshape(len(known), SEGMENTS, -1)
        means = np.stack([mean_known(pieces[0][:, i], pieces[1][:, i]) for i in range(SEGMENTS)], axis=1)
        spread = moments(np.nan_to_num(means), np.isfinite(means))[:, 1] / four[:, 1]
    return np.column_stack([crossings, four, density, spread])


def _of_spectrum(windows: np.ndarray) -> np.ndarray:
    size = windows.shape[1]
    frequency = np.fft.rfftfreq(size, 1 / WAVE_HZ)
    inside = (frequency >= PASS_HZ[0]) & (frequency < PASS_HZ[1])
    power = np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)[:, inside]) ** 2 / size
    frequency = frequency[inside]
    power = power + EPSILON
    share = power / power.sum(axis=1, keepdims=True)
    entropy = -(share * np.log(share)).sum(axis=1) / np.log(len(frequency))
    centred = frequency - frequency.mean()
    slope = np.log(power) @ centred / (centred @ centred)
    bands = [np.log(power[:, (frequency >= low) & (frequency < high)].mean(axis=1)) for low, high in BANDS_HZ]
    return np.column_stack([entropy, slope, share @ frequency, *bands])


def _of_intervals(beats: Beats, rows: int, duration_s: float) -> np.ndarray:
    from scipy.signal import butter, sosfiltfilt

    empty = np.full((rows, len(_POWER)), np.nan)
    times_s = np.arange(int(rows * STEP_S * INTERVAL_HZ) + 1) / INTERVAL_HZ
    intervals = beats.interval_s(times_s) * 1000.0
    known = np.isfinite(intervals)
    if known.sum() < 2:
        return empty
    filled = np.interp(times_s, times_s[known], intervals[known])
    logs = []
    size, hop = windows_at(HEART_HZ)
    for low, high in (LOW_HZ, HIGH_HZ):
        sections = butter(2, (low, high), "bandpass", fs=INTERVAL_HZ, output="sos")
        passed = sosfiltfilt(sections, filled, padlen=min(len(filled) - 1, round(INTERVAL_HZ / low)))
        grid = grid_times(rows, HEART_HZ)
        squares = np.interp(grid, times_s, passed) ** 2
        everywhere = np.ones(len(grid), dtype=bool)
        means = [mean_known(*window) for window in sliding_windows(squares, everywhere, size, hop, rows)]
        logs.append(np.log(np.concatenate(means) + EPSILON))
    if duration_s < SHORTEST_LOW_S:
        logs[0][:] = np.nan
    return np.column_stack([*logs, logs[0] - logs[1]])


FEATURE = with_derivatives(
    name="ecg-54",
    needs="table-ecg",
    compute=ecg,
    blocks=BLOCKS,
    columns=COLUMNS,
    summary="wave, spectrum, heart rate and variability of an ECG",
    source="Ringeval et al. (2015), AV+EC 2015 baseline; columns by our choice",
    version=2,
)
FEATURES = (FEATURE,)
