"""Pools the folds of a cross-validation: predictions of all tests together, tables by fold and by subject."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError, DataError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.run_files import RunFiles
from emotrace.writing import written_whole

MEAN, SPREAD = "mean", "standard deviation (1/n)"
"""The last two rows of folds.csv."""


def pool(run_path: str | Path) -> list[Path]:
    """Copy what each finished fold predicted for its test into RUN/predictions.

    Parameters
    ----------
    run_path : str or Path
        Folder of a cross-validation.

    Returns
    -------
    list of Path
        The copies, by name of the recording.

    Raises
    ------
    CheckpointError
        If it is no folder of a cross-validation.
    DataError
        If no fold is finished, or a prediction is missing.
    """
    run = RunFolder.read(run_path)
    if run.folds is None:
        raise CheckpointError(
            f"{run.path}: is no cross-validation, there is nothing to pool; give a folder that "
            "`emotrace crossval ... -o` wrote"
        )
    copies = []
    for name in run.recordings("test"):
        fold = run.partition["fold_of"][name]
        source = RunFiles(run.files.fold(fold)).predictions / f"{name}.csv"
        if not source.is_file():
            raise DataError(
                f"{source}: is missing; run `emotrace evaluate {run.path}`, which predicts the tests of all "
                "finished folds anew"
            )
        copies.append(run.files.predictions / source.name)
        with written_whole(copies[-1]) as part:
            shutil.copyfile(source, part)
        files = RunFiles(run.files.fold(fold))
        _copy_beside(files.raw_predictions / source.name, run.files.raw_predictions / source.name)
        _copy_beside(files.shown_predictions / source.name, run.files.shown_predictions / source.name)
    return copies


def _copy_beside(source: Path, copy: Path) -> None:
    """What stands beside a prediction: raw, or shown; if there is any."""
    if not source.is_file():
        copy.unlink(missing_ok=True)
        return
    with written_whole(copy) as part:
        shutil.copyfile(source, part)


def write_tables(run: RunFolder, scores: dict[str, Any]) -> None:
    """Write RUN/folds.csv and RUN/subjects.csv from the scores of the test.

    Undefined is an empty cell; metrics are of a group's recordings end to end, and below the folds stand
    their plain mean and standard deviation (1/n).

    Raises
    ------
    DataError
        If a file cannot be written.
    """
    metrics = list(scores["over_folds"])
    folds = [
        [name, row["recordings"], row["subjects"], *(_cell(row[metric]) for metric in metrics)]
        for name, row in scores["by_fold"].items()
    ]
    for title, key in ((MEAN, "mean"), (SPREAD, "standard_deviation")):
        folds.append([title, "", "", *(_cell(scores["over_folds"][metric][key]) for metric in metrics)])
    _write(run.files.folds_csv, ["fold", "recordings", "subjects", *metrics], folds)
    subjects = [
        [
            name,
            " ".join(map(str, row["folds"])),
            row["recordings"],
            *(_cell(row[metric]) for metric in metrics),
        ]
        for name, row in scores["by_subject"].items()
    ]
    _write(run.files.subjects_csv, ["subject", "folds", "recordings", *metrics], subjects)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _write(path: Path, head: list[str], rows: Iterable[list[Any]]) -> None:
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
