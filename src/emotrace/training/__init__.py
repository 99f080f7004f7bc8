"""Prepared corpus and recipe to a run folder: windows, losses, stages, logs, checkpoints, predictions."""

from typing import TYPE_CHECKING, Any

from emotrace.training.predict import predict_partition

if TYPE_CHECKING:
    from emotrace.training.run import train

__all__ = ["predict_partition", "train"]


def __getattr__(name: str) -> Any:
    """Import Lightning on first use, which takes seconds: predicting a partition needs none of it."""
    if name == "train":
        import importlib

        return importlib.import_module("emotrace.training.run").train
    raise AttributeError(f"module 'emotrace.training' has no attribute {name!r}")
