"""The best of all chains: each choice of steps with every window and every shift."""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from emotrace.postprocess.grids import shift_grid, window_grid
from emotrace.postprocess.lagged_moments import MomentTable, best_cell, gain_of, moment_tables
from emotrace.postprocess.steps import AnyStep, Centring, Looks, MedianFilter, Scaling, Shift
from emotrace.postprocess.tuned import ORDER, ROUNDING, Trial, Tuned, ccc_or_none

_CHOICES = sorted(product((False, True), repeat=len(ORDER)), key=sum)  # the fewest steps first


@dataclass(frozen=True)
class _Found:
    """The best chain of one choice of steps and its CCC; -inf where there is none."""

    steps: tuple[AnyStep, ...] = ()
    ccc: float = -math.inf

    def step(self, name: str) -> AnyStep | None:
        return next((step for step in self.steps if step.step == name), None)


def tune(gold: list[np.ndarray], prediction: list[np.ndarray], fps: float) -> dict[Looks, Tuned]:
    """The chains of one dimension, by where the median's window lies, that no other beats on development.

    A step is kept only if no chain without it comes as far; of chains that come equally far the one of the
    fewest steps is taken, then of the narrowest window, then of the shortest shift. Window and shift are
    chosen together, because a median filter alone also mends, badly, what a shift or a scaling would mend
    well: it shrinks what comes too early or is too large.

    Parameters
    ----------
    gold, prediction : list of float64 array, shape (time,)
        NaN in `gold`: not rated.
    fps : float

    Source
    ------
    Steps, order and ranges of tzirakis2017, section V; that they are chosen together: our choice.
    """
    tables = moment_tables(gold, prediction, window_grid(fps), shift_grid(fps))
    return {looks: _tuned(table, looks) for looks, table in tables.items()}


def _tuned(table: MomentTable, looks: Looks) -> Tuned:
    found = {choice: _best(table, choice, looks) for choice in _CHOICES}
    as_it_is = found[_CHOICES[0]].ccc
    highest = max(one.ccc for one in found.values())
    chosen = next(one for one in found.values() if one.ccc >= highest - ROUNDING)
    if as_it_is == -math.inf:
        chosen = _Found()  # gold and prediction are one and the same constant
    trials = []
    for index, name in enumerate(ORDER):
        without, within = (
            max((one for choice, one in found.items() if choice[index] is has), key=lambda one: one.ccc)
            for has in (False, True)
        )
        kept = chosen.step(name) is not None
        trials.append(
            Trial(
                name=name,
                step=(chosen if kept else within).step(name),
                ccc_without=ccc_or_none(without.ccc),
                ccc_with=ccc_or_none(within.ccc),
                kept=kept,
            )
        )
    return Tuned(steps=chosen.steps, trials=tuple(trials))


def _best(table: MomentTable, choice: tuple[bool, ...], looks: Looks) -> _Found:
    """The best window and shift of chains that have exactly these steps."""
    filtered, centred, scaled, shifted = choice
    moments = table.moments
    rows = slice(1, None) if filtered else slice(0, 1)
    columns = slice(1, None) if shifted else slice(0, 1)
    gain = gain_of(moments)
    changed = replace(
        moments,
        prediction_mean=moments.target_mean if centred else moments.prediction_mean,
        prediction_variance=moments.prediction_variance * (gain**2 if scaled else 1.0),
        covariance=moments.covariance * (gain if scaled else 1.0),
    )
    cell = best_cell(changed, rows, columns)
    if cell is None:
        return _Found()
    row, column = cell[0] + int(filtered), cell[1] + int(shifted)
    steps: list[AnyStep] = []
    if filtered:
        steps.append(MedianFilter(frames=table.windows[row], looks=looks))
    if centred:
        steps.append(Centring(offset=float((moments.target_mean - moments.prediction_mean)[row, column])))
    if scaled:
        about = float(changed.prediction_mean[row, column])
        steps.append(Scaling(gain=float(gain[row, column]), about=about))
    if shifted:
        steps.append(Shift(frames=table.shifts[column]))
    return _Found(tuple(steps), cell[2])
