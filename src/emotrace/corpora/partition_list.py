"""A user's own partitions: a table of recordings or subjects that takes the place of the official list."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from emotrace.corpora.account import shared_subjects
from emotrace.corpora.partitions import PARTITION_NAMES
from emotrace.corpora.recording import Corpus
from emotrace.corpora.table import read_table
from emotrace.errors import DataError
from emotrace.remarks import counted

_KEYS = ("recording", "subject")


def read_partition_list(path: Path) -> tuple[str, dict[str, str]]:
    """What a table says of partitions.

    Parameters
    ----------
    path : Path
        A table with the columns ``recording`` or ``subject``, and ``partition`` (train, development or
        test); other columns are not looked at.

    Returns
    -------
    key : {"recording", "subject"}
    partitions : dict of name to partition

    Raises
    ------
    DataError
        If it cannot be read, has neither or both of the columns, a cell is empty, a partition has
        another name, or somebody is listed in two.
    """
    table = read_table(path, lower_case_header=True)
    keys = [key for key in _KEYS if key in table.columns]
    if len(keys) != 1:
        raise DataError(
            f"{path} has {'both' if keys else 'neither'} of the columns recording and subject; expected one "
            "of them, and partition"
        )
    (key,) = keys
    table.require(key, "partition")
    partitions: dict[str, str] = {}
    for name, part, line in zip(table.columns[key], table.columns["partition"], table.lines, strict=True):
        if not name:
            raise DataError(f"{path}, line {line}: its {key} is empty; expected a name")
        if part not in PARTITION_NAMES:
            raise DataError(
                f"{path}, line {line}, column partition: {part!r}; expected {', '.join(PARTITION_NAMES)}"
            )
        if partitions.setdefault(name, part) != part:
            raise DataError(
                f"{path}, line {line}: {key} {name} is in {part} and in {partitions[name]}; expected one"
            )
    return key, partitions


def apply_partition_list(corpus: Corpus, path: Path) -> Corpus:
    """The corpus with the partitions of a list; recordings that it does not name are left out.

    Left out means moved to `Corpus.excluded`. Warned of, with counts: names that the corpus has not,
    subjects in two partitions (which training refuses unless the recipe says that they are shared).

    Raises
    ------
    DataError
        As `read_partition_list`, and if the list names nobody of the corpus.
    """
    key, partitions = read_partition_list(path)
    names = {one.name if key == "recording" else one.subject for one in corpus.recordings}
    unknown = [name for name in partitions if name not in names]
    if len(unknown) == len(partitions):
        raise DataError(
            f"{path} names no {key} of the corpus but {_some(unknown)}; expected names such as "
            f"{_some(sorted(names))}"
        )
    kept, excluded = [], []
    for one in corpus.recordings:
        part = partitions.get(one.name if key == "recording" else one.subject)
        if part is None:
            excluded.append((one.name, f"{one.name} is not in the partition list {path}"))
        else:
            kept.append(replace(one, partition=part))
    warnings = []
    if unknown:
        warnings.append(counted(f"{path} names a {key} that the corpus has not", unknown))
    if excluded:
        warnings.append(counted(f"recordings that {path} does not name are left out", dict(excluded)))
    shared = shared_subjects(kept)
    if shared:
        warnings.append(counted(f"subjects in more than one partition of {path}", shared))
    return replace(
        corpus,
        recordings=tuple(kept),
        excluded=(*corpus.excluded, *excluded),
        warnings=(*(text for text in corpus.warnings if not _is_overruled(text)), *warnings),
        own_partitions=True,
    )


def _is_overruled(warning: str) -> bool:
    """Whether a warning of the account speaks of the official partitions."""
    return warning.startswith("subjects in more than one partition: ")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
