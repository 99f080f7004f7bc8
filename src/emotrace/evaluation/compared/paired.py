"""Is one run better than another? Permutation of who said what, over subjects; Holm's correction."""

from collections.abc import Sequence

import numpy as np

from emotrace.errors import InputError
from emotrace.offline_page.words import plural

EXACT_SUBJECTS = 13  # up to as many all 2^n exchanges are tried
DRAWS = 9999
_EQUAL = 1e-12


def exchanges(subjects: int, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    """Which subjects exchange what two runs said of them, for every trial of a permutation test.

    Parameters
    ----------
    subjects : int, >= 1
    draws : int, >= 1
        Random trials, where there are too many subjects for all.
    seed : int

    Returns
    -------
    bool array, shape (trial, subject)
        The first row exchanges nothing: what was observed is among the trials.

    Raises
    ------
    InputError
        If there is no subject or no draw.

    Examples
    --------
    >>> exchanges(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    if subjects < 1 or draws < 1:
        raise InputError(f"there are {subjects} subjects and {draws} draws; expected at least 1 each")
    if subjects <= EXACT_SUBJECTS:
        return (np.arange(2**subjects)[:, None] >> np.arange(subjects)) % 2 == 1
    drawn = np.random.default_rng(seed).random((draws, subjects)) < 0.5
    return np.concatenate([np.zeros((1, subjects), bool), drawn])


def p_value(differences: np.ndarray) -> float:
    """Share of trials that differ at least as much, either way, as what was observed.

    Parameters
    ----------
    differences : float array, shape (trial,)
        The first is what was observed; trials where the metric is undefined (NaN) do not count.

    Returns
    -------
    float in (0, 1]
        NaN if what was observed is undefined.

    Source
    ------
    Phipson and Smyth (2010): the observed is one of the trials, so p is never 0.

    Examples
    --------
    >>> p_value(np.array([0.5, -0.5, 0.1, -0.1]))
    0.5
    """
    if not np.isfinite(differences[0]):
        return float("nan")
    defined = differences[np.isfinite(differences)]
    return float(np.mean(np.abs(defined) >= abs(differences[0]) - _EQUAL))


def least_p(subjects: int) -> float:
    """The smallest p that a two-sided test over so many subjects can give.

    Examples
    --------
    >>> least_p(3), least_p(6)
    (0.25, 0.03125)
    """
    return min(1.0, 2.0 / 2**subjects) if subjects <= EXACT_SUBJECTS else 1 / (DRAWS + 1)


def trials_in_words(subjects: int) -> str:
    """What the smallest p is limited by: so many subjects, or the number of draws.

    Examples
    --------
    >>> trials_in_words(3), trials_in_words(24)
    ('3 subjects', '9999 drawn exchanges')
    """
    return plural(subjects, "subject") if subjects <= EXACT_SUBJECTS else f"{DRAWS} drawn exchanges"


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected for their number; NaN stays, and does not count.

    Parameters
    ----------
    values : sequence of float, in [0, 1]

    Returns
    -------
    list of float
        In the same order, each at least as large.

    Source
    ------
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(values, dtype=np.float64)
    corrected = np.full(len(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return [float(value) for value in corrected]
