"""Prepares one recording: makes the tracks whose key is not on disk yet, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from emotrace.errors import DataError
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.silence import WithoutSilence
from emotrace.features.track import Track
from emotrace.store.folder import RecordingFolder
from emotrace.store.labels import SAFE_NAME, coverage_warnings
from emotrace.store.media_and_tables import MediaAndTables, NoMedia
from emotrace.store.record import read_track, warnings_of
from emotrace.store.survey import Survey, survey
from emotrace.store.tables import PREFIX, RecordingTables
from emotrace.store.task import Outcome, Progress, Task
from emotrace.writing import explain_write_errors

_SILENT = "the sound is silent throughout, so features of it are missing as if there were none"


def prepare_recording(task: Task, progress: Progress | None = None) -> Outcome:
    """Bring the folder of one recording up to date.

    A track is made if its key is not on disk: another setting, source file or needed track, or
    another version of the code that makes it.

    Raises
    ------
    DataError
        If a media file is missing or broken, no table of a recording without media can be read, labels
        are wrong, or the disk is full.
    """
    _check_name(task.recording.name)
    with explain_write_errors(task.folder):
        folder = RecordingFolder(task.folder)
        todo = survey(task, folder)
        made: list[str] = []
        if not todo.is_done(folder):
            folder.remove(todo.stale)
            made += _make_tracks(task, folder, todo, progress)
            if todo.sources != folder.record["sources"]:
                folder.keep(sources=todo.sources)
            made += _write_labels(folder, todo)
        return Outcome(tuple(made), warnings_of(folder.record))


def find_prepared(task: Task) -> Outcome | None:
    """The outcome of a recording whose folder is up to date; None if there is work to do.

    Raises
    ------
    DataError
        As `prepare_recording`.
    """
    _check_name(task.recording.name)
    if not task.folder.is_dir():
        return None
    folder = RecordingFolder(task.folder)
    return Outcome((), warnings_of(folder.record)) if survey(task, folder).is_done(folder) else None


def _check_name(name: str) -> None:
    if not SAFE_NAME.fullmatch(name):
        raise DataError(
            f"a recording is named {name!r}; expected letters, digits and ._- only, for it names a folder, "
            "rename its files"
        )


def _make_tracks(task: Task, folder: RecordingFolder, todo: Survey, progress: Progress | None) -> list[str]:
    recording = task.recording
    tables = RecordingTables(recording)
    made: list[str] = []
    if recording.video is None and recording.audio is None:
        _keep_duration(folder, todo, tables)
        made += _make_planned(NoMedia(tables), task, folder, todo, progress)
    elif todo.missing or not todo.has_duration(folder):
        with ExitStack() as stack:
            source = task.factory(
                recording, task.settings, _known_faces(folder, todo), _seconds(progress, recording.name)
            )
            if isinstance(source, AbstractContextManager):
                stack.enter_context(source)
            made += _make_planned(MediaAndTables(source, tables), task, folder, todo, progress)
            _keep_duration(folder, todo, source)
    for name in todo.missing_tables:
        track, warnings = tables.track(name)
        folder.write(
            PREFIX + name,
            track,
            todo.keys[PREFIX + name],
            warnings=warnings,
            progress=_rows(progress, PREFIX + name, recording.name),
        )
        made.append(PREFIX + name)
    return made


def _make_planned(
    source: MediaAndTables, task: Task, folder: RecordingFolder, todo: Survey, progress: Progress | None
) -> list[str]:
    tracks = DerivedTracks(source)
    heard = WithoutSilence(tracks)
    told = 0
    for plan in todo.missing:
        silent = plan.kind == "feature" and heard.is_silent(plan.name)
        track = None if silent else tracks.track(plan.name)
        # known before the first track is on disk, so that a resumed job finds it
        _keep_duration(folder, todo, source)
        warnings = source.warnings
        folder.write(
            plan.name,
            track,
            todo.keys[plan.name],
            spec=plan.spec,
            version=plan.settings.get("version"),
            warnings=[*warnings[told:], *([_SILENT] if silent else [])],
            progress=_rows(progress, plan.name, task.recording.name),
        )
        told = len(warnings)
    return [plan.name for plan in todo.missing]


def _known_faces(folder: RecordingFolder, todo: Survey) -> Track | None:
    entry = folder.entries.get("faces", {})
    if entry.get("missing") or "faces" not in todo.keys or folder.key("faces") != todo.keys["faces"]:
        return None
    return read_track(folder.path, "faces", entry)


def _keep_duration(folder: RecordingFolder, todo: Survey, source: Any) -> None:
    if not todo.has_duration(folder):
        folder.keep(duration={"key": todo.duration_key, "seconds": float(source.duration_s)})


def _write_labels(folder: RecordingFolder, todo: Survey) -> list[str]:
    duration_s = folder.record["duration"]["seconds"]
    made = todo.missing_labels(folder)
    for name in made:
        warnings = coverage_warnings(todo.labels[name], duration_s) if name == "labels" else []
        folder.write(name, todo.labels[name], todo.label_key(folder), warnings=warnings)
    return made


def _rows(progress: Progress | None, event: str, name: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(event, done, total, name)


def _seconds(progress: Progress | None, name: str) -> Callable[[float, float | None], None] | None:
    return (
        None if progress is None else lambda done, total: progress("faces", int(done), int(total or 0), name)
    )
