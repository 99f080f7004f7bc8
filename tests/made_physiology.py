"""Made physiology: beats, pulse waves and skin responses at times that are known."""

import numpy as np

from emotrace.features import Track
from emotrace.timing import Timeline


def table(values, rate_hz, *columns, start_s=0.0):
    """A table of columns at a constant rate."""
    rows = np.asarray(values, np.float32)
    rows = rows[:, None] if rows.ndim == 1 else rows
    return Track(rows, Timeline.regular(len(rows), rate_hz, start_s), attributes={"columns": list(columns)})


def beat_times(duration_s, bpm=75.0, sway=0.05, sway_hz=0.25):
    """Times of beats whose interval sways around 60 / bpm, as with breath."""
    times, now = [], 0.4
    while now < duration_s:
        times.append(now)
        now += 60 / bpm * (1 + sway * np.sin(2 * np.pi * sway_hz * now))
    return np.array(times)


def ecg_wave(times_s, duration_s, rate_hz):
    """P, QRS and T as bells around each beat, mV."""
    at = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = np.zeros(len(at))
    for offset, width, height in [
        (-0.18, 0.025, 0.12),
        (-0.03, 0.008, -0.15),
        (0.0, 0.010, 1.0),
        (0.03, 0.009, -0.2),
        (0.25, 0.045, 0.25),
    ]:
        for beat in times_s:
            near = slice(*np.searchsorted(at, [beat + offset - 6 * width, beat + offset + 6 * width]))
            wave[near] += height * np.exp(-0.5 * ((at[near] - beat - offset) / width) ** 2)
    return wave + 0.05 * np.sin(2 * np.pi * 0.3 * at)


def pulse_wave(times_s, duration_s, rate_hz):
    """A systolic and a diastolic bell after each beat."""
    at = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = np.zeros(len(at))
    for beat in times_s:
        wave += np.exp(-0.5 * ((at - beat) / 0.09) ** 2) + 0.35 * np.exp(
            -0.5 * ((at - beat - 0.32) / 0.11) ** 2
        )
    return wave


def skin(times_s, duration_s, rate_hz, height=0.5):
    """Conductance in uS: a slow drift and a response that rises for about a second at each time."""
    at = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = 4 + 0.5 * np.sin(2 * np.pi * at / 200)
    for start in times_s:
        since = np.clip(at - start, 0, None)
        wave += height * 2.12 * (np.exp(-since / 3.0) - np.exp(-since / 0.7))
    return wave
