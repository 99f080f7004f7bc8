"""Reads what training left in a run folder, and writes into it whole files or none."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError, InputError


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
        folder = Path(path)
        run = _read_object(folder / "run.json", ("system", "variant", "labels", "predicts"))
        partition = _read_object(folder / "partition.json", ("parts", "subjects"))
        if run["predicts"] not in ("trace", "class"):
            raise CheckpointError(
                f"{folder / 'run.json'}: predicts is {run['predicts']!r}; expected trace or class"
            )
        return cls(folder, run, partition)

    @property
    def labels(self) -> tuple[str, ...]:
        """Dimensions or classes, in the order of the columns."""
        return tuple(self.run["labels"])

    @property
    def identity(self) -> dict[str, Any]:
        """What must be equal for two evaluations to speak of the same model and split."""
        keys = ("system", "variant", "preset", "corpus", "fold", "recipe_digest", "partition_digest", "best")
        return {key: self.run.get(key) for key in keys}

    def recordings(self, partition: str) -> tuple[str, ...]:
        """Names of the recordings of a partition.

        Raises
        ------
        InputError
            If there is no such partition, or it is empty.
        """
        parts = self.partition["parts"]
        if not parts.get(partition):
            filled = ", ".join(name for name, recordings in parts.items() if recordings)
            raise InputError(
                f"partition {partition!r} of {self.path} has no recordings; expected one of: {filled}"
            )
        return tuple(parts[partition])

    def read_metrics(self) -> dict[str, Any] | None:
        """metrics.json, or None if the run has not been evaluated or was trained anew since.

        Raises
        ------
        CheckpointError
            If the file is damaged.
        """
        path = self.path / "metrics.json"
        if not path.is_file():
            return None
        metrics = _read_object(path, ("run", "partitions"))
        return metrics if metrics["run"] == self.identity else None


def _read_object(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path}: not readable ({error}); expected a run folder that `emotrace train` wrote"
        ) from error
    missing = [key for key in keys if not isinstance(value, dict) or key not in value]
    if missing:
        raise CheckpointError(
            f"{path}: lacks {', '.join(missing)}; train again with this version of emotrace"
        )
    return value
