"""How well raters agree: all pairs, intraclass correlations, alpha, and each rater with the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotrace.annotation.mean import mean
from emotrace.annotation.ratings import as_ratings
from emotrace.errors import InputError
from emotrace.metrics import ICC_FORMS, ccc, pcc, rmse

LEAST_CONSENSUS = 0.2  # mean CCC of the other raters, below which nobody can be an outlier
OUTLIER_SHARE = 0.5  # of the others' agreement among themselves; who has less is an outlier


@dataclass(frozen=True)
class RaterAgreement:
    """One rater beside the others; NaN where not defined.

    Parameters
    ----------
    ccc, pcc : float in [-1, 1]
        Mean over the other raters.
    ccc_with_mean, pcc_with_mean : float in [-1, 1]
        With the mean of the other raters (leave one out).
    others_ccc : float in [-1, 1]
        Mean pairwise CCC of the other raters among themselves.
    is_outlier : bool
        The others agree among themselves (`others_ccc` at least 0.2), and this rater agrees with them less
        than half as well (`ccc` below half of `others_ccc`). With two raters nobody can say who is wrong.
    """

    ccc: float
    pcc: float
    ccc_with_mean: float
    pcc_with_mean: float
    others_ccc: float
    is_outlier: bool


@dataclass(frozen=True)
class Agreement:
    """Agreement of all raters of one recording, or of several; NaN where not defined.

    Parameters
    ----------
    raters : int
        Who rated anything.
    samples : int
        Times that all of them rated; the intraclass correlations and alpha are of these.
    ccc, pcc, rmse : float
        Mean over all pairs of raters, each over the times that both rated; undefined pairs are left out.
    icc : dict of str to float
        All six forms by name, as `emotrace.metrics`.
    alpha : float, at most 1
        Cronbach's.
    per_rater : tuple of (RaterAgreement or None), as the rows of the ratings
        None: rated nothing.
    """

    raters: int
    samples: int
    ccc: float
    pcc: float
    rmse: float
    icc: dict[str, float]
    alpha: float
    per_rater: tuple[RaterAgreement | None, ...]


def agreement(ratings: Any) -> Agreement:
    """Agreement of the raters of one recording and dimension.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated. For several recordings end to end see `pooled`.

    Returns
    -------
    Agreement
        Of a single rater all numbers are NaN.

    Raises
    ------
    InputError
        If it is not (rater, time) with a rated value.

    Source
    ------
    Measures as the organisers of AVEC 2016 and 2018 report them; the rule for outliers is our choice.

    Examples
    --------
    >>> found = agreement([[0.0, 0.5, 1.0], [0.0, 0.5, 1.0], [1.0, 0.5, 0.0]])
    >>> round(found.ccc, 4), [one.is_outlier for one in found.per_rater]
    (-0.3333, [False, False, True])
    """
    everyone = as_ratings(ratings)
    rated = np.isfinite(everyone).any(axis=1)
    x = everyone[rated]
    raters = len(x)
    cccs, pccs, rmses = (_pairs(x, metric) for metric in (ccc, pcc, rmse))
    complete = x[:, ~np.isnan(x).any(axis=0)]
    forms = {name: form(complete.T) if raters > 1 else np.nan for name, form in ICC_FORMS.items()}
    rows = iter([_one(x, i, cccs, pccs) for i in range(raters)])
    return Agreement(
        raters=raters,
        samples=complete.shape[1],
        ccc=_mean_of_pairs(cccs),
        pcc=_mean_of_pairs(pccs),
        rmse=_mean_of_pairs(rmses),
        icc=forms,
        alpha=cronbach_alpha(complete),
        per_rater=tuple(next(rows) if known else None for known in rated),
    )


def pooled(recordings: Sequence[Any]) -> Agreement:
    """Agreement over several recordings end to end.

    Parameters
    ----------
    recordings : sequence of float array, shape (rater, time)
        The same raters in the same rows; a row of NaN: did not rate this recording, which is then left out
        of the intraclass correlations and alpha.

    Raises
    ------
    InputError
        If there is no recording, or their numbers of raters differ.

    Examples
    --------
    >>> pooled([[[0.0, 0.5], [0.0, 0.5]], [[1.0, 0.0], [1.0, 0.0]]]).ccc
    1.0
    """
    arrays = [as_ratings(one, least_raters=0) for one in recordings]
    if not arrays or len({len(one) for one in arrays}) > 1:
        raise InputError(
            f"recordings holds {len(arrays)} arrays; expected at least one, the same raters in the same rows"
        )
    return agreement(np.concatenate(arrays, axis=1))


def centred(ratings: Any) -> np.ndarray:
    """Ratings of one recording, each rater moved to the mean of the raters' means: offsets are gone.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated.

    Returns
    -------
    float array, shape (rater, time)
        Within a recording all measures of agreement are those of `centre_ratings` (AVEC), which moves all
        raters to another common mean.

    Raises
    ------
    InputError
        If it is not (rater, time) with a rated value.

    Examples
    --------
    >>> centred([[0.0, 1.0], [2.0, 3.0]])
    array([[1., 2.],
           [1., 2.]])
    """
    x = as_ratings(ratings)
    rated = np.isfinite(x)
    count = rated.sum(axis=1)
    means = np.where(rated, x, 0.0).sum(axis=1) / np.maximum(count, 1)
    return x - means[:, None] + means[count > 0].mean()


def cronbach_alpha(ratings: Any) -> float:
    """Cronbach's alpha of raters as items (1/(n-1), which cancels; higher is better).

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated; a time that one rater left out is left out whole.

    Returns
    -------
    float, at most 1; can be far below -1
        NaN with one rater, fewer than 2 complete times, or a sum of raters that never moves.

    Raises
    ------
    InputError
        If it is not (rater, time).

    Source
    ------
    Cronbach (1951); equal to ICC(3,k).

    Examples
    --------
    >>> round(cronbach_alpha([[1.0, 2.0, 3.0], [2.0, 3.0, 5.0]]), 4)
    0.9474
    """
    x = as_ratings(ratings, least_raters=0)
    return float(ICC_FORMS["icc_3_k"](x.T)) if len(x) > 1 else float("nan")


def _one(x: np.ndarray, rater: int, cccs: np.ndarray, pccs: np.ndarray) -> RaterAgreement:
    others = [i for i in range(len(x)) if i != rater]
    own, rest = _mean(cccs[rater, others]), _mean_of_pairs(cccs[np.ix_(others, others)])
    mean_of_others = mean(x[others]) if others else np.full(x.shape[1], np.nan)
    return RaterAgreement(
        ccc=own,
        pcc=_mean(pccs[rater, others]),
        ccc_with_mean=ccc(x[rater], mean_of_others),
        pcc_with_mean=pcc(x[rater], mean_of_others),
        others_ccc=rest,
        is_outlier=bool(rest >= LEAST_CONSENSUS and own < OUTLIER_SHARE * rest),
    )


def _pairs(x: np.ndarray, metric: Any) -> np.ndarray:
    """Symmetric matrix (rater, rater) of a metric, NaN on the diagonal."""
    matrix = np.full((len(x), len(x)), np.nan)
    for i in range(len(x)):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = metric(x[i], x[j])
    return matrix


def _mean_of_pairs(matrix: np.ndarray) -> float:
    return _mean(matrix[np.triu_indices(len(matrix), 1)])


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
