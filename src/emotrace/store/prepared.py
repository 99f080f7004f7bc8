"""Reads a prepared corpus: its recordings hand out memory-mapped tracks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.config.base import validate
from emotrace.config.media import FaceSettings
from emotrace.errors import DataError
from emotrace.features.silence import WithoutSilence
from emotrace.features.track import Track
from emotrace.store.record import (
    CORPUS,
    CORPUS_KEYS,
    RECORDINGS,
    explain_damage,
    keys_of,
    missing_files,
    read_json,
    read_record,
    read_track,
    warnings_of,
)

_SHORT_BYTES = 2**17  # of a track of rows that is read into memory: many short recordings outnumber the maps
_SHORT_TRACKS = 2048  # of those at a time, so 256 MB at most


def _most_open() -> int:
    """Memory maps at a time: each holds a file open, of which a system allows a process 256 or many more."""
    try:
        import resource
    except ImportError:  # Windows
        return 120
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 4096 if allowed == resource.RLIM_INFINITY else max(120, min(4096, allowed // 4))


@dataclass(frozen=True, eq=False)
class PreparedRecording:
    """One recording of a prepared corpus; a `TrackSource`.

    Parameters
    ----------
    path : Path
        Its folder.
    name, subject : str
    partition : {"train", "development", "test"} or None
    session : str or None
        Dyad or session that must stay together when splitting.
    duration_s : float, s
    warnings : tuple of str
        What was odd about its media or labels.
    attributes : mapping of str to str
        Facts about subject and clip, as in `Recording`, by which folds can be balanced.
    sources : mapping
        Fingerprint of each source file, as ``recording.json`` has it.
    entries : mapping
        Tracks as ``recording.json`` lists them.
    of_subject : sequence of PreparedRecording
        All recordings of its subject, itself among them; empty where others are not known.
    """

    path: Path
    name: str
    subject: str
    partition: str | None
    session: str | None
    duration_s: float
    warnings: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict, repr=False)
    entries: Mapping[str, Any] = field(default_factory=dict, repr=False)
    of_subject: Sequence["PreparedRecording"] = field(default=(), repr=False)

    @property
    def track_names(self) -> tuple[str, ...]:
        """Names of the tracks that it has, labels and ratings included."""
        return tuple(sorted(name for name, entry in self.entries.items() if not entry.get("missing")))

    @property
    def source_hashes(self) -> dict[str, str]:
        """SHA-256 of its source files: ``video``, ``audio`` and ``table-<name>``, where it has them.

        ``audio`` is that of the video where no other sound is heard. The hash of a folder of images is
        that of names and contents. Recordings with equal hashes hold the same content.
        """
        return {role: facts["sha256"] for role, facts in sorted(self.sources.items())}

    @property
    def emotion(self) -> str | None:
        """The class of the clip, by which folds are balanced; None for rated recordings."""
        return self.labels.attributes.get("class")

    def track(self, name: str) -> Track | None:
        """The track of that name, memory-mapped; None if the recording lacks that modality.

        Short tables, features and labels are read into memory. A sound that is silent throughout counts as
        none, with what is made of it, by `features.silence`; `stored` gives it.

        Raises
        ------
        DataError
            If the track was never prepared.
        """
        track = self.stored(name)
        return None if track is None or self._heard.is_silent(name) else track

    def stored(self, name: str) -> Track | None:
        """As `track`, but a silent sound too, as it lies on disk.

        Raises
        ------
        DataError
            If the track was never prepared.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise DataError(
                f"{self.path}: has no track {name}, only {', '.join(self.track_names)}; prepare the corpus "
                "again for a model that takes it"
            )
        return None if entry.get("missing") else _open(self, name)

    @property
    def labels(self) -> Track:
        """Gold standard: float64 (time, dimension), no rows where unrated; or attribute ``class``."""
        return _open(self, "labels")

    def ratings(self, dimension: str) -> Track | None:
        """Each rater's values: float64 (time, rater), attribute ``raters``; None where unknown."""
        name = f"ratings-{dimension}"
        return self.stored(name) if name in self.entries else None

    @cached_property
    def _heard(self) -> WithoutSilence:
        return WithoutSilence(_AsStored(self))


class _AsStored:
    """A recording as it lies on disk, which lacks what was never prepared."""

    def __init__(self, recording: PreparedRecording):
        self._recording = recording

    @property
    def duration_s(self) -> float:
        return self._recording.duration_s

    def track(self, name: str) -> Track | None:
        return self._recording.stored(name) if name in self._recording.entries else None


