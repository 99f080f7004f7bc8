"""Reads what `prepare` wrote: JSON of this layout's version, and tracks of a recording's folder."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.config.base import digest
from emotrace.errors import DataError, EmotraceError
from emotrace.features.track import Track
from emotrace.timing import Timeline

FORMAT = 1
"""Version of the layout on disk; a reader refuses others."""

RECORD = "recording.json"
CORPUS = "corpus.json"
RECORDINGS = "recordings"
SKIPPED = "skipped.csv"
CORPUS_KEYS = ("name", "root", "dimensions", "classes", "value_range", "settings", "recordings")


@contextmanager
def explain_damage(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file's content into one sentence that names the file.

    Raises
    ------
    DataError
        If the block meets a value that is missing or of another kind.
    """
    try:
        yield
    except EmotraceError:
        raise
    except (AttributeError, EOFError, LookupError, TypeError, ValueError) as error:
        why = str(error).partition(". ")[0]  # numpy goes on to advise to unpickle it
        raise DataError(
            f"{path}: is damaged ({type(error).__name__}: {why}); delete it and prepare the corpus again"
        ) from error


def read_record(path: Path) -> dict[str, Any]:
    """The content of a folder's ``recording.json``.

    Raises
    ------
    DataError
        If it is missing, damaged, or of another version of the layout.
    """
    record = read_json(path / RECORD, ("tracks", "sources", "duration"))
    with explain_damage(path / RECORD):
        keys_of(record)
        warnings_of(record)
    return record


def read_json(path: Path, expected: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object of this layout's version that has the expected keys.

    Raises
    ------
    DataError
        If it is missing, damaged, or of another version of the layout.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); prepare the corpus again") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: is damaged ({error}); delete it and prepare the corpus again") from error
    version = value.get("format") if isinstance(value, dict) else None
    if version is not None and version != FORMAT:
        raise DataError(
            f"{path}: has format {version}; this emotrace reads format {FORMAT}, prepare the corpus again "
            "into another folder"
        )
    missing = [key for key in ("format", *expected) if not isinstance(value, dict) or key not in value]
    if missing:
        raise DataError(f"{path}: lacks {', '.join(missing)}; delete it and prepare the corpus again")
    return value


def keys_of(record: Mapping[str, Any]) -> str:
    """Hash of all keys in a ``recording.json``: ``corpus.json`` says with it what it speaks of."""
    return digest([record["duration"], {name: entry["key"] for name, entry in record["tracks"].items()}])


def warnings_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """All warnings in a ``recording.json``, once each."""
    entries = [entry for _, entry in sorted(record["tracks"].items())]
    return tuple(dict.fromkeys(warning for entry in entries for warning in entry["warnings"]))


def missing_files(path: Path, entry: dict[str, Any]) -> list[str]:
    """Files of a track that are not there, or not as long as they were when written."""
    wrong = []
    for file, facts in entry.get("files", {}).items():
        try:
            whole = (path / file).stat().st_size == facts["bytes"]
        except OSError:
            whole = False
        if not whole:
            wrong.append(file)
    return wrong


def read_values(path: Path) -> np.ndarray:
    """The rows of a ``.npy`` file, memory-mapped, read-only."""
    if path.stat().st_size <= 128:  # an empty track: nothing to map
        return np.load(path, allow_pickle=False)
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def read_timeline(path: Path, name: str, entry: dict[str, Any]) -> Timeline:
    """When the rows of a stored track happen."""
    facts = entry["timeline"]
    if facts["rate_hz"] is None:
        return Timeline.irregular(np.load(path / f"{name}.times.npy", allow_pickle=False))
    length = entry["files"][f"{name}.npy"]["shape"][0]
    return Timeline.regular(length, facts["rate_hz"], facts["start_s"])


def read_track(path: Path, name: str, entry: dict[str, Any]) -> Track:
    """A stored track, its values memory-mapped."""
    valid = f"{name}.valid.npy"
    with explain_damage(path / f"{name}.npy"):
        return Track(
            values=read_values(path / f"{name}.npy"),
            timeline=read_timeline(path, name, entry),
            valid=np.load(path / valid, allow_pickle=False) if valid in entry["files"] else None,
            attributes=entry["attributes"],
        )
