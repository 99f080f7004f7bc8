"""Writes a file whole or not at all: under a temporary name that takes its place at the end."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emotrace.errors import DataError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}


class DiskFullError(DataError):
    """The disk, the quota or the allowed file size is used up; nothing else can be written."""


@contextmanager
def explain_write_errors(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write into one sentence that names the file.

    Raises
    ------
    DiskFullError
        If the disk is full, the quota exceeded or the file too large for the file system.
    DataError
        If the place cannot be written to.
    """
    try:
        yield
    except OSError as error:
        name = error.filename or path
        if error.errno in _FULL:
            raise DiskFullError(
                f"{name}: cannot be written ({error.strerror}); free some space and run the same command "
                "again (train with --resume), finished work is kept"
            ) from error
        if error.errno in _REFUSED:
            raise DataError(
                f"{name}: cannot be written ({error.strerror}); give it free passage or choose another folder"
            ) from error
        raise


def part_of(path: Path) -> Path:
    """Temporary name of a file while it is written; it keeps the suffix, by which some writers go.

    Examples
    --------
    >>> part_of(Path("run.json")).name
    '.run.part.json'
    """
    return path.with_name(f".{path.stem}.part{path.suffix}")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    Missing folders are made; a file that is there is replaced at once. When the block fails, the
    temporary file is removed and `path` stays as it was; one that a killed job left is overwritten by the
    next.

    Raises
    ------
    DataError
        As `explain_write_errors`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a" / "b.txt"
    >>> with written_whole(path) as part:
    ...     _ = part.write_text("whole")
    >>> path.read_text()
    'whole'
    """
    path = Path(path)
    part = part_of(path)
    if path.exists() and not path.is_file():
        what = "folder" if path.is_dir() else "device"
        raise DataError(f"{path}: is a {what}; expected a file to write, choose another name")
    with explain_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
