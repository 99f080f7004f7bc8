"""Work for workers, Ray's find it by PYTHONPATH: a package named `tests` may be installed there."""

import os
import time


def touch(path):
    """Make an empty file."""
    path.touch()


def fail(task):
    """An error of the program."""
    raise RuntimeError(f"cannot be done with {task}")


def sleep(task):
    """Write the number of this process to a file, then take that many seconds; a second more to tidy up."""
    path, seconds = task
    path.write_text(str(os.getpid()))
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        time.sleep(1)
        path.with_suffix(".tidied").touch()
        raise
    path.with_suffix(".done").touch()
