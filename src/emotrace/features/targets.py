"""What a model should say at each step: labels interpolated onto a declared grid of steps."""

from typing import TYPE_CHECKING

import numpy as np

from emotrace.config.declaration import Declaration
from emotrace.errors import DataError, InputError
from emotrace.features.track import Track
from emotrace.timing import step_times

if TYPE_CHECKING:
    import torch

_SNAP = 1e-6  # share of a label period by which a float time may miss its grid point


def targets(labels: Track, declaration: Declaration, first: int, last: int) -> "torch.Tensor":
    """Labels at the start of the steps `first` (included) to `last` (excluded); NaN: not rated.

    Parameters
    ----------
    labels : Track
        ``values`` float64 (time, dimension), a single row at 0 s for a whole clip; attributes
        ``classes`` (all classes of the corpus, in order) and ``class`` (that of the whole recording)
        where it has classes.
    declaration : Declaration
        Its `step_s` and what it `predicts`.
    first, last : int
        Steps; those outside the labels give NaN.

    Returns
    -------
    float32 tensor
        ``predicts: trace``: (time, dimension), interpolated linearly between the two labels
        around the start of the step; NaN where one of the two is NaN, and further than one label
        period from any label. A single label at 0 s holds for every step from 0 on.
        ``predicts: class``: (time, 1), the index of the recording's class in every step; NaN
        where it has none.

    Raises
    ------
    InputError
        If `last` is not above `first`.
    DataError
        If the corpus has no ratings but a trace is predicted, or no classes but a class is.

    Source
    ------
    Our choice; the corpora label at the step of nguyen2020 (40 ms), where nothing is changed.
    """
    import torch  # only here, so that preparing a corpus needs no torch

    if last <= first:
        raise InputError(f"steps {first} to {last} hold nothing; expected last > first")
    if declaration.predicts == "class":
        return torch.full((last - first, 1), _class_index(labels))
    values = np.asarray(labels.values, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise DataError(
            f"the labels have shape {values.shape}, no rated dimension; expected (time, dimension), "
            "choose a system that predicts classes or a corpus with ratings"
        )
    period_s = labels.timeline.period_s or declaration.step_s
    at_s = step_times(first, last, declaration.step_s)
    times_s = labels.timeline.seconds()
    if is_whole_clip(times_s):
        return torch.from_numpy(hold(values, at_s).astype(np.float32))
    return torch.from_numpy(interpolate(times_s, values, at_s, period_s).astype(np.float32))


def is_whole_clip(times_s: np.ndarray) -> bool:
    """Whether labels are one value for a whole clip: a single one, at 0 s.

    Examples
    --------
    >>> is_whole_clip(np.array([0.0])), is_whole_clip(np.array([0.0, 0.04])), is_whole_clip(np.array([1.0]))
    (True, False, False)
    """
    return len(times_s) == 1 and float(times_s[0]) == 0.0


def hold(values: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """The one row of `values` at every time from 0 on, float64 (n, column); NaN before."""
    return np.where(at_s[:, None] >= 0.0, values[0], np.nan)


def _class_index(labels: Track) -> float:
    classes = list(labels.attributes.get("classes", ()))
    if not classes:
        raise DataError(
            "the labels name no classes; expected a corpus with one class per recording, choose it or a "
            "system that predicts a trace"
        )
    name = labels.attributes.get("class")
    if name is None:
        return float("nan")
    if name not in classes:
        raise DataError(
            f"the recording's class is {name!r}; expected one of {', '.join(classes)}, mend the labels"
        )
    return float(classes.index(name))


def interpolate(times_s: np.ndarray, values: np.ndarray, at_s: np.ndarray, reach_s: float) -> np.ndarray:
    """Linear interpolation that invents nothing: NaN beside a NaN and far from any row.

    Parameters
    ----------
    times_s : float64 array, shape (time,), s
        Rising.
    values : float64 array, shape (time, column)
        NaN: missing.
    at_s : float64 array, shape (n,), s
    reach_s : float, s
        Times further than this from every row give NaN; before the first and after the last row
        that row's value holds within the reach.

    Returns
    -------
    float64 array, shape (n, column)

    Examples
    --------
    >>> interpolate(np.array([0.0, 1.0]), np.array([[0.0], [2.0]]), np.array([0.5, 2.0, 2.5]), 1.0)[:, 0]
    array([ 1.,  2., nan])
    """
    if len(times_s) == 0:
        return np.full((len(at_s), values.shape[1]), np.nan)
    right = np.clip(np.searchsorted(times_s, at_s), 0, len(times_s) - 1)
    left = np.maximum(right - 1, 0)
    width = times_s[right] - times_s[left]
    share = np.divide(at_s - times_s[left], width, out=np.zeros(len(at_s)), where=width > 0)
    share = np.clip(share, 0.0, 1.0)
    share[share < _SNAP] = 0.0
    share[share > 1.0 - _SNAP] = 1.0
    weight = share[:, None]
    between = (1.0 - weight) * values[left] + weight * values[right]
    result = np.where(weight == 0.0, values[left], np.where(weight == 1.0, values[right], between))
    distance = np.minimum(np.abs(at_s - times_s[left]), np.abs(times_s[right] - at_s))
    result[distance > reach_s * (1.0 + _SNAP)] = np.nan
    return result
