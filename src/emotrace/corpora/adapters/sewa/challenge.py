"""SEWA as distributed for AVEC 2017, 2018 and 2019: one stem per recording, one folder per kind of file."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotrace.corpora.adapters.sewa.rows import (
    LABEL_COLUMNS,
    check_name,
    kind_of_rows,
    read_features,
    read_rows,
)
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Recording, Series
from emotrace.corpora.recording_names import without_odd_characters
from emotrace.corpora.tables import TableFile
from emotrace.corpora.walk import files_below
from emotrace.errors import DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks, counted

MARKS = ("labels/train_*.csv", "labels/devel_*.csv", "labels/test_*.csv")
STEP_S = 0.1
PARTITIONS = {"train": "train", "devel": "development", "test": "test"}
CULTURES = {"DE": "German", "HU": "Hungarian", "CN": "Chinese"}
_STEM = re.compile(r"^(?P<part>train|devel|test)(?:_(?P<culture>[a-z]{2}))?_(?P<number>\d+)$", re.IGNORECASE)
_TALK = {"turns": "who speaks when", "transcriptions": "what is said"}


@dataclass
class _Files:
    """Files by kind and recording."""

    labels: dict[str, Path] = field(default_factory=dict)
    video: dict[str, Path] = field(default_factory=dict)
    audio: dict[str, Path] = field(default_factory=dict)
    tables: dict[str, dict[str, TableFile]] = field(default_factory=lambda: defaultdict(dict))

    def names(self) -> set[str]:
        return {*self.labels, *self.video, *self.audio, *self.tables}


def read_labels(path: Path) -> dict[str, Series]:
    """Gold standard by dimension; the label at t describes the step of 0.1 s that starts at t.

    Without a header the columns are name, time, arousal, valence and liking. A dimension without one rated
    value is left out.

    Raises
    ------
    DataError
        If the file is broken or of another recording, has other columns, or times that are not 0.1 s apart.

    Source
    ------
    CORPORA 4.2 and 4.3: the organisers' order of columns.
    """
    rows = read_rows(path)
    check_name(rows, path)
    found = rows.values.shape[1]
    columns = rows.columns or LABEL_COLUMNS
    titles = [column.lower() for column in columns]
    if len(titles) != found or not set(titles) <= set(LABEL_COLUMNS) or len(set(titles)) < len(titles):
        raise DataError(
            f"{path} has {found} columns after the time{_named(rows.columns)}; expected "
            f"{', '.join(LABEL_COLUMNS)}"
        )
    check_rising(rows.times_s, path)
    step = float(np.median(np.diff(rows.times_s))) if len(rows.times_s) > 1 else STEP_S
    if abs(step - STEP_S) > 0.01 * STEP_S:
        raise DataError(f"{path} has a label every {step:g} s; expected one every {STEP_S} s")
    values = dict(zip(titles, rows.values.T, strict=True))
    rated = [name for name in LABEL_COLUMNS if name in values and not np.isnan(values[name]).all()]
    return {name: Series(rows.times_s, values[name]) for name in rated}


def read_challenge(base: Path, remarks: Remarks) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings of a challenge's folder, train first, and what was left out.

    Every recording is of one person, told by its stem: who spoke with whom was not published.

    Raises
    ------
    DataError
        If `base` cannot be listed.
    """
    files = _find(base, remarks)
    recordings, skipped = [], []
    for name in sorted(files.names(), key=_order):
        try:
            gold = read_labels(files.labels[name]) if name in files.labels else {}
        except DataError as error:
            skipped.append((name, str(error)))
            continue
        if name in files.labels:
            for dimension in LABEL_COLUMNS:
                if dimension not in gold:
                    remarks.add(f"no labels of {dimension}", name)
        for kind, found in (("video", files.video), ("sound", files.audio)):
            if found and name not in found:
                remarks.add(f"no {kind} file", name)
        named = _STEM.match(name)
        assert named is not None
        recordings.append(
            Recording(
                name=name,
                subject=name,
                video=files.video.get(name),
                audio=files.audio.get(name),
                tables=dict(files.tables.get(name, {})),
                gold=gold,
                partition=PARTITIONS[named["part"].lower()],
                attributes=_culture(named["culture"]),
            )
        )
    _note_cultures(recordings, remarks)
    return recordings, skipped


