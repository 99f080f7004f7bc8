"""The SEWA database as downloaded: a folder per recording with media, metadata.ini and label files."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from emotrace.corpora.adapters.sewa.frame_labels import (
    DIMENSIONS,
    SHOWN,
    LabelFile,
    parse_label_name,
    read_frame_labels,
)
from emotrace.corpora.adapters.sewa.frame_rates import USUAL, FrameRates
from emotrace.corpora.adapters.sewa.metadata import Metadata, read_metadata
from emotrace.corpora.recording import Recording, Series
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.roots import subfolders
from emotrace.corpora.walk import files_below
from emotrace.errors import DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks

MARKS = ("*/metadata.ini", "*/*_aligned.csv", "*/valence/*_aligned.csv", "*/arousal/*_aligned.csv")
_PAIR = 2  # people in a session
_UNKNOWN_SCALE = (
    "no value is below 0: the range of the database's scale was not published and is taken as -1 to 1; "
    "if it is 0 to 1, bring it to -1 to 1 before it is compared with AVEC's labels"
)


@dataclass(frozen=True)
class _Folder:
    """One folder of the database, its files sorted."""

    path: Path
    metadata: Metadata
    labels: tuple[LabelFile, ...]
    video: Path | None
    audio: Path | None


def read_database(
    base: Path, rates: FrameRates, shown: str | None, remarks: Remarks
) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings of all folders, and what was left out.

    Parameters
    ----------
    base : Path
    rates : FrameRates
        For folders whose metadata.ini gives no frame rate.
    shown : {"AV", "A", "V"} or None
        Which ratings; None: of each folder those that most folders have.
    remarks : Remarks

    Raises
    ------
    DataError
        If `base` cannot be listed.
    """
    folders, skipped = [], []
    for path in subfolders(base):
        try:
            folder = _read_folder(path, remarks)
        except DataError as error:
            skipped.append((path.name, str(error)))
            continue
        if folder.labels or folder.video or folder.audio:
            folders.append(folder)
        else:
            skipped.append((path.name, f"{path} holds no media and no labels; expected some"))
    order = [shown] if shown else _commonest(folders)
    subjects = _subjects(folders, remarks)
    names = recording_names([PurePath(f"{folder.path.name}.ini") for folder in folders])
    recordings = []
    for name, subject, folder in zip(names, subjects, folders, strict=True):
        try:
            recordings.append(_recording(name, subject, folder, order, rates, remarks))
        except DataError as error:
            skipped.append((name, str(error)))
    values = [one.values for each in recordings for one in _all_series(each)]
    if values and not any((row < 0).any() for row in values):
        remarks.note(_UNKNOWN_SCALE)
    return recordings, sorted(skipped)


def _read_folder(path: Path, remarks: Remarks) -> _Folder:
    files = files_below(path, remarks)
    described = [file for file in files if file.name.lower() == "metadata.ini"]
    metadata = Metadata()
    if not described:
        remarks.add("no metadata.ini", path.name)
    else:
        try:
            metadata = read_metadata(described[0])
        except DataError as error:
            remarks.note(f"metadata.ini of {path.name} is not read: {error}")
    media: dict[str, Path | None] = {}
    for kind, is_kind in (("video", is_video), ("audio", is_audio)):
        found = [file for file in files if is_kind(file)]
        found.sort(key=lambda file: (not file.stem.lower().startswith(path.name.lower()), len(file.name)))
        media[kind] = found[0] if found else None
        if len(found) > 1:
            remarks.add(f"several {kind} files, the one named like the folder is taken", path.name)
        packed = [file for file in files if file.name.lower().endswith(f"-{kind}.zip")]
        if packed and not found:
            remarks.add(f"{kind} still packed in a zip file, unpack it", path.name)
    return _Folder(path, metadata, _labels(files, path, remarks), media["video"], media["audio"])


