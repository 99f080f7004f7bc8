"""The adapter of any user's folder: media files plus a CSV of labels."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.folder.beside import labels_beside_media
from emotrace.corpora.adapters.folder.labels import Label, holds_labels, labels_from_table
from emotrace.corpora.adapters.folder.media import MediaIndex
from emotrace.corpora.recording import Corpus, Recording
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.table import read_table
from emotrace.errors import ConfigError, DataError

LABELS_FILE = "labels.csv"
TREE = """\
(a) values over time, in one table              (b) one class per clip
    labels.csv:  file,time_s,arousal,valence        labels.csv:  file,emotion
                 anna/talk.mp4,0.00,0.1,-0.2                     anna/talk.mp4,happy
                 anna/talk.mp4,0.04,0.1,-0.2
    anna/talk.mp4                                   anna/talk.mp4
(a) or in one table per media file: anna/talk.csv beside anna/talk.mp4:  time_s,arousal,valence
optional columns of labels.csv: subject, partition (train, development, test), session"""


def read_folder(
    root: Path,
    labels: str | Path | None = None,
    value_range: str | Sequence[float] | None = None,
    name: str | None = None,
) -> Corpus:
    """Read the media files under a folder that have labels, in either form of docs/folder-corpus.md.

    Parameters
    ----------
    root : Path
        Media files lie here, at any depth.
    labels : path or None
        The table of labels; a relative path is looked for in `root`, then in the working folder.
        None: ``labels.csv`` in `root` if it is there, else one ``<stem>.csv`` beside each media file.
    value_range : "LOW,HIGH" or (float, float), or None
        Ends of the rating scale. None: -1 to 1 if all values lie there, else those of the data,
        with a warning.
    name : str or None
        What the corpus is called in runs, cards and reports; None: ``folder``.

    Raises
    ------
    ConfigError
        If `labels` is not there, `value_range` is not two rising numbers, or `name` is no line of text.
    DataError
        If there are no media files, no labels, a column is missing, a partition has an unknown name,
        or nothing can be used. What is wrong with one recording (its file is not there, text in a
        number, times that fall, listed twice) goes to `Corpus.skipped` with the line and column.

    Examples
    --------
    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> (root / "anna").mkdir()
    >>> for file in ("anna/talk.mp4", "anna/song.wav"):
    ...     (root / file).touch()
    >>> table = ["file,time_s,arousal,subject", "anna/talk,0,0.1,Anna", "anna/talk,0.04,,Anna"]
    >>> _ = (root / "labels.csv").write_text("\\n".join(table))
    >>> corpus = read_folder(root)
    >>> recording = corpus.recordings[0]
    >>> recording.name, recording.subject, recording.gold["arousal"].values
    ('anna__talk', 'Anna', array([0.1, nan]))
    >>> corpus.warnings[0].split("; ")[0]
    '1 of 2 media files has no labels, e.g. anna/song.wav'
    """
    asked_range = _parse_range(value_range)
    if name is not None and not (name.strip() and name.isprintable()):
        raise ConfigError(f"name is {name!r}; expected a line of text such as interviews 2026")
    media = MediaIndex(root)
    table_path = _table_path(root, labels)
    table = None if table_path is None else read_table(table_path, lower_case_header=True)
    warnings: list[str] = []
    if table is not None and holds_labels(table):
        found, skipped, warnings = labels_from_table(table, media)
    else:
        found, skipped = labels_beside_media(media, table)
    found, out_of_range = _refuse_outside(found, asked_range)
    skipped += out_of_range
    if not found:
        raise DataError(_nothing_found(root, skipped))
    warnings += media.unlisted()
    recordings, remarks = _recordings(found, media)
    warnings += remarks
    dimensions = tuple(dict.fromkeys(name for label in found for name in label.gold))
    data_range, remarks = _value_range(found, asked_range)
    warnings += remarks
    classes = tuple(sorted({label.emotion for label in found if label.emotion is not None}))
    warnings += _similar(classes)
    return Corpus(
        name=ADAPTER.name if name is None else name.strip(),
        root=root,
        recordings=tuple(recordings),
        dimensions=dimensions,
        classes=classes,
        value_range=data_range,
        skipped=tuple(skipped),
        warnings=tuple(warnings),
    )


def _table_path(root: Path, labels: str | Path | None) -> Path | None:
    if labels is None:
        default = root / LABELS_FILE
        return default if default.is_file() else None
    path = Path(labels).expanduser()
    for candidate in (root / path, path):
        if candidate.is_file():
            return candidate
    raise ConfigError(f"labels is {str(labels)!r}; expected a CSV file, in {root} or in the working folder")


def _parse_range(value_range: str | Sequence[float] | None) -> tuple[float, float] | None:
    if value_range is None:
        return None
    parts = value_range.split(",") if isinstance(value_range, str) else list(value_range)
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        low, high = 0.0, 0.0
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ConfigError(f"value_range is {value_range!r}; expected two rising numbers such as 1,9")
    return low, high


def _refuse_outside(
    labels: list[Label], asked: tuple[float, float] | None
) -> tuple[list[Label], list[tuple[str, str]]]:
    """Labels within the asked scale, and those that are not, with the reason."""
    fine, refused = [], []
    for label in labels:
        low, high = _extremes([label])
        if asked is not None and (low < asked[0] or high > asked[1]):
            reason = f"its values run from {low:g} to {high:g}; value_range says {asked[0]:g} to {asked[1]:g}"
            refused.append((label.file, f"{label.file}: {reason}, mend one of them"))
        else:
            fine.append(label)
    return fine, refused


def _extremes(labels: list[Label]) -> tuple[float, float]:
    """Lowest and highest value of all dimensions; (inf, -inf) if there is none."""
    values = [series.values for label in labels for series in label.gold.values()]
    lows = [np.nanmin(row) for row in values if not np.isnan(row).all()]
    highs = [np.nanmax(row) for row in values if not np.isnan(row).all()]
    return float(min(lows, default=np.inf)), float(max(highs, default=-np.inf))


def _value_range(
    labels: list[Label], asked: tuple[float, float] | None
) -> tuple[tuple[float, float], list[str]]:
    low, high = _extremes(labels)
    if asked is not None:
        return asked, []
    if low >= -1 and high <= 1:
        return (-1.0, 1.0), []
    if low == high:
        low, high = min(low, -1.0), max(high, 1.0)
    return (low, high), [
        f"value_range is taken from the data, {low:g} to {high:g}; give it as LOW,HIGH if the scale is wider"
    ]


def _recordings(labels: list[Label], media: MediaIndex) -> tuple[list[Recording], list[str]]:
    names = recording_names([media.relative(label.video or label.audio) for label in labels])
    recordings, from_folder, from_stem = [], 0, 0
    for name, label in zip(names, labels, strict=True):
        relative = media.relative(label.video or label.audio)
        inside = len(relative.parts) > 1
        if not label.subject:
            from_folder, from_stem = from_folder + inside, from_stem + (not inside)
        recordings.append(
            Recording(
                name=name,
                subject=label.subject or (relative.parent.name if inside else relative.stem),
                video=label.video,
                audio=label.audio,
                gold=label.gold,
                emotion=label.emotion,
                partition=label.partition,
                session=label.session,
            )
        )
    remarks = []
    for count, what in ((from_folder, "the folder that its file lies in"), (from_stem, "its file's name")):
        if count:
            remarks.append(
                f"{count} of {len(labels)} recordings have no subject given; {what} is taken for it, add a "
                "column subject to labels.csv if people recur under other names"
            )
    return recordings, remarks


def _similar(classes: tuple[str, ...]) -> list[str]:
    folded = Counter(name.casefold() for name in classes)
    twins = [name for name in classes if folded[name.casefold()] > 1]
    return [f"classes {', '.join(twins)} differ in case only; they are kept apart"] if twins else []


def _nothing_found(root: Path, skipped: list[tuple[str, str]]) -> str:
    if skipped:
        return f"none of {len(skipped)} recordings under {root} can be used; first reason: {skipped[0][1]}"
    return (
        f"no labels for the media files under {root}: there is no {LABELS_FILE}, and no media file has a CSV "
        "of its name beside it; expected one of them as docs/folder-corpus.md says"
    )


ADAPTER = Adapter(
    name="folder",
    title="any folder of media files with a CSV of labels",
    modalities=("video", "audio"),
    labels="any dimensions over time, or one class per clip",
    subjects="from a column subject, else the sub-folder, else the file name",
    licence="yours",
    ask="nobody; see docs/folder-corpus.md for the format",
    tree=TREE,
    read=read_folder,
    options={
        "labels": "path of the table of labels, if it is not labels.csv in the root",
        "value_range": "ends of the rating scale as LOW,HIGH, if they are not -1,1",
        "name": "what runs and reports call the corpus; folder if not given",
    },
)
