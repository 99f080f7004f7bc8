"""Metrics of a predicted series against its gold standard: rmse, rmse_joint, mae, pcc, ccc."""

from typing import Any

import numpy as np

from emotrace.errors import InputError
from emotrace.metrics.moments import Moments
from emotrace.metrics.pairs import as_numbers, check_lengths


def rmse(target: Any, prediction: Any) -> float:
    """Root mean square error of one dimension (1/n; lower is better).

    Parameters
    ----------
    target : float array, shape (n,)
        Gold standard. NaN: not rated, left out.
    prediction : float array, shape (n,)
        Same unit and length as `target`; NaN: left out.

    Returns
    -------
    float >= 0, in the unit of `target`
        NaN without a rated sample.

    Raises
    ------
    InputError
        If the lengths differ, or a value is not a number or infinite.

    Source
    ------
    nguyen2020, eqs. 12 and 13.

    Examples
    --------
    >>> rmse([0, 1, 2], [0, 1, 5]) == 3**0.5
    True
    """
    return float(Moments.of(target, prediction).rmse())


def rmse_joint(target: Any, prediction: Any) -> float:
    """Root of the sum over dimensions of squared rmse, E_av of arousal and valence (lower is better).

    Parameters
    ----------
    target : float array, shape (n, dimension)
        Gold standard. NaN: that dimension is not rated in that row, left out of that dimension.
    prediction : float array, shape (n, dimension)
        Same unit and shape as `target`.

    Returns
    -------
    float >= 0, in the unit of `target`
        ``sqrt(E_a^2 + E_v^2)``; NaN if a dimension has no rated sample.

    Raises
    ------
    InputError
        If the shapes differ or are not (n, dimension), or a value is not a number or infinite.

    Source
    ------
    nguyen2020, eq. 11, equal to this where all dimensions are rated in the same rows.

    Examples
    --------
    >>> rmse_joint([[0, 0], [0, 0]], [[3, 4], [3, 4]])
    5.0
    """
    targets, predictions = as_numbers(target, "target"), as_numbers(prediction, "prediction")
    if targets.ndim != 2 or predictions.ndim != 2 or targets.shape[1] != predictions.shape[1]:
        raise InputError(
            f"target has shape {targets.shape} and prediction {predictions.shape}; "
            "expected (n, dimension) for both, e.g. columns arousal and valence"
        )
    check_lengths(len(targets), len(predictions))
    squares = [rmse(targets[:, i], predictions[:, i]) ** 2 for i in range(targets.shape[1])]
    return float(np.sqrt(np.sum(squares)))


def mae(target: Any, prediction: Any) -> float:
    """Mean absolute error of one dimension (1/n; lower is better).

    Parameters
    ----------
    target : float array, shape (n,)
        Gold standard. NaN: not rated, left out.
    prediction : float array, shape (n,)
        Same unit and length as `target`; NaN: left out.

    Returns
    -------
    float >= 0, in the unit of `target`
        NaN without a rated sample.

    Raises
    ------
    InputError
        If the lengths differ, or a value is not a number or infinite.

    Source
    ------
    The usual definition.

    Examples
    --------
    >>> mae([0, 1, 2], [0, 1, 5])
    1.0
    """
    return float(Moments.of(target, prediction).mae())


def pcc(target: Any, prediction: Any) -> float:
    """Pearson correlation coefficient (the n of its moments cancels; higher is better).

    Parameters
    ----------
    target : float array, shape (n,)
        Gold standard. NaN: not rated, left out.
    prediction : float array, shape (n,)
        Same length as `target`; NaN: left out.

    Returns
    -------
    float in [-1, 1]
        NaN with fewer than 2 rated samples or where one series is constant.

    Raises
    ------
    InputError
        If the lengths differ, or a value is not a number or infinite.

    Source
    ------
    Pearson (1895).

    Examples
    --------
    >>> round(pcc([0, 1, 2], [1, 3, 5]), 6)
    1.0
    """
    return float(Moments.of(target, prediction).pcc())


def ccc(target: Any, prediction: Any) -> float:
    """Concordance correlation coefficient with population moments (1/n; higher is better).

    Parameters
    ----------
    target : float array, shape (n,)
        Gold standard. NaN: not rated, left out.
    prediction : float array, shape (n,)
        Same unit and length as `target`; NaN: left out.

    Returns
    -------
    float in [-1, 1]
        1 only for identical series; 0 where one series is constant; NaN with fewer than 2 rated
        samples or two equal constants.

    Raises
    ------
    InputError
        If the lengths differ, or a value is not a number or infinite.

    Source
    ------
    Lin (1989), eq. 1. torchmetrics divides by n-1 and differs on short series.

    Examples
    --------
    >>> round(ccc([0, 1, 2], [0, 1, 1]), 4)
    0.6667
    """
    return float(Moments.of(target, prediction).ccc())
