"""Feature tables and physiology of AVEC 2015, 2016 and 2018, found by folder and named by it."""

import re
from functools import partial
from pathlib import Path
from typing import Literal

from emotrace.corpora.adapters.avec2016.layout import STEM, Layout, files_by_stem
from emotrace.corpora.feature_arff import read_features
from emotrace.corpora.label_steps import LABEL_STEP_S
from emotrace.corpora.recording_names import without_odd_characters
from emotrace.corpora.roots import is_folder, list_or_remark, matching
from emotrace.corpora.signal_csv import read_signals, time_column
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError
from emotrace.remarks import Remarks

PHYSIO_RATE_HZ = 250.0
_OF_FRAMES = ("features_video_face_bounding_box", "features_video_facial_landmarks")
_WINDOWED = re.compile(r"^(?P<stem>(?:train|dev|test)_\d+)_(?P<window>\d+(?:\.\d+)?)_(?P<hop>\d+(?:\.\d+)?)$")
Tables = dict[str, dict[str, TableFile]]


def find_tables(layout: Layout, remarks: Remarks) -> Tables:
    """Tables by stem and name, names in lower case.

    ``features_audio/arousal/train_1.arff`` is ``features_audio.arousal`` of train_1; AVEC 2015's
    ``features_audio/train_1.arff`` is ``features_audio``; AVEC 2018's
    ``features/audio/BoAW/train_1_3.0_0.4.arff`` is ``features_audio.boaw.3.0_0.4`` (window and hop in s);
    physiology is ``recordings_physio`` and ``recordings_physio.filtered``. Rows of features go with the
    labels of the same time (`emotrace.corpora.feature_arff`); those of face boxes and landmarks are of video
    frames, and those of AVEC 2018 are named by the start of their window. A folder that cannot be listed
    becomes a remark.
    """
    tables: Tables = {}
    for part, folder in layout.features.items():
        _add_features(part, folder, tables, remarks)
    physio = layout.folders.get("recordings_physio")
    if physio is not None:
        _add_physiology(physio, tables, remarks)
    return tables


def _add_features(part: str, folder: Path, tables: Tables, remarks: Remarks) -> None:
    rows: Literal["labels", "instants"] = "instants" if part in _OF_FRAMES else "labels"
    for name, inside in _with_subfolders(part, folder, remarks):
        for path in inside:
            if path.is_dir():
                remarks.add("folders of features that are not read", f"{path.parent.name}/{path.name}")
                continue
            if path.suffix.lower() != ".arff":
                continue
            windowed = _WINDOWED.match(path.stem)
            if windowed:
                key = f"{name}.{windowed['window']}_{windowed['hop']}"
                reader = partial(read_features, rows="instants", hop_s=float(windowed["hop"]))
                tables.setdefault(windowed["stem"], {})[key] = TableFile(path, reader)
            elif STEM.match(path.stem):
                reader = partial(read_features, rows=rows, hop_s=LABEL_STEP_S)
                tables.setdefault(path.stem, {})[name] = TableFile(path, reader)
            else:
                remarks.add("features left out, for their names are not train_<n> or such", path.name)


def _with_subfolders(part: str, folder: Path, remarks: Remarks) -> list[tuple[str, list[Path]]]:
    """Name of a table and what lies in its folder: files of the part itself, then its sub-folders."""
    inside = list_or_remark(folder, remarks)
    found = [(part, [path for path in inside if not path.is_dir()])]
    for child in inside:
        if child.is_dir():
            safe = without_odd_characters(child.name.lower())
            found.append((f"{part}.{safe}", list_or_remark(child, remarks)))
    return found


def _add_physiology(folder: Path, tables: Tables, remarks: Remarks) -> None:
    filtered = matching(folder, "filtered", remarks)
    for name, holder in [
        ("recordings_physio", folder),
        *[("recordings_physio.filtered", child) for child in filtered if is_folder(child)],
    ]:
        try:
            files = files_by_stem(holder, {".csv"}, remarks)
        except DataError as error:
            remarks.note(f"left out: {error}")
            continue
        for stem, path in files.items():
            reader = partial(read_signals, rate_hz=PHYSIO_RATE_HZ)
            tables.setdefault(stem, {})[name] = TableFile(path, reader, kind="signal")
            if not _states_time(path):
                remarks.add(f"physiology without a column time, {PHYSIO_RATE_HZ:g} Hz are taken", path.name)


def _states_time(path: Path) -> bool:
    """Whether the header of a table names a time; a file that cannot be read says so when it is."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            header = file.readline()
    except OSError:
        return True
    return time_column([header]) is not None
