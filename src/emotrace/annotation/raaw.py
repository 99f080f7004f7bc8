"""Rater aligned annotation weighting: raters scaled, warped onto each other, weighted by agreement."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter1d

from emotrace.annotation.complete import complete_ratings, spread_over
from emotrace.annotation.fused import Fused
from emotrace.annotation.muse_ewe import muse_weights
from emotrace.annotation.ratings import as_ratings
from emotrace.annotation.steps import SMOOTHERS, standardise
from emotrace.annotation.warping.gctw import gctw, warp
from emotrace.errors import ConfigError

__all__ = ["fuse_raaw", "scale_raters"]

_ENDS = {"hold": "nearest", "zero": "constant"}  # name here: mode of scipy


def scale_raters(recordings: Sequence[Any], pre_window: int = 5) -> list[np.ndarray]:
    """Ratings smoothed, and each rater scaled so that all the recordings together fill [-1, 1].

    Parameters
    ----------
    recordings : sequence of float array, shape (rater, time)
        The same raters in the same rows; NaN: not rated, a row of NaN: did not rate this recording.
    pre_window : int, odd, >= 1
        Samples of a Savitzky-Golay filter of order 3; shorter stretches between gaps get a shorter window or
        stay as they are. Below 5: no smoothing.

    Returns
    -------
    list of float array, shape (rater, time), in [-1, 1]
        0 for a rater who never moves. The scales hold for these recordings: with others the gold standards
        change too.

    Raises
    ------
    ConfigError
        If `pre_window` is even or below 1.
    InputError
        If a recording is not (rater, time), or as `standardise`.

    Source
    ------
    Stappen et al. (2021). The standardising to mean 0 and deviation 1 that stands before it there drops out
    of the result: any shift and factor do, when least and largest value are moved to -1 and 1 afterwards.

    Examples
    --------
    >>> scale_raters([[[0.0, 1.0]], [[3.0, 4.0]]])
    [array([[-1. , -0.5]]), array([[0.5, 1. ]])]
    """
    _check_window("pre_window", pre_window)
    arrays = [as_ratings(one, least_raters=0) for one in recordings]
    smooth = SMOOTHERS["savitzky_golay"]
    smoothed = [np.stack([smooth(row, pre_window) for row in one]) for one in arrays]
    return standardise(smoothed, "min_max_all")


def fuse_raaw(
    ratings: Any,
    steps: int = 1,
    centred: bool = True,
    band: int = 250,
    window: int = 15,
    ends: str = "hold",
) -> Fused:
    """Mean of the raters of one recording after time warping, weighted by agreement, then smoothed.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        As `scale_raters` returns them; at least two raters and two times that all rated. NaN: not rated.
    steps, centred, band
        Of the warping, as for `gctw`: one step, no drift that all raters share, and nothing moved by more
        than `band` samples (10 s at 25 Hz).
    window : int, odd, >= 1
        Samples of the moving average after the fusion (7.5 s at the 2 Hz of the MuSe corpora, 0.6 s at
        25 Hz); 1: none.
    ends : {"hold", "zero"}
        What the moving average sees beyond both ends: the first and last value, or 0, which draws half a
        window at each end towards 0.

    Returns
    -------
    Fused
        Values in [-1, 1], NaN at every time at which a rater is missing; weights from the concordance of the
        warped raters as `muse_weights` gives them, without the rounding of `muse_ewe`.

    Raises
    ------
    ConfigError
        If `window` is even or below 1, `steps` or `band` is below 0 or `ends` is no such name.
    InputError
        If there are too few raters or times, or no rater agrees with the others.

    Source
    ------
    Stappen et al. (2021), "MuSe-Toolbox: the multimodal sentiment analysis continuous annotation fusion and
    discrete class transformation toolbox". As in its shipped code: one Gauss-Newton step (the code repeats
    it from the start and keeps the last) and weights from the warped raters (its text: from the raw ones).
    Other than in its code, by default: `centred`, `band`, linear reading between samples, no rounding, and
    ends held, as they are in the fused traces that come with it. ``centred=False, ends="zero"`` is nearest
    to the code.

    Examples
    --------
    >>> t = np.linspace(0.0, 10.0, 500)
    >>> fused = fuse_raaw(np.stack([np.sin(t), np.sin(t - 0.2)]))
    >>> fused.weights.round(3), fused.values.shape
    (array([0.5, 0.5]), (500,))
    """
    _check_window("window", window)
    for name, value in (("steps", steps), ("band", band)):
        if value < 0:
            raise ConfigError(f"{name} is {value}; expected 0 or more")
    if ends not in _ENDS:
        raise ConfigError(f"ends is {ends!r}; expected one of: {', '.join(_ENDS)}")
    complete, at = complete_ratings(ratings, least_raters=2, least_times=2)
    aligned = warp(complete, gctw(complete, steps, centred, band).paths)
    weights = muse_weights(aligned)
    smoothed = uniform_filter1d(weights @ aligned, window, mode=_ENDS[ends])
    return Fused(spread_over(smoothed, at), weights)


def _check_window(name: str, samples: int) -> None:
    if samples < 1 or samples % 2 == 0:
        raise ConfigError(
            f"{name} is {samples}; expected an odd number of samples, so that nothing moves in time"
        )
