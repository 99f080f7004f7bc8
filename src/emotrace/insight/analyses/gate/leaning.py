"""The gate of every step where it had two modalities to choose from, and the levels it is cut at, T_ZG."""

from collections.abc import Sequence

import numpy as np

from emotrace.insight.levels import Level
from emotrace.trace import Trace

COLUMN = "gate"
THRESHOLDS = (0.25, 0.125, 0.0625)  # T_ZG: how near to 0 or to 1
TENTH = 0.1


def gate_of(trace: Trace, first: str, second: str) -> np.ndarray:
    """Share of the first modality at every step, float64 (time,); NaN where one of both is missing.

    Where one is missing the other is taken whatever the gate would say, so there is nothing to learn of it.

    Examples
    --------
    >>> observed = {"face": np.array([True, False]), "sound": np.array([True, True])}
    >>> values, shown = np.zeros((2, 1)), {"gate": np.array([0.4, 0.0])}
    >>> trace = Trace(np.arange(2.0), values, ("arousal",), observed["face"], observed=observed, shown=shown)
    >>> gate_of(trace, "face", "sound")
    array([0.4, nan])
    """
    assert trace.shown is not None and trace.observed is not None
    both = np.asarray(trace.observed[first]) & np.asarray(trace.observed[second])
    return np.where(both, trace.shown[COLUMN], np.nan).astype(np.float64)


def gate_levels(gates: Sequence[np.ndarray], first: str, second: str) -> list[Level]:
    """All steps, those nearer to 0 or 1 than each threshold, and the tenths that lean most to either side.

    Parameters
    ----------
    gates : sequence of float array, shape (time,)
        Of all recordings; NaN: not known.
    first, second : str
        The modalities, of which 1 and 0 are all.

    Source
    ------
    Aspandi et al. (2022), section 4.3: "with T_ZG = 0.125, we evaluate ZG < 0.125 and ZG > 0.875". The
    tenths: our choice, for a mean over hundreds of values hardly comes near to 0 or 1.

    Examples
    --------
    >>> gates = [np.array([np.nan, 0.05, 0.3, 0.5, 0.9])]
    >>> [(level.name, level.steps) for level in gate_levels(gates, "face", "voice")[:4]]
    [('all', 4), ('T_ZG 0.25', 2), ('T_ZG 0.125', 2), ('T_ZG 0.0625', 1)]
    >>> [(level.name, level.steps) for level in gate_levels(gates, "face", "voice")[4:]]
    [('most face', 1), ('most voice', 1)]
    """
    levels = [Level("all", tuple(np.isfinite(one) for one in gates))]
    for threshold in THRESHOLDS:
        chosen = tuple((one < threshold) | (one > 1 - threshold) for one in gates)
        levels.append(Level(f"T_ZG {threshold:g}", chosen, threshold))
    low, high = np.nanquantile(np.concatenate(gates), (TENTH, 1 - TENTH))
    levels.append(Level(f"most {first}", tuple(one >= high for one in gates)))
    levels.append(Level(f"most {second}", tuple(one <= low for one in gates)))
    return levels