@dataclass(frozen=True)
class PreparedCorpus:
    """A prepared corpus, open for reading.

    Parameters
    ----------
    path : Path
    name : str
        Of the corpus, as `Corpus.name`.
    dimensions, classes : tuple of str
    value_range : (float, float)
        Lowest and highest value of the rating scale.
    settings : FaceSettings
        How faces were found, with the hash of the detector.
    recordings : tuple of PreparedRecording
    skipped : tuple of (str, str)
        What the adapter left out and what could not be prepared, and why.
    warnings : tuple of str
        Of the adapter.
    licence : str
        Of the corpus; empty where it was prepared before that was kept.
    own_partitions : bool
        Whether partitions are a list of the user's in place of the official ones.
    """

    path: Path
    name: str
    dimensions: tuple[str, ...]
    classes: tuple[str, ...]
    value_range: tuple[float, float]
    settings: FaceSettings
    recordings: tuple[PreparedRecording, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    licence: str = ""
    own_partitions: bool = False


def open_prepared(path: str | Path) -> PreparedCorpus:
    """Open what `prepare` wrote; whether all files are there and whole in length is checked.

    Raises
    ------
    DataError
        If the folder is no prepared corpus, its preparation was not finished, a JSON is damaged or
        of another format, or a file is missing or cut off.
    """
    path = Path(path)
    if not (path / CORPUS).is_file():
        begun = (path / RECORDINGS).is_dir()
        what = "its preparation was not finished" if begun else f"is not a prepared corpus (no {CORPUS})"
        raise DataError(f"{path}: {what}; run `emotrace prepare` {'again' if begun else 'first'}")
    facts = read_json(path / CORPUS, CORPUS_KEYS)
    with explain_damage(path / CORPUS):
        left_out = [*facts.get("skipped", ()), *facts.get("failed", ())]
        return PreparedCorpus(
            path=path,
            name=facts["name"],
            dimensions=tuple(facts["dimensions"]),
            classes=tuple(facts["classes"]),
            value_range=(float(facts["value_range"][0]), float(facts["value_range"][1])),
            settings=validate(FaceSettings, facts["settings"], f"{path / CORPUS}: settings"),
            recordings=_open_recordings(path, facts["recordings"]),
            skipped=tuple((name, reason) for name, reason in left_out),
            warnings=tuple(facts.get("warnings", ())),
            licence=str(facts.get("licence", "")),
            own_partitions=bool(facts.get("own_partitions", False)),
        )


def _open_recordings(path: Path, facts: Sequence[Mapping[str, Any]]) -> tuple[PreparedRecording, ...]:
    """All recordings, each of which knows the others of its subject."""
    by_subject: dict[str, list[PreparedRecording]] = {}
    opened = []
    for one in facts:
        family = by_subject.setdefault(one["subject"], [])
        recording = _open_recording(path, one, family)
        family.append(recording)
        opened.append(recording)
    return tuple(opened)


def _open_recording(
    path: Path, facts: Mapping[str, Any], of_subject: Sequence[PreparedRecording]
) -> PreparedRecording:
    folder = path / RECORDINGS / facts["name"]
    record = read_record(folder)
    if keys_of(record) != facts["keys"]:
        raise DataError(f"{folder}: was prepared anew, but not to the end; run `emotrace prepare` again")
    for entry in record["tracks"].values():
        wrong = missing_files(folder, entry)
        if wrong:
            raise DataError(
                f"{folder / wrong[0]}: is missing or cut off; run `emotrace prepare` again, it is made anew"
            )
    return PreparedRecording(
        path=folder,
        name=facts["name"],
        subject=facts["subject"],
        partition=facts["partition"],
        session=facts["session"],
        duration_s=float(record["duration"]["seconds"]),
        warnings=warnings_of(record),
        attributes=facts.get("attributes", {}),
        sources=record["sources"],
        entries=record["tracks"],
        of_subject=of_subject,
    )


@lru_cache(maxsize=1)
def _opener() -> Callable[[PreparedRecording, str], Track]:
    """`_open_track`, which remembers as many as this process may have open when the first is asked for."""
    return lru_cache(maxsize=_most_open())(_open_track)


def _open_track(recording: PreparedRecording, name: str) -> Track:
    return read_track(recording.path, name, recording.entries[name])


@lru_cache(maxsize=_SHORT_TRACKS)
def _short_track(recording: PreparedRecording, name: str) -> Track:
    track = read_track(recording.path, name, recording.entries[name])
    values = np.array(track.values)
    values.flags.writeable = False
    return replace(track, values=values)


def _open(recording: PreparedRecording, name: str) -> Track:
    of_rows = name.startswith(("table-", "feature-")) or name == "labels"
    short = of_rows and recording.entries[name]["files"][f"{name}.npy"]["bytes"] <= _SHORT_BYTES
    return (_short_track if short else _opener())(recording, name)
