"""The plain mean of the raters."""

import numpy as np

__all__ = ["mean"]


def mean(ratings):
    """Mean over raters at each time.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated, left out.

    Returns
    -------
    float array, shape (time,)
        NaN where no rater rated.

    Source
    ------
    The definition.

    Examples
    --------
    >>> mean([[0.0, 1.0, np.nan], [1.0, np.nan, np.nan]])
    array([0.5, 1. , nan])
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    rated = np.isfinite(ratings)
    count = rated.sum(axis=0)
    total = np.where(rated, ratings, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
