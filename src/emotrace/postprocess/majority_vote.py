"""The class of a clip from those of its segments: a majority vote, ties by mean probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotrace.errors import InputError

INDIFFERENT = 1e-6
"""Segments whose probabilities lie within this of each other say nothing; a CSV has six decimals."""


@dataclass(frozen=True)
class Vote:
    """What the segments of a clip decided.

    Parameters
    ----------
    winner : int or None
        Index of the class; None: no segment voted.
    votes : int64 array, shape (class,)
        Segments for each class.
    probabilities : float64 array, shape (class,)
        Mean over the segments that voted; all equal if none did.
    tied : bool
        Whether the mean probability had to decide.
    abstentions : int
        Segments that did not vote.
    """

    winner: int | None
    votes: np.ndarray
    probabilities: np.ndarray
    tied: bool
    abstentions: int = 0

    @property
    def share(self) -> float:
        """Share of the votes that the winner has, in [0, 1]; 0 if no segment voted."""
        return 0.0 if self.winner is None else float(self.votes[self.winner] / self.votes.sum())

    @property
    def confidence(self) -> float | None:
        """Mean probability of the winner, which another class may exceed; None if no segment voted."""
        return None if self.winner is None else float(self.probabilities[self.winner])

    def describe(self, classes: Sequence[str]) -> str:
        """The decision in words.

        Parameters
        ----------
        classes : sequence of str
            Their names.

        Examples
        --------
        >>> majority_vote(np.array([[0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])).describe(("calm", "angry"))
        'calm, confidence 50 %, 2 of 3 votes'
        """
        if self.winner is None:
            return "no class: no segment votes"
        cast = int(self.votes.sum())
        tie = ", tied: the mean probability decides" if self.tied else ""
        votes = f"{self.votes[self.winner]} of {cast} {'vote' if cast == 1 else 'votes'}"
        return f"{classes[self.winner]}, confidence {self.confidence:.0%}, {votes}{tie}".replace("%", " %")


def majority_vote(probabilities: np.ndarray) -> Vote:
    """The class that most segments are of.

    Each segment votes for its most probable class, the first of equals. A segment abstains if all classes are
    equally probable (a model says so of what it is not given), or a probability is NaN.

    Parameters
    ----------
    probabilities : float array, shape (segment, class), in [0, 1]

    Returns
    -------
    Vote
        Of classes with as many votes the one with the largest mean probability wins, the first of equals.

    Raises
    ------
    InputError
        If there is no class, or the array has another shape.

    Source
    ------
    Priyasad et al. (2019), section 3.4; ties and abstentions: our choice.

    Examples
    --------
    >>> vote = majority_vote(np.array([[0.6, 0.4], [0.1, 0.9], [0.5, 0.5]]))
    >>> vote.winner, vote.votes.tolist(), vote.tied, vote.probabilities.round(2).tolist()
    (1, [1, 1], True, [0.35, 0.65])
    """
    values = np.asarray(probabilities, dtype=np.float64)
    at_all = voting(values)
    abstentions = int((~at_all).sum())
    values, classes = values[at_all], values.shape[1]
    votes = np.zeros(classes, dtype=np.int64)
    if len(values) == 0:
        return Vote(None, votes, np.full(classes, 1 / classes), False, abstentions)
    np.add.at(votes, values.argmax(axis=1), 1)
    mean = values.mean(axis=0)
    ahead = np.flatnonzero(votes == votes.max())
    return Vote(int(ahead[mean[ahead].argmax()]), votes, mean, len(ahead) > 1, abstentions)


def unanimous(probabilities: np.ndarray) -> bool:
    """Whether all segments say the same, so that there is one answer and nothing to follow over time.

    Parameters
    ----------
    probabilities : float array, shape (segment, class), in [0, 1]

    Examples
    --------
    >>> unanimous(np.array([[0.9, 0.1], [0.9, 0.1]])), unanimous(np.array([[0.9, 0.1], [0.8, 0.2]]))
    (True, False)
    """
    values = np.asarray(probabilities, dtype=np.float64)
    return bool((np.abs(values - values[:1]) <= INDIFFERENT).all())


def voting(probabilities: np.ndarray) -> np.ndarray:
    """Which segments vote: those whose classes are not all equally probable, and known.

    Parameters
    ----------
    probabilities : float array, shape (segment, class), in [0, 1]

    Returns
    -------
    bool array, shape (segment,)

    Raises
    ------
    InputError
        If there is no class, or the array has another shape.

    Examples
    --------
    >>> voting(np.array([[0.6, 0.4], [0.5, 0.5], [np.nan, 0.5]])).tolist()
    [True, False, False]
    """
    values = np.asarray(probabilities, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise InputError(
            f"probabilities have shape {values.shape}; expected (segment, class), a class at least"
        )
    with np.errstate(invalid="ignore"):
        apart = np.ptp(values, axis=1) > INDIFFERENT
    return np.isfinite(values).all(axis=1) & (apart | (values.shape[1] == 1))
