"""Compiles a function by numba, once per machine where that can be kept."""

from collections.abc import Callable
from typing import Any


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled once per machine where a folder for that can be written, else once per run.

    Compiling waits for the first call; modules that use this import numba, which is slow, so they are
    imported inside functions.
    """
    import numba

    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # numba found no place for its cache
        return numba.njit(function)
