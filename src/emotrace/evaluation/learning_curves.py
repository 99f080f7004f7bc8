"""The log of a run, logs/metrics.csv, as curves over optimiser steps."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.errors import CheckpointError
from emotrace.run_files import RunFiles


@dataclass(frozen=True)
class Curve:
    """One logged scalar.

    Parameters
    ----------
    name : str
        Column of the log, e.g. ``"loss_ccc"`` or ``"development_ccc_arousal"``.
    steps : float array, shape (n,)
        Optimiser steps, counted on from stage to stage.
    values : float array, shape (n,)
    """

    name: str
    steps: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class LearningCurves:
    """All curves of a run.

    Parameters
    ----------
    curves : tuple of Curve
    stage_starts : mapping of stage to float
        Step at which each stage begins, in order; a stage's own count of steps is added to it.
    """

    curves: tuple[Curve, ...]
    stage_starts: dict[str, float]

    def from_last_stage(self, step: float) -> float:
        """A step as the last stage counts it, on the axis of the curves."""
        return step + max(self.stage_starts.values(), default=0.0)

    def of(self, prefix: str) -> tuple[Curve, ...]:
        """The curves whose name begins with `prefix`."""
        return tuple(curve for curve in self.curves if curve.name.startswith(prefix))


def read_learning_curves(run_path: Path) -> LearningCurves | None:
    """Read logs/metrics.csv; None if the run has none.

    Raises
    ------
    CheckpointError
        If the file is not a table with stage and step.
    """
    import pandas as pd

    path = RunFiles(run_path).metrics_csv
    if not path.is_file():
        return None
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: not a readable log ({error}); remove it or train again") from error
    if "step" not in table or "stage" not in table:
        raise CheckpointError(f"{path}: has columns {list(table.columns)}; expected stage, step and scalars")
    names = table["stage"].astype(str).to_numpy()
    steps, starts = _count_on(names, pd.to_numeric(table["step"], errors="coerce").to_numpy(float))
    curves = []
    for name in (str(column) for column in table.columns if column not in ("stage", "step", "epoch")):
        values = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
        known = np.isfinite(values) & np.isfinite(steps)
        if known.any():
            curves.append(Curve(name, steps[known], values[known]))
    return LearningCurves(tuple(curves), starts)


def _count_on(stages: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Steps that go on where the stage before ended, and where each stage begins."""
    counted, starts, reached = steps.copy(), {}, 0.0
    for stage in dict.fromkeys(stages.tolist()):
        rows = (stages == stage) & np.isfinite(steps)
        if rows.any():
            starts[stage] = reached
            counted[rows] += reached
            reached = float(counted[rows].max())
    return counted, starts
