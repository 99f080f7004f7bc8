"""A fused run, ready for media files: each of its systems traces the file, then they are fused."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.errors import CheckpointError
from emotrace.inference.prediction import Prediction
from emotrace.inference.predictor import Predictor, Progress
from emotrace.postprocess.class_fusion import fuse_classes
from emotrace.postprocess.fitted_fusion import FittedFusion
from emotrace.postprocess.majority_vote import Vote, majority_vote
from emotrace.trace import Trace

_NEAR = 0.25  # share of a step by which a row of another system may miss its place


class FusedPredictor:
    """Several trained models and the late fusion of what they say; traces as a `Predictor` does.

    Every system reads the file by itself, with its own post-processing; the grid is that of the first.

    Parameters
    ----------
    name : str
        ``fusion/<variant>``.
    systems : sequence of Predictor or FusedPredictor
        In the order of the fusion.
    fitted : FittedFusion or None
        None: classes, fused by the mean of their log-probabilities.
    origin : Path
        The run.
    warnings : tuple of str
        Put into the warnings of every prediction.

    Raises
    ------
    CheckpointError
        If the systems are not those that were fused: other labels, or steps that differ.
    """

    def __init__(
        self,
        name: str,
        systems: "Sequence[Predictor | FusedPredictor]",
        fitted: FittedFusion | None,
        origin: Path,
        warnings: tuple[str, ...] = (),
    ):
        self._warnings = tuple(warnings)
        self.name, self.systems, self.fitted, self.origin = name, tuple(systems), fitted, origin
        first = self.systems[0]
        for other in self.systems[1:]:
            if other.labels != first.labels or abs(other.step_s / first.step_s - 1) > 1e-6:
                raise CheckpointError(
                    f"{origin}: its systems give {', '.join(first.labels)} every {first.step_s:g} s and "
                    f"{', '.join(other.labels)} every {other.step_s:g} s; expected the same of all, fuse "
                    "them again"
                )
        self.labels: tuple[str, ...] = first.labels
        if fitted is not None:
            self.labels = tuple(one.label for one in fitted.fusion.dimensions)
        if not set(self.labels) <= set(first.labels):
            raise CheckpointError(
                f"{origin}: fuses {', '.join(self.labels)}, and its systems give {', '.join(first.labels)}; "
                "expected the same, fuse them again"
            )

    @property
    def step_s(self) -> float:
        """Seconds from one row of a trace to the next."""
        return self.systems[0].step_s

    def predict(self, path: str | Path, **settings: Any) -> Trace:
        """As `Predictor.predict`."""
        return self.analyse(path, **settings).trace

    def analyse(
        self, path: str | Path, *, progress: Progress | None = None, raw: bool = False, **settings: Any
    ) -> Prediction:
        """As `Predictor.analyse`; `raw` leaves out the post-processing of each system before the fusion."""
        count = len(self.systems)
        found = [
            one.analyse(path, progress=_part(progress, index, count), raw=raw, **settings)
            for index, one in enumerate(self.systems)
        ]
        first = next((one for one in found if one.boxes is not None), found[0])
        traces = [one.trace for one in found]
        trace = self._fuse_classes(traces) if self.fitted is None else self._fuse(traces, raw)
        notes = dict.fromkeys(note for one in found for note in one.warnings)
        notes |= dict.fromkeys(self._warnings)
        if raw and self.fitted is not None:
            notes["the weights were fitted on post-processed traces, and these are raw"] = None
        return replace(
            first,
            trace=trace,
            model=self.name,
            corpus=found[0].corpus,
            decision=self._decide(traces),
            boxes=first.boxes if first.boxes is not None and len(first.boxes) == len(trace.times_s) else None,
            postprocess="" if self.fitted is None else self.fitted.fusion.describe(),
            warnings=tuple(notes),
        )

    def _fuse(self, traces: Sequence[Trace], raw: bool) -> Trace:
        assert self.fitted is not None
        values = np.stack([_on_grid(one, traces[0], self.step_s) for one in traces], axis=1)
        columns = [traces[0].labels.index(label) for label in self.labels]
        fitted = self.fitted.fusion if raw else self.fitted
        (fused,) = fitted.apply([values[:, :, columns]])
        return self._trace(traces, fused)

    def _decide(self, traces: Sequence[Trace]) -> Vote | None:
        """The class of the whole file, as a fused run has it; None for dimensions."""
        if self.fitted is not None:
            return None
        return majority_vote(fuse_classes([one.values for one in traces])[None])

    def _fuse_classes(self, traces: Sequence[Trace]) -> Trace:
        values = np.stack([_on_grid(one, traces[0], self.step_s) for one in traces], axis=1)
        fused = np.stack([fuse_classes([one[None] for one in row]) for row in values])  # (time, class)
        return self._trace(traces, fused)

    def _trace(self, traces: Sequence[Trace], fused: np.ndarray) -> Trace:
        grid = traces[0]
        seen = np.any([_told(one, one.face_found, grid, self.step_s) for one in traces], axis=0)
        observed: dict[str, np.ndarray] = {}
        for one in traces:
            for name, rows in (one.observed or {}).items():
                told = _told(one, rows, grid, self.step_s)
                observed[name] = observed[name] | told if name in observed else told
        return Trace(grid.times_s, fused.astype(np.float32), self.labels, seen, observed=observed or None)


def _rows(trace: Trace, grid: Trace, step_s: float) -> np.ndarray:
    """For each step of the grid the row of the trace that speaks of it; -1: none."""
    rows = np.round((grid.times_s - trace.times_s[0]) / step_s).astype(int)
    inside = (rows >= 0) & (rows < len(trace.times_s))
    off = np.abs(trace.times_s[np.clip(rows, 0, len(trace.times_s) - 1)] - grid.times_s)
    return np.where(inside & (off <= _NEAR * step_s), rows, -1)


def _on_grid(trace: Trace, grid: Trace, step_s: float) -> np.ndarray:
    """Values of a trace at the steps of another, (time, label); NaN where it says nothing."""
    rows = _rows(trace, grid, step_s)
    return np.where((rows >= 0)[:, None], trace.values[rows].astype(float), np.nan)


def _told(trace: Trace, facts: np.ndarray, grid: Trace, step_s: float) -> np.ndarray:
    """Facts of a trace's steps, bool (time,), at the steps of another; False where it says nothing."""
    rows = _rows(trace, grid, step_s)
    return (rows >= 0) & facts[rows]


def _part(progress: Progress | None, index: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total, what: progress((index + done / total) / count, 1.0, what)
