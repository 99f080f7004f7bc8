"""Reads the traces of several raters as RECOLA and AVEC lay them out: a time column and one per rater."""

from pathlib import Path

import numpy as np

from emotrace.corpora.number_table import read_number_table
from emotrace.errors import DataError


def read_ratings(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Times and values of every rater of one recording and dimension, as they stand in the file.

    Parameters
    ----------
    path : Path
        ``;`` or ``,`` between cells; a column ``time`` in seconds, every other column a rater
        (``FM1 ;FM2 ;...``, blanks around names do not count).

    Returns
    -------
    times_s : float64 array, shape (time,)
    values : dict of rater to float64 array, shape (time,)
        NaN: not rated.

    Raises
    ------
    DataError
        If there is no column ``time``, no rater, text in a number, or time does not rise.
    """
    columns = read_number_table(path)
    time = next((name for name in columns if name.lower() == "time"), None)
    if time is None:
        raise DataError(
            f"{path} has no column time; its columns are {', '.join(columns)}; expected time and raters"
        )
    raters = {name: values for name, values in columns.items() if name != time}
    if not raters:
        raise DataError(f"{path} has no column besides {time}; expected one column per rater")
    check_rising(columns[time], path)
    return columns[time], raters


def check_rising(times_s: np.ndarray, path: Path, what: str = "time") -> None:
    """Check that every time is there and later than the one before.

    Raises
    ------
    DataError
        If one is not; the message names the file and the times.
    """
    if np.isnan(times_s).any():
        raise DataError(f"{path}: {what} has empty cells; expected a time in seconds in every row")
    falls = np.flatnonzero(np.diff(times_s) <= 0)
    if len(falls):
        before, after = times_s[falls[0]], times_s[falls[0] + 1]
        raise DataError(
            f"{path}: {what} goes from {before:g} to {after:g} s; expected each row later than the one before"
        )
