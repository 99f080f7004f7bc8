"""Feeds a model chunk by chunk, in training and inference alike, and notes which steps had a face."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from emotrace.config.declaration import Declaration
from emotrace.features.assemble import assemble
from emotrace.features.derived import medium_of
from emotrace.features.track import TrackSource
from emotrace.profile import timed_block

if TYPE_CHECKING:
    from torch import Tensor


class ChunkFeed:
    """The `assemble_chunk` of `models.trace_recording` for one recording.

    Parameters
    ----------
    declaration : Declaration
    source : TrackSource
    steps : int
        Of the recording.
    profile : dict or None
        Seconds spent are added to its key ``assemble``, without those that the source adds itself.
    progress : function of (steps done, all steps), or None

    Attributes
    ----------
    face_found : bool array, shape (time,)
        Whether the model was given a face in the step: the mask of its inputs of faces.
    """

    def __init__(
        self,
        declaration: Declaration,
        source: TrackSource,
        steps: int,
        profile: dict[str, float] | None = None,
        progress: Callable[[float, float], None] | None = None,
    ):
        self.face_found = np.zeros(steps, dtype=bool)
        self._declaration, self._source, self._steps = declaration, source, steps
        self._profile = profile if profile is not None else {}
        self._progress = progress
        self._faces = [name for name, spec in declaration.inputs.items() if medium_of(spec.track) == "video"]

    def __call__(self, first: int, last: int) -> "dict[str, Tensor]":
        """Inputs of the steps `first` (included) to `last` (excluded)."""
        with timed_block(self._profile, "assemble"):
            inputs = assemble(self._declaration, self._source, first, last)
        low, high = max(first, 0), min(last, self._steps)
        for name in self._faces:
            self.face_found[low:high] |= inputs[f"{name}_mask"].numpy()[low - first : high - first]
        if self._progress is not None:
            self._progress(high, self._steps)
        return inputs
