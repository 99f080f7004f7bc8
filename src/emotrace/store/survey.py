"""Finds out which tracks of a recording are good on disk, which are missing and which are stale."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from emotrace.config.base import digest
from emotrace.config.declaration import FeatureInput, InputSpec
from emotrace.features.derived import is_known
from emotrace.features.track import Track
from emotrace.store.fingerprint import fingerprints, media_hashes
from emotrace.store.folder import RecordingFolder
from emotrace.store.keys import VERSIONS, TrackPlan, plan_tracks
from emotrace.store.labels import label_key, label_tracks
from emotrace.store.tables import PREFIX, table_key, timing_tables
from emotrace.store.task import Task

_INPUT: TypeAdapter = TypeAdapter(InputSpec)


@dataclass(frozen=True)
class Survey:
    """What is to be done for one recording.

    Parameters
    ----------
    sources : dict
        Fingerprint of each media file and table.
    keys : dict of str to str
        Key that each track of media and tables must have.
    missing : tuple of TrackPlan
        Wanted tracks of the media that are not on disk with their key, in the order in which to make them.
    missing_tables : tuple of str
        The same of wanted tables, by the name of the table.
    stale : tuple of str
        Tracks on disk that nobody asks for and whose key no longer holds.
    duration_key : str
        Key that the duration must have.
    labels : dict of str to Track
        All label tracks.
    """

    sources: dict[str, Any]
    keys: dict[str, str]
    missing: tuple[TrackPlan, ...]
    missing_tables: tuple[str, ...]
    stale: tuple[str, ...]
    duration_key: str
    labels: dict[str, Track]

    def is_done(self, folder: RecordingFolder) -> bool:
        """Whether nothing is to be written."""
        return (
            not self.missing
            and not self.missing_tables
            and not self.stale
            and self.sources == folder.record["sources"]
            and self.has_duration(folder)
            and not self.missing_labels(folder)
        )

    def has_duration(self, folder: RecordingFolder) -> bool:
        """Whether the duration on disk is that of the present media."""
        return (folder.record["duration"] or {}).get("key") == self.duration_key

    def missing_labels(self, folder: RecordingFolder) -> list[str]:
        """Label tracks that are not on disk as they should be; the duration must be known."""
        key = self.label_key(folder)
        return [name for name in self.labels if folder.key(name) != key]

    def label_key(self, folder: RecordingFolder) -> str:
        """Key that every label track must have."""
        return label_key(self.labels, folder.record["duration"]["seconds"])


def survey(task: Task, folder: RecordingFolder) -> Survey:
    """Compare what a recording needs with what its folder holds.

    Tracks that no input asks for any more stay while their key holds.

    Raises
    ------
    DataError
        If a media file is missing or the labels are wrong.
    """
    labels = label_tracks(task.recording, task.corpus)
    recording = task.recording
    stored = [name.removeprefix(PREFIX) for name in folder.entries if name.startswith(PREFIX)]
    timing = timing_tables(recording)
    tables = dict.fromkeys([*task.tables, *stored, *timing])
    sources = fingerprints(recording, tables, folder.record["sources"])
    hashes = media_hashes(recording, sources)
    wanted = plan_tracks(task.inputs, task.settings)
    missing: list[TrackPlan] = []
    keys: dict[str, str] = {}
    for name in tables:
        sha256 = sources.get(PREFIX + name, {}).get("sha256")
        keys[PREFIX + name] = table_key(recording.tables.get(name), sha256)
    for name, plan in plan_tracks([*task.inputs, *_older(folder)], task.settings).items():
        keys[name] = plan.key(hashes, keys)
        if name in wanted and wanted[name].kept and folder.key(name) != keys[name]:
            missing.append(plan)
    missing_tables = [name for name in task.tables if folder.key(PREFIX + name) != keys[PREFIX + name]]
    asked = {
        *labels,
        *(name for name in wanted if wanted[name].kept),
        *(PREFIX + name for name in task.tables),
    }
    stale = [
        name
        for name in folder.entries
        if name not in asked and (folder.key(name) is None or folder.key(name) != keys.get(name))
    ]
    of = {name: keys[PREFIX + name] for name in timing} if timing else hashes
    duration_key = digest(["duration", VERSIONS["duration"], of])
    return Survey(sources, keys, tuple(missing), tuple(missing_tables), tuple(stale), duration_key, labels)


def _older(folder: RecordingFolder) -> list[InputSpec]:
    """What was asked for before, without features that this version does not know any more."""
    specs = [_INPUT.validate_python(entry["spec"]) for entry in folder.entries.values() if entry.get("spec")]
    return [spec for spec in specs if not isinstance(spec, FeatureInput) or is_known(spec.name)]
