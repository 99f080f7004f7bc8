"""Six simulated raters who watch a recording and move a slider."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emotrace.demo.processes import FPS

__all__ = ["RATERS", "rate"]

RATERS = ("FM1", "FM2", "FM3", "FF1", "FF2", "FF3")


def rate(hidden, rng):
    """Let the six raters rate one dimension of one recording.

    Parameters
    ----------
    hidden : float array, shape (time,), in [-1, 1]
        The true course at 25 values per second.
    rng : numpy.random.Generator

    Returns
    -------
    float array, shape (6, time), in [-1, 1]
        In the order of `RATERS`, in slider steps of 0.01. Each rater has an offset, a gain, a delay of 0.2
        to 0.6 s, and smooth noise.

    Source
    ------
    Our choice; delays are shorter than the seconds that real raters take, so that a model without delay
    compensation still learns.

    Examples
    --------
    >>> rate(np.zeros(100), np.random.default_rng(0)).shape
    (6, 100)
    """
    hidden = np.asarray(hidden, dtype=np.float64)
    time_s = np.arange(len(hidden)) / FPS
    ratings = np.empty((len(RATERS), len(hidden)))
    for r in range(len(RATERS)):
        offset, gain, delay_s = rng.uniform(-0.06, 0.06), rng.uniform(0.5, 0.7), rng.uniform(0.2, 0.6)
        seen = np.interp(time_s - delay_s, time_s, hidden)
        hand = gaussian_filter1d(rng.standard_normal(len(hidden) + 200), 10)[100:-100]
        hand *= 0.05 * np.sqrt(10 * 2 * np.sqrt(np.pi))  # standard deviation 0.05
        ratings[r] = offset + gain * seen + hand
    return np.round(np.clip(ratings, -1, 1), 2) + 0.0  # + 0.0: no negative zero
