"""The class of each moment of a long recording: the majority vote of the segments around it."""

import numpy as np

from emotrace.errors import InputError
from emotrace.postprocess.majority_vote import voting

WINDOW_S = 3.0  # our choice: shorter than an utterance, longer than a slip of one segment
UNDECIDED = -1


def sliding_vote(probabilities: np.ndarray, step_s: float, window_s: float = WINDOW_S) -> np.ndarray:
    """The class that most segments around each one are of.

    Parameters
    ----------
    probabilities : float array, shape (segment, class), in [0, 1]
        One segment every `step_s`. Those that say nothing (`majority_vote.voting`) do not vote.
    step_s : float, s
    window_s : float, s
        Segments that begin within half of it, before or after, vote.

    Returns
    -------
    int64 array, shape (segment,)
        Index of the class; -1 where the segment itself says nothing. Of classes with as many votes the one
        with the largest mean probability wins, the first of equals.

    Raises
    ------
    InputError
        If a duration is not positive, or the array has another shape.

    Source
    ------
    Our choice: the majority vote of Priyasad et al. (2019), section 3.4, over a window instead of a clip.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.9, 0.1], [0.5, 0.5]])
    >>> sliding_vote(sure, step_s=1.0).tolist()
    [0, 0, 0, 0, -1]
    """
    if not (np.isfinite([step_s, window_s]).all() and step_s > 0 and window_s > 0):
        raise InputError(f"step_s is {step_s} and window_s is {window_s}; expected positive seconds")
    values = np.asarray(probabilities, dtype=np.float64)
    votes_at_all = voting(values)
    rows, classes = values.shape
    votes = np.zeros((rows, classes))
    votes[votes_at_all, values[votes_at_all].argmax(axis=1)] = 1
    sums = np.where(votes_at_all[:, None], values, 0.0)
    reach = int(window_s / 2 / step_s + 1e-6)
    firsts = np.maximum(np.arange(rows) - reach, 0)
    ends = np.minimum(np.arange(rows) + reach + 1, rows)
    counts, means = (_between(table, firsts, ends) for table in (votes, sums))
    ahead = counts.round() == counts.round().max(axis=1, keepdims=True)
    winners = np.where(ahead, means.round(9), -1.0).argmax(axis=1)
    return np.where(votes_at_all, winners, UNDECIDED)


def _between(table: np.ndarray, firsts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Sums of the rows from each first to before each end."""
    sums = np.concatenate([np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)])
    return sums[ends] - sums[firsts]
