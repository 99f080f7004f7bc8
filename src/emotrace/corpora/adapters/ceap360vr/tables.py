"""The tables of one person and video of CEAP-360VR: pupil, head, and features of windows of 5 s."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.corpora.adapters.ceap360vr.json_files import person_of, read_videos, video_of
from emotrace.corpora.table import Table, read_table
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError

HEAD_STEP_S = 0.2
WINDOW_S = 5.0
# Targets, not features: what was rated while watching, after it, and classes made of either.
_TARGET = re.compile(
    r"(valence|arousal)(_.*)?|sam_.*|.*_sam|.*(_binary|class)|(label|target).*", re.IGNORECASE
)
_KEYS = ("pid", "vid", "win")
# Means of 125 rows of the pupil trace per window, whatever its rate: 4.2 s of a trace at 30 Hz.
_MISTIMED = re.compile(r"pupil(emo)?_.*", re.IGNORECASE)


def read_pupil(path: Path, video: str, step_s: float) -> TimedTable:
    """Pupil diameters of one video, one row per row of its annotation, `step_s` apart.

    Raises
    ------
    DataError
        If the file is broken, has no such video, or lists of different length.
    """
    entry = _entry(path, video)
    rows = {name: values for name, values in entry.items() if isinstance(values, list)}
    if len({len(values) for values in rows.values()}) != 1:
        lengths = ", ".join(f"{name} {len(values)}" for name, values in rows.items())
        raise DataError(
            f"{path} holds lists of {video} of unequal length: {lengths or 'none'}; expected one length"
        )
    values = np.stack([as_numbers(column, path, name) for name, column in rows.items()], axis=1)
    return TimedTable(np.arange(len(values)) * step_s, values, tuple(rows))


def read_head(path: Path, video: str) -> TimedTable:
    """Pitch and yaw of the head in degrees at 5 Hz; row ``ID`` k is of the step that starts at (k - 1) / 5 s.

    Raises
    ------
    DataError
        If the file is broken, or has no such video.

    Source
    ------
    Our measurement: the means of 25 rows equal HM_Pitch_Mean of windows_5s.csv at this offset.
    """
    rows = _entry(path, video).get("ID_Pitch_Yaw")
    if not isinstance(rows, list) or not rows or any(not {"ID", "Pitch", "Yaw"} <= set(row) for row in rows):
        raise DataError(f"{path} holds no ID_Pitch_Yaw of {video}; expected rows of ID, Pitch and Yaw")
    columns = {name: as_numbers([row[name] for row in rows], path, name) for name in ("ID", "Pitch", "Yaw")}
    times_s = (columns["ID"] - 1) * HEAD_STEP_S
    return TimedTable(times_s, np.stack([columns["Pitch"], columns["Yaw"]], axis=1), ("Pitch", "Yaw"))


def window_columns(path: Path) -> tuple[list[str], list[str]]:
    """Columns of ``windows_5s.csv`` that are features in their right time, and those that are not in it.

    Targets (Valence_..., SAM_..., ..._binary, ..._class) are in neither list.

    Raises
    ------
    DataError
        If the file is broken or names no person, video or window.
    """
    table = _windows(path, path.stat().st_mtime_ns)
    names = [name for name in table.columns if name.lower() not in _KEYS and not _TARGET.fullmatch(name)]
    mistimed = [name for name in names if _MISTIMED.fullmatch(name)]
    return [name for name in names if name not in mistimed], mistimed


def windows_of(path: Path) -> set[tuple[str | None, str | None]]:
    """Person and video of all rows.

    Raises
    ------
    DataError
        If the file is broken.
    """
    table = _windows(path, path.stat().st_mtime_ns)
    persons, videos, _ = _key_columns(table)
    return set(zip(map(person_of, persons), map(video_of, videos), strict=True))


def read_windows(path: Path, person: str, video: str) -> TimedTable:
    """Features of each window of 5 s of one person and video; window k starts at 5 k seconds.

    Raises
    ------
    DataError
        If the file is broken, or has no such rows.
    """
    table = _windows(path, path.stat().st_mtime_ns)
    persons, videos, windows = _key_columns(table)
    rows = [
        row
        for row, (who, what) in enumerate(zip(persons, videos, strict=True))
        if person_of(who) == person and video_of(what) == video
    ]
    if not rows:
        raise DataError(f"{path} has no row of {person} and {video}; expected one per window of 5 s")
    numbers = table.numbers(windows, rows)
    order = np.argsort(numbers, kind="stable")
    names, _ = window_columns(path)
    values = np.stack([table.numbers(name, rows) for name in names], axis=1)
    return TimedTable(numbers[order] * WINDOW_S, values[order], tuple(names))


@lru_cache(maxsize=1)
def _windows(path: Path, changed_ns: int) -> Table:
    """The whole table, kept for the next video; `changed_ns` makes a changed file another one."""
    return read_table(path)


def _key_columns(table: Table) -> tuple[list[str], list[str], str]:
    by_name = {name.lower(): name for name in table.columns}
    table.require(*(by_name.get(key, key) for key in _KEYS))
    return table.columns[by_name["pid"]], table.columns[by_name["vid"]], by_name["win"]


def _entry(path: Path, video: str) -> dict[str, Any]:
    videos = read_videos(path)
    if video not in videos:
        raise DataError(f"{path} holds nothing of {video}; it has {', '.join(videos)}")
    return videos[video]


def as_numbers(values: list[Any], path: Path, name: str) -> np.ndarray:
    """Values of a JSON list as float64 (row,); null is NaN.

    Raises
    ------
    DataError
        If one is no number.
    """
    for value in values:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise DataError(f"{path} holds {value!r} in {name}; expected numbers")
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
