"""Checks of the input of every metric, and which samples of two series count."""

from typing import Any

import numpy as np

from emotrace.errors import InputError


def as_series(values: Any, name: str) -> np.ndarray:
    """One row of numbers as float64, shape (n,); NaN stays.

    Parameters
    ----------
    values : array-like of numbers, shape (n,)
    name : str
        Of the argument, for the message.

    Raises
    ------
    InputError
        If `values` are not numbers, not one row, or hold an infinity.
    """
    array = as_numbers(values, name)
    if array.ndim != 1:
        raise InputError(f"{name} has shape {array.shape}; expected one row of numbers, shape (n,)")
    return array


def as_numbers(values: Any, name: str) -> np.ndarray:
    """Numbers of any shape as float64; NaN stays.

    Raises
    ------
    InputError
        If `values` are not numbers or hold an infinity.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is not an array of numbers ({error}); expected float values") from error
    if np.isinf(array).any():
        raise InputError(
            f"{name} holds {int(np.isinf(array).sum())} infinite values; expected numbers or NaN"
        )
    return array


def paired(target: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray]:
    """The samples of two series that are known in both, as float64.

    Raises
    ------
    InputError
        If one is not a row of finite numbers or NaN, or if the lengths differ.

    Examples
    --------
    >>> paired([0, 1, float("nan")], [2, 3, 4])
    (array([0., 1.]), array([2., 3.]))
    """
    first, second = as_series(target, "target"), as_series(prediction, "prediction")
    check_lengths(len(first), len(second))
    known = ~(np.isnan(first) | np.isnan(second))
    return first[known], second[known]


def check_lengths(target: int, prediction: int) -> None:
    """Refuse series of two lengths.

    Raises
    ------
    InputError
        If the lengths differ.
    """
    if target != prediction:
        raise InputError(
            f"target has {target} samples and prediction {prediction}; expected one prediction per target"
        )
