"""CASE as cut up for EPiC 2023: one file per subject, stimulus and part, by scenario and fold."""

import re
from functools import partial
from pathlib import Path

import numpy as np

from emotrace.corpora.adapters.case.annotations import DIMENSIONS
from emotrace.corpora.adapters.case.physiology import first_time_ms, read_all
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Recording, Series
from emotrace.corpora.roots import matching, subfolders
from emotrace.corpora.table import read_table
from emotrace.corpora.tables import TableFile
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

MARK = "scenario_?"
_STEM = re.compile(r"sub_(\d+)_vid_(\d+)")
_HIDDEN = -1.0  # stands in every row of test annotations that are kept back


def read_epic(
    base: Path, inside: tuple[str, ...], scenario: str | None, fold: str | None, remarks: Remarks
) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings of one scenario (and fold), and what was left out.

    Parameters
    ----------
    base : Path
    inside : tuple of str
        Folders below `base` that the user named, such as ``("scenario_2", "fold_1")``; used where no
        `scenario` or `fold` is given.
    scenario, fold : str or None
    remarks : Remarks

    Raises
    ------
    ConfigError
        If there is no such scenario or fold.
    DataError
        If a folder cannot be listed.
    """
    folder = _choose(matching(base, MARK), "scenario", scenario, inside[:1], remarks)
    folds = [one for one in subfolders(folder) if one.name.lower().startswith("fold_")]
    if folds:
        folder = _choose(folds, "fold", fold, inside[1:2] if folder.name in inside else (), remarks)
    elif fold is not None:
        raise ConfigError(f"fold is {fold!r} but {folder} has no folds; leave fold out")
    remarks.note(
        f"EPiC renumbers subjects and videos in every scenario; those of {folder.relative_to(base)} are kept"
    )
    recordings, skipped = [], []
    for part in ("train", "test"):
        for path in _annotations(folder, part, remarks):
            name = f"{path.stem}_{part}"
            found = _STEM.fullmatch(path.stem)
            if found is None:
                skipped.append((name, f"{path} is not named sub_<n>_vid_<m>.csv"))
                continue
            try:
                recordings.append(_recording(path, name, found, part, remarks))
            except DataError as error:
                skipped.append((name, str(error)))
    return recordings, skipped


def _choose(
    folders: list[Path], what: str, asked: str | None, inside: tuple[str, ...], remarks: Remarks
) -> Path:
    by_number = {path.name.rpartition("_")[2]: path for path in folders}
    if asked is None:
        named = [path for path in folders if path.name in inside]
        if named:
            return named[0]
        number = min(by_number)
        if len(by_number) > 1:
            remarks.note(
                f"{what} {number} of {', '.join(sorted(by_number))} is read; option {what} names another"
            )
        return by_number[number]
    if str(asked) not in by_number:
        raise ConfigError(f"{what} is {asked!r}; expected one of {', '.join(sorted(by_number))}")
    return by_number[str(asked)]


def _annotations(folder: Path, part: str, remarks: Remarks) -> list[Path]:
    """Files of annotations, and where they would be for physiology that has none; sorted."""
    there = matching(folder, f"{part}/annotations/*.csv", remarks)
    physiology = matching(folder, f"{part}/physiology/*.csv", remarks)
    return sorted({*there, *(folder / part / "annotations" / path.name for path in physiology)})


def _recording(path: Path, name: str, found: re.Match[str], part: str, remarks: Remarks) -> Recording:
    physiology = path.parent.parent / "physiology" / path.name
    gold: dict[str, Series] = {}
    tables = {}
    zero_ms = None
    if physiology.is_file():
        zero_ms = first_time_ms(physiology)
        tables["physiology"] = TableFile(physiology, partial(read_all, zero_ms=zero_ms), "signal")
    if path.is_file():
        gold = _gold(path, zero_ms, part)
        if not gold:
            remarks.add("test annotations are kept back (-1 in every row or empty)", name)
    return Recording(
        name=name,
        subject=f"sub_{found[1]}",
        tables=tables,
        gold=gold,
        ratings={dimension: {"self": series} for dimension, series in gold.items()},
        partition=part,
        attributes={"stimulus": found[2]},
    )


def _gold(path: Path, zero_ms: float | None, part: str) -> dict[str, Series]:
    table = read_table(path, lower_case_header=True)
    table.require("time", *DIMENSIONS)
    times_ms = table.numbers("time")
    check_rising(times_ms / 1000, path)
    zero_ms = float(times_ms[0]) if zero_ms is None else zero_ms
    values = {name: table.numbers(name) for name in DIMENSIONS}
    stacked = np.stack(list(values.values()))
    if part == "test" and (np.isnan(stacked) | (stacked == _HIDDEN)).all():
        return {}
    times_s = (times_ms - zero_ms) / 1000
    return {name: Series(times_s, row) for name, row in values.items()}
