"""The facts of a run that evaluation needs, read from its folder and checked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.run_files import RunFiles, finished_folds, folds_done, identity, read_json

_SCORES = ("predicts", "recordings", "subjects", "seconds", "interval", "warnings", "concatenated")
_JSON_NAMES: dict[type, str] = {list: "list", dict: "object"}


@dataclass(frozen=True)
class RunFolder:
    """The facts of a run that evaluation needs.

    Parameters
    ----------
    path : Path
    run : dict
        run.json: system, variant, preset, labels, predicts, corpus, seed, versions, and so on.
    partition : dict
        partition.json: parts, subject of each recording, class of each clip if any.
    """

    path: Path
    run: dict[str, Any]
    partition: dict[str, Any]

    @classmethod
    def read(cls, path: str | Path) -> "RunFolder":
        """Read run.json and partition.json.

        Raises
        ------
        CheckpointError
            If one is missing, damaged or lacks a key.
        """
        files = RunFiles(path)
        run = read_json(files.run_json, ("system", "variant", "labels", "predicts"))
        partition = read_json(files.partition_json, ("parts", "subjects"))
        if run["predicts"] not in ("trace", "class"):
            raise CheckpointError(
                f"{files.run_json}: predicts is {run['predicts']!r}; expected trace or class"
            )
        _check_kind(files.run_json, run, labels=list, warnings=list)
        _check_kind(files.partition_json, partition, parts=dict, subjects=dict, classes=dict)
        _check_folds(files, run, partition)
        _check_kind(files.partition_json, partition["parts"], train=list, development=list, test=list)
        return cls(files.path, run, partition)

    @property
    def files(self) -> RunFiles:
        """Where its files lie."""
        return RunFiles(self.path)

    @property
    def labels(self) -> tuple[str, ...]:
        """Dimensions or classes, in the order of the columns."""
        return tuple(self.run["labels"])

    @property
    def scale(self) -> tuple[float, float] | None:
        """Lowest and highest value of the ratings that a trace is learnt from; None: classes, or unknown."""
        known = self.run.get("value_range")
        if self.run["predicts"] != "trace" or not isinstance(known, list) or len(known) != 2:
            return None
        return float(known[0]), float(known[1])

    @property
    def identity(self) -> dict[str, Any]:
        """What must be equal for two evaluations to speak of the same model and split."""
        return identity(self.run)

    @property
    def folds(self) -> list[dict[str, Any]] | None:
        """Of a cross-validation the finished folds, each with its number and best step; else None."""
        return folds_done(self.run)

    @property
    def subjects_shared(self) -> bool:
        """Whether subjects may be in several partitions."""
        return bool(self.partition.get("subjects_shared"))

    def recordings(self, partition: str) -> tuple[str, ...]:
        """Names of the recordings of a partition; of a cross-validation those that finished folds tested.

        Raises
        ------
        InputError
            If there is no such partition, or it is empty.
        DataError
            If no fold of a cross-validation is finished.
        """
        parts = self.partition["parts"]
        if not parts.get(partition):
            filled = ", ".join(name for name, recordings in parts.items() if recordings)
            raise InputError(
                f"partition {partition!r} of {self.path} has no recordings; expected one of: {filled}"
            )
        if self.folds is None:
            return tuple(parts[partition])
        done, fold_of = {entry["fold"] for entry in self.folds}, self.partition["fold_of"]
        if not done:
            raise DataError(f"{self.path}: no fold is finished; run the same `emotrace crossval` again")
        return tuple(name for name in parts[partition] if fold_of[name] in done)

    def read_metrics(self) -> dict[str, Any] | None:
        """metrics.json, or None if the run has not been evaluated or was trained anew since.

        Raises
        ------
        CheckpointError
            If the file is damaged.
        """
        path = self.files.metrics_json
        if not path.is_file():
            return None
        advice = f"delete it and run `emotrace evaluate {self.path}` again"
        metrics = read_json(path, ("run", "partitions"), advice)
        _check_kind(path, metrics, run=dict, partitions=dict)
        for name, scores in metrics["partitions"].items():
            lacking = [key for key in _SCORES if not isinstance(scores, dict) or key not in scores]
            if lacking:
                raise CheckpointError(f"{path}: its scores of {name} lack {', '.join(lacking)}; {advice}")
        return metrics if metrics["run"] == self.identity else None


def _check_folds(files: RunFiles, run: dict[str, Any], partition: dict[str, Any]) -> None:
    """Refuse a cross-validation that does not say which fold tests each recording."""
    if finished_folds(run) is None:
        return
    fold_of = partition.get("fold_of")
    lacking = [name for name in partition["parts"].get("test", ()) if name not in (fold_of or {})]
    if not isinstance(fold_of, dict) or lacking:
        raise CheckpointError(
            f"{files.partition_json}: fold_of does not say which fold tests "
            f"{lacking[0] if lacking else 'each recording'}; put back what `emotrace crossval` wrote"
        )


def _check_kind(path: Path, values: dict[str, Any], **kinds: type) -> None:
    """Refuse a value of another kind; one that is not there is another's business."""
    for key, kind in kinds.items():
        if key in values and not isinstance(values[key], kind):
            raise CheckpointError(
                f"{path}: {key} is {values[key]!r}; expected a JSON {_JSON_NAMES[kind]}, "
                "put back what `emotrace train` wrote"
            )
