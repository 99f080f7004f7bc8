"""A recording some of whose inputs stand ready, a row per step, under other names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emotrace.features.track import Rows


@dataclass(frozen=True, eq=False)
class CondensedRecording:
    """A recording as it is, but for inputs of which `assemble` gives what a model made of them.

    Parameters
    ----------
    source : TrackSource
        The recording; all else that is asked of this one is asked of it.
    replaced : frozenset of str
        Declared inputs that are not assembled any more.
    rows : mapping of str to rows
        What is given in their place by name, one row per step of the recording: also ``{name}_mask`` of every
        input that was replaced.

    Examples
    --------
    >>> import numpy as np
    >>> from emotrace.config.declaration import AudioInput, Declaration
    >>> from emotrace.features import CondensedRecording, assemble
    >>> class Second:
    ...     duration_s = 1.0
    >>> rows = {"condensed/voice": np.arange(25.0), "voice_mask": np.ones(25, bool)}
    >>> recording = CondensedRecording(Second(), frozenset(["voice"]), rows)
    >>> assemble(Declaration(inputs={"voice": AudioInput()}), recording, -2, 2)["condensed/voice"].tolist()
    [0.0, 0.0, 0.0, 1.0]
    """

    source: Any
    replaced: frozenset[str]
    rows: Mapping[str, Rows]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "source":  # else unpickling would ask without end
            raise AttributeError(name)
        return getattr(self.source, name)
