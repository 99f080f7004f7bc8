"""One run of a table: trained where it is not, predicted and scored where it has not been."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.evaluation import evaluate, pool
from emotrace.evaluation.run_folder import RunFolder
from emotrace.reproduction.plan import has_folds
from emotrace.run_files import RunFiles, read_json


@dataclass(frozen=True)
class Task:
    """A run to be made.

    Parameters
    ----------
    name : str
        Of the recipe.
    recipe : Recipe
    prepared, folder : Path
    partitions : tuple of str
        To be scored, of those that have recordings.
    folds : tuple of int or None
        Of a cross-validation only these; None: all.
    threads : int
        Of torch.
    recipe_name, weights, accelerator
        As for `training.train`.
    """

    name: str
    recipe: Recipe
    prepared: Path
    folder: Path
    partitions: tuple[str, ...]
    folds: tuple[int, ...] | None = None
    threads: int = 1
    recipe_name: str | None = None
    weights: Mapping[str, Path] = field(default_factory=dict)
    accelerator: str = "cpu"


@dataclass(frozen=True)
class Spent:
    """Seconds that a run took."""

    training: float
    scoring: float


def make_run(task: Task) -> Spent:
    """Train a run, or go on with it, and score it; what is done is left.

    Raises
    ------
    EmotraceError
        As training, prediction and evaluation.
    """
    from emotrace.training.threads import torch_threads

    began = time.perf_counter()
    with torch_threads(task.threads):
        if has_folds(task.recipe):
            _cross_validate(task)
            trained = time.perf_counter()
            pool(task.folder)
            _score(task.folder, ("test",), predict=False)
        else:
            _train(task)
            trained = time.perf_counter()
            _score(task.folder, scored_partitions(task.folder, task.partitions), predict=True)
    return Spent(trained - began, time.perf_counter() - trained)


def scored_partitions(folder: Path, wanted: Iterable[str]) -> tuple[str, ...]:
    """Of the wanted partitions those that the run has recordings of; if it has none, development or test.

    Raises
    ------
    DataError
        If neither has any.
    """
    parts = read_json(RunFiles(folder).partition_json, ("parts",))["parts"]
    filled = [name for name in wanted if parts.get(name)]
    filled = filled or [name for name in ("development", "test") if parts.get(name)][:1]
    if not filled:
        raise DataError(
            f"{folder}: has recordings neither for development nor for test; nothing can be scored"
        )
    return tuple(dict.fromkeys(filled))


def _train(task: Task) -> None:
    from emotrace.training import train

    train(
        task.recipe,
        task.prepared,
        task.folder,
        resume=True,
        weights=task.weights,
        recipe_name=task.recipe_name,
        accelerator=task.accelerator,
        progress=False,
    )


def _cross_validate(task: Task) -> None:
    from emotrace.training import train_folds

    results = train_folds(
        task.recipe,
        task.prepared,
        task.folder,
        folds=task.folds,
        weights=task.weights,
        recipe_name=task.recipe_name,
        accelerator=task.accelerator,
        progress=False,
        tell=lambda text: None,
    )
    failed = [result for result in results if result.error is not None]
    if failed:
        raise CheckpointError(f"{task.folder}: fold {failed[0].fold}: {failed[0].error}")


def _score(folder: Path, partitions: Iterable[str], *, predict: bool) -> None:
    from emotrace.training import predict_partition

    there = RunFolder.read(folder).read_metrics() or {"partitions": {}}
    for name in partitions:
        if name in there["partitions"]:
            continue
        if predict:
            predict_partition(folder, None, name)
        try:
            evaluate(folder, name)
        except InputError as error:
            raise DataError(f"{folder}: the partition {name} cannot be scored ({error})") from error
