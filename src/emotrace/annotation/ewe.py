"""Evaluator weighted estimator: the mean of the raters, weighted by how well each agrees with the others."""

from collections.abc import Callable
from typing import Any

import numpy as np

from emotrace.annotation.fused import Fused
from emotrace.annotation.mean import mean
from emotrace.annotation.ratings import as_ratings
from emotrace.errors import InputError
from emotrace.metrics import pcc

_LEAST_WEIGHT = 1e-9  # weights that sum to less are rounding


def ewe(ratings: Any) -> np.ndarray:
    """Mean weighted by each rater's correlation with the mean of all raters, that rater included.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        At least two raters. NaN: not rated. The mean at a time is over those who rated then, a correlation
        over the times that both series have; undefined (a constant rater) it is 0.

    Returns
    -------
    float array, shape (time,)
        Negative weights count as 0. Where raters are missing, the weights of the others are scaled to
        sum 1; NaN where nobody with a weight rated.

    Raises
    ------
    InputError
        If it is not (rater, time) with two raters or more, or all weights are 0.

    Source
    ------
    Grimm and Kroschel (2005), "Evaluation of natural emotions using self assessment manikins".

    Examples
    --------
    >>> ewe([[0.0, 0.5, 1.0], [0.2, 0.7, 1.2], [0.4, 0.2, 0.0]])
    array([0.1, 0.6, 1.1])
    """
    return fuse_ewe(ratings).values


def ewe_loo(ratings: Any) -> np.ndarray:
    """Mean weighted by each rater's correlation with the mean of the other raters.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        As for `ewe`.

    Returns
    -------
    float array, shape (time,)
        As `ewe`.

    Raises
    ------
    InputError
        As `ewe`.

    Source
    ------
    A variant of Grimm and Kroschel (2005) in use: no rater is compared with a mean that they are part of.

    Examples
    --------
    >>> ewe_loo([[0.0, 0.5, 1.0], [0.2, 0.7, 1.2]])
    array([0.1, 0.6, 1.1])
    """
    return fuse_ewe_loo(ratings).values


def ewe_pairwise(ratings: Any) -> np.ndarray:
    """Mean weighted by each rater's mean correlation with every other rater.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        As for `ewe`.

    Returns
    -------
    float array, shape (time,)
        As `ewe`.

    Raises
    ------
    InputError
        As `ewe`.

    Source
    ------
    A variant of Grimm and Kroschel (2005) in use.

    Examples
    --------
    >>> ewe_pairwise([[0.0, 0.5, 1.0], [0.2, 0.7, 1.2]])
    array([0.1, 0.6, 1.1])
    """
    return fuse_ewe_pairwise(ratings).values


def fuse_ewe(ratings: Any) -> Fused:
    """`ewe` with the raters' shares."""
    return _fuse(ratings, _with_all)


def fuse_ewe_loo(ratings: Any) -> Fused:
    """`ewe_loo` with the raters' shares."""
    return _fuse(ratings, _with_mean_of_others)


def fuse_ewe_pairwise(ratings: Any) -> Fused:
    """`ewe_pairwise` with the raters' shares."""
    return _fuse(ratings, _with_each_other)


def weighted_mean(ratings: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean over raters at each time; the weights of those who rated then are scaled to sum 1.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated.
    weights : float array, shape (rater,), >= 0

    Returns
    -------
    float array, shape (time,)
        NaN where nobody with a weight rated.

    Examples
    --------
    >>> weighted_mean(np.array([[0.0, 1.0], [4.0, np.nan]]), np.array([0.75, 0.25]))
    array([1., 1.])
    """
    rated = np.isfinite(ratings)
    share = weights @ rated
    total = weights @ np.where(rated, ratings, 0.0)
    return np.where(share > 0, total / np.where(share > 0, share, 1.0), np.nan)


def shares(weights: np.ndarray) -> np.ndarray:
    """Agreements of the raters as weights: negative and undefined ones 0, sum 1.

    Raises
    ------
    InputError
        If nothing is left.

    Examples
    --------
    >>> shares(np.array([0.6, -0.2, 0.2, np.nan]))
    array([0.75, 0.  , 0.25, 0.  ])
    """
    kept = np.where(weights > 0, weights, 0.0)
    if not kept.sum() > _LEAST_WEIGHT:
        shown = ", ".join(f"{weight:.3f}" for weight in weights)
        raise InputError(
            f"no rater agrees with the others (agreements {shown}), so there is nothing to weight by; "
            "look for a rater whose sign is turned, for constant ratings and for shifted times, or use the "
            "method mean"
        )
    return kept / kept.sum()


def _fuse(ratings: Any, agreement: Callable[[np.ndarray, int], float]) -> Fused:
    x = as_ratings(ratings, least_raters=2)
    weights = shares(np.array([agreement(x, rater) for rater in range(len(x))]))
    return Fused(weighted_mean(x, weights), weights)


def _with_all(ratings: np.ndarray, rater: int) -> float:
    return pcc(ratings[rater], mean(ratings))


def _with_mean_of_others(ratings: np.ndarray, rater: int) -> float:
    return pcc(ratings[rater], mean(np.delete(ratings, rater, axis=0)))


def _with_each_other(ratings: np.ndarray, rater: int) -> float:
    found = [pcc(ratings[rater], other) for i, other in enumerate(ratings) if i != rater]
    return float(np.nan_to_num(found).mean())
