"""Barycentre of the raters under dynamic time warping."""

from typing import Any

import numpy as np

from emotrace.annotation.complete import complete_ratings, spread_over
from emotrace.errors import ConfigError

__all__ = ["dba"]


def dba(ratings: Any, iterations: int = 10, band: int | None = 250) -> np.ndarray:
    """Mean of the raters after each is laid on it by dynamic time warping; peaks that come at different
    times keep their height.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated. Raters should be on one scale: warping compares values, not shapes, so take out
        offsets first (see `emotrace.annotation.steps`).
    iterations : int, >= 0
        Most rounds of aligning and averaging; stops when nothing changes. 0: the medoid.
    band : int or None
        Most samples by which a rater may be early or late (10 s at 25 Hz); None, or as many as the
        recording has: no limit, and memory of one byte for every pair of samples.

    Returns
    -------
    float array, shape (time,)
        NaN at every time at which any rater is missing: the raters are warped over the other times as if
        these followed each other. One rater alone comes back unchanged.

    Raises
    ------
    ConfigError
        If `iterations` or `band` is below 0.
    InputError
        If there is no rater or no time that all rated.

    Source
    ------
    Petitjean et al. (2011), "A global averaging method for dynamic time warping", started from the medoid as
    in the MuSe-Toolbox (Stappen et al. 2021); the band is our choice.

    Examples
    --------
    >>> early, late = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    >>> dba([early, late])
    array([0., 0., 1., 0., 0., 0.])
    """
    if iterations < 0:
        raise ConfigError(f"iterations is {iterations}; expected 0 or more")
    if band is not None and band < 0:
        raise ConfigError(f"band is {band}; expected 0 samples or more")
    series, at = complete_ratings(ratings, least_raters=1, least_times=1)
    centre = series[_medoid(series, band)]
    for _ in range(iterations):
        moved = _barycentre(centre, series, band)
        if np.array_equal(moved, centre):
            break
        centre = moved
    return spread_over(centre, at)


def _medoid(series: np.ndarray, band: int | None) -> int:
    """The series with the smallest sum of distances to all; of equal ones the first."""
    from emotrace.annotation.warping.dtw import dtw_distance  # numba is slow to import

    costs = np.zeros((len(series), len(series)))
    for i in range(len(series)):
        for j in range(i):
            costs[i, j] = costs[j, i] = dtw_distance(series[i], series[j], band)
    return int(costs.sum(axis=1).argmin())


def _barycentre(centre: np.ndarray, series: np.ndarray, band: int | None) -> np.ndarray:
    """Mean, at each sample of the centre, of all samples that are laid on it."""
    from emotrace.annotation.warping.dtw import dtw  # numba is slow to import

    total, count = np.zeros(len(centre)), np.zeros(len(centre))
    for one in series:
        path, _ = dtw(centre, one, band)
        total += np.bincount(path[:, 0], weights=one[path[:, 1]], minlength=len(centre))
        count += np.bincount(path[:, 0], minlength=len(centre))
    return total / count
