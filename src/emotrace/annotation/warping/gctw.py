"""Generalised canonical time warping: several series laid on each other by smooth warps of their time."""

from typing import Any, NamedTuple

import numpy as np

from emotrace.annotation.warping.bases import monotone_bases
from emotrace.annotation.warping.canonical import canonical_scales
from emotrace.annotation.warping.simplex import fit_on_simplices
from emotrace.errors import InputError

__all__ = ["Alignment", "gctw", "warp"]

_HALVINGS = 5  # of a step that does not raise the agreement, before it is given up


class Alignment(NamedTuple):
    """Warps of several series and what they gain.

    Parameters
    ----------
    paths : float64 array, shape (series, time)
        Sample of each series (fractional, counted from 0) that lies at each time after the warp; never
        falls, begins at 0 and ends at the last sample.
    agreement_before, agreement_after : float in [0, 1]
        As `canonical_scales` gives it.
    """

    paths: np.ndarray
    agreement_before: float
    agreement_after: float


def gctw(
    series: Any,
    steps: int = 1,
    centred: bool = True,
    band: int | None = None,
    polynomials: int = 5,
    tangents: int = 5,
) -> Alignment:
    """Smooth monotone warps that raise the agreement of series of one length; never below no warp.

    Each step scales the series by canonical correlation analysis, then moves the weights of the warps'
    monotone bases by one Gauss-Newton step, a quadratic programme over weights of 0 or more and of sum 1.
    A step that does not raise the agreement is halved, at last given up.

    Parameters
    ----------
    series : float array, shape (series, time)
        At least two samples, no NaN. A constant series, and one that runs against the others, stays as it is.
    steps : int, >= 0
        Most Gauss-Newton steps. What raters differ in is not all timing, and with many steps warps come out
        that are longer than any reaction time.
    centred : bool
        True: the mean of the series' warps is no warp. False: all may drift together, which raises the
        agreement by dwelling where they agree anyway and moves the events of the recording.
    band : int or None, >= 0
        Most samples by which a path may be early or late; a longer warp is shrunk as a whole. None: no limit.
    polynomials, tangents : int
        As for `monotone_bases`.

    Returns
    -------
    Alignment

    Raises
    ------
    InputError
        If `series` is not (series, time) with two samples or more, holds NaN or infinite values, `steps` or
        `band` is below 0, or as `monotone_bases`.

    Source
    ------
    Zhou and De la Torre (2012), "Generalized time warping for multi-modal alignment of human motion". The
    reduction to three dimensions by principal components leaves series of one value a time as they are, and
    the uniform warp that it starts from is no warp for series of one length. `centred`, `band`, the test of
    each step and no turned signs in the canonical correlation are our choice.

    Examples
    --------
    >>> t = np.linspace(0.0, 1.0, 200)
    >>> early, late = np.exp(-((t - 0.47) ** 2) / 0.01), np.exp(-((t - 0.53) ** 2) / 0.01)
    >>> found = gctw([early, late])
    >>> round(found.agreement_before, 2), round(found.agreement_after, 2)
    (0.78, 1.0)
    """
    series = np.asarray(series, dtype=np.float64)
    if series.ndim != 2 or series.shape[1] < 2:
        raise InputError(f"series has shape {series.shape}; expected (series, time) with at least 2 samples")
    if not np.isfinite(series).all():
        raise InputError("series holds NaN or infinite values; leave out the times that not every series has")
    if steps < 0:
        raise InputError(f"steps is {steps}; expected 0 or more")
    if band is not None and band < 0:
        raise InputError(f"band is {band}; expected 0 samples or more, or None for no limit")
    number, length = series.shape
    bases = monotone_bases(length, polynomials, tangents)
    paths = np.tile(np.arange(length, dtype=np.float64), (number, 1))
    scales, before = canonical_scales(series)
    agreement = before
    for _ in range(steps):
        found = _step(series, paths, scales, agreement, bases, centred, band)
        if found is None:
            break
        paths, scales, agreement = found
    return Alignment(paths, before, agreement)


def warp(series: Any, paths: Any) -> np.ndarray:
    """Series read along their paths, linear between samples.

    Parameters
    ----------
    series : float array, shape (series, sample)
    paths : float array, shape (series, time)
        Fractional samples, as in `Alignment`.

    Returns
    -------
    float64 array, shape (series, time)

    Examples
    --------
    >>> warp([[0.0, 1.0, 4.0]], [[0.0, 0.5, 2.0]])
    array([[0. , 0.5, 4. ]])
    """
    samples = np.arange(np.shape(series)[1])
    return np.stack([np.interp(path, samples, one) for path, one in zip(paths, series, strict=True)])


def _step(
    series: np.ndarray,
    paths: np.ndarray,
    scales: np.ndarray,
    agreement: float,
    bases: np.ndarray,
    centred: bool,
    band: int | None,
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Paths after one step, their scales and agreement; None where no part of the step raises it."""
    moving = np.flatnonzero(scales > 0.0)
    if len(moving) < 2:
        return None
    still = np.arange(series.shape[1], dtype=np.float64)
    further = _gauss_newton(scales[moving, None] * warp(series[moving], paths[moving]), bases)
    share = 1.0
    for _ in range(_HALVINGS + 1):
        tried = paths.copy()
        tried[moving] = _shrink(warp(paths[moving], still + share * (further - still)), band, (1,))
        if centred:
            tried[moving] = _shrink(_centre(tried[moving]), band, (0, 1))
        tried_scales, tried_agreement = canonical_scales(warp(series, tried))
        if tried_agreement > agreement:
            return tried, tried_scales, tried_agreement
        share /= 2.0
    return None


def _gauss_newton(series: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """Paths of one step from no warp that brings the series, as scaled, nearer to each other."""
    number, (length, size) = len(series), bases.shape
    series = series - series.mean(axis=1, keepdims=True)
    slopes = np.gradient(series, axis=1) * (length - 1)  # change of a series by a weight of 1
    jacobian = np.hstack([slope[:, None] * bases for slope in slopes])  # (time, series * basis)
    # half the sum over pairs of the squared distance: number * (own - mean of all) per series
    hessian = -jacobian.T @ jacobian
    for i in range(number):
        own = slice(i * size, (i + 1) * size)
        hessian[own, own] += number * jacobian[:, own].T @ jacobian[:, own]
    gradient = (slopes * (number * series - series.sum(axis=0))) @ bases
    start = np.zeros((number, size))
    start[:, 0] = 1.0  # of all bases the first: no warp
    weights = fit_on_simplices(hessian, gradient.ravel(), start)
    return np.clip(weights @ bases.T, 0.0, 1.0) * (length - 1)


def _shrink(paths: np.ndarray, band: int | None, axes: tuple[int, ...]) -> np.ndarray:
    """Paths brought within the band by one factor for each, axes (1,), or for all together, axes (0, 1)."""
    if band is None:
        return paths
    still = np.arange(paths.shape[1], dtype=np.float64)
    away = paths - still
    furthest = np.abs(away).max(axis=axes, keepdims=True)
    return still + away * np.minimum(1.0, band / np.maximum(furthest, 1e-9))


def _centre(paths: np.ndarray) -> np.ndarray:
    """Paths read along the inverse of their mean, so that their mean is no warp."""
    still = np.arange(paths.shape[1], dtype=np.float64)
    mean = paths.mean(axis=0) + 1e-9 * still  # strictly rising, so it has an inverse
    inverse = np.interp(still, mean * (still[-1] / mean[-1]), still)
    return warp(paths, np.tile(inverse, (len(paths), 1)))
