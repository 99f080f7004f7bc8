"""Feeds a model chunk by chunk, in training and inference alike, and notes what each step had."""

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
    observed : dict of input name to bool array, shape (time,)
        Whether the model was given that input in the step: its mask. Without inputs that guide alone.
    """

    def __init__(
        self,
        declaration: Declaration,
        source: TrackSource,
        steps: int,
        profile: dict[str, float] | None = None,
        progress: Callable[[float, float], None] | None = None,
    ):
        seen = [name for name in declaration.inputs if name not in declaration.guiding]
        self.observed = {name: np.zeros(steps, dtype=bool) for name in seen}
        self._declaration, self._source, self._steps = declaration, source, steps
        self._profile = profile if profile is not None else {}
        self._progress = progress
        self._faces = [name for name, spec in declaration.inputs.items() if medium_of(spec.track) == "video"]

    @property
    def face_found(self) -> np.ndarray:
        """Whether the model was given a face in the step, bool (time,): the masks of its inputs of faces."""
        found = np.zeros(self._steps, dtype=bool)
        for name in self._faces:
            found |= self.observed[name]
        return found

    def __call__(self, first: int, last: int) -> "dict[str, Tensor]":
        """Inputs of the steps `first` (included) to `last` (excluded)."""
        with timed_block(self._profile, "assemble"):
            inputs = assemble(self._declaration, self._source, first, last)
        low, high = max(first, 0), min(last, self._steps)
        for name, given in self.observed.items():
            given[low:high] |= inputs[f"{name}_mask"].numpy()[low - first : high - first]
        if self._progress is not None:
            self._progress(high, self._steps)
        return inputs
