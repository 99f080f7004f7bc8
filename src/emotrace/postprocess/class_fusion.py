"""Fusion of systems that give the class of a clip: the mean of their log-probabilities."""

from collections.abc import Sequence

import numpy as np

from emotrace.errors import InputError
from emotrace.postprocess.majority_vote import majority_vote

LEAST = 1e-6  # probability that a system is taken to give at least, as its CSV has 6 decimals


def fuse_classes(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Probabilities of the classes of one clip by all systems together; nothing is fitted.

    Each system speaks for the clip by the mean of its probabilities over the steps that vote, as `evaluate`
    gives it; systems may have other steps. A step that has a NaN, or gives all classes the same probability,
    is left out; a system without any other step says nothing, and if none says anything all classes are
    equally probable.

    Parameters
    ----------
    probabilities : sequence of float array, shape (time, class)
        One for each system.

    Returns
    -------
    float64 array, shape (class,)
        Sums to 1: the normalised geometric mean.

    Raises
    ------
    InputError
        If no system has a step, or a value is no probability.

    Source
    ------
    Our choice: the product rule (Kittler et al. 1998), with all systems of equal weight.

    Examples
    --------
    >>> fuse_classes([np.array([[0.8, 0.2]]), np.array([[0.6, 0.4], [0.5, 0.5]])]).round(3)
    array([0.71, 0.29])
    """
    logs, steps = [], 0
    for said in probabilities:
        known = said[np.isfinite(said).all(axis=1)]
        if known.size and (known.min() < 0 or known.max() > 1 + 1e-3):
            raise InputError(
                f"a probability is {known.min():g} to {known.max():g}; expected values from 0 to 1, the "
                "probability of each class"
            )
        steps += len(known)
        vote = majority_vote(known)
        if vote.winner is not None:
            logs.append(np.log(np.maximum(vote.probabilities, LEAST)))
    if not steps:
        raise InputError("no system says anything about the clip; expected a step of one at least")
    if not logs:
        return np.full(probabilities[0].shape[1], 1 / probabilities[0].shape[1])
    mean = np.mean(logs, axis=0)
    shares = np.exp(mean - mean.max())
    return shares / shares.sum()
