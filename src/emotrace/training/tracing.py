"""Runs a model over whole prepared recordings, the way inference runs it over media."""

from typing import Any

from emotrace.features import ChunkFeed, step_count
from emotrace.models import trace_recording
from emotrace.models.base import Model
from emotrace.timing import step_times
from emotrace.trace import Trace


def trace_prepared(model: Model, recording: Any) -> Trace:
    """Predict every step of a prepared recording, in bounded memory.

    Parameters
    ----------
    model : Model
        On any device.
    recording : PreparedRecording

    Returns
    -------
    Trace
        Without gold standard; `face_found` is False everywhere for a model that looks at no face.
    """
    steps = step_count(recording, model.declaration)
    feed = ChunkFeed(model.declaration, recording, steps)
    values = trace_recording(model, feed, steps)  # (time, label)
    return Trace(step_times(0, steps, model.declaration.step_s), values, model.labels, feed.face_found)
