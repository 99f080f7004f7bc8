"""The adapter of CEAP-360VR: people who rate valence and arousal while they watch 360-degree videos."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.ceap360vr.json_files import files_by_person, read_videos
from emotrace.corpora.adapters.ceap360vr.tables import (
    as_numbers,
    read_head,
    read_pupil,
    read_windows,
    window_columns,
    windows_of,
)
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.roots import find_base
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError
from emotrace.remarks import Remarks

DIMENSIONS = ("arousal", "valence")
VALUE_RANGE = (1.0, 9.0)
# In a rearranged copy, and as published.
_ANNOTATIONS = (
    "annotations/*_annotation_framedata.json*",
    "3_annotationdata/frame/*_annotation_framedata.json*",
)
_PUPIL = ("pupil/*.json*",)
_HEAD = ("head/*/*.json*", "head/*.json*", "4_behaviordata/hm_scanpath/*.json*")
_ROWS = "TimeStamp_Valence_Arousal"


def read_ceap360vr(root: Path) -> Corpus:
    """Read one recording per person and video; each file of annotations is parsed once.

    Raises
    ------
    DataError
        If the folder holds no such corpus.
    """
    base = find_base(root, _ANNOTATIONS, "ceap360vr")
    remarks = Remarks()
    annotations = files_by_person(base, _ANNOTATIONS, remarks)
    pupil = files_by_person(base, _PUPIL, remarks)
    head = files_by_person(base, _HEAD, remarks)
    windows, windowed = _windows(base / "windows_5s.csv", remarks)
    places = _Places(pupil, head, windows, windowed)
    for person in sorted({*pupil, *head} - set(annotations), key=_number):
        remarks.add("pupil or head traces without annotations are left out", person)
    recordings: list[Recording] = []
    skipped: list[tuple[str, str]] = []
    for person in sorted(annotations, key=_number):
        path = annotations[person]
        try:
            videos = read_videos(path)
        except DataError as error:
            skipped.append((person, str(error)))
            continue
        for video in sorted(videos, key=_number):
            name = f"{person}_{video}"
            try:
                gold = _gold(videos[video], path, video)
            except DataError as error:
                skipped.append((name, str(error)))
                continue
            tables = places.tables(person, video, gold[DIMENSIONS[0]].times_s)
            for kind in places.missing(tables):
                remarks.add(f"has no table {kind}", name)
            recordings.append(
                Recording(
                    name=name,
                    subject=person,
                    tables=tables,
                    gold=gold,
                    ratings={dimension: {"self": series} for dimension, series in gold.items()},
                    attributes={"stimulus": video},
                )
            )
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=DIMENSIONS,
        value_range=VALUE_RANGE,
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


@dataclass(frozen=True)
class _Places:
    """Where tables lie: files by person, and the one table of windows with who is in it."""

    pupil: dict[str, Path]
    head: dict[str, Path]
    windows: Path | None
    windowed: set[tuple[str | None, str | None]]

    def tables(self, person: str, video: str, times_s: np.ndarray) -> dict[str, TableFile]:
        """Tables of one recording; `times_s` are those of its annotation."""
        tables = {}
        if person in self.pupil and len(times_s) > 1:
            step_s = float(times_s[-1] - times_s[0]) / (len(times_s) - 1)
            reader = partial(read_pupil, video=video, step_s=step_s)
            tables["pupil"] = TableFile(self.pupil[person], reader, "signal")
        if person in self.head:
            tables["head"] = TableFile(self.head[person], partial(read_head, video=video), "signal")
        if self.windows is not None and (person, video) in self.windowed:
            tables["windows"] = TableFile(self.windows, partial(read_windows, person=person, video=video))
        return tables

    def missing(self, tables: dict[str, TableFile]) -> list[str]:
        """Kinds of tables that others have."""
        kinds = {"pupil": bool(self.pupil), "head": bool(self.head), "windows": self.windows is not None}
        return [kind for kind, there in kinds.items() if there and kind not in tables]


def _number(name: str) -> int:
    return int(name[1:])


def _windows(path: Path, remarks: Remarks) -> tuple[Path | None, set[tuple[str | None, str | None]]]:
    """The table of windows if it can be read, and which persons and videos it has."""
    if not path.is_file():
        remarks.note("windows_5s.csv is not there: EDA, BVP, heart rate and skin temperature are not known")
        return None, set()
    try:
        there = windows_of(path)
        names, mistimed = window_columns(path)
        if not names:
            raise DataError(f"{path} has no column of features")
    except DataError as error:
        remarks.note(f"windows_5s.csv is left out: {error}")
        return None, set()
    if mistimed:
        remarks.note(
            f"columns {', '.join(mistimed)} of windows_5s.csv are left out: they take 125 rows of the pupil "
            "trace per window whatever its rate, so they run up to 10 s late where it is 30 Hz; the table "
            "pupil has the trace itself"
        )
    return path, there


def _gold(entry: dict[str, Any], path: Path, video: str) -> dict[str, Series]:
    rows = entry.get(_ROWS)
    keys = {"TimeStamp", "Valence", "Arousal"}
    if (
        not isinstance(rows, list)
        or not rows
        or any(not isinstance(row, dict) or keys - set(row) for row in rows)
    ):
        raise DataError(
            f"{path} holds no {_ROWS} of {video}; expected rows of TimeStamp, Valence and Arousal"
        )
    times_s = as_numbers([row["TimeStamp"] for row in rows], path, "TimeStamp")
    check_rising(times_s, path, f"TimeStamp of {video}")
    values = {
        name: as_numbers([row[name.title()] for row in rows], path, name.title()) for name in DIMENSIONS
    }
    if all(np.isnan(row).all() for row in values.values()):
        raise DataError(f"{path} holds no value of {video}; expected numbers")
    return {name: Series(times_s, row) for name, row in values.items()}


ADAPTER = Adapter(
    name="ceap360vr",
    title="CEAP-360VR: continuous physiological and behavioural emotion annotation of 360-degree videos",
    modalities=("physiology", "behaviour"),
    labels="arousal and valence by joystick, 1 to 9, at the frame rate of the video (25 or 30 Hz), each "
    "subject's own rating; 8 videos of 60 s each",
    subjects="32, no official partition; all watch the same videos (attribute stimulus)",
    licence="CC BY-NC 4.0",
    ask="the repository of the dataset's authors, CWI (Xue et al.)",
    tree="""\
annotations/P1_Annotation_FrameData.json.gz ...       TimeStamp (s), Valence, Arousal by VideoID
pupil/P1_PD_ProcessedData.json.gz ...                 LPD, RPD, PD_Mean, PD_luminance, PD_emotion
head/HM_ScanPath/P1_Behavior_HeadScanPathData.json.gz ...   Pitch and Yaw at 5 Hz
windows_5s.csv                                        pid, VID, win and features of windows of 5 s
or, as published: 3_AnnotationData/Frame/P1_Annotation_FrameData.json, and
   4_BehaviorData/HM_ScanPath/P1_Behavior_HeadScanPathData.json (nothing else of it is read)
(columns of windows_5s.csv that were rated, such as Valence_Mean, SAM_Arousal, V_binary, are never read)""",
    read=read_ceap360vr,
)
