"""Dynamic time warping of two series within a Sakoe-Chiba band, compiled by numba."""

from typing import Any

import numpy as np

from emotrace.compiling import compiled
from emotrace.errors import InputError

__all__ = ["dtw", "dtw_distance"]

_DIAGONAL, _FIRST, _SECOND = 0, 1, 2  # which series went on


def dtw(first: Any, second: Any, band: int | None = None) -> tuple[np.ndarray, float]:
    """Cheapest way to go through two series together, squared differences summed.

    Parameters
    ----------
    first, second : float array, shape (time,)
        At least one sample each, no NaN; lengths may differ.
    band : int or None, >= 0
        Most samples that a pair may lie beside the straight line from both beginnings to both ends; widened
        where the lengths ask for more. None: no band, and memory of one byte for every pair of samples.

    Returns
    -------
    path : int64 array, shape (step, 2)
        Pairs of samples, from (0, 0) to both ends; in each step one or both go on by one. Of ways that cost
        the same, both go on before the first does, and the first before the second.
    cost : float
        Sum of squared differences over the path.

    Raises
    ------
    InputError
        If a series is empty, not one-dimensional or holds NaN, or `band` is below 0.

    Source
    ------
    Sakoe and Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition".

    Examples
    --------
    >>> path, cost = dtw([0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0])
    >>> path.tolist(), cost
    ([[0, 0], [0, 1], [1, 2], [2, 2], [3, 3]], 0.0)
    """
    x, y, lowest, highest = _checked(first, second, band)
    moves = np.empty((len(x), int((highest - lowest).max()) + 1), dtype=np.uint8)
    cost = _fill(x, y, lowest, highest, moves)
    return _walk(moves, lowest, len(y)), cost


def dtw_distance(first: Any, second: Any, band: int | None = None) -> float:
    """The cost that `dtw` finds, in memory that grows with the length of the first series only.

    Parameters, raises and source as `dtw`.

    Returns
    -------
    float

    Examples
    --------
    >>> dtw_distance([0.0, 1.0, 0.0], [0.0, 0.0, 2.0])
    5.0
    """
    return _fill(*_checked(first, second, band), np.empty((0, 0), dtype=np.uint8))


def _checked(
    first: Any, second: Any, band: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Both series, and the lowest and highest sample of the second for each of the first."""
    x = np.asarray(first, dtype=np.float64, order="C")
    y = np.asarray(second, dtype=np.float64, order="C")
    for name, one in (("first", x), ("second", y)):
        if one.ndim != 1 or one.size == 0:
            raise InputError(f"{name} has shape {one.shape}; expected one series (time,) that is not empty")
        if not np.isfinite(one).all():
            raise InputError(f"{name} holds NaN or infinite values; leave those times out")
    if band is not None and band < 0:
        raise InputError(f"band is {band}; expected 0 samples or more, or None for no band")
    if band is None or len(x) == 1:
        return x, y, np.zeros(len(x), dtype=np.int64), np.full(len(x), len(y) - 1)
    slope = (len(y) - 1) / (len(x) - 1)
    reach = max(band, int(np.ceil(slope)) // 2)  # windows of neighbours must touch
    line = np.rint(np.arange(len(x)) * slope).astype(np.int64)
    return x, y, np.maximum(line - reach, 0), np.minimum(line + reach, len(y) - 1)


@compiled
def _fill(x, y, lowest, highest, moves):
    """Cost of the cheapest way; writes into `moves`, where that has rows, how each pair was reached."""
    # cost up to sample j of y stands at j + 1; infinite outside the window, which only moves on
    before = np.full(len(y) + 1, np.inf)
    now = np.full(len(y) + 1, np.inf)
    before[0] = 0.0
    keep = len(moves) > 0
    for i in range(len(x)):
        start = lowest[i]
        value = x[i]
        left = np.inf
        now[start] = np.inf
        for j in range(start, highest[i] + 1):
            best, move = before[j], _DIAGONAL
            if before[j + 1] < best:
                best, move = before[j + 1], _FIRST
            if left < best:
                best, move = left, _SECOND
            difference = value - y[j]
            left = best + difference * difference
            now[j + 1] = left
            if keep:
                moves[i, j - start] = move
        before, now = now, before
    return before[len(y)]


@compiled
def _walk(moves, lowest, length):
    """The path, from the moves backwards."""
    i, j = len(moves) - 1, length - 1
    path = np.empty((i + j + 1, 2), dtype=np.int64)
    at = len(path) - 1
    path[at, 0], path[at, 1] = i, j
    while i > 0 or j > 0:
        move = moves[i, j - lowest[i]]
        if move != _SECOND:
            i -= 1
        if move != _FIRST:
            j -= 1
        at -= 1
        path[at, 0], path[at, 1] = i, j
    return path[at:].copy()
