"""Keeps two jobs from writing into one folder at the same time."""

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

    Processes that this one starts do not hold it, so none of them keeps it beyond this one's end.

    Raises
    ------
    DataError
        If another process holds it.
    """
    with open(folder / ".lock", "w") as file:
        if fcntl is not None:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError) as error:
                raise DataError(
                    f"{folder}: another process is working in it; wait for it or choose another folder"
                ) from error
        yield
