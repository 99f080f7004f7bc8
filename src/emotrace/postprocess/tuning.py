"""How the chain of one dimension is tuned: both searches, for whole recordings and for streams."""

from typing import Literal

import numpy as np

from emotrace.metrics import Moments
from emotrace.postprocess import joint, stepwise
from emotrace.postprocess.tuned import Tuned

Search = Literal["joint", "stepwise"]
SEARCHES: tuple[Search, ...] = ("joint", "stepwise")


def tune(
    gold: list[np.ndarray], prediction: list[np.ndarray], fps: float, search: Search
) -> tuple[Tuned, Tuned]:
    """The chain of one dimension for whole recordings, and the one that never looks ahead.

    Parameters
    ----------
    gold, prediction : list of float64 array, shape (time,)
        One for each development recording; NaN in `gold`: not rated. At least two steps are rated.
    fps : float, > 0
    search : {"joint", "stepwise"}

    Returns
    -------
    whole, online : Tuned
        Each tuned by itself: they differ in where the median's window lies, and so in all that follows.
    """
    found = {"joint": joint.tune, "stepwise": stepwise.tune}[search](gold, prediction, fps)
    return _checked(found["around"], gold, prediction), _checked(found["back"], gold, prediction)


def _checked(tuned: Tuned, gold: list[np.ndarray], prediction: list[np.ndarray]) -> Tuned:
    """The chain itself, or no step at all if its gain was only rounding: measured by the definition."""
    if not tuned.steps:
        return tuned
    before, after = (
        float(Moments.of(np.concatenate(gold), np.concatenate(values)).ccc())
        for values in (prediction, [tuned.apply(recording) for recording in prediction])
    )
    if after > before:
        return tuned
    return Tuned(trials=tuple(trial.model_copy(update={"kept": False}) for trial in tuned.trials))
