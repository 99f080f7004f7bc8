"""How far probabilities of classes can be believed: negative log-likelihood, expected calibration error."""

from typing import Any

import numpy as np

from emotrace.errors import InputError
from emotrace.metrics.pairs import check_lengths

BINS = 10  # of equal width
LEAST = 1e-6  # that a probability is taken to be, as a CSV has six decimals


def log_losses(target: Any, probabilities: Any) -> np.ndarray:
    """Negative logarithm of the probability of the known class, of each sample (lower is better).

    Parameters
    ----------
    target : array of number, shape (n,)
        Index of the known class; NaN: not known.
    probabilities : float array, shape (n, class), in [0, 1]
        Below 1e-6 counts as 1e-6.

    Returns
    -------
    float64 array, shape (n,), in [0, 13.8]
        NaN where the class is not known. Saying nothing, all classes alike, costs the logarithm of their
        number. The mean is the negative log-likelihood.

    Raises
    ------
    InputError
        If the lengths differ, `probabilities` is no table, or `target` is no index of a column.

    Source
    ------
    The usual definition, natural logarithm; scikit-learn's ``log_loss``.

    Examples
    --------
    >>> log_losses([0, 1, np.nan], [[0.5, 0.5], [0.0, 1.0], [0.3, 0.7]]).round(3)
    array([0.693, 0.   ,   nan])
    """
    wanted, said = np.asarray(target, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    check_lengths(len(wanted), len(said))
    known = np.isfinite(wanted)
    index = np.where(known, wanted, 0).astype(np.int64)
    if said.ndim != 2 or (index < 0).any() or (index >= said.shape[1]).any():
        raise InputError(
            f"probabilities have shape {said.shape}, and target goes from {index.min(initial=0)} to "
            f"{index.max(initial=0)}; expected (sample, class) and indices of its columns"
        )
    of_known = said[np.arange(len(said)), index]
    return np.where(known, np.log(1 / np.clip(of_known, LEAST, 1.0)), np.nan)


def calibration_error(right: Any, confidence: Any) -> float:
    """Expected calibration error: how far confidence is from the share that is right (lower is better).

    Parameters
    ----------
    right : bool array, shape (n,)
        Whether the predicted class is the known one.
    confidence : float array, shape (n,), in [0, 1]
        Probability of the predicted class. NaN: left out.

    Returns
    -------
    float in [0, 1]
        Mean over samples of the distance, in the bin of each, between mean confidence and the share that is
        right; 10 bins of equal width, the upper end in the bin. Few samples make it larger. NaN without any.

    Raises
    ------
    InputError
        If the lengths differ.

    Source
    ------
    Naeini et al. (2015); Guo et al. (2017), eq. 3. They take 15 bins of thousands of pictures; 10 is our
    choice.

    Examples
    --------
    >>> round(calibration_error([True, False, True, True], [0.72, 0.78, 0.95, 1.0]), 4)
    0.1375
    """
    hit, sure = np.asarray(right, dtype=bool), np.asarray(confidence, dtype=np.float64)
    check_lengths(len(hit), len(sure))
    known = np.isfinite(sure)
    if not known.any():
        return float("nan")
    bins = np.clip(np.ceil(sure[known] * BINS).astype(np.int64) - 1, 0, BINS - 1)
    apart = np.bincount(bins, weights=sure[known] - hit[known], minlength=BINS)
    return float(np.abs(apart).sum() / known.sum())
