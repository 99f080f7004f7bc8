"""Work for Ray's workers, which find it by PYTHONPATH: a package named `tests` may be installed there."""


def touch(path):
    """Make an empty file."""
    path.touch()


def fail(task):
    """An error of the program."""
    raise RuntimeError(f"cannot be done with {task}")
