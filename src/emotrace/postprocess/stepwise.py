"""The paper's chain, literally: one step after the other, each as good as it gets by itself."""

import numpy as np

from emotrace.metrics import Moments
from emotrace.postprocess.grids import shift_grid, window_grid
from emotrace.postprocess.lagged_moments import best_cell, gain_of, moment_tables
from emotrace.postprocess.steps import AnyStep, Centring, Looks, MedianFilter, Scaling, Shift
from emotrace.postprocess.tuned import ORDER, ROUNDING, Trial, Tuned, ccc_or_none

_NONE = range(0)


def tune(gold: list[np.ndarray], prediction: list[np.ndarray], fps: float) -> dict[Looks, Tuned]:
    """The chains of one dimension, by where the median's window lies, step by step.

    Parameters
    ----------
    gold, prediction : list of float64 array, shape (time,)
        NaN in `gold`: not rated.
    fps : float

    Source
    ------
    tzirakis2017, section V, read literally.
    """
    given: dict[Looks, Tuned] = {}
    for looks, table in moment_tables(gold, prediction, window_grid(fps), _NONE).items():
        cell = best_cell(table.moments, slice(1, None), slice(None))
        median = None if cell is None else MedianFilter(frames=table.windows[1:][cell[0]], looks=looks)
        given[looks] = _in_turn(gold, prediction, fps, median)
    return given


def _in_turn(
    gold: list[np.ndarray], prediction: list[np.ndarray], fps: float, median: MedianFilter | None
) -> Tuned:
    """Try all steps in the paper's order, each on what the kept ones before it give."""
    moments = _moments(gold, prediction)
    steps: list[AnyStep] = []
    trials: list[Trial] = []
    for name in ORDER:
        step: AnyStep | None = median
        if name == "centring":
            step = Centring(offset=float(moments.target_mean - moments.prediction_mean))
        elif name == "scaling":
            gain = float(gain_of(moments))
            step = None if np.isnan(gain) else Scaling(gain=gain, about=float(moments.prediction_mean))
        elif name == "shift":
            step = _best_shift(gold, prediction, fps)
        before, after, changed = ccc_or_none(moments.ccc()), None, prediction
        if step is not None:
            changed = [step.apply(values) for values in prediction]
            after = ccc_or_none(_moments(gold, changed).ccc())
        kept = before is not None and after is not None and after > before + ROUNDING
        trials.append(Trial(name=name, step=step, ccc_without=before, ccc_with=after, kept=kept))
        if kept and step is not None:
            steps.append(step)
            prediction, moments = changed, _moments(gold, changed)
    return Tuned(steps=tuple(steps), trials=tuple(trials))


def _moments(gold: list[np.ndarray], prediction: list[np.ndarray]) -> Moments:
    return Moments.of(np.concatenate(gold), np.concatenate(prediction))


def _best_shift(gold: list[np.ndarray], prediction: list[np.ndarray], fps: float) -> Shift | None:
    """The best shift; of equals the shortest."""
    table = moment_tables(gold, prediction, _NONE, shift_grid(fps))["around"]
    cell = best_cell(table.moments, slice(None), slice(1, None))
    return None if cell is None else Shift(frames=table.shifts[1:][cell[1]])
