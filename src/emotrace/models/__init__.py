"""Models: tensors to tensors; one file per system."""

from emotrace.models.registry import available, build, describe

__all__ = ["available", "build", "describe"]
