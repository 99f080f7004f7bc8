"""Intraclass correlations of several raters, the six forms of Shrout and Fleiss by name.

``icc_<model>_<unit>``: model 1 takes other raters for every target, 2 the same raters, drawn from
many (absolute agreement), 3 the same raters and no others (consistency, offsets forgiven); unit 1 is
the reliability of a single rater, k that of the mean of all k.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from emotrace.errors import InputError
from emotrace.metrics.pairs import as_numbers, as_series, check_lengths

_ROUNDING = 1e-14  # spread below this share of the largest value is rounding, not variation


class _MeanSquares(NamedTuple):
    targets: float  # between targets
    within: float  # within targets
    raters: float  # between raters
    residual: float
    n: int  # targets
    k: int  # raters


def icc_1_1(ratings: Any) -> float:
    """ICC(1,1): one-way random, single rater, absolute agreement (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float in [-1/(k-1), 1]
        NaN with fewer than 2 complete targets or without any variation.

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(1,1); McGraw and Wong (1996), ICC(1).

    Examples
    --------
    >>> round(icc_1_1([[1, 2], [3, 4], [5, 6]]), 4)
    0.8824
    """
    m = _mean_squares(ratings)
    return _ratio(m.targets - m.within, m.targets + (m.k - 1) * m.within)


def icc_2_1(ratings: Any) -> float:
    """ICC(2,1): two-way random, single rater, absolute agreement (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float, at most 1
        NaN with fewer than 2 complete targets or without any variation.

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(2,1); McGraw and Wong (1996), ICC(A,1). For a target and a
    prediction close to the CCC, which has 1/n for 1/(n-1).

    Examples
    --------
    >>> round(icc_2_1([[1, 2], [3, 4], [5, 6]]), 4)
    0.8889
    """
    m = _mean_squares(ratings)
    offsets = m.k * (m.raters - m.residual) / max(m.n, 1)
    return _ratio(m.targets - m.residual, m.targets + (m.k - 1) * m.residual + offsets)


def icc_3_1(ratings: Any) -> float:
    """ICC(3,1): two-way mixed, single rater, consistency (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float in [-1/(k-1), 1]
        NaN with fewer than 2 complete targets or where no rater varies.

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(3,1); McGraw and Wong (1996), ICC(C,1).

    Examples
    --------
    >>> round(icc_3_1([[1, 2], [3, 4], [5, 6]]), 4)
    1.0
    """
    m = _mean_squares(ratings)
    return _ratio(m.targets - m.residual, m.targets + (m.k - 1) * m.residual)


def icc_1_k(ratings: Any) -> float:
    """ICC(1,k): one-way random, mean of the k raters, absolute agreement (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float, at most 1; can be far below -1
        NaN with fewer than 2 complete targets or where all targets have the same mean.

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(1,k); McGraw and Wong (1996), ICC(k).

    Examples
    --------
    >>> round(icc_1_k([[1, 2], [3, 4], [5, 6]]), 4)
    0.9375
    """
    m = _mean_squares(ratings)
    return _ratio(m.targets - m.within, m.targets)


def icc_2_k(ratings: Any) -> float:
    """ICC(2,k): two-way random, mean of the k raters, absolute agreement (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float, at most 1; can be far below -1
        NaN with fewer than 2 complete targets or where the variance that the
        form divides by is not positive (raters who contradict each other, no variation).

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(2,k); McGraw and Wong (1996), ICC(A,k).

    Examples
    --------
    >>> round(icc_2_k([[1, 2], [3, 4], [5, 6]]), 4)
    0.9412
    """
    m = _mean_squares(ratings)
    return _ratio(m.targets - m.residual, m.targets + (m.raters - m.residual) / max(m.n, 1))


def icc_3_k(ratings: Any) -> float:
    """ICC(3,k): two-way mixed, mean of the k raters, consistency, Cronbach's alpha (higher is better).

    Parameters
    ----------
    ratings : float array, shape (target, rater)
        NaN: not rated; a target that one rater left out is left out whole.

    Returns
    -------
    float, at most 1; can be far below -1
        NaN with fewer than 2 complete targets or where all targets have the same mean.

    Raises
    ------
    InputError
        If the shape is not (target, rater) with at least 2 raters, or a value is not a number.

    Source
    ------
    Shrout and Fleiss (1979), ICC(3,k); McGraw and Wong (1996), ICC(C,k).

    Examples
    --------
    >>> round(icc_3_k([[1, 2], [3, 4], [5, 6]]), 4)
    1.0
    """
    m = _mean_squares(ratings)
    return _ratio(m.targets - m.residual, m.targets)


ICC_FORMS: dict[str, Callable[[Any], float]] = {
    "icc_1_1": icc_1_1,
    "icc_2_1": icc_2_1,
    "icc_3_1": icc_3_1,
    "icc_1_k": icc_1_k,
    "icc_2_k": icc_2_k,
    "icc_3_k": icc_3_k,
}
"""Every form by its name."""


def icc(target: Any, prediction: Any, form: str) -> float:
    """Intraclass correlation of a gold standard and a prediction, taken as two raters (higher is better).

    Parameters
    ----------
    target, prediction : float array, shape (n,)
        NaN: not rated, left out.
    form : {"icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"}
        Papers write "ICC" for several of them, so there is no default.

    Returns
    -------
    float, at most 1
        NaN with fewer than 2 rated samples or without variation.

    Raises
    ------
    InputError
        If the lengths differ, a value is not a number, or there is no such form.

    Source
    ------
    Shrout and Fleiss (1979).

    Examples
    --------
    >>> round(icc([1, 3, 5], [2, 4, 6], "icc_3_1"), 4)
    1.0
    """
    if form not in ICC_FORMS:
        raise InputError(f"form is {form!r}; expected one of: {', '.join(ICC_FORMS)}")
    first, second = as_series(target, "target"), as_series(prediction, "prediction")
    check_lengths(len(first), len(second))
    return ICC_FORMS[form](np.stack([first, second], axis=1))


def _mean_squares(ratings: Any) -> _MeanSquares:
    x = as_numbers(ratings, "ratings")
    if x.ndim != 2 or x.shape[1] < 2:
        raise InputError(f"ratings has shape {x.shape}; expected (target, rater) with at least 2 raters")
    x = x[~np.isnan(x).any(axis=1)]
    n, k = x.shape
    if n < 2:
        return _MeanSquares(np.nan, np.nan, np.nan, np.nan, n, k)
    x = x - x[0, 0]  # exact zeros for a constant matrix, and no loss to a large offset
    rounding = n * k * (_ROUNDING * np.abs(x).max()) ** 2
    rows, columns, mean = x.mean(axis=1, keepdims=True), x.mean(axis=0, keepdims=True), x.mean()

    def mean_square(deviations: np.ndarray, repeats: int, freedom: int) -> float:
        total = repeats * float(np.sum(deviations**2))
        return total / freedom if total > rounding else 0.0

    return _MeanSquares(
        targets=mean_square(rows - mean, k, n - 1),
        within=mean_square(x - rows, 1, n * (k - 1)),
        raters=mean_square(columns - mean, n, k - 1),
        residual=mean_square(x - rows - columns + mean, 1, (n - 1) * (k - 1)),
        n=n,
        k=k,
    )


def _ratio(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator > 0 else float("nan")
