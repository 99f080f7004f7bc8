"""Finds the adapters, lists them, and reads a corpus by the name of its adapter."""

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from emotrace.corpora.account import take_account
from emotrace.corpora.adapter import Adapter
from emotrace.corpora.recording import Corpus
from emotrace.errors import ConfigError, DataError


@cache
def adapters() -> dict[str, Adapter]:
    """Every adapter, by name: each module or package in `adapters` that declares ``ADAPTER``."""
    import emotrace.corpora.adapters as folder

    found = {}
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        adapter = getattr(importlib.import_module(f"{folder.__name__}.{info.name}"), "ADAPTER", None)
        if isinstance(adapter, Adapter):
            found[adapter.name] = adapter
    return found


def names() -> list[str]:
    """Names of all adapters, sorted."""
    return sorted(adapters())


def describe() -> list[dict[str, Any]]:
    """One entry per adapter: name, title, modalities, labels, subjects, licence, ask, tree, options."""
    return [adapters()[name].describe() for name in names()]


def read(name: str, root: str | Path, /, **options: Any) -> Corpus:
    """Read a corpus from its layout on disk; media files are found, not opened.

    Parameters
    ----------
    name : str
        An adapter, one of `names`.
    root : path
        The folder that the corpus lies in.
    **options
        What the adapter understands; see `describe`. Every adapter understands ``gold``: the method of
        `emotrace.annotation` that makes a gold standard where there are raters only.

    Raises
    ------
    ConfigError
        If there is no such adapter, or it has no such option.
    DataError
        If `root` is no folder, or does not hold such a corpus. What is wrong with single
        recordings stands in `Corpus.skipped` and `Corpus.warnings` and does not stop the others.
    """
    from emotrace.annotation import METHODS  # only here: workers of `prepare` start without SciPy
    from emotrace.corpora.gold import add_gold

    known = adapters()
    if name not in known:
        raise ConfigError(f"no corpus is named {name!r}; there are: {', '.join(names())}")
    adapter = known[name]
    gold = options.pop("gold", adapter.gold)
    if gold not in METHODS:
        raise ConfigError(f"gold is {gold!r}; expected one of {', '.join(METHODS)}")
    adapter.check_options(options, "gold")
    folder = Path(root).expanduser()
    if not folder.exists():
        raise DataError(f"corpus root {folder} does not exist; expected the folder of a {name} corpus")
    if not folder.is_dir():
        raise DataError(f"corpus root {folder} is a file; expected the folder that holds the {name} corpus")
    corpus = take_account(add_gold(_where(adapter.read(folder, **options), folder), gold))
    return replace(corpus, licence=corpus.licence or adapter.licence)


def _where(corpus: Corpus, given: Path) -> Corpus:
    """The corpus with a warning where another folder is read than the one that was given."""
    base = Path(corpus.root)
    is_said = any("is a part of the corpus" in text for text in corpus.warnings)
    if is_said or base.resolve() == given.resolve():
        return corpus
    text = f"{given} is a part of the corpus; all of {base} is read"
    if given.resolve() in base.resolve().parents:
        text = f"the corpus lies in {base}"
    return replace(corpus, warnings=(*corpus.warnings, text))
