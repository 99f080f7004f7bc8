"""Takes the raters' delay out of labels by a named rule, and puts it back into predictions.

All functions work on one recording, so that nothing moves from one recording into the next.
"""

from typing import Any

import numpy as np

from emotrace.errors import ConfigError, InputError

RULES = ("drop", "hold", "zero")
"""``drop``: the end without a label is cut; ``hold``: the last label is repeated; ``zero``: filled with 0."""


def compensate(values: Any, delay_s: float, rate_hz: float, rule: str) -> np.ndarray:
    """Labels of one recording moved earlier: ``y'(t) = y(t + delay_s)``.

    Parameters
    ----------
    values : float array, shape (time,) or (time, dimension)
        Labels; NaN stays.
    delay_s : float, s, >= 0
        Rounded to whole rows.
    rate_hz : float, > 0
    rule : {"drop", "hold", "zero"}
        What becomes of the end, for which there is no later label. After ``drop``, cut as many rows from
        the end of the features (`cut_features`).

    Returns
    -------
    float64 array
        Of the length of `values`; with ``drop`` shorter by the delay.

    Raises
    ------
    ConfigError
        If there is no such rule.
    InputError
        If the delay is negative or not shorter than the recording.

    Source
    ------
    ``drop``: Huang et al. (2015), AVEC 2015; ``hold``: AVEC 2018 GES baseline; ``zero``: AVEC 2018 and 2019
    CES baselines.

    Examples
    --------
    >>> compensate([1.0, 2.0, 3.0, 4.0], 0.2, 10, "hold")
    array([3., 4., 4., 4.])
    """
    y = _series(values)
    rows = _rows(delay_s, rate_hz, rule, len(y))
    return y[rows:] if rule == "drop" else np.concatenate([y[rows:], _fill(y[-1:], rows, rule)])


def cut_features(features: Any, delay_s: float, rate_hz: float) -> np.ndarray:
    """Features of one recording without the last rows, which have no label after ``drop``.

    Parameters
    ----------
    features : array, shape (time, ...)
    delay_s : float, s, >= 0
    rate_hz : float, > 0

    Raises
    ------
    InputError
        If the delay is negative or not shorter than the recording.

    Examples
    --------
    >>> cut_features([[1.0], [2.0], [3.0]], 0.1, 10)
    array([[1.],
           [2.]])
    """
    x = np.asarray(features)
    return x[: len(x) - _rows(delay_s, rate_hz, "drop", len(x))]


def restore(predictions: Any, delay_s: float, rate_hz: float, rule: str) -> np.ndarray:
    """The inverse for predictions: moved later, ``p(t) = p'(t - delay_s)``, to stand beside unshifted labels.

    Parameters
    ----------
    predictions : float array, shape (time,) or (time, dimension)
        Of a model that learned compensated labels.
    delay_s : float, s, >= 0
        Rounded to whole rows, as in `compensate`.
    rate_hz : float, > 0
    rule : {"drop", "hold", "zero"}
        ``hold`` repeats the first prediction at the start, ``zero`` fills with 0; the length stays. ``drop``:
        the predictions are of cut features, so the start becomes NaN and the full length comes back.

    Returns
    -------
    float64 array

    Raises
    ------
    ConfigError
        If there is no such rule.
    InputError
        If the delay is negative or not shorter than the recording.

    Source
    ------
    ``zero``: AVEC 2018 and 2019 CES baselines.

    Examples
    --------
    >>> restore([1.0, 2.0, 3.0, 4.0], 0.2, 10, "zero")
    array([0., 0., 1., 2.])
    """
    p = _series(predictions)
    rows = _rows(delay_s, rate_hz, rule, len(p) + (np.inf if rule == "drop" else 0))
    kept = p if rule == "drop" else p[: len(p) - rows]
    return np.concatenate([_fill(p[:1], rows, rule), kept])


def window_gold(
    values: Any, starts_s: Any, window_s: float, delay_s: float, rate_hz: float, how: str = "centre"
) -> np.ndarray:
    """One label per window of features: the gold standard at the window, `delay_s` later.

    Parameters
    ----------
    values : float array, shape (time,)
        Gold standard of one recording; row 0 is at 0 s.
    starts_s : float array, shape (window,), s
    window_s, delay_s : float, s, >= 0
    rate_hz : float, > 0
    how : {"centre", "mean"}
        The label at the centre of the window, or the mean of the labels within it. Past the end, the last
        label counts (rule ``hold``).

    Returns
    -------
    float64 array, shape (window,)

    Raises
    ------
    ConfigError
        If there is no such way.
    InputError
        If the delay is negative or not shorter than the recording.

    Source
    ------
    AVEC 2018 GES baseline.

    Examples
    --------
    >>> window_gold([0.0, 1.0, 2.0, 3.0], [0.0, 1.0], 2.0, 1.0, 1.0)
    array([2., 3.])
    """
    if how not in ("centre", "mean"):
        raise ConfigError(f"how is {how!r}; expected centre or mean")
    y = _series(values)
    moved = compensate(y, delay_s, rate_hz, "hold")
    first = np.rint(np.asarray(starts_s, dtype=np.float64) * rate_hz).astype(np.int64)
    size = max(1, round(window_s * rate_hz))
    last = len(y) - 1
    if how == "centre":
        return moved[np.clip(first + size // 2, 0, last)]
    rows = np.clip(first[:, None] + np.arange(size), 0, last)  # (window, sample)
    return moved[rows].mean(axis=1)


def _series(values: Any) -> np.ndarray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2) or len(array) == 0:
        raise InputError(f"values has shape {array.shape}; expected (time,) or (time, dimension) with rows")
    return array


def _rows(delay_s: float, rate_hz: float, rule: str, length: float) -> int:
    if rule not in RULES:
        raise ConfigError(f"no rule of delay is named {rule!r}; there are: {', '.join(RULES)}")
    if not rate_hz > 0:
        raise InputError(f"rate_hz is {rate_hz}; expected a number above 0")
    if not 0 <= delay_s * rate_hz < length - 0.5:
        raise InputError(
            f"delay_s is {delay_s}; expected 0 or more, and less than the length of the recording"
            + (f", {length / rate_hz:g} s" if np.isfinite(length) else "")
        )
    return int(np.floor(delay_s * rate_hz + 0.5 + 1e-6))


def _fill(edge: np.ndarray, rows: int, rule: str) -> np.ndarray:
    if rule == "hold":
        return np.repeat(edge, rows, axis=0)
    return np.full((rows, *edge.shape[1:]), 0.0 if rule == "zero" else np.nan)