def _find(base: Path, remarks: Remarks) -> _Files:
    files = _Files()
    texts: dict[Path, dict[str, Path]] = defaultdict(dict)
    for path in files_below(base, remarks):
        name = _name(path.stem)
        where = path.relative_to(base)
        if name is None:
            if is_audio(path) or is_video(path) or path.suffix.lower() == ".csv":
                remarks.add("files with a name that is not of the challenge, not taken", where.as_posix())
        elif is_audio(path) or is_video(path):
            _put(files.video if is_video(path) else files.audio, name, path, remarks)
        elif path.suffix.lower() in (".csv", ".txt"):
            _put(texts[where.parent], name, path, remarks)
    for folder, by_name in texts.items():
        parts = dict.fromkeys(folder.parts or (base.name,))  # a folder nested once more is the same folder
        _sort_texts("__".join(parts), by_name, files, remarks)
    return files


def _sort_texts(folder: str, by_name: Mapping[str, Path], files: _Files, remarks: Remarks) -> None:
    """Take the text files of one folder as labels or tables, or say why not."""
    plain = folder.lower()
    if plain == "labels":
        for name, path in by_name.items():
            _put(files.labels, name, path, remarks)
    elif plain in _TALK:
        remarks.note(counted(f"{plain} ({_TALK[plain]}) are not read, recordings that have them", by_name))
    else:
        kind = _kind(plain, by_name.values())
        if kind != "features":
            why = (
                "the columns of labels, so predictions" if kind == "labels" else "files that are no features"
            )
            remarks.add(f"folders with {why}, not read", folder)
            return
        key = without_odd_characters(folder).lstrip(".-")
        for name, path in by_name.items():
            if key in files.tables[name]:
                remarks.add("second files of one recording, not taken", f"{folder}/{path.name}")
            files.tables[name].setdefault(key, TableFile(path, read_features))


def _kind(folder: str, paths: Iterable[Path]) -> str:
    """Told by the first file that can be read; without a header also by the name of the folder."""
    for path in paths:
        try:
            return kind_of_rows(path, three_are_labels="features" not in folder)
        except DataError:  # said when the table is read
            continue
    return "features"


def _put(slot: dict[str, Path], name: str, path: Path, remarks: Remarks) -> None:
    if name in slot:
        remarks.add("second files of one recording, not taken", f"{path.parent.name}/{path.name}")
    else:
        slot[name] = path


def _name(stem: str) -> str | None:
    """The stem as the organisers spell it; None if it is of no recording."""
    found = _STEM.match(stem)
    if found is None:
        return None
    culture = [found["culture"].upper()] if found["culture"] else []
    return "_".join([found["part"].capitalize(), *culture, found["number"]])


def _order(name: str) -> tuple[int, str, int]:
    found = _STEM.match(name)
    assert found is not None, name
    return list(PARTITIONS).index(found["part"].lower()), found["culture"] or "", int(found["number"])


def _culture(code: str | None) -> dict[str, str]:
    return {"culture": CULTURES.get(code or "DE", code or "")}  # 2017 was German only, without a code


def _note_cultures(recordings: Sequence[Recording], remarks: Remarks) -> None:
    counts = Counter((one.partition, one.attributes["culture"]) for one in recordings)
    cultures = {culture for _, culture in counts}
    if len(cultures) > 1:
        parts = ", ".join(f"{count} {culture} in {part}" for (part, culture), count in counts.items())
        remarks.note(f"cultures: {parts}")


def _named(columns: tuple[str, ...] | None) -> str:
    return f", {', '.join(columns)}" if columns else " and no header"
