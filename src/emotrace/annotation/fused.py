"""What a method makes of several raters: the gold standard and the raters' shares in it."""

from typing import NamedTuple

import numpy as np


class Fused(NamedTuple):
    """One gold standard.

    Parameters
    ----------
    values : float64 array, shape (time,)
        NaN where there is none.
    weights : float64 array, shape (rater,), or None
        Share of each rater, 0 or more, sum 1; None where the method gives no shares.
    """

    values: np.ndarray
    weights: np.ndarray | None = None
