"""Text files of labels: their text, and columns of cells as numbers, with errors that name the place."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emotrace.errors import DataError

MISSING = frozenset({"", "?", "NA", "N/A", "n/a"})  # "nan" in any case is a number to Python already


def read_text(path: Path) -> str:
    """The text of a label file (UTF-8, with or without byte order mark).

    Raises
    ------
    DataError
        If the file is missing, unreadable, empty, or no UTF-8 text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}); expected a text file of labels"
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text (byte {error.start}); save it again as UTF-8 plain text"
        ) from error
    if "\0" in text:
        raise DataError(f"{path} holds zero bytes; expected plain text, save it again as UTF-8")
    if not text.strip():
        raise DataError(f"{path} is empty; expected a text file of labels")
    return text


def to_numbers(cells: Sequence[str], lines: Sequence[int], path: Path, column: str) -> np.ndarray:
    """Cells of one column as float64 (row,); NaN where a cell is empty, ``?``, ``NA`` or ``NaN``.

    Parameters
    ----------
    cells : sequence of str
        Already stripped.
    lines : sequence of int
        Line of each cell in the file, counted from 1; for the message only.

    Raises
    ------
    DataError
        If a cell is text or infinite; the message names file, line and column.

    Examples
    --------
    >>> to_numbers(["0.5", "?", "-1e-2"], [2, 3, 4], Path("a.csv"), "arousal")
    array([ 0.5 ,   nan, -0.01])
    """
    try:
        values = np.array([np.nan if cell in MISSING else float(cell) for cell in cells], dtype=np.float64)
        fine = not np.isinf(values).any() and not any("_" in cell for cell in cells)
    except ValueError:
        fine = False
    if fine:
        return values
    line, cell = next((at, cell) for at, cell in zip(lines, cells, strict=True) if not _is_number(cell))
    hint = "write decimals with a point" if "," in cell else "leave it empty if there is no value"
    raise DataError(
        f"{path}, line {line}, column {column}: {cell!r} is not a number; expected one like 0.25, {hint}"
    )


def _is_number(cell: str) -> bool:
    try:
        return cell in MISSING or ("_" not in cell and not np.isinf(float(cell)))
    except ValueError:
        return False
