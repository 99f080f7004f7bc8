"""emotrace traces emotion through time: arousal and valence of each moment of a recording."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emotrace.inference import load

__version__ = "0.1.0"
__all__ = ["__version__", "annotation", "load", "metrics", "models", "postprocess"]


def __getattr__(name: str) -> Any:
    """Import rooms on first use, so that ``import emotrace`` and ``emotrace --help`` stay quick."""
    import importlib

    if name == "load":
        return importlib.import_module("emotrace.inference").load
    if name in {"annotation", "metrics", "models", "postprocess"}:
        return importlib.import_module(f"emotrace.{name}")
    raise AttributeError(f"module 'emotrace' has no attribute {name!r}")
