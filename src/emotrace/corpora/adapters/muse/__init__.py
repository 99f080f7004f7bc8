"""The adapter of the MuSe challenges' packages, and of raw ratings in the layout of MuSe-Toolbox."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.muse.tables import labels_segments, read_features, read_label, read_raw
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.roots import find_base, matching
from emotrace.corpora.table import read_table
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks

_PARTITIONS = {"train": "train", "devel": "development", "test": "test"}
_PART_OF = re.compile(r"(.+)_(train|devel|test)", re.IGNORECASE)
_PACKAGE, _RAW = "label_segments/*/*.csv", "raw/*/*.csv"
_NO_SEGMENTS = (
    "classes of whole segments (as of MuSe-Sent, -Humor, -Reaction and -Mimic) are not read: a "
    "recording here is rated over time, or has one class"
)


def read_muse(root: Path) -> Corpus:
    """Read one recording per id: ``label_segments`` of a package, else ``raw`` and ``processed`` traces.

    Parameters
    ----------
    root : Path
        The folder of one package such as ``c3_muse_stress``.

    Raises
    ------
    DataError
        If the folder holds no package, two of them, or classes of segments only.
    """
    base = find_base(root, [_PACKAGE, _RAW, "label_segments/*/*/*.csv"], "muse")
    remarks = Remarks()
    partitions = _partitions(base, remarks)
    if matching(base, _RAW, remarks) and not matching(base, "label_segments"):
        labels = _Labels(_files(base, "processed", remarks), _files(base, "raw", remarks))
    else:
        labels = _Labels(_files(base, "label_segments", remarks), {})
    dimensions = labels.dimensions(remarks)
    if not dimensions:
        raise DataError(
            f"{base} holds labels of segments only: {_NO_SEGMENTS}; take a package rated over time"
        )
    found = {name: files for name, files in _files(base, "feature_segments", remarks).items() if files}
    features = dict(zip(_safe_names(found), found.values(), strict=True))
    media = _media(base, remarks)
    recordings: list[Recording] = []
    skipped: list[tuple[str, str]] = []
    observed = {*media, *(one for files in features.values() for one in files)}
    ids = sorted({*labels.ids(dimensions), *observed}, key=_order)
    for one, name in zip(ids, _safe_names(ids), strict=True):
        try:
            gold, ratings = labels.of(one, dimensions, remarks)
        except DataError as error:
            skipped.append((name, str(error)))
            continue
        video, audio = media.get(one, (None, None))
        tables = {
            kind: TableFile(files[one], read_features) for kind, files in features.items() if one in files
        }
        for kind in features:
            if kind not in tables:
                remarks.add(f"has no features {kind}", one)
        recordings.append(
            Recording(
                name=name,
                subject=_subject(one),
                video=video,
                audio=audio,
                tables=tables,
                gold=gold,
                ratings=ratings,
                partition=_partition(one, partitions, remarks),
            )
        )
    for one in sorted({_subject(one) for one in partitions} - {_subject(one) for one in ids}, key=_order):
        remarks.add("named in partition.csv, but there is nothing of it", one)
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=dimensions,
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


class _Labels:
    """Label files by dimension and id: gold standards, and traces of raters where there are any."""

    def __init__(self, gold: dict[str, dict[str, Path]], raw: dict[str, dict[str, Path]]) -> None:
        self.gold, self.raw = gold, raw

    def dimensions(self, remarks: Remarks) -> tuple[str, ...]:
        """Dimensions that are rated over time, sorted."""
        found = []
        for name in sorted({*self.gold, *self.raw}):
            files = self.gold.get(name, {})
            if name not in self.raw and not files:
                remarks.note(f"labels {name} are left out: no file <id>.csv lies in their folder itself")
            elif name not in self.raw and _holds_segments(files):
                remarks.note(f"labels {name} are left out: {_NO_SEGMENTS}")
            else:
                found.append(name)
        return tuple(found)

    def ids(self, dimensions: tuple[str, ...]) -> set[str]:
        """All ids that have a file."""
        return {one for name in dimensions for files in (self.gold, self.raw) for one in files.get(name, {})}

    def of(
        self, one: str, dimensions: tuple[str, ...], remarks: Remarks
    ) -> tuple[dict[str, Series], dict[str, dict[str, Series]]]:
        """Gold standards with any value, and ratings, of one id."""
        gold, ratings = {}, {}
        for name in dimensions:
            if one in self.gold.get(name, {}):
                series = read_label(self.gold[name][one])
                if not np.isnan(series.values).all():
                    gold[name] = series
            if one in self.raw.get(name, {}):
                ratings[name] = read_raw(self.raw[name][one])
                remarks.add("raters' times are ends of steps: one step is taken off, as in fused files", one)
        return gold, ratings


def _files(base: Path, kind: str, remarks: Remarks) -> dict[str, dict[str, Path]]:
    """Files of ``<kind>/<name>/<id>.csv`` by name and id."""
    return {
        folder.name: {path.stem: path for path in matching(folder, "*.csv", remarks)}
        for folder in matching(base, f"{kind}/*", remarks)
        if folder.is_dir()
    }


def _holds_segments(files: dict[str, Path]) -> bool:
    """Whether the first file that can be read says so."""
    for path in files.values():
        try:
            return labels_segments(path)
        except DataError:
            continue
    return False


def _partitions(base: Path, remarks: Remarks) -> dict[str, str]:
    """Partition by id: the first column is the id, the last the partition, whatever their names."""
    path = base / "metadata" / "partition.csv"
    if not path.is_file():
        remarks.note("metadata/partition.csv is not there: partitions are not known")
        return {}
    try:
        table = read_table(path)
    except DataError as error:
        remarks.note(f"partitions are not known: {error}")
        return {}
    columns = list(table.columns.values())
    found = {}
    for one, part in zip(columns[0], columns[-1], strict=True):
        if part.lower() in _PARTITIONS:
            found[one] = _PARTITIONS[part.lower()]
        else:
            remarks.add(f"partition.csv gives a partition {part!r}, expected train, devel or test", one)
    return found


def _partition(one: str, partitions: dict[str, str], remarks: Remarks) -> str | None:
    part = _PART_OF.fullmatch(one)
    if one in partitions:
        return partitions[one]
    if part is not None:
        return _PARTITIONS[part[2].lower()]
    if partitions:
        remarks.add("not named in partition.csv", one)
    return None


def _subject(one: str) -> str:
    part = _PART_OF.fullmatch(one)
    return part[1] if part else one


def _media(base: Path, remarks: Remarks) -> dict[str, tuple[Path | None, Path | None]]:
    """Video and sound by id, from ``raw_data/<kind>/<id>.*``."""
    found: dict[str, tuple[Path | None, Path | None]] = {}
    for path in matching(base, "raw_data/*/*", remarks):
        video, audio = found.get(path.stem, (None, None))
        if path.is_file() and is_video(path):
            found[path.stem] = (video or path, audio)
        elif path.is_file() and is_audio(path):
            found[path.stem] = (video, audio or path)
    return found


def _order(one: str) -> tuple[int, str]:
    """Sorting key: by number where ids are numbers."""
    number = re.match(r"\d+", one)
    return (int(number[0]) if number else -1, one)


def _safe_names(names: Iterable[str]) -> list[str]:
    return recording_names([PurePath(f"{name}.csv") for name in names])


ADAPTER = Adapter(
    name="muse",
    title="MuSe challenges (MuSe-CaR, Ulm-TSST), and ratings in the layout of MuSe-Toolbox",
    modalities=("video", "audio"),
    labels="arousal, valence, physiological arousal and others over time at 2 or 4 Hz, fused from several "
    "raters; in the toolbox's layout their own traces too",
    subjects="the ids of partition.csv (Ulm-TSST: about 70 people), official train, development and test",
    licence="end user licence agreement, academic research only",
    ask="the MuSe organisers",
    tree="""\
label_segments/{arousal,valence,...}/<id>.csv      timestamp (ms),segment_id,value
feature_segments/<feature>/<id>.csv                timestamp (ms),segment_id, features
metadata/partition.csv                             id first, train, devel or test last
raw_data/audio/<id>.wav, raw_data/video/<id>.MTS   optional
or, of MuSe-Toolbox: raw/arousal/<id>.csv          timestamp,1,2,3 (raters)
                     processed/arousal/<id>.csv    Time (ms),value; optional
(metadata/segment_info may lie beside; it is not read)""",
    read=read_muse,
    gold="muse_ewe",
)
