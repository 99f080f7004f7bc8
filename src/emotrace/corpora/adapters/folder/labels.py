"""The labels of a user's folder in one table of all files, and the facts that such a table may give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.corpora.adapters.folder.media import MediaIndex, Pair
from emotrace.corpora.partitions import PARTITION_NAMES
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.table import Table
from emotrace.errors import DataError
from emotrace.trace import OWN_COLUMNS

FACTS = ("subject", "partition", "session")
Skipped = list[tuple[str, str]]


@dataclass(frozen=True)
class Label:
    """What the labels say about one recording; `file` is the name that they give it."""

    file: str
    video: Path | None
    audio: Path | None
    gold: dict[str, Series] = field(default_factory=dict)
    emotion: str | None = None
    subject: str | None = None
    partition: str | None = None
    session: str | None = None


def holds_labels(table: Table) -> bool:
    """Whether a table has labels (``time_s`` or ``emotion``), or facts about files only.

    Raises
    ------
    DataError
        If it has neither form, both at once, or a partition that is not train, development or test.
    """
    table.require("file")
    dimensions = _dimensions(table)
    if "time_s" in table.columns and "emotion" in table.columns:
        raise DataError(
            f"{table.path} has the columns time_s and emotion; expected one: a class is of a whole clip"
        )
    if ("time_s" in table.columns) != bool(dimensions) and "emotion" not in table.columns:
        raise DataError(
            f"{table.path} has the columns {', '.join(table.columns)}; expected file, time_s and one or more "
            "dimensions such as arousal, or file and emotion"
        )
    for line, cell in zip(table.lines, table.columns.get("partition", []), strict=False):
        if cell not in ("", *PARTITION_NAMES):
            raise DataError(
                f"{table.path}, line {line}, column partition: {cell!r}; expected train, development or test"
            )
    return "time_s" in table.columns or "emotion" in table.columns


def labels_from_table(table: Table, media: MediaIndex) -> tuple[list[Label], Skipped, list[str]]:
    """Labels of a table that `holds_labels`, sorted by path; what was left out, and why; warnings."""
    found, skipped = [], []
    rows, missing = rows_by_recording(table, media)
    skipped += missing
    for pair, (file, chosen) in rows.items():
        try:
            facts = read_facts(table, chosen, file)
            if "emotion" in table.columns:
                found.append(Label(file, *pair, emotion=_emotion(table, chosen, file), **facts))
            else:
                gold = read_gold(table, _dimensions(table), file, chosen)
                found.append(Label(file, *pair, gold=gold, **facts))
        except DataError as error:
            skipped.append((file, str(error)))
    warnings = []
    beside = [stem for stem in media.stems() if media.table_of(stem) not in (None, table.path)]
    if beside:
        warnings.append(f"{len(beside)} CSV files beside media are not read: {table.path} holds the labels")
    extra = _dimensions(table) if "emotion" in table.columns else []
    if extra:
        warnings.append(f"columns of {table.path} that are not read: {', '.join(extra)}")
    return sort_labels(found, media), skipped, warnings


def _dimensions(table: Table) -> list[str]:
    names = [name for name in table.columns if name not in ("file", "time_s", "emotion", *FACTS)]
    check_dimension_names(table, names)
    return names


def check_dimension_names(table: Table, names: list[str]) -> None:
    """Refuse names that columns of a predictions CSV have.

    Raises
    ------
    DataError
        Naming them.
    """
    taken = [name for name in names if name in OWN_COLUMNS or name.startswith("gold_")]
    if taken:
        raise DataError(
            f"{table.path} has the dimension {', '.join(taken)}; expected another name, for face_found, "
            "based_on and gold_... are columns of predictions, rename it"
        )


def rows_by_recording(table: Table, media: MediaIndex) -> tuple[dict[Pair, tuple[str, list[int]]], Skipped]:
    """Rows of each recording with the first name that it is given; names of files that are not there."""
    by_name: dict[str, list[int]] = {}
    for row, file in enumerate(table.columns["file"]):
        by_name.setdefault(file, []).append(row)
    rows: dict[Pair, tuple[str, list[int]]] = {}
    missing = []
    for file, chosen in by_name.items():
        try:
            rows.setdefault(media.find(file), (file, []))[1].extend(chosen)
        except DataError as error:
            missing.append((file, f"{table.path}, line {table.lines[chosen[0]]}: {error}"))
    return rows, missing


def read_facts(table: Table, rows: Sequence[int], file: str) -> dict[str, Any]:
    """Subject, partition and session that some rows give a file; None where they give none.

    Raises
    ------
    DataError
        If the rows contradict each other.
    """
    facts: dict[str, Any] = {}
    for name in FACTS:
        cells = table.columns.get(name)
        given = {cells[row] for row in rows if cells[row]} if cells else set()
        if len(given) > 1:
            raise DataError(
                f"{table.path} gives {file} more than one {name}: {', '.join(sorted(given))}; expected one"
            )
        facts[name] = given.pop() if given else None
    return facts


def _emotion(table: Table, rows: Sequence[int], file: str) -> str:
    lines = [table.lines[row] for row in rows]
    if len(rows) > 1:
        raise DataError(
            f"{table.path} lists {file} in lines {', '.join(map(str, lines))}; expected one row per clip"
        )
    emotion = table.columns["emotion"][rows[0]]
    if not emotion:
        raise DataError(
            f"{table.path}, line {lines[0]}, column emotion is empty; expected the class of {file}"
        )
    return emotion


def read_gold(table: Table, dimensions: list[str], file: str, rows: Sequence[int]) -> dict[str, Series]:
    """Values over time of each dimension, from some rows of a table.

    Raises
    ------
    DataError
        If a cell is no number, times fall or begin before 0, or there is no value at all.
    """
    times = table.numbers("time_s", rows)
    check_rising(times, table.path, f"time_s of {file}")
    if times[0] < 0:
        raise DataError(f"{table.path}: time_s of {file} begins at {times[0]:g} s; expected 0 or later")
    gold = {name: Series(times, table.numbers(name, rows)) for name in dimensions}
    if all(np.isnan(series.values).all() for series in gold.values()):
        raise DataError(f"{table.path} has no value for {file}; expected numbers in {', '.join(dimensions)}")
    return gold


def sort_labels(labels: list[Label], media: MediaIndex) -> list[Label]:
    """Labels in the order of their media files."""
    return sorted(labels, key=lambda label: media.relative(label.video or label.audio).parts)
