"""Runs a model over whole prepared recordings, the way inference runs it over media."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from emotrace import features
from emotrace.config.declaration import FaceInput
from emotrace.models.base import Model
from emotrace.models.run import trace_recording


@dataclass(frozen=True)
class Traced:
    """What a model says of a recording.

    Parameters
    ----------
    values : float32 array, shape (time, label)
        Values, or probabilities of classes.
    face_found : bool array, shape (time,)
        Whether a face input was observed in the step; False where the model looks at no face.
    """

    values: np.ndarray
    face_found: np.ndarray


def trace_prepared(model: Model, recording: Any) -> Traced:
    """Predict every step of a prepared recording, in bounded memory.

    Parameters
    ----------
    model : Model
        On any device.
    recording : PreparedRecording
    """
    declaration = model.declaration
    steps = features.step_count(recording, declaration)
    found = np.zeros(steps, dtype=bool)
    faces = [name for name, spec in declaration.inputs.items() if isinstance(spec, FaceInput)]

    def assemble_chunk(first: int, last: int) -> dict[str, torch.Tensor]:
        chunk = features.assemble(declaration, recording, first, last)
        inside = slice(max(first, 0), min(last, steps))
        for name in faces:
            found[inside] |= chunk[f"{name}_mask"][inside.start - first : inside.stop - first].numpy()
        return chunk

    values = trace_recording(model, assemble_chunk, steps)  # (time, label)
    return Traced(np.asarray(values, dtype=np.float32), found)
