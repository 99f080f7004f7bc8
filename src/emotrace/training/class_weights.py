"""Weights of classes in a loss, so that rare ones count as much as frequent ones."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor


def count_classes(targets: Iterable[np.ndarray], classes: int) -> Tensor:
    """How many steps of the training recordings are of each class.

    Parameters
    ----------
    targets : iterable of float arrays, shape (time, 1)
        Index of the class at every step of a recording; NaN: not known, left out.
    classes : int

    Returns
    -------
    int64 Tensor, shape (class,)

    Examples
    --------
    >>> count_classes([np.array([[0.0], [0.0]]), np.array([[2.0], [np.nan]])], 3).tolist()
    [2, 0, 1]
    """
    counts = np.zeros(classes, dtype=np.int64)
    for target in targets:
        known = target[np.isfinite(target)].astype(np.int64)
        counts += np.bincount(known, minlength=classes)
    return torch.from_numpy(counts)


def balanced_weights(counts: Tensor) -> Tensor:
    """Weight of each class: the mean count of the classes that occur over its own.

    All steps together weigh as many as they are, and those of each class that occurs weigh the same.

    Parameters
    ----------
    counts : int64 Tensor, shape (class,)

    Returns
    -------
    float32 Tensor, shape (class,)
        0 for a class that does not occur.

    Source
    ------
    King and Zeng (2001), as "balanced" in scikit-learn, whose classes are those that occur.

    Examples
    --------
    >>> balanced_weights(torch.tensor([6, 0, 2, 1])).tolist()
    [0.5, 0.0, 1.5, 3.0]
    """
    occurring = counts > 0
    mean = counts.sum() / occurring.sum().clamp(min=1)
    return torch.where(occurring, mean / counts.clamp(min=1), 0.0).float()
