"""A table of features of RAVDESS clips, a row per clip: sound and face summed up over the whole of it."""

from functools import lru_cache
from pathlib import Path, PurePath

import numpy as np

from emotrace.corpora.table import Table, read_table
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError

NAME = "combined_summary.csv"
_CLIP = "file"
_FACTS = ("emotion", "intensity", "actor", "gender")  # what the name of a clip says: no features


def clips_of(path: Path) -> dict[str, int]:
    """Row of each clip that the table tells of, by the stem of its file: ``01-01-05-01-02-01-16``.

    Raises
    ------
    DataError
        If the file is broken, has no column of clips, or tells of one twice.
    """
    return _rows(path, path.stat().st_mtime_ns)


def read_summary(path: Path, clip: str) -> TimedTable:
    """The features of one clip as a table of one row at 0 s; cells without a value are NaN.

    Raises
    ------
    DataError
        If the file is broken, or has no such clip.
    """
    changed_ns = path.stat().st_mtime_ns
    rows = _rows(path, changed_ns)
    if clip not in rows:
        raise DataError(f"{path} has no row of {clip}; expected one in its column {_CLIP!r}")
    table = _table(path, changed_ns)
    names = tuple(name for name in table.columns if name.lower() not in (_CLIP, *_FACTS))
    if not names:
        raise DataError(f"{path} has no column of features; expected some besides {', '.join(table.columns)}")
    values = np.concatenate([table.numbers(name, [rows[clip]]) for name in names])
    return TimedTable(np.zeros(1), values[np.newaxis], names)


@lru_cache(maxsize=1)
def _table(path: Path, changed_ns: int) -> Table:
    """The whole table, kept for the next clip; `changed_ns` makes a changed file another one."""
    return read_table(path)


@lru_cache(maxsize=1)
def _rows(path: Path, changed_ns: int) -> dict[str, int]:
    table = _table(path, changed_ns)
    table.require(_CLIP)
    stems = [PurePath(cell).stem for cell in table.columns[_CLIP]]
    rows: dict[str, int] = {}
    for row, stem in enumerate(stems):
        if stem in rows:
            raise DataError(
                f"{path}, line {table.lines[row]} tells of {stem} again; expected one row for each clip"
            )
        rows[stem] = row
    return rows
