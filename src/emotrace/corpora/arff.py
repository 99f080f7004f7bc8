"""A tolerant reader of ARFF files: any header length, CRLF, blank lines, strings, missing values."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.number_block import parse_numbers
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError

_ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(.+)""", re.IGNORECASE)
_NUMERIC = ("numeric", "real", "integer")


@dataclass(frozen=True)
class Arff:
    """The columns of an ARFF file, by attribute name, in file order.

    Parameters
    ----------
    numbers : dict of str to float64 array, shape (row,)
        Numeric attributes; NaN: ``?`` in the file.
    texts : dict of str to list of str
        String and nominal attributes, without quotes.
    """

    numbers: dict[str, np.ndarray]
    texts: dict[str, list[str]]


def read_arff(path: Path) -> Arff:
    """Read an ARFF file, dense rows only.

    Raises
    ------
    DataError
        If the file is unreadable, has no attributes, no ``@data`` or no rows, a row of another
        length than the header says, or text in a numeric attribute.

    Source
    ------
    Quirks of the AVEC files; `scipy.io.arff` refuses their ``string`` attribute.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "dev_1.arff"
    >>> header = "@relation G\\r\\n\\r\\n@attribute name string\\r\\n@attribute value numeric\\r\\n"
    >>> _ = path.write_text(header + "@data\\r\\n\\r\\ndev_1,?\\r\\ndev_1,0.25")
    >>> read_arff(path)
    Arff(numbers={'value': array([ nan, 0.25])}, texts={'name': ['dev_1', 'dev_1']})
    """
    lines = read_text(path).splitlines()
    attributes, start = _read_header(lines, path)
    plain = _read_plain(lines[start:], attributes)
    return plain if plain is not None else _read_any(lines, start, attributes, path)


def _read_plain(lines: list[str], attributes: list[tuple[str, str]]) -> Arff | None:
    """Rows without quotes, comments and empty cells, fast; None if there is any such thing, or a fault."""
    rows = [line for line in lines if line and not line.isspace()]
    numeric = [at for at, (_, kind) in enumerate(attributes) if kind in _NUMERIC]
    others = [at for at in range(len(attributes)) if at not in set(numeric)]
    if not numeric or any(row[0] in "%{" for row in rows):
        return None
    if others and any("'" in row or '"' in row for row in rows):
        return None
    values = parse_numbers(rows, ",", len(attributes), numeric)
    if values is None:
        return None
    texts = {attributes[at][0]: [row.split(",", at + 1)[at].strip() for row in rows] for at in others}
    columns = np.ascontiguousarray(values.T)  # (attribute, row)
    return Arff({attributes[at][0]: columns[i] for i, at in enumerate(numeric)}, texts)


def _read_any(lines: list[str], start: int, attributes: list[tuple[str, str]], path: Path) -> Arff:
    """Rows of any kind, line by line; names the place of a fault."""
    rows, numbers_of_lines = [], []
    for number, line in enumerate(lines[start:], start=start + 1):
        line = line.strip()
        if not line or line.startswith("%"):
            continue
        if line.startswith("{"):
            raise DataError(f"{path}, line {number}: sparse ARFF rows are not read; expected comma separated")
        cells = _cells(line)
        if len(cells) != len(attributes):
            raise DataError(
                f"{path}, line {number} has {len(cells)} values; expected {len(attributes)}, one per "
                "@attribute: the file may be cut off, copy it again"
            )
        rows.append(cells)
        numbers_of_lines.append(number)
    if not rows:
        raise DataError(f"{path} has no rows after @data; expected one per time step")
    numbers: dict[str, np.ndarray] = {}
    texts: dict[str, list[str]] = {}
    for (name, kind), column in zip(attributes, zip(*rows, strict=True), strict=True):
        if kind in _NUMERIC:
            numbers[name] = to_numbers(column, numbers_of_lines, path, name)
        else:
            texts[name] = list(column)
    return Arff(numbers, texts)


def _read_header(lines: list[str], path: Path) -> tuple[list[tuple[str, str]], int]:
    """Names and kinds of the attributes, and the index of the first line after ``@data``."""
    attributes: list[tuple[str, str]] = []
    for index, line in enumerate(lines):
        line = line.strip()
        if found := _ATTRIBUTE.match(line):
            attributes.append((found[1].strip("'\" "), found[2].strip().lower()))
        elif line.lower().startswith("@data"):
            if not attributes or len({name for name, _ in attributes}) < len(attributes):
                names = ", ".join(name for name, _ in attributes) or "none"
                raise DataError(f"{path} declares attributes: {names}; expected one or more, all different")
            return attributes, index + 1
    raise DataError(f"{path} has no @data line; expected an ARFF file, it may be cut off: copy it again")


def _cells(line: str) -> list[str]:
    if "'" in line or '"' in line:
        quote = "'" if "'" in line else '"'
        return [cell.strip() for cell in next(csv.reader([line], quotechar=quote, skipinitialspace=True))]
    return [cell.strip() for cell in line.split(",")]
