"""How unevenly attention is spread over the states of a sequence, delta_Wa, and the levels it is cut at."""

from collections.abc import Sequence

import numpy as np

from emotrace.insight.levels import Level
from emotrace.models.base import Model
from emotrace.trace import Trace

THRESHOLDS = (0.125, 0.25, 0.5)  # of delta_Wa
PREFIX = "attention_"


def attended(model: Model) -> int:
    """How many past states a model tells its attention to; 0: it tells none."""
    steps = 0
    while f"{PREFIX}{steps + 1}" in model.shown_columns:
        steps += 1
    return steps


def weights_of(trace: Trace, states: int) -> np.ndarray:
    """Weights of a trace, float64 (time, state), of the state 1, 2, ... steps before; NaN: there is none."""
    assert trace.shown is not None
    columns = [trace.shown[f"{PREFIX}{number}"] for number in range(1, states + 1)]
    return np.stack(columns, axis=1).astype(np.float64)


def spread(weights: np.ndarray) -> np.ndarray:
    """delta_Wa of every step: largest less smallest weight of its sequence, as a share of the largest.

    Parameters
    ----------
    weights : float array, shape (time, state)
        NaN: there is no such state.

    Returns
    -------
    float64 array, shape (time,), in [0, 1]
        0: all states alike. NaN with fewer than two states.

    Source
    ------
    Aspandi et al. (2022), section 4.2: "the percentage of the disparity between the minimum and maximum"
    weight of a sequence; a percentage of the largest weight is our reading.

    Examples
    --------
    >>> spread(np.array([[0.5, 0.25, 0.25], [0.5, 0.5, np.nan], [1.0, np.nan, np.nan]]))
    array([0.5, 0. , nan])
    """
    known = np.isfinite(weights)
    largest = np.where(known, weights, -np.inf).max(axis=1)
    smallest = np.where(known, weights, np.inf).min(axis=1)
    found = np.full(len(weights), np.nan)
    np.divide(largest - smallest, largest, out=found, where=known.sum(axis=1) >= 2)
    return found


def spread_levels(spreads: Sequence[np.ndarray]) -> list[Level]:
    """All steps with a sequence, then those whose delta_Wa is at or above each threshold.

    Examples
    --------
    >>> [level.steps for level in spread_levels([np.array([np.nan, 0.1, 0.25, 0.6])])]
    [3, 2, 2, 1]
    """
    levels = [Level("all", tuple(np.isfinite(one) for one in spreads))]
    for threshold in THRESHOLDS:
        chosen = tuple(np.nan_to_num(one, nan=-1.0) >= threshold for one in spreads)
        levels.append(Level(f">= {100 * threshold:g} %", chosen, threshold))
    return levels
