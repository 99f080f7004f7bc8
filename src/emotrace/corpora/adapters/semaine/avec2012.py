"""SEMAINE as distributed for AVEC 2012: fully continuous labels, one per video frame, in three partitions."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emotrace.corpora.recording import Recording, Series
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.corpora.walk import files_below
from emotrace.errors import DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks

FPS = 49.979
PARTITIONS = {"train": "train", "devel": "development", "test": "test"}
DIMENSIONS = {
    "arousal": "arousal",
    "valence": "valence",
    "power": "power",
    "expectancy": "expectation",
}
_LABELS = re.compile(
    r"^labels_continuous_(?P<part>train|devel|test)s?_?(?P<number>\d+)_(?P<dimension>[a-z]+)\.dat$",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^(?P<part>train|devel|test)s?_?[a-z_]*?(?P<number>\d+)$", re.IGNORECASE)


def read_labels(path: Path) -> Series:
    """Gold standard of one dimension: a number per line, the one of line ``i`` (from 0) at ``i / 49.979`` s.

    A blank line before the last number is a frame that is not rated.

    Raises
    ------
    DataError
        If a line is no number, or none is rated.

    Source
    ------
    CORPORA 3.6: frame rate of two published loaders; a label describes its own video frame.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels_continuous_train002_arousal.dat"
    >>> _ = path.write_text("-0.25\\n-0.5\\n")
    >>> series = read_labels(path)
    >>> series.times_s.round(4).tolist(), series.values.tolist()
    ([0.0, 0.02], [-0.25, -0.5])
    """
    cells = [line.strip() for line in read_text(path).rstrip().splitlines()]
    values = to_numbers(cells, range(1, len(cells) + 1), path, "value")
    if np.isnan(values).all():
        raise DataError(f"{path} has no rated value; expected a number per video frame")
    return Series(np.arange(len(values)) / FPS, values)


def read_challenge(
    base: Path, dimensions: Sequence[str], remarks: Remarks
) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings of all files below a folder, and what was left out; names ``train_002``.

    Labels are read from folders that begin with ``FC`` (fully continuous) only: files of the same name
    elsewhere have a row per word, and no time.

    Raises
    ------
    DataError
        If the folder cannot be listed.
    """
    labels: dict[str, dict[str, Path]] = defaultdict(dict)
    media: dict[str, dict[str, Path]] = defaultdict(dict)
    part_of: dict[str, str] = {}
    for path in files_below(base, remarks):
        kind = "video" if is_video(path) else "audio" if is_audio(path) else ""
        found = _LABELS.match(path.name)
        other = _OTHER.match(path.stem) if kind or "transcript" in path.stem.lower() else None
        named = found or other
        if named is None:
            if kind or path.suffix.lower() == ".dat":
                remarks.add("files with a name that is not of AVEC 2012, not taken", path.name)
            continue
        part = named["part"].lower()
        name = f"{part}_{named['number']}"
        if found is not None and not _fully_continuous(path, base):
            remarks.add("label files in no FC_ folder, which have no time, not read", path.name)
            continue
        if found is not None and found["dimension"].lower() not in DIMENSIONS:
            remarks.add("label files of an unknown dimension, not read", path.name)
            continue
        if found is None and not kind:
            remarks.add("recordings with a transcript, which is not read", name)
            continue
        part_of[name] = part
        slot, key = (labels, DIMENSIONS[found["dimension"].lower()]) if found else (media, kind)
        if key in slot[name]:
            remarks.add("second files of one recording, not taken", path.relative_to(base).as_posix())
        else:
            slot[name][key] = path

    recordings, skipped = [], []
    for name in sorted(part_of, key=lambda name: (list(PARTITIONS).index(part_of[name]), name)):
        try:
            gold = {key: read_labels(labels[name][key]) for key in dimensions if key in labels[name]}
        except DataError as error:
            skipped.append((name, str(error)))
            continue
        _remark_gold(gold, dimensions, name, remarks)
        recordings.append(
            Recording(
                name=name,
                subject=name,
                video=media[name].get("video"),
                audio=media[name].get("audio"),
                gold=gold,
                partition=PARTITIONS[part_of[name]],
            )
        )
    remarks.note(
        "who is in which recording of AVEC 2012 was not published; each counts as a person of its own, so "
        "keep to the official partitions"
    )
    return recordings, skipped


def _fully_continuous(path: Path, base: Path) -> bool:
    return any(part.upper().startswith("FC") for part in path.relative_to(base).parts[:-1])


def _remark_gold(gold: dict[str, Series], dimensions: Sequence[str], name: str, remarks: Remarks) -> None:
    if not gold:
        return
    for dimension in dimensions:
        if dimension not in gold:
            remarks.add(f"no labels of {dimension}", name)
        elif np.isnan(gold[dimension].values).any():
            remarks.add("frames that are not rated (a blank line is a frame, too)", f"{name} {dimension}")
    lengths = sorted(len(series.values) for series in gold.values())
    if lengths[-1] != lengths[0]:
        remarks.add("dimensions of different lengths", f"{name}: {lengths[0]} to {lengths[-1]} labels")
