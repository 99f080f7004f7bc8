"""Tables of the MuSe packages: labels and features by timestamp and segment, and raters' raw traces."""

from pathlib import Path

import numpy as np

from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.table import Table, read_table
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError

_TIME_NAMES = ("timestamp", "time")
_BESIDE = ("segment_id", "id")
_LONGEST_STEP_S = 20.0  # a median step of more than this many "seconds" is of milliseconds


def read_label(path: Path) -> Series:
    """One dimension of one recording: ``timestamp`` (or ``Time``) in ms, perhaps ``segment_id``, ``value``.

    Timestamps name starts of steps; between segments there are gaps. Values of the test partition are
    empty, which is NaN.

    Raises
    ------
    DataError
        If the file is broken, or labels whole segments instead of moments.
    """
    table = read_table(path)
    time = _time_column(table, path)
    names = [name for name in table.columns if name != time and name.lower() not in _BESIDE]
    named = [name for name in names if name.lower() == "value"] or names
    if len(named) != 1:
        raise DataError(
            f"{path} has the columns {', '.join(table.columns)}; expected timestamp, segment_id, value"
        )
    times_s = table.numbers(time) / 1000
    check_rising(times_s, path, time)
    return Series(times_s, table.numbers(named[0]))


def labels_segments(path: Path) -> bool:
    """Whether a file of labels has classes of whole segments instead of values over time.

    Raises
    ------
    DataError
        If the file is broken.
    """
    names = {name.lower() for name in read_table(path).columns}
    return "timestamp_start" in names or ("class_id" in names and not names & {"value"})


def read_features(path: Path) -> TimedTable:
    """Features of one recording: ``timestamp`` in ms, ``segment_id``, then one column per feature.

    Raises
    ------
    DataError
        If the file is broken or has no feature.
    """
    table = read_table(path)
    time = _time_column(table, path)
    names = [name for name in table.columns if name != time and name.lower() not in _BESIDE]
    if not names:
        raise DataError(
            f"{path} has no column besides {', '.join(table.columns)}; expected features after them"
        )
    values = np.stack([table.numbers(name) for name in names], axis=1)
    return TimedTable(table.numbers(time) / 1000, values, tuple(names))


def read_raw(path: Path) -> dict[str, Series]:
    """Traces of several raters: ``timestamp,1,2,3``, in seconds or milliseconds by the size of the step.

    Timestamps of these files name ends of steps: the first is one step, not 0, and is taken off.

    Raises
    ------
    DataError
        If the file is broken or has no rater.

    Source
    ------
    Our measurement on the example files of MuSe-Toolbox: row by row as many as the fused ones, which
    begin at 0 ms where these begin at 0.50 s.
    """
    table = read_table(path)
    time = _time_column(table, path)
    raters = [name for name in table.columns if name != time and name.lower() not in _BESIDE]
    if not raters:
        raise DataError(f"{path} has no column besides {time}; expected one column per rater")
    times_s = seconds(table.numbers(time))
    check_rising(times_s, path, time)
    if len(times_s) > 1:
        step_s = float(np.median(np.diff(times_s)))
        if abs(times_s[0] - step_s) < 0.01 * step_s:
            times_s = times_s - step_s
    return {rater: Series(times_s, table.numbers(rater)) for rater in raters}


def seconds(times: np.ndarray) -> np.ndarray:
    """Times in s, of which it is not known whether they are in s or ms; steps of over 20 are of ms.

    Examples
    --------
    >>> seconds(np.array([0.5, 1.0])).tolist(), seconds(np.array([500.0, 1000.0])).tolist()
    ([0.5, 1.0], [0.5, 1.0])
    """
    is_ms = len(times) > 1 and np.nanmedian(np.diff(times)) > _LONGEST_STEP_S
    return times / 1000 if is_ms else times


def _time_column(table: Table, path: Path) -> str:
    for name in table.columns:
        if name.lower() in _TIME_NAMES:
            return name
    raise DataError(f"{path} has the columns {', '.join(table.columns)}; expected timestamp first")
