"""Prepared corpus and recipe to a run folder: windows, losses, stages, logs, checkpoints, predictions."""

from typing import TYPE_CHECKING, Any

from emotrace.training.predict import predict_folds, predict_partition

if TYPE_CHECKING:
    from emotrace.training.crossval import train_folds
    from emotrace.training.run import train

__all__ = ["predict_folds", "predict_partition", "train", "train_folds"]

_LATE = {"train": "emotrace.training.run", "train_folds": "emotrace.training.crossval"}


def __getattr__(name: str) -> Any:
    """Import Lightning on first use, which takes seconds: predicting a partition needs none of it."""
    if name in _LATE:
        import importlib

        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module 'emotrace.training' has no attribute {name!r}")
