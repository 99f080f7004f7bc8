"""Exponential smoothing of predictions, its factor tuned on development."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from emotrace.errors import InputError
from emotrace.metrics import Moments
from emotrace.postprocess.postprocessor import Postprocessor
from emotrace.postprocess.steps import DIRECTIONS, Direction, ExponentialSmoothing
from emotrace.postprocess.tuned import ROUNDING, Trial, Tuned, ccc_or_none

ALPHAS = tuple(round(0.99 - 0.01 * index, 2) for index in range(99))  # the least smoothing first


class Smoothing(Postprocessor):
    """Exponential smoothing of each dimension, kept only if it raised CCC on development.

    CCC is of all development recordings joined, steps without gold left out; each recording is smoothed by
    itself. Backward smoothing looks ahead to the end of the recording; `online` smooths forward only, with a
    factor of its own.

    Parameters
    ----------
    kind, fps, columns, dimensions, emotrace
        As of every `Postprocessor`.

    Source
    ------
    chen2015, section 4.6: equation (7), the factor by grid search; Table 11 has 0.1 and 0.7. The grid (0.01
    to 0.99 by 0.01) and forward and backward one after the other, which delays nothing: our choice.

    Examples
    --------
    >>> gold = np.sin(np.arange(300) / 30)
    >>> smoothing = Smoothing.fit([gold], [gold + 0.8 * np.cos(np.arange(300) * 2.5)])
    >>> print(smoothing.describe())
    exponential smoothing (alpha 0.3) forward and then backward
    >>> print(smoothing.online().describe())
    exponential smoothing (alpha 0.25) forward
    >>> Smoothing.from_dict(smoothing.to_dict()) == smoothing
    True
    """

    kind: Literal["smoothing"] = "smoothing"

    @classmethod
    def fit(
        cls,
        gold: Any,
        prediction: Any,
        fps: float = 25,
        labels: Sequence[str] | None = None,
        direction: Direction = "both",
    ) -> "Smoothing":
        """Choose the factor of each dimension on development; that for streams is chosen beside it.

        Parameters
        ----------
        gold, prediction, fps, labels
            As for `Chain.fit`.
        direction : {"both", "forward", "backward"}
            ``both``: forward, then backward over the result. The paper smooths in one direction, the opposite
            to that of its LSTM.

        Returns
        -------
        Smoothing
            Of factors that come equally far the largest, which smooths least; nothing where none raises CCC.

        Raises
        ------
        InputError
            As `Chain.fit`, and for another direction.
        """
        if direction not in DIRECTIONS:
            raise InputError(f"direction is {direction!r}; expected one of: {', '.join(DIRECTIONS)}")
        return cls._fitted(gold, prediction, fps, labels, partial(_tune, direction=direction))


def _tune(
    gold: list[np.ndarray], prediction: list[np.ndarray], fps: float, direction: Direction
) -> tuple[Tuned, Tuned]:
    """The smoothing of one dimension for whole recordings, and the one that never looks ahead."""
    target = np.concatenate(gold)
    whole = _best(target, prediction, direction)
    return whole, whole if direction == "forward" else _best(target, prediction, "forward")


def _best(target: np.ndarray, prediction: list[np.ndarray], direction: Direction) -> Tuned:
    """The best factor, if it raises CCC at all."""

    def ccc(series: list[np.ndarray]) -> float:
        return float(Moments.of(target, np.concatenate(series)).ccc())

    before, after, best = ccc(prediction), -math.inf, None
    for alpha in ALPHAS:
        step = ExponentialSmoothing(alpha=alpha, direction=direction)
        score = ccc([step.apply(values) for values in prediction])
        if score > after + ROUNDING:  # never for a CCC that is not defined
            after, best = score, step
    kept = best is not None and after > before + ROUNDING
    trial = Trial(
        name="exponential_smoothing",
        step=best,
        ccc_without=ccc_or_none(before),
        ccc_with=ccc_or_none(after),
        kept=kept,
    )
    return Tuned(steps=(best,) if best is not None and kept else (), trials=(trial,))
