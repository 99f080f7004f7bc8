"""Folders of anyone's prediction CSVs, and one with the gold standard, as sources of a fusion."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from emotrace.corpora.table import read_table
from emotrace.errors import DataError, InputError
from emotrace.fusion.align import align
from emotrace.fusion.series import read_series
from emotrace.fusion.sources import Sources, named_apart
from emotrace.remarks import Remarks, counted


def read_folders(
    paths: Sequence[Path],
    gold: Path,
    labels: Sequence[str] | None = None,
    subjects: Mapping[str, str] | None = None,
) -> Sources:
    """The predictions in folders: one folder for each system, one CSV for each recording, as `read_series`
    reads it.

    Parameters
    ----------
    paths : sequence of path
    gold : path
        Folder of CSVs of the same names and labels; every step of theirs is fused.
    labels : sequence of str or None
        Dimensions to fuse; None: all that the gold standard has.
    subjects : mapping of recording to str, or None
        None: each recording is its own.

    Raises
    ------
    InputError
        If there are fewer than 2 systems, a folder is not there, or a recording has no subject.
    DataError
        If a folder lacks a recording, or a file is damaged or does not fit.
    """
    names = named_apart(paths)
    recordings = _files(gold)
    remarks, aligned = Remarks(), []
    found = {name: _files(path) for name, path in zip(names, paths, strict=True)}
    for name, path in zip(names, paths, strict=True):
        lacking = [recording for recording in recordings if recording not in found[name]]
        if lacking:
            raise DataError(
                f"{path}: {counted('lacks recordings that the gold standard has', lacking)}; expected a "
                "CSV of the "
                "same name for each"
            )
        for recording in found[name]:
            if recording not in recordings:
                remarks.add(f"{name} has a recording without gold standard, which is left out", recording)
    unknown = [recording for recording in recordings if subjects is not None and recording not in subjects]
    if unknown:
        raise InputError(
            f"{counted('subjects are not known of', unknown)}; name the subject of every recording"
        )
    wanted = labels
    for recording, path in recordings.items():
        rated = read_series(path, wanted)
        wanted = wanted or rated.labels  # of the first, for the others
        said = {name: read_series(found[name][recording], wanted) for name in names}
        aligned.append(align(recording, said, rated, remarks))
    people = {one: one if subjects is None else subjects[one] for one in recordings}
    warnings = list(remarks.texts())
    if subjects is None:
        warnings.insert(0, "subjects are not known: every recording counts as its own subject")
    return Sources(
        systems=names,
        labels=tuple(wanted or ()),
        predicts="trace",
        parts={"development": tuple(aligned)},
        partition={"scheme": "fixed", "fold": None, "parts": {}, "subjects": people},
        groups=people,
        facts={
            "corpus": gold.resolve().parent.name,
            "inputs": {},
            "sources": [
                {"name": name, "path": str(path.resolve())} for name, path in zip(names, paths, strict=True)
            ],
            "gold": str(gold.resolve()),
            "warnings": warnings,
        },
    )


def read_subjects(path: Path) -> dict[str, str]:
    """Subject of each recording, from a table with the columns recording and subject.

    Raises
    ------
    DataError
        If the file is unreadable or lacks a column.
    """
    table = read_table(path)
    table.require("recording", "subject")
    return dict(zip(table.columns["recording"], table.columns["subject"], strict=True))


def _files(folder: Path) -> dict[str, Path]:
    """CSVs by recording."""
    if not folder.is_dir():
        raise InputError(
            f"{folder}: there is no such folder; expected one with a CSV of predictions for each recording"
        )
    found = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    if not found:
        raise DataError(f"{folder}: holds no *.csv; expected one for each recording")
    return found
