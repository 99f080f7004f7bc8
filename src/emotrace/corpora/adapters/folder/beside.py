"""The labels of a user's folder in one table beside each media file."""

from pathlib import Path
from typing import Any

from emotrace.corpora.adapters.folder.labels import (
    Label,
    Skipped,
    check_dimension_names,
    read_facts,
    read_gold,
    rows_by_recording,
    sort_labels,
)
from emotrace.corpora.adapters.folder.media import MediaIndex, Pair
from emotrace.corpora.table import Table, read_table
from emotrace.errors import DataError


def labels_beside_media(media: MediaIndex, facts_table: Table | None) -> tuple[list[Label], Skipped]:
    """Labels from ``<stem>.csv`` beside each media file, sorted by path, and what was left out.

    Parameters
    ----------
    media : MediaIndex
    facts_table : Table or None
        A table with ``file`` and subject, partition or session, but no labels.
    """
    facts_of, skipped = _facts(facts_table, media)
    found: list[Label] = []
    dimensions: list[str] | None = None
    for stem in media.stems():
        path = media.table_of(stem)
        if path is None:
            continue
        try:
            pair = media.find(stem)
            table = read_table(path, lower_case_header=True)
            dimensions = _check_dimensions(table, dimensions)
            gold = read_gold(table, dimensions, stem, range(len(table.lines)))
        except DataError as error:
            skipped.append((stem, str(error)))
            continue
        facts = _facts_of_any(facts_of, pair)
        if facts is not None:
            found.append(Label(stem, *pair, gold=gold, **facts))
    return sort_labels(found, media), skipped + _lone(media, facts_table)


def _facts(table: Table | None, media: MediaIndex) -> tuple[dict[Pair, dict[str, Any] | None], Skipped]:
    """Facts by recording, None where they contradict each other; what cannot be used, and why."""
    if table is None:
        return {}, []
    rows, skipped = rows_by_recording(table, media)
    facts_of: dict[Pair, dict[str, Any] | None] = {}
    for pair, (file, chosen) in rows.items():
        path = pair[0] or pair[1]
        assert path is not None
        try:
            facts_of[pair] = read_facts(table, chosen, file)
            if media.table_of(media.stem_of(path)) is None:
                raise DataError(
                    f"{table.path} has no column time_s or emotion and {file} has no {path.stem}.csv beside "
                    "it; expected one of them"
                )
        except DataError as error:
            facts_of[pair] = None
            skipped.append((file, str(error)))
    return facts_of, skipped


def _facts_of_any(facts_of: dict[Pair, dict[str, Any] | None], pair: Pair) -> dict[str, Any] | None:
    """Facts of a recording, whether the table names its video, its sound, or both by their stem."""
    video, audio = pair
    for key in (pair, (video, None), (None, audio)):
        if key in facts_of:
            return facts_of[key]
    return {}


def _check_dimensions(table: Table, expected: list[str] | None) -> list[str]:
    table.require("time_s")
    dimensions = [name for name in table.columns if name != "time_s"]
    check_dimension_names(table, dimensions)
    if not dimensions or set(dimensions) != set(expected or dimensions):
        raise DataError(
            f"{table.path} has the dimensions {', '.join(dimensions) or 'none'}; expected "
            f"{', '.join(expected or ['one or more'])}, the same in every file"
        )
    return expected or dimensions


def _lone(media: MediaIndex, facts_table: Table | None) -> Skipped:
    """Tables that have no media file of their name beside them."""
    stems = set(media.stems())
    own: Path | None = None if facts_table is None else facts_table.path.resolve()
    lone = [path for path in media.tables if media.stem_of(path) not in stems and path.resolve() != own]
    return [
        (media.stem_of(path), f"{path} has no media file of its name beside it, such as {path.stem}.mp4")
        for path in lone
    ]
