"""Prepared corpus and recipe to a run folder: windows, losses, stages, logs, checkpoints, predictions."""

from emotrace.training.predict import predict_partition
from emotrace.training.run import train

__all__ = ["predict_partition", "train"]
