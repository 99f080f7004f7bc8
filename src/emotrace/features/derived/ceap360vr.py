"""Body, eyes, head and pupil of CEAP-360VR, of its tables and on the grid of its labels."""

from collections.abc import Sequence

import numpy as np

from emotrace import timing
from emotrace.errors import DataError
from emotrace.features.feature import Feature
from emotrace.features.sliding_windows import differences, mean_known, moments, sliding_windows
from emotrace.features.track import Track
from emotrace.timing import Timeline

STEP_S = 0.04
WINDOW_S = 5.0  # of the table of windows
GRID_HZ = 50.0
AROUND_S = 1.0  # of pupil and head
FLOOR = 1e-3  # added before logarithms: mm of pupil, degrees a second of head
LONGEST_GAP_S = 1.0

_BODY = tuple(f"{name}_{of}" for name in ("EDA", "BVP", "HR", "SKT") for of in ("Mean", "Std"))
_SPANS = ("Mean", "Std", "Max", "Min")
_EYES = (
    "Fixation_Num",
    *(f"Fixation_Duration_{of}" for of in _SPANS),
    *(f"Saccade_{what}_{of}" for what in ("Duration", "Amplitude") for of in _SPANS),
    *("EM_Mean", "EM_Std", "EM_Pitch_Mean", "EM_Pitch_Std", "EM_Yaw_Std"),
)
_YAW = "EM_Yaw_Mean"
_HEAD = ("pitch", "yaw_sine", "yaw_cosine", "log_pitch_speed", "log_yaw_speed", "yaw_velocity")
_PUPIL = ("diameter_mean", "log_diameter_sd")


def body(track: Track) -> Track:
    """Mean and deviation of EDA, pulse, heart rate and skin temperature in the 5 s that a step lies in.

    Parameters
    ----------
    track : Track
        ``table-windows``.

    Returns
    -------
    Track
        float32 (time, 8), 25 Hz. A row knows its whole window, so up to 5 s ahead.

    Raises
    ------
    DataError
        If the table lacks one of the columns.
    """
    return _held(track, _columns(track, _BODY), BODY.columns)


def eyes(track: Track) -> Track:
    """Fixations, saccades and direction of gaze in the 5 s that a step lies in.

    Parameters
    ----------
    track : Track
        ``table-windows``.

    Returns
    -------
    Track
        float32 (time, 20), 25 Hz; the mean yaw as sine and cosine, for -180 and 180 degrees are one.

    Raises
    ------
    DataError
        If the table lacks one of the columns.
    """
    yaw = np.deg2rad(_columns(track, (_YAW,)))
    values = np.concatenate([_columns(track, _EYES), np.sin(yaw), np.cos(yaw)], axis=1)
    return _held(track, values, EYES.columns)


def head(track: Track) -> Track:
    """Direction and speed of the head in the second around each step.

    Parameters
    ----------
    track : Track
        ``table-head``: pitch and yaw in degrees, 5 Hz.

    Returns
    -------
    Track
        float32 (time, 6), 25 Hz: mean pitch in degrees, mean sine and cosine of yaw, logarithms of the mean
        speeds of pitch and yaw in degrees per second, mean velocity of yaw.

    Raises
    ------
    DataError
        If the table lacks one of the columns.
    """
    angles = _columns(track, ("Pitch", "Yaw"))
    yaw = np.deg2rad(angles[:, 1])
    turned = np.full(len(yaw), np.nan)
    known = np.isfinite(yaw)
    turned[known] = np.rad2deg(np.unwrap(yaw[known]))
    found = []
    for values in (angles[:, 0], np.sin(yaw), np.cos(yaw)):
        found.append(np.concatenate([mean_known(*one) for one in _around(track, values)]))
    pitch = [differences(*one, GRID_HZ) for one in _around(track, angles[:, 0])]
    turns = [differences(*one, GRID_HZ) for one in _around(track, turned)]
    for steps in (pitch, turns):
        speed = np.concatenate([mean_known(np.abs(one), both) for one, both in steps])
        found.append(np.log(speed + FLOOR))
    found.append(np.concatenate([mean_known(*one) for one in turns]))
    return _track(np.column_stack(found), HEAD.columns)


