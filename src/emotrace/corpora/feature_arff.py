"""Feature tables of RECOLA and AVEC in ARFF files: an attribute of time, and one per feature."""

from pathlib import Path
from typing import Literal

import numpy as np

from emotrace.corpora.arff import read_arff
from emotrace.corpora.label_steps import step_starts
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError

TIME_NAMES = ("frametime", "time", "timestamp", "time in seconds")
NOT_FEATURES = frozenset({*TIME_NAMES, "name", "instance_name", "class"})


def read_features(
    path: Path, rows: Literal["labels", "instants"] = "labels", hop_s: float | None = None
) -> TimedTable:
    """The features of one recording, values as they stand in the file; NaN: ``?``.

    Attributes named name, instance_name, class, frametime or timestamp are no features.

    Parameters
    ----------
    path : Path
    rows : {"labels", "instants"}
        "labels": a row goes with the label of the same time, so it becomes the same step as that
        (`step_series`), and the row at 0 s is left out. "instants": times are what rows are named by, such
        as those of video frames and the starts of windows.
    hop_s : float or None, s
        From row to row, beginning at 0 s, where the file has no time. None: the first attribute is the time
        where none is named so.

    Raises
    ------
    DataError
        If the file is broken, or has no time or no feature.

    Source
    ------
    CORPORA 2.4; which attributes are no features: the AVEC 2018 scripts.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train_1.arff"
    >>> head = "@relation f\\n@attribute frameTime numeric\\n@attribute F0 numeric\\n@data\\n"
    >>> _ = path.write_text(head + "0,0.5\\n0.04,?\\n0.08,0.75\\n")
    >>> read_features(path)
    TimedTable(times_s=array([0.  , 0.04]), values=array([[ nan],
           [0.75]]), columns=('F0',))
    """
    numbers = read_arff(path).numbers
    time = next((name for name in numbers if name.lower() in TIME_NAMES), None)
    if time is None and hop_s is None:
        time = next((name for name in list(numbers)[:1] if (np.diff(numbers[name]) > 0).all()), None)
    columns = tuple(name for name in numbers if name != time and name.lower() not in NOT_FEATURES)
    if not columns or (time is None and hop_s is None):
        few = ", ".join(list(numbers)[:4]) or "none"
        raise DataError(
            f"{path} has the numeric attributes {few}{', ...' if len(numbers) > 4 else ''}; expected one "
            "named time or frameTime, and features"
        )
    values = np.stack([numbers[name] for name in columns], axis=1)  # (row, feature)
    times_s = np.arange(len(values)) * float(hop_s or 0.0) if time is None else numbers[time]
    if rows == "labels":
        times_s, kept = step_starts(times_s)
        values = values[kept]
    return TimedTable(times_s, values, columns)
