"""A recording traced as if it lacked an input, or a group of columns of a feature."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.features.derived import registry
from emotrace.features.track import Track
from emotrace.insight.analyses.occlusion.changes import change
from emotrace.insight.analyses.occlusion.views import view_of
from emotrace.insight.examined import Examined
from emotrace.insight.traced import traced
from emotrace.trace import Trace

MOST_GROUPS = 12  # of a feature whose groups are left out one by one


@dataclass(frozen=True)
class Part:
    """What can be left out.

    Parameters
    ----------
    name : str
        Of the input, or ``<input>: <group>``.
    track : str
    columns : sequence of int or None
        None: all of it.
    """

    name: str
    track: str
    columns: Sequence[int] | None = None


@dataclass(frozen=True)
class LeftOut:
    """What became of the trace of a recording.

    Parameters
    ----------
    part : Part
    trace : Trace
        Without the part, on the clock of labels.
    change : float64 array, shape (time, target)
        As of `change`.
    """

    part: Part
    trace: Trace
    change: np.ndarray


class Without:
    """A recording that lacks a track, or some of its columns; all else is as it was.

    Parameters
    ----------
    source : TrackSource
    part : Part
    """

    def __init__(self, source: Any, part: Part):
        self._source, self._part = source, part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def track(self, name: str) -> Track | None:
        """The track of that name, None if it is left out."""
        track: Track | None = self._source.track(name)
        if track is None or name != self._part.track:
            return track
        if self._part.columns is None:
            return None
        values = np.array(track.values[:], dtype=np.float32)
        values[:, list(self._part.columns)] = np.nan  # how a feature says that a value is missing
        return replace(track, values=values)


def parts_of(declaration: Declaration) -> tuple[Part, ...]:
    """Every input, and after each the parts of a feature that names some, else its blocks of columns.

    Inputs that are made of one track are one part. One that guides, such as speech, says where to look, not
    what is seen: nothing would change without it.

    Examples
    --------
    >>> voice = FeatureInput(name="egemaps-lld", columns=23)
    >>> [part.name for part in parts_of(Declaration(inputs={"voice": voice}))][:2]
    ['voice', 'voice: loudness']
    """
    by_track: dict[str, list[str]] = {}
    for name, spec in declaration.inputs.items():
        if name not in declaration.guiding:
            by_track.setdefault(spec.track, []).append(name)
    parts = []
    for track, names in by_track.items():
        parts.append(Part(" and ".join(names), track))
        spec = declaration.inputs[names[0]]
        if len(names) == 1 and isinstance(spec, FeatureInput) and view_of(spec) is None:
            parts += _groups(names[0], spec)
    return tuple(parts)


def _groups(name: str, spec: FeatureInput) -> list[Part]:
    feature = registry.available().get(spec.name)
    if feature is None:
        return []
    groups = dict(feature.parts)
    if not groups:
        first = 0
        for block, width in feature.blocks.items():
            groups[block] = range(first, first + width)
            first += width
    if not 2 <= len(groups) <= MOST_GROUPS:
        return []
    return [Part(f"{name}: {group}", spec.track, columns) for group, columns in groups.items()]


def leave_out(examined: Examined, number: int) -> Iterator[LeftOut]:
    """Trace a recording once for each part that it has, without it.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.

    Yields
    ------
    LeftOut
        None for an input that the recording lacks.

    Raises
    ------
    CheckpointError
        If the model then gives values that are not numbers.
    """
    trace, recording = examined.traces[number], examined.recordings[number]
    for part in parts_of(examined.model.declaration):
        if recording.track(part.track) is None:
            continue
        without = traced(
            examined.model, examined.meta, Without(recording, part), examined.dimensions, examined.files.best
        )
        yield LeftOut(part, without, change(examined.model, trace.values, without.values))
