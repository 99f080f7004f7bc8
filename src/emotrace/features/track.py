"""A track: an array with a time grid, in memory, memory-mapped or decoded on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from emotrace.timing import Timeline


class Rows(Protocol):
    """What `Track.values` must do: be indexed by a slice or by rising row numbers.

    A NumPy array and a memory map do it; so does a stream that decodes rows as they are asked
    for, provided they are asked for in rising order.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...
    def __getitem__(self, rows: Any) -> np.ndarray: ...


@dataclass(frozen=True)
class Track:
    """Rows of values along time.

    Parameters
    ----------
    values : array-like, shape (time, ...)
        ``uint8`` RGB (time, height, width, 3) for faces, ``float32`` (time,) in [-1, 1] for
        audio, ``float32`` (time, feature) for features, ``float64`` (time, label) for ratings.
    timeline : Timeline
        When each row starts.
    valid : bool array, shape (time,), or None
        False: the row holds no observation (no face). None: every row does.
    attributes : mapping
        JSON-able facts about the whole track, e.g. mean and standard deviation of the audio.
    """

    values: Rows
    timeline: Timeline
    valid: np.ndarray | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


class TrackSource(Protocol):
    """A recording that can hand out tracks: a folder of a prepared corpus, or a media file."""

    @property
    def duration_s(self) -> float: ...

    def track(self, name: str) -> Track | None:
        """The track of that name, or None if the recording lacks that modality."""
