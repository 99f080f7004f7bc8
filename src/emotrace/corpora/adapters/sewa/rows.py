"""Reads the CSV files of the SEWA challenges: name, time and values, with or without a header."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from emotrace.corpora.table import DELIMITERS
from emotrace.corpora.tables import TimedTable
from emotrace.corpora.text_cells import MISSING, read_text, to_numbers
from emotrace.errors import DataError

LABEL_COLUMNS = ("arousal", "valence", "liking")
_NAME_COLUMNS = ("name", "instance_name")
_TIME_COLUMNS = ("time", "timestamp", "frametime")


@dataclass(frozen=True)
class Rows:
    """The rows of one file.

    Parameters
    ----------
    names : set of str
        What the column ``name`` says, without quotes; empty if there is none.
    times_s : float64 array, shape (time,), s
    values : float64 array, shape (time, column)
        NaN: missing.
    columns : tuple of str or None
        From the header; None without one.
    """

    names: set[str]
    times_s: np.ndarray
    values: np.ndarray
    columns: tuple[str, ...] | None


def read_rows(path: Path) -> Rows:
    """Rows of ``name;time;value...`` or ``time;value...``, parted by ``;``, ``,`` or tabulators.

    A header is there if its first cell is ``name`` or a name of a time column. Names may be quoted.

    Raises
    ------
    DataError
        If the file is unreadable, a row has another number of cells than the first, there is no time or no
        value, or a cell is text.

    Source
    ------
    CORPORA 4.3: the organisers' readers look for both forms.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "Devel_DE_01.csv"
    >>> _ = path.write_text("'Devel_DE_01';0.0;0.1;0.2;?\\n'Devel_DE_01';0.1;0.1;0.3;0\\n")
    >>> rows = read_rows(path)
    >>> rows.names, rows.times_s.tolist(), rows.values.tolist(), rows.columns
    ({'Devel_DE_01'}, [0.0, 0.1], [[0.1, 0.2, nan], [0.1, 0.3, 0.0]], None)
    """
    numbered = [(n, line) for n, line in enumerate(read_text(path).splitlines(), start=1) if line.strip()]
    header, delimiter = split_first(numbered[0][1])
    has_header = header[0].lower() in (*_NAME_COLUMNS, *_TIME_COLUMNS)
    width = len(header)
    named = int(header[0].lower() in _NAME_COLUMNS if has_header else not _is_number(header[0]))
    if width < named + 2:
        raise DataError(
            f"{path} has the columns {header}; expected name, time and one or more values, parted by ; or ,"
        )
    if has_header and header[named].lower() not in _TIME_COLUMNS:
        raise DataError(f"{path} has the columns {header}; expected a time after the name")
    rows = numbered[has_header:]
    if not rows:
        raise DataError(f"{path} has a header but no rows; expected one per time step")
    columns = tuple(header[named + 1 :]) if has_header else None
    titles = ["time", *(columns or (f"value {i}" for i in range(1, width - named)))]
    names: set[str] = set()
    numbers = np.empty((len(rows), width - named))
    for i, (line, text) in enumerate(rows):
        cells = text.split(delimiter)
        if len(cells) != width:
            raise DataError(
                f"{path}, line {line} has {len(cells)} cells; expected {width} as in the first line: the "
                "file may be cut off, copy it again"
            )
        if named:
            names.add(_bare(cells[0]))
        try:
            numbers[i] = [float(cell) for cell in cells[named:]]
        except ValueError:  # a missing value, or text
            numbers[i] = _tolerant(cells[named:], line, path, titles)
    if np.isinf(numbers).any():
        raise DataError(f"{path} holds infinite values; expected numbers, leave a cell empty without one")
    return Rows(names, numbers[:, 0], numbers[:, 1:], columns)


def read_features(path: Path) -> TimedTable:
    """Features of one recording; columns ``f1``, ``f2``, ... where the file has no header.

    Rows that go on after the last label are kept: a challenge's own scripts crop them to the labels.
    Functionals and bags of words at ``t`` describe a window around ``t`` (4 s in 2018 and 2019, 6 s in 2017).

    Raises
    ------
    DataError
        If the file is broken, or holds rows of another recording.
    """
    rows = read_rows(path)
    check_name(rows, path)
    columns = rows.columns or tuple(f"f{i}" for i in range(1, rows.values.shape[1] + 1))
    return TimedTable(rows.times_s, rows.values, columns)


def check_name(rows: Rows, path: Path) -> None:
    """Check that a file holds rows of the recording that it is named after only.

    Raises
    ------
    DataError
        Naming the others.
    """
    others = {name for name in rows.names if name.removesuffix(".wav").lower() != path.stem.lower()}
    if others:
        raise DataError(f"{path} holds rows of {', '.join(sorted(others))}; expected {path.stem} only")


def kind_of_rows(path: Path, three_are_labels: bool = True) -> Literal["labels", "features", "other"]:
    """What a file holds, told by its first two lines: labels or predictions of them, features, or neither.

    Parameters
    ----------
    path : Path
    three_are_labels : bool
        Whether three numbers per row are labels where there is no header.

    Raises
    ------
    DataError
        If the file is unreadable.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            lines = [line for line in (file.readline(), file.readline()) if line.strip()]
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); check its permissions") from error
    if not lines:
        return "other"
    header, delimiter = split_first(lines[0])
    lower = [cell.lower() for cell in header]
    has_header = lower[0] in (*_NAME_COLUMNS, *_TIME_COLUMNS)
    if has_header and set(lower) <= {*_NAME_COLUMNS, *_TIME_COLUMNS, *LABEL_COLUMNS}:
        return "labels"
    cells = [_bare(cell) for cell in lines[-1].split(delimiter)]
    numbers = cells if _is_number(cells[0]) else cells[1:]
    if len(numbers) < 2 or not all(cell in MISSING or _is_number(cell) for cell in numbers):
        return "other"
    are_labels = not has_header and three_are_labels and len(numbers) == 1 + len(LABEL_COLUMNS)
    return "labels" if are_labels else "features"


def split_first(line: str) -> tuple[list[str], str]:
    """Cells of a first line without quotes and blanks, and the delimiter that it has most of."""
    delimiter = max(DELIMITERS, key=line.count)
    return [_bare(cell) for cell in line.split(delimiter)], delimiter


def _bare(cell: str) -> str:
    return cell.strip().strip("'\"").strip()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _tolerant(cells: list[str], line: int, path: Path, titles: list[str]) -> list[float]:
    pairs = zip(cells, titles, strict=True)
    return [float(to_numbers([_bare(cell)], [line], path, title)[0]) for cell, title in pairs]
