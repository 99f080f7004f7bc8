"""A tolerant reader of delimited text: columns by stripped name, numbers checked, places named."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError

DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True)
class Table:
    """The cells of a delimited file, stripped.

    Parameters
    ----------
    path : Path
    columns : dict of str to list of str
        Cells by column name, in file order.
    lines : list of int
        Line of each row in the file, counted from 1.
    """

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]

    def require(self, *names: str) -> None:
        """Check that the columns are there.

        Raises
        ------
        DataError
            If one is missing; the message names what the file has and what was expected.
        """
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise DataError(
                f"{self.path} has no column {', '.join(missing)}; its columns are "
                f"{', '.join(self.columns)}; expected at least {', '.join(names)}"
            )

    def numbers(self, column: str, rows: Sequence[int] | None = None) -> np.ndarray:
        """A column, or some rows of it, as float64 (row,); NaN where a cell holds no value.

        Raises
        ------
        DataError
            If a cell is text; the message names file, line and column.
        """
        chosen = range(len(self.lines)) if rows is None else rows
        cells = self.columns[column]
        return to_numbers([cells[i] for i in chosen], [self.lines[i] for i in chosen], self.path, column)


def read_table(path: Path, lower_case_header: bool = False) -> Table:
    """Read a file of cells parted by ``;``, ``,`` or tabulators, whichever its header has most of.

    Header cells and cells are stripped; blank rows, CRLF, a byte order mark, a missing final newline
    and empty cells past the last column are tolerated. A first column without a name whose cells count
    the rows, as R and pandas write it, is left out.

    Raises
    ------
    DataError
        If the file is unreadable, two columns have one name, a column has none, a row has another
        number of cells than the header, or there is no row.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train_1.csv"
    >>> _ = path.write_bytes(b"time;FM1 ;FF3\\r\\n0;-0.04;0.1\\r\\n")
    >>> read_table(path).columns
    {'time': ['0'], 'FM1': ['-0.04'], 'FF3': ['0.1']}
    """
    text = read_text(path)
    first = next(line for line in text.splitlines() if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count))
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1  # line on which a row begins; a quoted cell may run over several
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            cells = _without_empty_tail([cell.strip() for cell in cells], len(header))
            if not any(cells):
                continue
            if not header:
                header = [cell.lower() for cell in cells] if lower_case_header else cells
                _check_header(header[not header[0] :], path)
                continue
            if len(cells) != len(header):
                raise DataError(
                    f"{path}, line {line} has {len(cells)} cells; expected {len(header)}: {', '.join(header)}"
                )
            rows.append(cells)
            lines.append(line)
    except csv.Error as error:
        raise DataError(
            f"{path}, line {start} cannot be read ({error}); expected cells and quotes"
        ) from error
    if not rows:
        raise DataError(f"{path} has a header but no rows; expected one row per label")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    if "" in columns and not _counts(columns.pop("")):
        raise _no_name(header, path)
    return Table(path, columns, lines)


def _without_empty_tail(cells: list[str], width: int) -> list[str]:
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _check_header(header: list[str], path: Path) -> None:
    if "" in header or len(set(header)) < len(header):
        raise _no_name(header, path)


def _counts(cells: list[str]) -> bool:
    """Whether cells are row numbers, counted from 0 or 1."""
    return any(cells == [str(start + i) for i in range(len(cells))] for start in (0, 1))


def _no_name(header: list[str], path: Path) -> DataError:
    return DataError(f"{path} has the columns {header}; expected a name for each, all different")
