"""Checks of the lists of recordings that a chain is fitted on or applied to."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emotrace.errors import InputError


def as_recordings(values: Any, name: str) -> list[np.ndarray]:
    """One float64 array for each recording, all (time,) or all (time, dimension); NaN stays.

    Parameters
    ----------
    values : sequence of array-like
        One for each recording; not itself an array, whose first axis could be recordings or time.
    name : str
        Of the argument, for the message.

    Raises
    ------
    InputError
        If it is no sequence of arrays, is empty, or a recording is not numbers, has no frame, another number
        of dimensions than the first, or an infinite value.

    Examples
    --------
    >>> [recording.shape for recording in as_recordings([[0, 1], [2]], "prediction")]
    [(2,), (1,)]
    """
    if isinstance(values, np.ndarray) or not isinstance(values, Sequence):
        shape = getattr(values, "shape", None)
        raise InputError(
            f"{name} is one {type(values).__name__}{'' if shape is None else f' of shape {tuple(shape)}'}; "
            "expected a list of one array for each recording, such as [array] or list(arrays)"
        )
    if len(values) == 0:
        raise InputError(f"{name} holds no recording; expected a list of one array for each recording")
    arrays: list[np.ndarray] = []
    for index, recording in enumerate(values):
        try:
            array = np.asarray(recording, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"{name} of recording {index} is not an array of numbers ({error}); expected float values"
            ) from error
        if array.ndim not in (1, 2) or array.size == 0:
            raise InputError(
                f"{name} of recording {index} has shape {array.shape}; expected (time,) or (time, dimension) "
                "with at least one of each"
            )
        if array.shape[1:] != (first := arrays[0] if arrays else array).shape[1:]:
            raise InputError(
                f"{name} of recording {index} has shape {array.shape} and that of recording 0 {first.shape}; "
                "expected the same dimensions in all"
            )
        if np.isinf(array).any():
            raise InputError(
                f"{name} of recording {index} holds {int(np.isinf(array).sum())} infinite values; expected "
                "numbers"
            )
        arrays.append(array)
    return arrays


def as_predictions(values: Any) -> list[np.ndarray]:
    """As `as_recordings`, with NaN refused: a step that is not predicted cannot be filtered or moved.

    Raises
    ------
    InputError
        As `as_recordings`, and for NaN.

    Examples
    --------
    >>> as_predictions([[0.5, 1.0]])
    [array([0.5, 1. ])]
    """
    recordings = as_recordings(values, "prediction")
    for index, recording in enumerate(recordings):
        missing = int(np.isnan(recording).sum())
        if missing:
            raise InputError(
                f"prediction of recording {index} holds {missing} NaN among {recording.size} values; "
                "expected one number for every step, fill or cut them first"
            )
    return recordings


def check_pairs(gold: list[np.ndarray], prediction: list[np.ndarray]) -> None:
    """Refuse gold standards that are not one for each predicted step.

    Raises
    ------
    InputError
        If the numbers of recordings or their shapes differ.
    """
    if len(gold) != len(prediction):
        raise InputError(
            f"gold has {len(gold)} recordings and prediction {len(prediction)}; expected the same recordings "
            "in the same order"
        )
    for index, (one, other) in enumerate(zip(gold, prediction, strict=True)):
        if one.shape != other.shape:
            raise InputError(
                f"recording {index} has gold of shape {one.shape} and prediction of shape {other.shape}; "
                "expected one prediction for each step of gold"
            )
