"""Parses lines of delimited numbers fast; gives up where anything is odd, for a careful reader to look at."""

from collections.abc import Sequence

import numpy as np


def parse_numbers(
    lines: Sequence[str], delimiter: str, width: int, columns: Sequence[int] | None = None
) -> np.ndarray | None:
    """Numbers of lines that hold nothing odd; None if any line does.

    Odd are: another number of cells than `width`, empty cells, text, infinite values, quotes, comments.
    ``?`` and ``nan`` are NaN.

    Parameters
    ----------
    lines : sequence of str
        Without blank ones.
    delimiter : str
        One character.
    width : int
        Cells of each line.
    columns : sequence of int or None
        Cells that are numbers; None: all.

    Returns
    -------
    float64 array, shape (line, column), or None

    Examples
    --------
    >>> parse_numbers(["0,a,?", "0.04,b,-1e-2"], ",", 3, columns=[0, 2])
    array([[ 0.  ,   nan],
           [ 0.04, -0.01]])
    >>> parse_numbers(["0,1", "0.04"], ",", 2) is None
    True
    """
    if not lines or any(line.count(delimiter) != width - 1 for line in lines):
        return None
    clear = [line.replace("?", "nan") if "?" in line else line for line in lines]
    try:
        values = np.loadtxt(
            clear, dtype=np.float64, comments=None, delimiter=delimiter, usecols=columns, ndmin=2
        )
    except ValueError:
        return None
    return None if np.isinf(values).any() else values
