"""Feeds a model chunk by chunk, and keeps what was seen meanwhile: faces, their boxes, and the seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from torch import Tensor

from emotrace.config.declaration import Declaration
from emotrace.features import Track, TrackSource, assemble
from emotrace.trace import Trace


class ChunkFeed:
    """The `assemble_chunk` of `models.trace_recording` for one recording.

    Parameters
    ----------
    declaration : Declaration
    source : TrackSource
    steps : int
        Of the recording.
    profile : dict
        Seconds spent are added to its key ``assemble``, without those that the source adds itself.
    progress : function of (steps done, all steps), or None

    Attributes
    ----------
    face_found : bool array, shape (time,)
        Whether the model was given a face in the step: the mask of its face inputs.
    """

    def __init__(
        self,
        declaration: Declaration,
        source: TrackSource,
        steps: int,
        profile: dict[str, float],
        progress: Callable[[float, float], None] | None = None,
    ):
        self.face_found = np.zeros(steps, dtype=bool)
        self._declaration, self._source, self._steps = declaration, source, steps
        self._profile, self._progress = profile, progress
        self._faces = [name for name, spec in declaration.inputs.items() if spec.kind == "face"]

    def __call__(self, first: int, last: int) -> dict[str, Tensor]:
        """Inputs of the steps `first` (included) to `last` (excluded)."""
        with timed(self._profile, "assemble"):
            inputs = assemble(self._declaration, self._source, first, last)
        low, high = max(first, 0), min(last, self._steps)
        for name in self._faces:
            self.face_found[low:high] |= inputs[f"{name}_mask"].numpy()[low - first : high - first]
        if self._progress is not None:
            self._progress(high, self._steps)
        return inputs


@contextmanager
def timed(profile: dict[str, float], part: str) -> Iterator[None]:
    """Add the seconds of a block to a profile, without those that the block adds to it itself."""
    began, others = time.perf_counter(), sum(profile.values())
    yield
    inside = sum(profile.values()) - others
    profile[part] = profile.get(part, 0.0) + time.perf_counter() - began - inside


def boxes_per_step(faces: Track, trace: Trace) -> np.ndarray:
    """Face box of each step of `trace` as shares of the picture, NaN without a face.

    Parameters
    ----------
    faces : Track
        Rows of left, top, right, bottom in px (and more), attributes `width` and `height`.
    trace : Trace

    Returns
    -------
    float32 array, shape (time, 4)
    """
    row = faces.timeline.nearest(trace.times_s, np.inf)
    size = np.array([faces.attributes["width"], faces.attributes["height"]] * 2, np.float32)
    boxes = np.full((len(row), 4), np.nan, np.float32)
    shown = trace.face_found & (row >= 0)
    boxes[shown] = np.asarray(faces.values[:, :4])[row[shown]] / size
    return boxes


def end_s(track: Track) -> float:
    """End of the last row of a track, s."""
    line = track.timeline
    if line.length == 0:
        return 0.0
    last_s = (
        line.times[-1] if line.times is not None else line.start_s + (line.length - 1) * (line.period_s or 0)
    )
    return float(last_s) + (line.period_s or 0.0)
