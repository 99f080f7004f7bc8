"""Keeps two jobs from preparing into one folder at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emotrace.errors import DataError

try:
    import fcntl
except ImportError:  # not a POSIX system: the caller must take care
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; the system lets it go when the process ends, however it ends.

    Raises
    ------
    DataError
        If another process holds it.
    """
    with open(folder / ".lock", "w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise DataError(
                    f"{folder}: another process is preparing into it; wait for it or choose another folder"
                ) from error
        yield