def _labels(files: Sequence[Path], folder: Path, remarks: Remarks) -> tuple[LabelFile, ...]:
    """Label files, one of each dimension and kind: the one named like the folder, and aligned, first.

    Raises
    ------
    DataError
        If the files are of several recordings.
    """
    own = folder.name.lower()
    labels = []
    for file in files:
        label = parse_label_name(file)
        if label is not None:
            labels.append(label)
        elif file.suffix.lower() == ".csv" and any(name in file.stem.lower() for name in DIMENSIONS):
            remarks.add("files named like labels in an unknown way, not read", f"{folder.name}/{file.name}")
    labels.sort(key=lambda one: (one.recording.lower() != own, "aligned" not in one.path.stem.lower()))
    found: dict[tuple[str, str], LabelFile] = {}
    for label in labels:
        first = found.setdefault((label.dimension, label.shown), label)
        if first.recording.lower() not in (label.recording.lower(), own):
            raise DataError(
                f"{folder} holds labels of several recordings, {first.path.name} and {label.path.name}; "
                "expected a folder for each"
            )
        if first is not label:
            remarks.add("second label files of one kind, not read", f"{folder.name}/{label.path.name}")
    return tuple(found.values())


def _commonest(folders: Sequence[_Folder]) -> list[str]:
    counts = Counter(shown for folder in folders for shown in {label.shown for label in folder.labels})
    return sorted(SHOWN, key=lambda shown: -counts[shown])  # stable: AV, A, V among equals


def _subjects(folders: Sequence[_Folder], remarks: Remarks) -> list[str]:
    """Subject of each folder: its number, with that of the session where all sessions have the same two."""
    sessions: dict[str, set[str | None]] = defaultdict(set)
    for folder in folders:
        if folder.metadata.subject:
            sessions[folder.metadata.subject].add(folder.metadata.session)
    recur = len(sessions) <= _PAIR and any(len(found - {None}) > 1 for found in sessions.values())
    if recur:
        remarks.note(
            "the same two subject numbers recur in several sessions, so they are taken for numbers within a "
            "session; if they are people's own, keep the sessions of one person in one partition"
        )
    subjects = []
    for folder in folders:
        facts = folder.metadata
        if not facts.subject:
            remarks.add("no single subject in metadata.ini, the folder counts as a person", folder.path.name)
            subjects.append(folder.path.name)
        elif recur and facts.session:
            subjects.append(f"{facts.session}-{facts.subject}")
        else:
            subjects.append(facts.subject)
    return subjects


def _recording(
    name: str, subject: str, folder: _Folder, order: Sequence[str], rates: FrameRates, remarks: Remarks
) -> Recording:
    fps = folder.metadata.fps or rates.of(folder.path.name)
    if fps is not None and not USUAL[0] <= fps <= USUAL[1]:
        remarks.add(f"frame rate outside {USUAL[0]:g} to {USUAL[1]:g} per second", name)
    gold: dict[str, Series] = {}
    ratings: dict[str, Mapping[str, Series]] = {}
    for dimension in DIMENSIONS:
        files = {label.shown: label for label in folder.labels if label.dimension == dimension}
        shown = next((shown for shown in order if shown in files), None)
        if shown is None:
            if folder.labels:
                remarks.add(f"no labels of {dimension}", name)
            continue
        remarks.add(f"{dimension} as rated from {SHOWN[shown]} ({shown})", name)
        series = read_frame_labels(files[shown].path, fps, folder.metadata.first_frame)
        if len(series) == 1:
            gold[dimension] = next(iter(series.values()))
        else:
            ratings[dimension] = series
    return Recording(
        name=name,
        subject=subject,
        video=folder.video,
        audio=folder.audio,
        gold=gold,
        ratings=ratings,
        session=folder.metadata.session,
        attributes=folder.metadata.attributes,
    )


def _all_series(recording: Recording) -> list[Series]:
    raters = [one for each in recording.ratings.values() for one in each.values()]
    return [*recording.gold.values(), *raters]
