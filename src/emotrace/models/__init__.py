"""Models: tensors to tensors; one file per system."""

from emotrace.models.base import Model, System, Variant
from emotrace.models.checkpoint import CheckpointMeta, load_checkpoint, save_checkpoint
from emotrace.models.pretrained import load_trunk
from emotrace.models.registry import available, build, declare, describe
from emotrace.models.run import trace_and_show, trace_recording

__all__ = [
    "CheckpointMeta",
    "Model",
    "System",
    "Variant",
    "available",
    "build",
    "declare",
    "describe",
    "load_checkpoint",
    "load_trunk",
    "save_checkpoint",
    "trace_and_show",
    "trace_recording",
]
