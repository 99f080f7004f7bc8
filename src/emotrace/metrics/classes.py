"""Metrics of predicted classes: accuracy, unweighted average recall, macro F1, confusion matrix."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from emotrace.errors import InputError
from emotrace.metrics.pairs import check_lengths


def accuracy(target: Any, prediction: Any) -> float:
    """Share of samples whose class is right (higher is better).

    Parameters
    ----------
    target, prediction : array of str or int, shape (n,)
        None or NaN: not rated, left out.

    Returns
    -------
    float in [0, 1]
        NaN without a rated sample.

    Raises
    ------
    InputError
        If the lengths differ.

    Source
    ------
    The usual definition.

    Examples
    --------
    >>> accuracy(["calm", "angry", "calm", "calm"], ["calm", "angry", "angry", "calm"])
    0.75
    """
    pairs = _paired(target, prediction)
    return sum(t == p for t, p in pairs) / len(pairs) if pairs else float("nan")


def uar(target: Any, prediction: Any) -> float:
    """Unweighted average recall: mean over the classes of `target` of their recall (higher is better).

    Parameters
    ----------
    target, prediction : array of str or int, shape (n,)
        None or NaN: not rated, left out.

    Returns
    -------
    float in [0, 1]
        Chance is one over the number of classes; a class that `target` lacks does not count; NaN
        without a rated sample.

    Raises
    ------
    InputError
        If the lengths differ.

    Source
    ------
    Schuller et al. (2009), the INTERSPEECH emotion challenge; scikit-learn's balanced accuracy.

    Examples
    --------
    >>> uar(["calm", "calm", "calm", "angry"], ["calm", "calm", "calm", "calm"])
    0.5
    """
    pairs = _paired(target, prediction)
    classes = list(dict.fromkeys(value for pair in pairs for value in pair))
    recalls = class_recalls(_count(pairs, classes))
    return float(np.nanmean(recalls)) if pairs else float("nan")


def macro_f1(target: Any, prediction: Any) -> float:
    """Macro F1: mean over the classes of `target` or `prediction` of their F1 (higher is better).

    Parameters
    ----------
    target, prediction : array of str or int, shape (n,)
        None or NaN: not rated, left out.

    Returns
    -------
    float in [0, 1]
        A class that only `prediction` has counts as 0; NaN without a rated sample.

    Raises
    ------
    InputError
        If the lengths differ.

    Source
    ------
    scikit-learn's ``f1_score(average="macro")``: the mean of F1, not F1 of mean precision and mean recall.

    Examples
    --------
    >>> round(macro_f1(["calm", "calm", "calm", "angry"], ["calm", "calm", "calm", "calm"]), 4)
    0.4286
    """
    pairs = _paired(target, prediction)
    classes = list(dict.fromkeys(value for pair in pairs for value in pair))
    return float(np.nanmean(class_f1(_count(pairs, classes)))) if pairs else float("nan")


def confusion(target: Any, prediction: Any, classes: Sequence[Hashable]) -> np.ndarray:
    """Confusion matrix of counts: row = class of `target`, column = class of `prediction`.

    Parameters
    ----------
    target, prediction : array of str or int, shape (n,)
        None or NaN: not rated, left out.
    classes : sequence of str or int
        Order of rows and columns.

    Returns
    -------
    int64 array, shape (class, class)

    Raises
    ------
    InputError
        If the lengths differ, or a value is none of `classes`.

    Source
    ------
    The usual definition; rows and columns as in scikit-learn.

    Examples
    --------
    >>> confusion(["calm", "angry", "calm"], ["calm", "angry", "angry"], ["angry", "calm"])
    array([[1, 0],
           [1, 1]])
    """
    pairs, known = _paired(target, prediction), set(classes)
    for value in (value for pair in pairs for value in pair):
        if value not in known:
            raise InputError(f"class {value!r} is none of: {', '.join(map(str, classes))}")
    return _count(pairs, classes)


def class_recalls(counts: Any) -> np.ndarray:
    """Recall of each class of a confusion matrix (higher is better).

    Parameters
    ----------
    counts : array, shape (..., class, class) or (..., class, class + 1)
        Rows are the classes of the target, as `confusion` gives them; a last column more counts samples for
        which nothing was predicted.

    Returns
    -------
    float64 array, shape (..., class), in [0, 1]
        NaN for a class that does not occur.

    Source
    ------
    The usual definition.

    Examples
    --------
    >>> class_recalls([[1, 0], [1, 1]])
    array([1. , 0.5])
    """
    matrix = np.asarray(counts, dtype=np.float64)
    totals = matrix.sum(axis=-1)
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    return right / np.where(totals > 0, totals, np.nan)


def class_f1(counts: Any) -> np.ndarray:
    """F1 of each class of a confusion matrix: the harmonic mean of precision and recall (higher is better).

    Parameters
    ----------
    counts : array, shape (..., class, class) or (..., class, class + 1)
        Rows are the classes of the target, as `confusion` gives them; a last column more counts samples for
        which nothing was predicted.

    Returns
    -------
    float64 array, shape (..., class), in [0, 1]
        NaN for a class that is neither known nor predicted.

    Source
    ------
    The usual definition, 2 TP / (known + predicted).

    Examples
    --------
    >>> class_f1([[1, 0], [1, 1]]).round(3)
    array([0.667, 0.667])
    """
    matrix = np.asarray(counts, dtype=np.float64)
    classes = matrix.shape[-2]
    both = matrix.sum(axis=-1) + matrix[..., :classes].sum(axis=-2)
    return 2 * np.diagonal(matrix, axis1=-2, axis2=-1) / np.where(both > 0, both, np.nan)


def _paired(target: Any, prediction: Any) -> list[tuple[Hashable, Hashable]]:
    first, second = (values.tolist() if isinstance(values, np.ndarray) else list(values)
                     for values in (target, prediction))  # fmt: skip
    check_lengths(len(first), len(second))
    return [(t, p) for t, p in zip(first, second, strict=True) if _known(t) and _known(p)]


def _known(value: Any) -> bool:
    return value is not None and value == value  # NaN is not equal to itself


def _count(pairs: list[tuple[Hashable, Hashable]], classes: Sequence[Hashable]) -> np.ndarray:
    index = {value: i for i, value in enumerate(classes)}
    counts = np.zeros((len(index), len(index)), dtype=np.int64)
    for t, p in pairs:
        counts[index[t], index[p]] += 1
    return counts
