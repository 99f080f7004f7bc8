"""The work on one fold of a cross-validation: train it, or go on, and predict its test."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emotrace.config.recipe import Recipe
from emotrace.errors import EmotraceError
from emotrace.training.predict import predict_partition
from emotrace.training.run import train
from emotrace.training.run_folder import RunFolder
from emotrace.training.start_weights import StartWeights
from emotrace.training.threads import torch_threads

FAILURES = (EmotraceError, OSError, RuntimeError, MemoryError)  # of torch: RuntimeError
"""Errors that fail a fold and leave the others; anything else is a fault of emotrace and ends all."""


@dataclass(frozen=True)
class FoldTask:
    """One fold to be worked on.

    Parameters
    ----------
    recipe : Recipe
    prepared, folder : Path
    fold : int
    accelerator : str
    threads : int
        Of torch; the same whenever and wherever the fold is worked on.
    progress : bool
        Show a bar on standard error.
    weights : mapping of str to Path
        As for `train`.
    recipe_name : str or None
        As for `train`.
    """

    recipe: Recipe
    prepared: Path
    folder: Path
    fold: int
    accelerator: str = "cpu"
    threads: int = 1
    progress: bool = True
    weights: StartWeights = field(default_factory=dict)
    recipe_name: str | None = None


def work_on(task: FoldTask) -> dict[str, Any] | None:
    """Train a fold and predict its test; the best step and score.

    Raises
    ------
    EmotraceError
        As `train` and `predict_partition`.
    """
    with _quiet(), torch_threads(task.threads):
        train(
            task.recipe,
            task.prepared,
            task.folder,
            fold=task.fold,
            resume=True,
            weights=task.weights,
            recipe_name=task.recipe_name,
            accelerator=task.accelerator,
            progress=task.progress,
        )
        predict_partition(task.folder, task.prepared, "test")
    return RunFolder(task.folder).facts()["best"]


def in_words(error: BaseException) -> str:
    """What went wrong with a fold, on one line."""
    text = " ".join(str(error).split())
    return text if isinstance(error, EmotraceError) else f"{type(error).__name__}: {text}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what training says of a single run: the cross-validation says it once for all folds."""
    log = logging.getLogger("emotrace.training")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
