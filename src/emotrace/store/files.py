"""Files that are written under a temporary name and renamed, so that none is ever half-written."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.writing import explain_write_errors

PART = ".part"  # ending of a temporary name
_HEADER_BYTES = 128


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; the file is removed if the block fails.

    The caller renames it with `publish` when all files that belong together are written.
    """
    part = path.with_name(path.name + PART)
    try:
        with explain_write_errors(path):
            yield part
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise


def publish(path: Path) -> None:
    """Give the temporary file of `path` its name, at once."""
    os.replace(path.with_name(path.name + PART), path)


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys; nothing is touched if the file holds the same already."""
    text = json.dumps(value, sort_keys=True, indent=1) + "\n"
    if path.is_file() and path.read_bytes() == text.encode():
        return
    with temporary(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
        publish(path)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that a killed job left in a folder."""
    for part in folder.glob(f"*{PART}"):
        part.unlink(missing_ok=True)


class NpyWriter:
    """Appends rows to a ``.npy`` file whose length is known only at the end.

    Parameters
    ----------
    path : Path
        Overwritten.
    dtype : NumPy dtype
    row_shape : tuple of int
        Shape of one row.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "numbers.npy"
    >>> with NpyWriter(path, np.dtype("f4"), (2,)) as writer:
    ...     writer.append(np.zeros((3, 2), "f4"))
    >>> np.load(path).shape
    (3, 2)
    """

    def __init__(self, path: Path, dtype: np.dtype, row_shape: tuple[int, ...]):
        self._dtype = np.dtype(dtype)
        self._row_shape = tuple(int(size) for size in row_shape)
        self.rows = 0
        self._file = open(path, "wb")  # noqa: SIM115 - closed by __exit__
        self._file.write(self._header())

    def append(self, rows: np.ndarray) -> None:
        """Write rows of shape (n, \\*row_shape) after those already there.

        Raises
        ------
        DataError
            If the rows have another shape or dtype.
        """
        if rows.dtype != self._dtype or rows.shape[1:] != self._row_shape:
            raise DataError(
                f"a track gave rows of {rows.dtype} {rows.shape[1:]}; expected {self._dtype} "
                f"{self._row_shape} as before"
            )
        self._file.write(np.ascontiguousarray(rows).data)
        self.rows += len(rows)

    def _header(self) -> bytes:
        shape = (self.rows, *self._row_shape)
        text = f"{{'descr': {self._dtype.str!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
        room = _HEADER_BYTES - 10  # magic, version and the length itself
        return b"\x93NUMPY\x01\x00" + room.to_bytes(2, "little") + text.encode().ljust(room - 1) + b"\n"

    def __enter__(self) -> "NpyWriter":
        return self

    def __exit__(self, *failure: object) -> None:
        try:
            if failure[0] is None:
                self._file.seek(0)
                self._file.write(self._header())
        finally:
            self._file.close()
