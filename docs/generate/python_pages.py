"""Pages of the Python names that others rely on; mkdocstrings fills them from docstrings."""

import importlib
from types import FunctionType, ModuleType

ROOMS = {
    "emotrace.inference": "Load a trained model and trace media. `emotrace.load` is `load` of this room.",
    "emotrace.metrics": "Series to numbers. All take the gold standard first.",
    "emotrace.annotation": "Ratings of several raters to a gold standard.",
    "emotrace.models": "Systems by name, with fresh weights or those of a checkpoint.",
    "emotrace.postprocess": "Predictions to predictions, tuned on development.",
    "emotrace.corpora": "Corpora as they lie on disk.",
    "emotrace.store": "Prepared corpora.",
    "emotrace.training": "Recipes to runs.",
    "emotrace.evaluation": "Runs to numbers and pages.",
    "emotrace.reproduction": "The papers' tables.",
    "emotrace.trace": "What prediction gives.",
}


def python_pages() -> dict[str, str]:
    """Pages by their path in the site, one per room."""
    pages = {}
    for room, what in ROOMS.items():
        module = importlib.import_module(room)
        names = getattr(module, "__all__", None) or _own(module)
        sections = [f"# {room}", what, *(f"::: {_place(module, name)}" for name in names)]
        pages[f"python/{room.removeprefix('emotrace.')}.md"] = "\n\n".join(sections) + "\n"
    return pages


def _place(module: ModuleType, name: str) -> str:
    """Where a name is defined: in a room a module and what it holds may share theirs."""
    value = getattr(module, name)
    if isinstance(value, type | FunctionType) and value.__name__ == name:
        return f"{value.__module__}.{name}"
    return f"{module.__name__}.{name}"


def _own(module: ModuleType) -> list[str]:
    """Public classes and functions that the module defines itself."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
