"""Runs a model over whole prepared recordings, the way inference runs it over media."""

from typing import Any

from emotrace.delay import NO_DELAY, LabelDelay
from emotrace.features import ChunkFeed, step_count
from emotrace.models import trace_and_show
from emotrace.models.base import Model
from emotrace.timing import step_times
from emotrace.trace import Trace


def trace_prepared(model: Model, recording: Any, delay: LabelDelay = NO_DELAY) -> Trace:
    """Predict every step of a prepared recording, in bounded memory.

    Parameters
    ----------
    model : Model
        On any device.
    recording : PreparedRecording
    delay : LabelDelay
        Of the labels that the model learnt; the trace is on the clock of labels as they are.

    Returns
    -------
    Trace
        One row per step, but for what `delay` drops; without gold standard; `face_found` is False
        everywhere for a model that looks at no face; `observed` says which inputs the recording had.
    """
    steps = step_count(recording, model.declaration)
    feed = ChunkFeed(model.declaration, recording, steps)
    values, shown = trace_and_show(model, feed, steps)
    step_s = model.declaration.step_s
    trace = Trace(
        step_times(0, steps, step_s),
        values,
        model.labels,
        feed.face_found,
        observed=feed.observed,
        shown=shown,
    )
    return delay.on_label_clock(trace, step_s, recording.name)
