"""Rows by step of condensed inputs in the folder of a recording: written whole or not at all, and read."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.models.base import CONDENSED
from emotrace.store.files import NpyWriter
from emotrace.writing import explain_write_errors

FACTS = "condensed.json"  # written last, makes a folder whole
_OPEN_FILES = 120  # memory maps at a time; each holds a file open, and systems allow 256 or more


class RowsOnDisk:
    """Rows of a ``.npy`` file, memory-mapped when they are asked for; a reading process opens it for itself.

    Parameters
    ----------
    path : Path
    key : str
        Tells it from a file that lay there before.
    """

    def __init__(self, path: Path, key: str):
        self.path, self.key = path, key

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all rows."""
        return tuple(_opened(self.path, self.key).shape)

    def __getitem__(self, rows: Any) -> np.ndarray:
        return _opened(self.path, self.key)[rows]


@lru_cache(maxsize=_OPEN_FILES)
def _opened(path: Path, key: str) -> np.ndarray:
    return np.load(path, mmap_mode="r")


def forget_open_files() -> None:
    """Let go of all files, so that they can be removed."""
    _opened.cache_clear()


def write_rows(
    folder: Path, key: str, pieces: Iterable[Mapping[str, np.ndarray]], process: int = 0
) -> dict[str, Path]:
    """Write rows that come a piece at a time; a file appears under its name when all pieces have come.

    Parameters
    ----------
    folder : Path
        Of a recording; made if it is not there.
    key : str
        What `finished` asks for.
    pieces : iterable of mapping of str to array, shape (time, ...)
        Rows of consecutive steps, under the same names each time.
    process : int
        Number of the writing process; several that write the same do not hinder each other.

    Returns
    -------
    dict of str to Path
        The file of each name.

    Raises
    ------
    DiskFullError, DataError
        As `explain_write_errors`; what was begun is removed.
    """
    parts: dict[str, Path] = {}
    try:
        with explain_write_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with ExitStack() as stack:
                writers: dict[str, NpyWriter] = {}
                for name, rows in ((name, rows) for piece in pieces for name, rows in piece.items()):
                    if name not in writers:
                        parts[_file_of(name)] = part = folder / f"{_file_of(name)}.{process}.part"
                        writers[name] = stack.enter_context(NpyWriter(part, rows.dtype, rows.shape[1:]))
                    writers[name].append(rows)
            files = {name: _file_of(name) for name in writers}
            parts[FACTS] = folder / f"{FACTS}.{process}.part"
            parts[FACTS].write_text(json.dumps({"key": key, "files": files}), encoding="utf-8")
            for file, part in parts.items():
                os.replace(part, folder / file)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return {name: folder / file for name, file in files.items()}


def finished(folder: Path, key: str, steps: int) -> dict[str, Path] | None:
    """The files of a recording by name; None if they are missing, cut off, damaged or of another key.

    Parameters
    ----------
    folder : Path
    key : str
    steps : int
        Rows that each must have.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if facts["key"] != key:
            return None
        files = {name: folder / file for name, file in facts["files"].items()}
        lengths = {len(np.load(file, mmap_mode="r")) for file in files.values()}
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return files if lengths <= {steps} else None


def _file_of(name: str) -> str:
    return f"{name.removeprefix(CONDENSED).replace('/', '-')}.npy"
