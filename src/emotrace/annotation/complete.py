"""The times at which every rater rated, for methods that cannot do with gaps."""

from typing import Any

import numpy as np

from emotrace.annotation.ratings import as_ratings
from emotrace.errors import InputError

__all__ = ["complete_ratings", "spread_over"]


def complete_ratings(ratings: Any, least_raters: int, least_times: int) -> tuple[np.ndarray, np.ndarray]:
    """Ratings at the times at which every rater rated, one after another, and which times these are.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated.
    least_raters, least_times : int
        What the method needs.

    Returns
    -------
    ratings : float64 array, shape (rater, complete time)
    complete : bool array, shape (time,)

    Raises
    ------
    InputError
        As `as_ratings`, or if there are too few such times.

    Source
    ------
    The MuSe-Toolbox, which leaves out each row with a missing value.

    Examples
    --------
    >>> complete_ratings([[0.0, np.nan, 1.0], [0.5, 0.5, 0.5]], 2, 2)
    (array([[0. , 1. ],
           [0.5, 0.5]]), array([ True, False,  True]))
    """
    array = as_ratings(ratings, least_raters)
    complete = np.isfinite(array).all(axis=0)
    if complete.sum() < least_times:
        raise InputError(
            f"ratings has {complete.sum()} times at which all {len(array)} raters rated; expected at least "
            f"{least_times}, so leave out the rater with the gaps, or use the method mean or ewe"
        )
    return np.ascontiguousarray(array[:, complete]), complete


def spread_over(values: np.ndarray, complete: np.ndarray) -> np.ndarray:
    """Values of the complete times at their places; NaN at the other times.

    Examples
    --------
    >>> spread_over(np.array([1.0, 2.0]), np.array([True, False, True]))
    array([ 1., nan,  2.])
    """
    whole = np.full(len(complete), np.nan)
    whole[complete] = values
    return whole
