"""Least squares over several groups of weights, each 0 or more and of sum 1."""

import numpy as np
from scipy.optimize import nnls

__all__ = ["fit_on_simplices"]

_SUM_STIFFNESS = 1e3  # how much harder a sum of 1 is held than the stiffest direction of the problem


def fit_on_simplices(hessian: np.ndarray, gradient: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Weights w that minimise 1/2 d'Hd + g'd, d = w - start, each group of w >= 0 and of sum 1.

    Parameters
    ----------
    hessian : float array, shape (group * size, group * size)
        Symmetric, no eigenvalue below 0.
    gradient : float array, shape (group * size,)
        Within the range of `hessian`.
    start : float array, shape (group, size)

    Returns
    -------
    float64 array, shape (group, size)

    Source
    ------
    The quadratic programme is written as non-negative least squares (Lawson and Hanson 1974) with the sums
    as heavily weighted equations; our choice.

    Examples
    --------
    >>> fit_on_simplices(np.eye(2), np.array([-0.25, 0.0]), np.array([[0.5, 0.5]])).round(3)
    array([[0.625, 0.375]])
    """
    groups, size = start.shape
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2.0)
    if values[-1] <= 0.0:
        return start.copy()
    kept = values > values[-1] * 1e-12
    root = np.sqrt(values[kept])
    left = (vectors[:, kept] * root).T
    right = left @ start.ravel() - (vectors[:, kept] / root).T @ gradient
    stiffness = _SUM_STIFFNESS * root[-1]
    sums = np.kron(np.eye(groups), np.ones(size))
    weights, _ = nnls(np.vstack([left, stiffness * sums]), np.append(right, np.full(groups, stiffness)))
    weights = weights.reshape(groups, size)
    return weights / weights.sum(axis=1, keepdims=True)
