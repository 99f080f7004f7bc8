"""Evaluator weighted estimator as the MuSe-Toolbox computes it, rounding included, for comparison with it."""

from typing import Any

import numpy as np

from emotrace.annotation.complete import complete_ratings, spread_over
from emotrace.annotation.ewe import shares
from emotrace.annotation.fused import Fused

__all__ = ["fuse_muse_ewe", "muse_ewe", "muse_weights"]


def muse_ewe(ratings: Any) -> np.ndarray:
    """Mean weighted by each rater's mean concordance with every other; rounded to 3 decimals on the way.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        At least two raters and two times that all rated. NaN: not rated.

    Returns
    -------
    float array, shape (time,)
        Rounded to 3 decimals after each rater is added, so the order of the raters may move the last digit.
        NaN at every time at which any rater is missing.

    Raises
    ------
    InputError
        If there are fewer than two raters or times that all rated, or no rater agrees with the others.

    Source
    ------
    The MuSe-Toolbox (Stappen et al. 2021), its gold standard `ewe`. It differs from Grimm and Kroschel
    (2005), here `ewe`, in its weights and its rounding.

    Examples
    --------
    >>> muse_ewe([[0.0, 0.1, 0.3, 0.4], [0.1, 0.1, 0.2, 0.5], [-0.2, -0.1, 0.0, 0.3]])
    array([-0.024,  0.041,  0.177,  0.406])
    """
    return fuse_muse_ewe(ratings).values


def fuse_muse_ewe(ratings: Any) -> Fused:
    """`muse_ewe` with the raters' shares."""
    complete, at = complete_ratings(ratings, least_raters=2, least_times=2)
    weights = muse_weights(complete)
    total = np.zeros(complete.shape[1])
    for rater, weight in zip(complete, weights, strict=True):
        total = np.round(total + rater * weight, 3)
    return Fused(spread_over(total, at), weights)


def muse_weights(ratings: np.ndarray) -> np.ndarray:
    """Shares of the raters by their mean concordance with every other rater.

    The concordance mixes variances over n - 1 with a covariance over n and is rounded to 4 decimals, so of a
    series with itself it is below 1; undefined ones and raters whose mean is negative count as 0.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        At least two of each, no NaN.

    Returns
    -------
    float array, shape (rater,), >= 0, sum 1

    Raises
    ------
    InputError
        If no rater agrees with the others.

    Source
    ------
    The MuSe-Toolbox (Stappen et al. 2021).

    Examples
    --------
    >>> muse_weights(np.array([[0.0, 0.5, 1.0], [0.0, 0.5, 1.0], [0.5, 0.5, 0.4]])).round(3)
    array([0.5, 0.5, 0. ])
    """
    means = ratings.mean(axis=1)
    centred = ratings - means[:, None]
    variances = ratings.var(axis=1, ddof=1)
    covariances = centred @ centred.T / ratings.shape[1]
    scale = variances[:, None] + variances + (means[:, None] - means) ** 2
    # two equal constants have no concordance: there the toolbox drops the rater, not the pair
    with np.errstate(invalid="ignore", divide="ignore"):
        concordance = np.round(2.0 * covariances / scale, 4)
    np.fill_diagonal(concordance, 0.0)
    return shares(concordance.sum(axis=1) / (len(ratings) - 1))
