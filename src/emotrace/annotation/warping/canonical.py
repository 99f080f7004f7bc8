"""Canonical correlation of several series of one value a time."""

import numpy as np

__all__ = ["canonical_scales"]

_CONSTANT = 1e-9  # standard deviation, as a share of the largest value, below which a series is constant


def canonical_scales(series: np.ndarray) -> tuple[np.ndarray, float]:
    """Factors, none negative, that make the centred series most alike, and how alike they are then.

    Parameters
    ----------
    series : float array, shape (series, time)
        No NaN.

    Returns
    -------
    scales : float64 array, shape (series,), >= 0
        0 for a constant series and one that runs against the others: canonical correlation analysis would
        turn its sign, and series that disagree would be warped to disagree more.
    agreement : float in [0, 1]
        Largest canonical correlation: the largest eigenvalue of the correlations between series (population
        moments), less 1, over the number of the other series. For two series their correlation, where it is
        positive. 1 only where all run alike; 0 where no two do.

    Source
    ------
    Multi-set canonical correlation as in Zhou and De la Torre (2012), without its ridge, which series of
    one value a time do not need; scales of 0 or more are our choice.

    Examples
    --------
    >>> scales, agreement = canonical_scales(np.array([[-1.0, 1.0], [-2.0, 2.0]]))
    >>> scales.round(3), round(agreement, 6)
    (array([0.707, 0.354]), 1.0)
    """
    centred = series - series.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1))
    scales = np.zeros(len(series))
    kept = np.flatnonzero(spread > _CONSTANT * np.abs(series).max(initial=0.0))
    while len(kept) > 1:
        unit = centred[kept] / spread[kept, None]
        values, vectors = np.linalg.eigh(unit @ unit.T / series.shape[1])
        # of the two signs of the vector the one in which most series point up
        first = vectors[:, -1] if vectors[:, -1].sum() >= 0.0 else -vectors[:, -1]
        if (first > 0.0).all():
            scales[kept] = first / spread[kept]
            return scales, float((values[-1] - 1.0) / (len(series) - 1))
        kept = kept[first > 0.0]
    return scales, 0.0
