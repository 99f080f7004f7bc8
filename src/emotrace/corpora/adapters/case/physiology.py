"""The physiology of one stimulus of CASE: as interpolated, raw in volts, and as in EPiC 2023."""

from pathlib import Path

import numpy as np

from emotrace.corpora.adapters.case.sorted_rows import read_header, rows_between
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError

SIGNALS = ("ecg", "bvp", "gsr", "rsp", "skt", "emg_zygo", "emg_coru", "emg_trap")
_TIMES = ("daqtime", "time")
_REACH_MS = 1000.0  # the joystick's rows are 50 ms apart, so the physiology of a stimulus ends near them
# Per signal (offset in volts, factor): value = (volts - offset) * factor, or factor * volts + offset.
_BEFORE = {
    "ecg": (2.8, 1000 / 50),
    "emg_zygo": (2.0, 250.0),
    "emg_coru": (2.0, 250.0),
    "emg_trap": (2.0, 250.0),
}
_AFTER = {"bvp": (-115.09, 58.962), "gsr": (-49.2, 24.0), "rsp": (-115.01, 58.923), "skt": (-32.085, 21.341)}


def read_stimulus(path: Path, video: int, first_ms: float, last_ms: float) -> TimedTable:
    """Rows of one stimulus of ``physiological/sub_<n>.csv``, times from its first joystick row.

    Parameters
    ----------
    path : Path
        Columns ``daqtime`` in ms, signals, ``video``.
    video : int
    first_ms, last_ms : float, ms
        First and last joystick row of the stimulus. Physiology of the up to 50 ms before the first is
        left out, for a recording starts at 0 s.

    Raises
    ------
    DataError
        If the file is broken, or has no row of the stimulus.
    """
    columns, time, signals = _columns(path, "video")
    rows = rows_between(path, first_ms, last_ms + _REACH_MS, columns)
    rows = rows[rows[:, columns.index("video")] == video]
    if not len(rows):
        raise DataError(
            f"{path} has no row of video {video} between {first_ms:g} and {last_ms:g} ms; expected one per ms"
        )
    return _table(rows, columns, time, signals, first_ms)


def read_all(path: Path, zero_ms: float) -> TimedTable:
    """A whole file of EPiC 2023: ``time`` in ms and signals, times from `zero_ms`.

    Raises
    ------
    DataError
        If the file is broken.
    """
    columns, time, signals = _columns(path)
    return _table(rows_between(path, zero_ms, np.inf, columns), columns, time, signals, zero_ms)


def read_raw(path: Path, first_ms: float, last_ms: float) -> TimedTable:
    """Rows of ``sub<n>_DAQ.txt`` in [first_ms, last_ms), in the units of the interpolated files.

    Parameters
    ----------
    path : Path
        Tabulators between nine cells, no header: time in s and eight voltages.

    Raises
    ------
    DataError
        If the file is broken, or holds no row of that time.

    Source
    ------
    The conversions of the corpus's own script ``s03_v2_interTransformData.m``, and of one port of it.
    """
    rows = rows_between(path, first_ms / 1000, last_ms / 1000, ("time", *SIGNALS), "\t", has_header=False)
    if not len(rows):
        raise DataError(f"{path} has no row between {first_ms / 1000:g} and {last_ms / 1000:g} s")
    values = np.stack([to_unit(name, rows[:, i]) for i, name in enumerate(SIGNALS, start=1)], axis=1)
    return TimedTable(rows[:, 0] - first_ms / 1000, values, SIGNALS)


def to_unit(signal: str, volts: np.ndarray) -> np.ndarray:
    """Voltages of one signal in its unit: ecg mV; bvp, rsp %; gsr uS; skt degrees Celsius; emg uV.

    Examples
    --------
    >>> float(to_unit("ecg", np.array(2.85)).round(6)), float(to_unit("emg_trap", np.array(2.4)).round(6))
    (1.0, 100.0)
    """
    if signal in _BEFORE:
        offset, factor = _BEFORE[signal]
        return (volts - offset) * factor
    offset, factor = _AFTER[signal]
    return factor * volts + offset


def first_time_ms(path: Path) -> float:
    """Time of the first row of a file with a header.

    Raises
    ------
    DataError
        If there is no row, or it begins with no number.
    """
    columns, time, _ = _columns(path)
    with path.open("rb") as file:
        file.readline()
        cells = file.readline().decode("utf-8", "replace").split(",")
    try:
        return float(cells[columns.index(time)])
    except (ValueError, IndexError) as error:
        raise DataError(f"{path}, line 2 begins with {cells[0].strip()!r}; expected a time in ms") from error


def _columns(path: Path, *needed: str) -> tuple[list[str], str, list[str]]:
    columns = read_header(path, ",")
    time = next((name for name in _TIMES if columns[0] == name), None)
    signals = [name for name in columns[1:] if name and name != "video"]
    if time is None or not signals or any(name not in columns for name in needed):
        raise DataError(
            f"{path} has the columns {', '.join(columns)}; expected {' or '.join(_TIMES)} first, then signals"
            f"{''.join(f' and {name}' for name in needed)}"
        )
    return columns, time, signals


def _table(rows: np.ndarray, columns: list[str], time: str, signals: list[str], zero_ms: float) -> TimedTable:
    chosen = [columns.index(name) for name in signals]
    return TimedTable((rows[:, columns.index(time)] - zero_ms) / 1000, rows[:, chosen], tuple(signals))
