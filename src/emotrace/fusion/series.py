"""One predictions CSV, ours or anyone's: any of three separators, a time column, one column per label."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.table import read_table
from emotrace.errors import DataError
from emotrace.trace import OWN_COLUMNS

TIMES = ("time_s", "timestamp", "time")  # names of the time column, in seconds
_BESIDE = frozenset({*TIMES, *OWN_COLUMNS, "name", "file", "recording", "subject", "frame"})


@dataclass(frozen=True)
class Series:
    """What one file says.

    Parameters
    ----------
    path : Path
    times_s : float64 array, shape (time,)
        Rising.
    values : float64 array, shape (time, label)
        NaN: nothing is said.
    labels : tuple of str
    gold : float64 array, shape (time, label), or None
        Where the file has ``gold_<label>`` for every label; NaN: not rated.
    face_found : bool array, shape (time,), or None
        None: the file does not say.
    """

    path: Path
    times_s: np.ndarray
    values: np.ndarray
    labels: tuple[str, ...]
    gold: np.ndarray | None
    face_found: np.ndarray | None

    @property
    def step_s(self) -> float:
        """Seconds from row to row (median); NaN for a single row."""
        return float(np.median(np.diff(self.times_s))) if len(self.times_s) > 1 else float("nan")


def read_series(path: Path, labels: Sequence[str] | None = None) -> Series:
    """Read a file as `emotrace predict` or another tool wrote it.

    Parameters
    ----------
    path : Path
    labels : sequence of str or None
        Columns to read; None: all that are no time, face, name or gold standard.

    Raises
    ------
    DataError
        If the file is unreadable, has no time column or lacks a label, a cell is no number, or times do not
        rise.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "Devel_DE_01.csv"
    >>> _ = path.write_text("name;timestamp;arousal\\n'Devel_DE_01';0.0;0.1\\n'Devel_DE_01';0.1;\\n")
    >>> series = read_series(path)
    >>> series.labels, series.values[:, 0].tolist()
    (('arousal',), [0.1, nan])
    """
    table = read_table(path)
    clock = next((name for name in TIMES if name in table.columns), None)
    if clock is None:
        raise DataError(
            f"{path}: has the columns {', '.join(table.columns)}; expected a column of seconds named "
            f"{' or '.join(TIMES)}, and one column per label"
        )
    found = tuple(name for name in table.columns if name not in _BESIDE and not name.startswith("gold_"))
    wanted = found if labels is None else tuple(labels)
    lacking = [name for name in wanted if name not in table.columns]
    if lacking or not wanted:
        raise DataError(
            f"{path}: has no column {', '.join(lacking) or 'of a label'}; its labels are "
            f"{', '.join(found) or 'none'}; expected {', '.join(wanted) or 'at least one'}, the same in "
            "every "
            "system (choose those that all have with --labels)"
        )
    times = table.numbers(clock)
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        row = int(np.argmax(~np.isfinite(times) | (np.diff(times, prepend=-np.inf) <= 0)))
        raise DataError(
            f"{path}, line {table.lines[row]}: its time is {times[row]:g}; expected seconds that rise from "
            "row to "
            "row"
        )
    golds = [f"gold_{name}" for name in wanted]
    has_gold = all(name in table.columns for name in golds)
    return Series(
        path=path,
        times_s=times,
        values=np.stack([table.numbers(name) for name in wanted], axis=1),
        labels=wanted,
        gold=np.stack([table.numbers(name) for name in golds], axis=1) if has_gold else None,
        face_found=table.numbers("face_found") > 0 if "face_found" in table.columns else None,
    )
