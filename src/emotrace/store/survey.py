"""Finds out which tracks of a recording are good on disk, which are missing and which are stale."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from emotrace.config.base import digest
from emotrace.config.declaration import InputSpec
from emotrace.corpora.recording import Recording
from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.store.folder import RecordingFolder
from emotrace.store.keys import VERSIONS, TrackPlan, fingerprint, plan_tracks
from emotrace.store.labels import label_key, label_tracks
from emotrace.store.task import Task

_INPUT: TypeAdapter = TypeAdapter(InputSpec)


@dataclass(frozen=True)
class Survey:
    """What is to be done for one recording.

    Parameters
    ----------
    sources : dict
        Fingerprint of each media file.
    keys : dict of str to str
        Key that each track of the media must have.
    missing : tuple of TrackPlan
        Wanted tracks that are not on disk with their key, in the order in which to make them.
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
    stale: tuple[str, ...]
    duration_key: str
    labels: dict[str, Track]

    def is_done(self, folder: RecordingFolder) -> bool:
        """Whether nothing is to be written."""
        return (
            not self.missing
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
    sources = _fingerprints(task.recording, folder.record["sources"])
    hashes = {role: facts["sha256"] for role, facts in sources.items()}
    wanted = plan_tracks(task.inputs, task.settings)
    older = [_INPUT.validate_python(entry["spec"]) for entry in folder.entries.values() if entry.get("spec")]
    missing: list[TrackPlan] = []
    keys: dict[str, str] = {}
    for name, plan in plan_tracks([*task.inputs, *older], task.settings).items():
        keys[name] = plan.key(hashes, keys)
        if name in wanted and folder.key(name) != keys[name]:
            missing.append(plan)
    stale = [
        name
        for name in folder.entries
        if name not in labels
        and name not in wanted
        and (folder.key(name) is None or folder.key(name) != keys.get(name))
    ]
    duration_key = digest(["duration", VERSIONS["duration"], hashes])
    return Survey(sources, keys, tuple(missing), tuple(stale), duration_key, labels)


def _fingerprints(recording: Recording, known: Mapping[str, Any]) -> dict[str, Any]:
    sources: dict[str, Any] = {}
    if recording.video is not None:
        sources["video"] = fingerprint(recording.video, known.get("video"))
    if recording.audio is not None:
        sources["audio"] = fingerprint(recording.audio, known.get("audio"))
    elif recording.video is not None:
        sources["audio"] = sources["video"]
    if not sources:
        raise DataError(f"{recording.name}: names no media file; expected a video or a sound file")
    return sources
