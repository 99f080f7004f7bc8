"""CCC centring: the gold standard of AVEC 2015, 2016 and 2018."""

import numpy as np

from emotrace.annotation.mean import mean
from emotrace.errors import InputError
from emotrace.metrics import ccc

__all__ = ["ccc_centring", "centre_ratings"]


def centre_ratings(ratings):
    """Ratings of one recording, each moved to the common mean that raters who agree decide most.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        At least two raters. NaN: not rated, left out of means and of the agreement of a pair.

    Returns
    -------
    float array, shape (rater, time)
        Each rater minus the own mean plus the mean of the raters' means weighted by agreement; the
        agreement of a rater is the mean concordance correlation coefficient (population moments, 1/n) with
        every other rater, negative values kept.

    Raises
    ------
    InputError
        If the shape is wrong, or the agreements do not sum to more than 0.

    Source
    ------
    Valstar et al. (2016), AVEC 2016; `GSCreation.py` of the AVEC 2018 scripts.

    Examples
    --------
    >>> centre_ratings([[0.0, 1.0], [1.0, 2.0]])
    array([[0.5, 1.5],
           [0.5, 1.5]])
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2 or ratings.shape[0] < 2 or ratings.shape[1] < 2:
        raise InputError(f"ratings has shape {ratings.shape}; expected (rater, time) with at least 2 of each")
    if np.isinf(ratings).any() or not np.isfinite(ratings).any(axis=1).all():
        raise InputError(
            "ratings holds infinite values or a rater without any value; "
            "expected numbers, or NaN where not rated"
        )
    raters = len(ratings)
    means = np.nanmean(ratings, axis=1)
    agreement = np.zeros(raters)
    for r in range(raters):
        agreement[r] = np.mean([_concordance(ratings[r], ratings[s]) for s in range(raters) if s != r])
    total = agreement.sum()
    if not total > 1e-9:
        raise InputError(
            f"the raters' agreements sum to {total:.6g}; CCC centring needs a sum above 0, "
            "so look for a rater whose sign is turned, or use another method"
        )
    return ratings - means[:, None] + (agreement @ means) / total


def ccc_centring(ratings):
    """Gold standard of one recording: the mean over raters of the centred ratings.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        As for `centre_ratings`.

    Returns
    -------
    float array, shape (time,)
        NaN where no rater rated. The agreements move only the offset; the shape is the plain mean of the
        raters.

    Raises
    ------
    InputError
        As `centre_ratings`.

    Source
    ------
    Valstar et al. (2016), AVEC 2016; `GSCreation.py` of the AVEC 2018 scripts.

    Examples
    --------
    >>> ccc_centring([[0.0, 1.0], [1.0, 2.0]])
    array([0.5, 1.5])
    """
    return mean(centre_ratings(ratings))


def _concordance(a, b):
    """CCC over what both rated; 0 where it is not defined."""
    value = ccc(a, b)
    return 0.0 if np.isnan(value) else value