def pupil(track: Track) -> Track:
    """Diameter of the pupils in the second around each step.

    The table's ``PD_luminance`` is not read, and neither is ``PD_emotion``, the diameter less that: the first
    is the same curve for all who watch a video, so a model that has it, or both diameter and rest, is
    told the stimulus.

    Parameters
    ----------
    track : Track
        ``table-pupil``: diameters in mm, 25 or 30 Hz.

    Returns
    -------
    Track
        float32 (time, 2), 25 Hz: mean in mm and logarithm of the standard deviation of ``PD_Mean``.

    Raises
    ------
    DataError
        If the table lacks the column.
    """
    rows = [moments(*one)[:, :2] for one in _around(track, _columns(track, ("PD_Mean",))[:, 0])]
    found = np.concatenate(rows)
    found[:, 1] = np.log(found[:, 1] + FLOOR)
    return _track(found, PUPIL.columns)


def _columns(track: Track, wanted: Sequence[str]) -> np.ndarray:
    names = list(track.attributes.get("columns", ()))
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            f"the table has the columns {', '.join(names) or 'without names'}; expected "
            f"{', '.join(missing)} as well, as the tables of ceap360vr have them"
        )
    return np.asarray(track.values[:], dtype=np.float64)[:, [names.index(name) for name in wanted]]


def _held(track: Track, values: np.ndarray, columns: Sequence[str]) -> Track:
    """Rows of windows on the grid of steps: each step has those of the window that it lies in."""
    starts = track.timeline.seconds()
    end_s = starts[-1] + WINDOW_S if len(starts) else 0.0
    middle = (np.arange(timing.step_count(end_s, STEP_S)) + 0.5) * STEP_S
    window = np.searchsorted(starts, middle, side="right") - 1
    inside = (window >= 0) & (middle < starts[window] + WINDOW_S) if len(starts) else np.zeros(1, bool)
    rows = np.full((len(middle), len(columns)), np.nan)
    rows[inside] = values[window[inside]]
    return _track(rows, columns)


def _around(track: Track, values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Windows of 1 s around each step, of values that lie on lines between the known ones."""
    times_s = track.timeline.seconds()
    count = timing.step_count(max(0.0, track.timeline.end_s), STEP_S)
    grid = np.arange(round(count * STEP_S * GRID_HZ)) / GRID_HZ
    known = np.isfinite(values)
    if known.any():
        filled = np.interp(grid, times_s[known], values[known])
        after = np.clip(np.searchsorted(times_s[known], grid), 0, known.sum() - 1)
        before = np.maximum(after - 1, 0)
        apart = [np.abs(times_s[known][side] - grid) for side in (before, after)]
        there = np.minimum(*apart) <= LONGEST_GAP_S
    else:
        filled, there = np.zeros(len(grid)), np.zeros(len(grid), dtype=bool)
    size, hop = round(AROUND_S * GRID_HZ), round(STEP_S * GRID_HZ)
    return list(sliding_windows(filled, there, size, hop, count))


def _track(rows: np.ndarray, columns: Sequence[str]) -> Track:
    return Track(
        values=rows.astype(np.float32),
        timeline=Timeline.regular(len(rows), 1 / STEP_S),
        valid=np.isfinite(rows).any(axis=1),
        attributes={"columns": list(columns)},
    )


_SOURCE = "our choice; the table is that of CEAP-360VR (Xue et al.)"
BODY = Feature(
    name="ceap360vr-body",
    needs="table-windows",
    compute=body,
    blocks={"eda": 2, "bvp": 2, "hr": 2, "skt": 2},
    version=1,
    summary="EDA, pulse, heart rate and skin temperature of CEAP-360VR in windows of 5 s",
    source=_SOURCE,
    columns=_BODY,
)
EYES = Feature(
    name="ceap360vr-eyes",
    needs="table-windows",
    compute=eyes,
    blocks={"fixations": 5, "saccades": 8, "gaze": 7},
    version=1,
    summary="fixations, saccades and gaze of CEAP-360VR in windows of 5 s",
    source=_SOURCE,
    columns=(*_EYES, "EM_Yaw_Mean_sine", "EM_Yaw_Mean_cosine"),
)
HEAD = Feature(
    name="ceap360vr-head",
    needs="table-head",
    compute=head,
    blocks={"direction": 3, "speed": 3},
    version=1,
    summary="direction and speed of the head of CEAP-360VR in the second around each step",
    source=_SOURCE,
    columns=_HEAD,
)
PUPIL = Feature(
    name="ceap360vr-pupil",
    needs="table-pupil",
    compute=pupil,
    blocks={"diameter": 2},
    version=1,
    summary="diameter of the pupils of CEAP-360VR in the second around each step",
    source=_SOURCE,
    columns=_PUPIL,
)
FEATURES = (BODY, EYES, HEAD, PUPIL)
