"""A recording with its prediction and what it is scored against, read from predictions CSVs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from emotrace.errors import DataError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.trace import Trace


@dataclass(frozen=True)
class Scored:
    """One recording to be scored.

    Parameters
    ----------
    name, subject : str
    trace : Trace
        Prediction; for a trace system with the gold standard.
    gold_class : str or None
        The class of the whole clip, for a class system; None: not known.
    fold : int or None
        That tested it in a cross-validation.
    """

    name: str
    subject: str
    trace: Trace
    gold_class: str | None = None
    fold: int | None = None

    @property
    def gold(self) -> np.ndarray:
        """Gold standard, float (time, label); NaN where not rated, or not known at all."""
        return np.full(self.trace.values.shape, np.nan) if self.trace.gold is None else self.trace.gold

    @property
    def step_s(self) -> float:
        """Seconds from one row to the next (median); NaN for a single row."""
        return float(np.median(np.diff(self.trace.times_s))) if len(self.trace.times_s) > 1 else float("nan")


def read_partition(run: RunFolder, partition: str, *, raw: bool = False) -> list[Scored]:
    """The recordings of a partition of a run, from RUN/predictions.

    Parameters
    ----------
    run : RunFolder
    partition : str
    raw : bool
        As they were before post-processing; see `has_raw`.

    Raises
    ------
    InputError
        If there is no such partition.
    DataError
        If predictions are missing, damaged, without gold standard, or of other labels.
    """
    files, names = run.files, run.recordings(partition)
    folder = files.raw_predictions if raw else files.predictions
    missing = [name for name in names if not (folder / f"{name}.csv").is_file()]
    if len(missing) == len(names):
        raise DataError(
            f"{folder} has no predictions of partition {partition}; "
            f"run `emotrace evaluate {run.path} --partition {partition}`"
        )
    if missing:
        raise DataError(
            f"{folder} lacks the predictions of {', '.join(missing)}, in partition {partition}; "
            f"run `emotrace evaluate {run.path} --partition {partition}`"
        )
    classes = run.partition.get("classes", {}) if run.run["predicts"] == "class" else None
    paths = [folder / f"{name}.csv" for name in names]
    scored = _read_all(paths, run.partition["subjects"], classes, run.labels)
    if run.folds is None:
        return scored
    return [replace(one, fold=run.partition["fold_of"][one.name]) for one in scored]


def has_raw(run: RunFolder, partition: str) -> bool:
    """Whether the predictions of a partition are post-processed, and stand as they were before beside."""
    return any((run.files.raw_predictions / f"{name}.csv").is_file() for name in run.recordings(partition))


def read_folder(
    folder: Path, subjects: Mapping[str, str] | None = None, classes: Mapping[str, str] | None = None
) -> list[Scored]:
    """Every predictions CSV of a folder, of any system.

    Raises
    ------
    DataError
        If there is none, or one is damaged, without gold standard, or of other labels than the first.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise DataError(
            f"{folder} holds no *.csv; expected one per recording, with time_s, <label> and gold_<label>"
        )
    if subjects is None:
        subjects = {path.stem: path.stem for path in paths}
    return _read_all(paths, subjects, classes, None)


def _read_all(
    paths: list[Path],
    subjects: Mapping[str, str],
    classes: Mapping[str, str] | None,
    labels: tuple[str, ...] | None,
) -> list[Scored]:
    scored = []
    for path in paths:
        trace = Trace.from_csv(path)
        labels = labels or trace.labels
        _check(path, trace, labels, needs_gold=classes is None)
        if path.stem not in subjects:
            raise DataError(f"{path}: no subject is known for it; name the subject of every recording")
        gold_class = None if classes is None else classes.get(path.stem)
        if gold_class is not None and gold_class not in labels:
            raise DataError(f"{path}: its class is {gold_class!r}; the columns are {', '.join(labels)}")
        scored.append(Scored(path.stem, str(subjects[path.stem]), trace, gold_class))
    return scored


def _check(path: Path, trace: Trace, labels: tuple[str, ...], needs_gold: bool) -> None:
    if trace.labels != labels:
        raise DataError(f"{path}: has labels {', '.join(trace.labels)}; expected {', '.join(labels)}")
    if not len(trace.times_s):
        raise DataError(f"{path}: has no rows; predict the recording again")
    if not np.isfinite(trace.values).all():
        raise DataError(f"{path}: holds infinite predictions; the model has diverged, train it again")
    if needs_gold and trace.gold is None:
        raise DataError(
            f"{path}: has no gold standard; expected the columns {', '.join(map('gold_{}'.format, labels))}"
        )
    if trace.gold is not None and np.isinf(trace.gold).any():
        raise DataError(f"{path}: holds infinite gold values; leave a cell empty where not rated")
