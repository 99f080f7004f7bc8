"""Tables of numbers under a header, such as ratings and physiology: fast where nothing in them is odd."""

from pathlib import Path

import numpy as np

from emotrace.corpora.number_block import parse_numbers
from emotrace.corpora.table import DELIMITERS, read_table
from emotrace.corpora.text_cells import read_text


def read_number_table(path: Path) -> dict[str, np.ndarray]:
    """Columns of numbers by stripped name, float64 (row,), in file order; NaN: no value.

    Tolerates what `read_table` does; a file with nothing but a header and numbers is read at several times
    its speed.

    Raises
    ------
    DataError
        As `read_table`, and if a cell is text.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train_1.csv"
    >>> _ = path.write_text("time;FM1 ;FF3\\n0;-0.04;?\\n")
    >>> read_number_table(path)
    {'time': array([0.]), 'FM1': array([-0.04]), 'FF3': array([nan])}
    """
    header, *lines = [line for line in read_text(path).splitlines() if line and not line.isspace()]
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip() for name in header.split(delimiter)]
    values = parse_numbers(lines, delimiter, len(names))
    if values is not None and "" not in names and len(set(names)) == len(names) and '"' not in header:
        return dict(zip(names, np.ascontiguousarray(values.T), strict=True))
    table = read_table(path)
    return {name: table.numbers(name) for name in table.columns}
