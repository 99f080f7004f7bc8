"""Moments of two series at many lags at once, in parts of the time, by fast correlation of their sums."""

from collections.abc import Sequence

import numpy as np

from emotrace.metrics import Moments

_ROUNDING = 1e-12  # share of a series' variance that is left of a constant by the fast sums


def lagged_moments(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]], lags: np.ndarray, parts: int
) -> list[Moments]:
    """Moments of a reference and the rating `lag` samples later, for every lag.

    Parameters
    ----------
    pairs : sequence of (reference, rating), float64 arrays, each of shape (time,)
        One pair per recording; NaN: not known. Samples that move past an end of a recording are left out.
    lags : int64 array, shape (lag,)
        Consecutive, rising.
    parts : int
        The time of all references end to end is cut into so many equal parts.

    Returns
    -------
    list of Moments, one per lag, each of shape (part,)
        Means are less the mean of everything, which is taken off first so that nothing cancels; `pcc` and
        `ccc` are exact to about 1e-9.
    """
    known = [np.isfinite(values) for pair in pairs for values in pair]
    everything = np.concatenate([v[k] for v, k in zip((v for p in pairs for v in p), known, strict=True)])
    centre = float(everything.mean()) if len(everything) else 0.0
    scale = float(everything.var()) if len(everything) else 0.0
    sums = np.zeros((6, len(lags), parts))
    edges = np.linspace(0, sum(len(one) for one, _ in pairs), parts + 1).astype(int)
    offset = 0
    for reference, rating in pairs:
        for part in range(parts):
            a, b = np.clip(edges[part : part + 2] - offset, 0, len(reference))
            if b > a:
                sums[:, :, part] += _sums(reference[a:b] - centre, _window(rating, a, b, lags) - centre)
        offset += len(reference)
    count, x, y, xx, yy, xy = sums
    count = np.rint(count)
    share = np.maximum(count, 1.0)
    x, y = x / share, y / share
    variances = [squares / share - mean**2 for squares, mean in ((xx, x), (yy, y))]
    x_variance, y_variance = (np.where(one > _ROUNDING * scale, one, 0.0) for one in variances)
    error = np.maximum((xx + yy - 2 * xy) / share, 0.0)
    covariance = np.where((x_variance > 0) & (y_variance > 0), xy / share - x * y, 0.0)
    unknown = np.full(parts, np.nan)  # the absolute error does not follow from sums
    return [
        Moments(count[i], x[i], y[i], x_variance[i], y_variance[i], covariance[i], error[i], unknown)
        for i in range(len(lags))
    ]


def _window(rating: np.ndarray, a: int, b: int, lags: np.ndarray) -> np.ndarray:
    """The rating at rows `a` + first lag to `b` + last lag; NaN outside."""
    rows = np.arange(a + lags[0], b + lags[-1])
    inside = (rows >= 0) & (rows < len(rating))
    return np.where(inside, rating[np.clip(rows, 0, len(rating) - 1)], np.nan)


def _sums(reference: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Count, sums, sums of squares and of products (6, lag) of what both know."""
    from scipy.signal import correlate

    x_known, y_known = np.isfinite(reference).astype(float), np.isfinite(window).astype(float)
    x, y = np.where(x_known > 0, reference, 0.0), np.where(y_known > 0, window, 0.0)
    both = ((x_known, y_known), (x, y_known), (x_known, y), (x * x, y_known), (x_known, y * y), (x, y))
    return np.stack([correlate(late, early, mode="valid") for early, late in both])
