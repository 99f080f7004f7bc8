"""Checks of ratings at the border of every method."""

from typing import Any

import numpy as np

from emotrace.errors import InputError


def as_ratings(ratings: Any, least_raters: int = 1) -> np.ndarray:
    """Ratings as float64 of shape (rater, time); NaN stays.

    Parameters
    ----------
    ratings : array-like of numbers, shape (rater, time)
    least_raters : int
        How many raters must have rated something.

    Raises
    ------
    InputError
        If the shape is another, a value is infinite or no number, or too few raters rated anything.
    """
    try:
        array = np.asarray(ratings, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"ratings are no array of numbers ({error}); expected float values of shape (rater, time)"
        ) from error
    if array.ndim != 2:
        raise InputError(f"ratings has shape {array.shape}; expected (rater, time)")
    if np.isinf(array).any():
        raise InputError("ratings holds infinite values; expected numbers, or NaN where not rated")
    rated = int(np.isfinite(array).any(axis=1).sum())
    if rated < least_raters:
        raise InputError(
            f"ratings holds values of {rated} raters; expected at least {least_raters}, look for empty rows"
            + (", or use the method mean, which takes a single rater" if least_raters > 1 else "")
        )
    return array
