"""Finds the adapters in this room, lists them, and reads a corpus by the name of its adapter."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.recording import Corpus
from emotrace.errors import ConfigError, DataError


@cache
def adapters() -> dict[str, Adapter]:
    """Every adapter, by name: each module of this room that declares ``ADAPTER``."""
    import emotrace.corpora as room

    found = {}
    for info in sorted(pkgutil.iter_modules(room.__path__), key=lambda info: info.name):
        if info.ispkg:  # the demo corpus is written there, not read
            continue
        adapter = getattr(importlib.import_module(f"{room.__name__}.{info.name}"), "ADAPTER", None)
        if isinstance(adapter, Adapter):
            found[adapter.name] = adapter
    return found


def names() -> list[str]:
    """Names of all adapters, sorted."""
    return sorted(adapters())


def describe() -> list[dict[str, Any]]:
    """One entry per adapter: name, title, modalities, labels, subjects, licence, ask, tree, options."""
    return [adapters()[name].describe() for name in names()]


def read(name: str, root: str | Path, **options: Any) -> Corpus:
    """Read a corpus from its layout on disk; media files are found, not opened.

    Parameters
    ----------
    name : str
        An adapter, one of `names`.
    root : path
        The folder that the corpus lies in.
    **options
        What the adapter understands; see `describe`.

    Raises
    ------
    ConfigError
        If there is no such adapter, or it has no such option.
    DataError
        If `root` is no folder, or does not hold such a corpus. What is wrong with single
        recordings stands in `Corpus.skipped` and `Corpus.warnings` and does not stop the others.
    """
    known = adapters()
    if name not in known:
        raise ConfigError(f"no corpus adapter is named {name!r}; there are: {', '.join(names())}")
    adapter = known[name]
    for option in options:
        if option not in adapter.options:
            understood = ", ".join(adapter.options) or "none"
            raise ConfigError(f"corpus {name} has no option {option!r}; its options are: {understood}")
    folder = Path(root).expanduser()
    if not folder.exists():
        raise DataError(f"corpus root {folder} does not exist; expected the folder of a {name} corpus")
    if not folder.is_dir():
        raise DataError(f"corpus root {folder} is a file; expected the folder that holds the {name} corpus")
    return adapter.read(folder, **options)
