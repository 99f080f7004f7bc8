"""Steps before fusion, each asked for by name and in order: resampling, smoothing, standardising."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from emotrace.annotation.ratings import as_ratings
from emotrace.errors import ConfigError, InputError

SAVITZKY_GOLAY_ORDER = 3
_SAME = 1e-6  # share of a step by which a time may miss its grid point
_CONSTANT = 1e-9  # spread below this share of the largest value is rounding


def resample(times_s: Any, ratings: Any, rate_hz: float) -> tuple[np.ndarray, np.ndarray, str]:
    """Ratings at whole multiples of 1 / `rate_hz`, within the times that are there.

    Parameters
    ----------
    times_s : float array, shape (time,), s, rising
    ratings : float array, shape (rater, time)
        NaN: not rated.
    rate_hz : float, > 0

    Returns
    -------
    times_s : float64 array, shape (new time,)
    ratings : float64 array, shape (rater, new time)
        NaN where a rater has no rating at the time or on both sides of it (linear), or none in the step
        (mean).
    how : {"linear", "mean"}
        To a higher or the same rate: linear interpolation between neighbours. To a lower rate: mean of
        the ratings in each step ``[t, t + 1 / rate_hz)``, so that nothing folds into lower frequencies.

    Raises
    ------
    InputError
        If the shapes do not fit, times do not rise, or the rate is not above 0.

    Source
    ------
    Our choice.

    Examples
    --------
    >>> resample([0.0, 0.1, 0.2], [[0.0, 1.0, 2.0]], 20)[1]
    array([[0. , 0.5, 1. , 1.5, 2. ]])
    >>> resample([0.0, 0.1, 0.2, 0.3], [[0.0, 1.0, 2.0, 3.0]], 5)
    (array([0. , 0.2]), array([[0.5, 2.5]]), 'mean')
    """
    times, x = np.asarray(times_s, dtype=np.float64), as_ratings(ratings, least_raters=0)
    if times.shape != x.shape[1:] or not np.isfinite(times).all() or np.any(np.diff(times) <= 0):
        raise InputError(
            f"times_s has shape {times.shape} for ratings {x.shape}; expected one rising time per column"
        )
    if not rate_hz > 0 or not np.isfinite(rate_hz):
        raise InputError(f"rate_hz is {rate_hz}; expected a number above 0")
    if len(times) < 2:
        return times, x, "linear"
    step_s = float(np.median(np.diff(times)))
    if rate_hz * step_s < 1 - _SAME:
        step = np.floor(times * rate_hz + _SAME).astype(np.int64)
        grid = np.arange(step[0], step[-1] + 1)
        return grid / rate_hz, np.stack([_means(step - step[0], row, len(grid)) for row in x]), "mean"
    first, last = np.ceil(times[0] * rate_hz - _SAME), np.floor(times[-1] * rate_hz + _SAME)
    new = np.arange(first, last + 1) / rate_hz
    at = np.clip(new, times[0], times[-1])
    between = np.stack([np.interp(at, times, row) for row in x])
    row = np.clip(np.searchsorted(times, at - _SAME * step_s), 0, len(times) - 1)
    hit = np.abs(times[row] - at) <= _SAME * step_s  # a rating beside a gap stays
    return new, np.where(hit, x[:, row], between), "linear"


def smooth(ratings: Any, name: str, window_s: float, rate_hz: float) -> np.ndarray:
    """Each rater smoothed over time.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated; stays NaN and is left out of the windows around it.
    name : {"median", "moving_average", "savitzky_golay"}
    window_s : float, s, > 0
        Rounded to an odd number of samples, so that nothing moves in time.
    rate_hz : float, > 0

    Returns
    -------
    float64 array, shape (rater, time)
        Windows are cut at both ends, not filled. `savitzky_golay` (order 3) fits its polynomial to the
        outermost full window there, and treats each run of ratings by itself; runs of fewer than 5
        samples stay as they are.

    Raises
    ------
    ConfigError
        If there is no such way.
    InputError
        If the window is not above 0 s.

    Examples
    --------
    >>> smooth([[0.0, 3.0, 0.0, 3.0]], "moving_average", 3.0, 1.0)
    array([[1.5, 1. , 2. , 1.5]])
    """
    if name not in SMOOTHERS:
        raise ConfigError(f"no smoothing is named {name!r}; there are: {', '.join(SMOOTHERS)}")
    if not window_s > 0 or not rate_hz > 0 or not np.isfinite(window_s * rate_hz):
        raise InputError(f"window_s is {window_s} and rate_hz {rate_hz}; expected numbers above 0")
    x = as_ratings(ratings, least_raters=0)
    window = odd_window(window_s, rate_hz)
    smoothed = np.stack([SMOOTHERS[name](row, window) for row in x])
    return np.where(np.isnan(x), np.nan, smoothed)


def odd_window(window_s: float, rate_hz: float) -> int:
    """The odd number of samples nearest to a window, at least 1.

    Examples
    --------
    >>> odd_window(1.0, 25), odd_window(0.5, 2)
    (25, 1)
    """
    return max(1, 2 * round((window_s * rate_hz - 1) / 2) + 1)


def standardise(recordings: Sequence[Any], name: str) -> list[np.ndarray]:
    """Each rater on a common scale, in each recording or over all of them.

    Parameters
    ----------
    recordings : sequence of float array, shape (rater, time)
        The same raters in the same rows; NaN: not rated.
    name : {"z", "z_all", "min_max", "min_max_all"}
        ``z``: mean 0 and standard deviation 1 (1/n); ``min_max``: least value -1, largest 1; ``_all``: by
        what the rater did over all recordings, else in each recording.

    Returns
    -------
    list of float64 array, shape (rater, time)
        A rater who never moves is 0.

    Raises
    ------
    ConfigError
        If there is no such way.
    InputError
        If a recording is not (rater, time), or their numbers of raters differ.

    Examples
    --------
    >>> standardise([[[0.0, 2.0]], [[2.0, 4.0]]], "min_max_all")
    [array([[-1.,  0.]]), array([[0., 1.]])]
    """
    if name not in STANDARDISERS:
        raise ConfigError(f"no standardising is named {name!r}; there are: {', '.join(STANDARDISERS)}")
    arrays = [as_ratings(one, least_raters=0) for one in recordings]
    if not arrays:
        return []
    if len({len(one) for one in arrays}) > 1:
        raise InputError(
            "recordings differ in their number of raters; expected the same raters in the same rows of each"
        )
    scale = _z if name.startswith("z") else _min_max
    if not name.endswith("_all"):
        return [scale(one, one) for one in arrays]
    everything = np.concatenate(arrays, axis=1)
    return [scale(one, everything) for one in arrays]


def _means(step: np.ndarray, row: np.ndarray, steps: int) -> np.ndarray:
    rated = np.isfinite(row)
    count = np.bincount(step[rated], minlength=steps)
    total = np.bincount(step[rated], weights=row[rated], minlength=steps)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _moving_average(row: np.ndarray, window: int) -> np.ndarray:
    import pandas as pd

    return pd.Series(row).rolling(window, center=True, min_periods=1).mean().to_numpy()


def _median(row: np.ndarray, window: int) -> np.ndarray:
    import pandas as pd

    return pd.Series(row).rolling(window, center=True, min_periods=1).median().to_numpy()


def _savitzky_golay(row: np.ndarray, window: int) -> np.ndarray:
    from scipy.signal import savgol_filter

    smoothed = row.copy()
    rated = np.concatenate([[0], np.isfinite(row).astype(int), [0]])
    edges = np.flatnonzero(np.diff(rated))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        fitting = min(window, end - start - (end - start + 1) % 2)  # the largest odd window that fits
        if fitting > SAVITZKY_GOLAY_ORDER + 1:
            smoothed[start:end] = savgol_filter(row[start:end], fitting, SAVITZKY_GOLAY_ORDER)
    return smoothed


def _z(x: np.ndarray, reference: np.ndarray) -> np.ndarray:
    rated = np.isfinite(reference).sum(axis=1, keepdims=True)
    known = np.where(np.isfinite(reference), reference, 0.0)
    mean = known.sum(axis=1, keepdims=True) / np.maximum(rated, 1)
    squares = np.where(np.isfinite(reference), (reference - mean) ** 2, 0.0).sum(axis=1, keepdims=True)
    deviation = np.sqrt(squares / np.maximum(rated, 1))
    moves = deviation > _CONSTANT * np.abs(known).max(axis=1, keepdims=True)
    return np.where(moves, (x - mean) / np.where(moves, deviation, 1.0), np.where(np.isnan(x), np.nan, 0.0))


def _min_max(x: np.ndarray, reference: np.ndarray) -> np.ndarray:
    rated = np.isfinite(reference)
    low = np.where(rated, reference, np.inf).min(axis=1, keepdims=True)
    high = np.where(rated, reference, -np.inf).max(axis=1, keepdims=True)
    low, high = np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)
    moves = high - low > _CONSTANT * np.maximum(np.abs(low), np.abs(high))
    scaled = 2 * (x - low) / np.where(moves, high - low, 1.0) - 1
    return np.where(moves, scaled, np.where(np.isnan(x), np.nan, 0.0))


SMOOTHERS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "median": _median,
    "moving_average": _moving_average,
    "savitzky_golay": _savitzky_golay,
}
"""Ways to smooth, by name."""

STANDARDISERS = ("min_max", "min_max_all", "z", "z_all")
"""Ways to standardise, by name."""
