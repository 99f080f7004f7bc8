"""Physiology in delimited text: a column of time, and one per signal, some hundred rows a second."""

from pathlib import Path

import numpy as np

from emotrace.corpora.number_table import read_number_table
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError


def read_signals(path: Path, rate_hz: float) -> TimedTable:
    """The signals of one recording, columns by stripped name, in the unit of the file.

    Parameters
    ----------
    path : Path
        ``;``, ``,`` or tabulators between cells, one header line: ``time;EDA;ECG ``.
    rate_hz : float
        Rows per second, for a file without a column ``time`` (s).

    Raises
    ------
    DataError
        If the file is broken or has no signal.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "P16.csv"
    >>> _ = path.write_text("time;EDA;ECG \\n0;0.5;-0.1\\n0.001;0.5;?\\n")
    >>> read_signals(path, rate_hz=1000)
    TimedTable(times_s=array([0.   , 0.001]), values=array([[ 0.5, -0.1],
           [ 0.5,  nan]]), columns=('EDA', 'ECG'))
    """
    columns = read_number_table(path)
    time = time_column(list(columns))
    names = tuple(name for name in columns if name != time)
    if not names:
        raise DataError(f"{path} has no column besides {time}; expected one per signal, such as ECG")
    values = np.stack([columns[name] for name in names], axis=1)  # (row, signal)
    times_s = np.arange(len(values)) / rate_hz if time is None else columns[time]
    return TimedTable(times_s, values, names)


def time_column(names: list[str]) -> str | None:
    """The column of times in seconds, by its name; None if there is none.

    Examples
    --------
    >>> time_column(["frame", "time in seconds"]), time_column(["EDA", "HR"])
    ('time in seconds', None)
    """
    for wanted in ("time", "time in seconds"):
        for name in names:
            if name.lower() == wanted:
                return name
    return next((name for name in names if "time" in name.lower()), None)
