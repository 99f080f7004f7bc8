"""What a model says of a recording, what decided about each step, and the gold standard beside it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emotrace import features
from emotrace.errors import CheckpointError
from emotrace.models import CheckpointMeta, trace_and_show
from emotrace.models.base import Model
from emotrace.timing import step_times
from emotrace.trace import Trace


def traced(
    model: Model, meta: CheckpointMeta, recording: Any, dimensions: tuple[str, ...], checkpoint: Path
) -> Trace:
    """Trace a prepared recording as `emotrace evaluate` does, before post-processing.

    Parameters
    ----------
    model : Model
        Predicts a trace.
    meta : CheckpointMeta
        Its delay puts the trace on the clock of the labels as they are.
    recording : PreparedRecording
    dimensions : tuple of str
        Of the recording's labels, in the order of their columns.
    checkpoint : Path
        For the message.

    Returns
    -------
    Trace
        With gold standard, NaN where not rated, and with `shown`.

    Raises
    ------
    CheckpointError
        If the model gives values that are not numbers.
    """
    declaration = model.declaration
    steps = features.step_count(recording, declaration)
    feed = features.ChunkFeed(declaration, recording, steps)
    values, shown = trace_and_show(model, feed, steps)
    if not np.isfinite(values).all():
        raise CheckpointError(
            f"{checkpoint}: gives values that are not numbers for {recording.name}; its weights are damaged "
            "or training diverged, train it again"
        )
    times_s = step_times(0, steps, declaration.step_s)
    trace = Trace(times_s, values, model.labels, feed.face_found, observed=feed.observed, shown=shown)
    trace = meta.delay.on_label_clock(trace, declaration.step_s, recording.name)
    gold = np.full((steps, len(model.labels)), np.nan)
    if recording.labels is not None and recording.labels.values.shape[0]:
        rated = features.targets(recording.labels, declaration, 0, steps).numpy()
        for column, label in enumerate(model.labels):
            if label in dimensions:
                gold[:, column] = rated[:, dimensions.index(label)]
    return replace(trace, gold=gold[steps - len(trace.times_s) :])  # a delay may drop the first rows


def typical(traces: tuple[Trace, ...]) -> int:
    """The recording to draw: that with the middle error, not the best, not the worst; our choice.

    Parameters
    ----------
    traces : tuple of Trace
        With gold standard.

    Returns
    -------
    int
        The first if none is rated.
    """
    errors = np.array([_error(trace) for trace in traces])
    rated = np.flatnonzero(np.isfinite(errors))
    if len(rated) == 0:
        return 0
    return int(rated[np.argsort(errors[rated], kind="stable")[len(rated) // 2]])


def _error(trace: Trace) -> float:
    """Root mean square error over all rated values; NaN without one."""
    assert trace.gold is not None
    off = (trace.values - trace.gold)[np.isfinite(trace.gold)]
    return float(np.sqrt(np.mean(np.square(off)))) if len(off) else float("nan")
