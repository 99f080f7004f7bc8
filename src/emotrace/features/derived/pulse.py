"""Blood volume pulse, 32 values of the 4 s around every 40 ms: the wave, heart rate and its variability."""

import numpy as np

from emotrace.features.heart import HEART_COLUMNS, find_beats, heart_rows
from emotrace.features.physiology import (
    good_share,
    grid_times,
    row_count,
    track_of,
    windows_at,
    with_derivatives,
)
from emotrace.features.signal import Kind, read_signal
from emotrace.features.sliding_windows import MOMENTS, differences, moments, sliding_windows
from emotrace.features.track import Track

PULSE = Kind("BVP", ("bvp", "ppg"), slowest_hz=20, fastest_hz=20000, flat_s=1.0, saturated_s=0.25)
WAVE_HZ = 50.0
_WAVE = (*(f"wave_{name}" for name in MOMENTS), *(f"wave_slope_{name}" for name in MOMENTS))
COLUMNS = (*_WAVE, *HEART_COLUMNS)
BLOCKS = {"wave": len(_WAVE), "heart": len(HEART_COLUMNS)}


def pulse(track: Track) -> Track:
    """The 32 values of a blood volume pulse, as wearables have it at 64 Hz.

    In order: mean, standard deviation, skewness and kurtosis less 3 of the signal and of its slope per second
    (`wave`, 8); mean, standard deviation, mean rise and mean fall per second of the heart rate (beats per
    minute) and of the absolute difference of successive intervals (ms) (`heart`, 8); the first derivatives
    of these 16, per second.

    Parameters
    ----------
    track : Track
        A table with a column BVP or PPG at 20 Hz or more.

    Returns
    -------
    Track
        float32 (time, 32), 25 Hz from 0 s; a row describes the 4 s centred on its step, less at the edges.
        NaN: ``heart`` of windows without beats. Rows are not valid, and NaN, where less than half of the
        window is good. The attribute ``quality`` is as that of `emotrace.features.derived.ecg.ecg`.

    Raises
    ------
    DataError
        If there is no such column, its rate is none of a pulse, or its beats say that the rate is wrong.
    MissingExtraError
        If neurokit2 is not installed.

    Source
    ------
    Our choice, after the ECG of the AV+EC 2015 baseline: no challenge of these had a pulse.
    """
    signal = read_signal(track, PULSE)
    rows = row_count(signal)
    heart = heart_rows(find_beats(signal, "pulse"), rows)
    wave, known = signal.at(grid_times(rows, WAVE_HZ), signal.values)
    size, hop = windows_at(WAVE_HZ)
    parts = [
        np.concatenate([moments(one, there), moments(*differences(one, there, WAVE_HZ))], axis=1)
        for one, there in sliding_windows(wave, known, size, hop, rows)
    ]
    without = np.isnan(heart[:, 0])
    return track_of(
        np.concatenate([np.concatenate(parts), heart], axis=1),
        FEATURE.columns,
        good_share(known, WAVE_HZ, rows),
        signal.quality | {"without_beats": round(float(without.mean()), 6)},
    )


FEATURE = with_derivatives(
    name="bvp-32",
    needs="table-bvp",
    compute=pulse,
    blocks=BLOCKS,
    columns=COLUMNS,
    summary="wave, heart rate and variability of a blood volume pulse",
    source="our choice, after AV+EC 2015",
    version=2,
)
FEATURES = (FEATURE,)
