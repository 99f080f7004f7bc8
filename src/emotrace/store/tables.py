"""Tables of a corpus as tracks: which are stored, when they are still good, and how they are read."""

import hashlib
import importlib
import inspect
import pickle
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import numpy as np

from emotrace.config.base import digest
from emotrace.config.declaration import InputSpec
from emotrace.corpora.recording import Recording
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError, InputError
from emotrace.features.derived import tables_of
from emotrace.features.track import Track
from emotrace.store.keys import VERSIONS
from emotrace.timing import Timeline

PREFIX = "table-"  # of the names of such tracks
_SAME_TIME_S = 1e-6


def wanted_tables(
    recordings: Iterable[Recording], inputs: Iterable[InputSpec], patterns: Sequence[str]
) -> tuple[str, ...]:
    """Names of the tables to store of every recording that has them, sorted.

    Parameters
    ----------
    recordings : iterable of Recording
        Raw signals of any of them are stored always.
    inputs : iterable of InputSpec
        What they declare is stored, and what their features are made of.
    patterns : sequence of str
        Names, or patterns of `fnmatch`, of further tables.

    Raises
    ------
    InputError
        If a pattern matches no table.

    Examples
    --------
    >>> from emotrace.config.declaration import TableInput
    >>> wanted_tables([], [TableInput(name="ecg", columns=2)], [])
    ('ecg',)
    """
    kinds: dict[str, set[str]] = {}
    for recording in recordings:
        for name, table in recording.tables.items():
            kinds.setdefault(name, set()).add(table.kind)
    wanted = {name for name, found in kinds.items() if "signal" in found}
    wanted |= {name for spec in inputs for name in tables_of(spec)}
    for pattern in patterns:
        matching = {name for name in kinds if fnmatchcase(name, pattern)}
        if not matching:
            raise InputError(
                f"tables {pattern!r} matches no table of the corpus; expected a name or pattern of: "
                f"{', '.join(sorted(kinds)) or 'none, it brings no tables'}"
            )
        wanted |= matching
    return tuple(sorted(wanted))


def table_key(table: TableFile | None, sha256: str | None) -> str:
    """Hash of a table's content, its kind, and the code and arguments of its reader.

    Of the code, the module that defines the reader counts; what that module imports does not.
    """
    if table is None:
        return digest(["table", VERSIONS["table"], None])
    reader = hashlib.sha256(pickle.dumps(table.reader, protocol=4)).hexdigest()
    return digest(["table", VERSIONS["table"], sha256, table.kind, reader, _code_of(table.reader)])


def _code_of(reader: Any) -> str:
    while isinstance(reader, partial):
        reader = reader.func
    try:
        return inspect.getsource(importlib.import_module(reader.__module__))
    except (AttributeError, ImportError, OSError, TypeError):
        return ""  # no source at hand, as in a frozen program: the name alone counts


def timing_tables(recording: Recording) -> tuple[str, ...]:
    """Tables that say how long a recording without media is: its raw signals, else all; sorted."""
    if recording.video is not None or recording.audio is not None:
        return ()
    signals = [name for name, table in recording.tables.items() if table.kind == "signal"]
    return tuple(sorted(signals or recording.tables))


class RecordingTables:
    """The tables of one recording, each read once.

    Parameters
    ----------
    recording : Recording
    """

    def __init__(self, recording: Recording):
        self._recording = recording
        self._read: dict[str, tuple[Track | None, list[str]]] = {}

    def track(self, name: str) -> tuple[Track | None, list[str]]:
        """A table as a track (None: missing or broken), and a sentence if it is broken."""
        table = self._recording.tables.get(name)
        if table is None:
            return None, []
        if name not in self._read:
            try:
                self._read[name] = table_track(table), []
            except (DataError, OSError) as error:
                reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
                self._read[name] = None, [f"the table {name} is left out: {reason}"]
        return self._read[name]

    @property
    def duration_s(self) -> float:
        """Latest end of the tables that say how long a recording without media is, s.

        Raises
        ------
        DataError
            If none of them can be read.
        """
        names = timing_tables(self._recording)
        ends = [track.timeline.end_s for track, _ in map(self.track, names) if track is not None]
        if not ends:
            reasons = "; ".join(text for name in names for text in self.track(name)[1])
            raise DataError(f"{self._recording.name}: has no media and no table that can be read: {reasons}")
        return max(ends)


def table_track(table: TableFile) -> Track:
    """A table as a track: float32 (time, column), attributes ``columns`` and ``kind``.

    The timeline is regular where its times are equally spaced to a microsecond.

    Raises
    ------
    DataError
        As `TableFile.read`.
    """
    found = table.read()
    return Track(
        values=np.asarray(found.values, dtype=np.float32),
        timeline=_timeline(np.asarray(found.times_s, dtype=np.float64)),
        attributes={"columns": list(found.columns), "kind": table.kind},
    )


def _timeline(times_s: np.ndarray) -> Timeline:
    if len(times_s) > 2:
        exact = (len(times_s) - 1) / float(times_s[-1] - times_s[0])
        for rate_hz in (round(exact, 3), exact):
            if rate_hz > 0:
                regular = Timeline.regular(len(times_s), rate_hz, float(times_s[0]))
                if np.abs(regular.seconds() - times_s).max() < _SAME_TIME_S:
                    return regular
    return Timeline.irregular(times_s)
