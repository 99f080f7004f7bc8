"""The gzipped JSON files of CEAP-360VR: found by person, read into entries by video."""

import gzip
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emotrace.corpora.roots import matching
from emotrace.errors import DataError
from emotrace.remarks import Remarks

_PERSON = re.compile(r"P?0*(\d+)", re.IGNORECASE)
_FILE = re.compile(r"P0*(\d+)_.*\.json(\.gz)?", re.IGNORECASE)


def person_of(text: str) -> str | None:
    """``"P10"`` for ``10``, ``"10"``, ``"10.0"`` or ``"P10"``, as different files name one person.

    Examples
    --------
    >>> person_of("10"), person_of("p10"), person_of("10.0"), person_of("nobody")
    ('P10', 'P10', 'P10', None)
    """
    found = _PERSON.fullmatch(text.strip().removesuffix(".0"))
    return f"P{found[1]}" if found else None


def video_of(text: str) -> str | None:
    """``"V3"`` for ``3``, ``"3.0"`` or ``"V3"``.

    Examples
    --------
    >>> video_of("V3"), video_of("3.0"), video_of("three")
    ('V3', 'V3', None)
    """
    found = re.fullmatch(r"V?0*(\d+)", text.strip().removesuffix(".0"), re.IGNORECASE)
    return f"V{found[1]}" if found else None


def files_by_person(base: Path, patterns: Sequence[str], remarks: Remarks) -> dict[str, Path]:
    """Files that match the first pattern below a folder that any does, by person as ``"P10"``.

    A folder that cannot be listed is remarked and left out.
    """
    found: dict[str, Path] = {}
    for path in next(filter(None, (matching(base, pattern, remarks) for pattern in patterns)), []):
        match = _FILE.fullmatch(path.name)
        if match is None:
            remarks.add("files that are named otherwise than P<n>_....json.gz are left out", path.name)
        elif f"P{match[1]}" in found:
            remarks.add(
                f"second files of a person are left out, {found[f'P{match[1]}'].name} is read", path.name
            )
        else:
            found[f"P{match[1]}"] = path
    return found


def read_videos(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of a file by video; whatever list lies around them, each has a ``VideoID``.

    Raises
    ------
    DataError
        If the file is broken, holds nothing of videos, one of them twice, or is of another person than
        its name says.
    """
    content = _load(path)
    entries = list(_entries(content))
    named = {person_of(str(one)) for one in _values(content, "ParticipantID")}
    match = _FILE.fullmatch(path.name)
    own = f"P{match[1]}" if match else None
    if own is not None and named - {own}:
        raise DataError(
            f"{path} holds data of {', '.join(sorted(map(str, named)))}; expected {own}, as it is named"
        )
    videos: dict[str, dict[str, Any]] = {}
    for entry in entries:
        video = video_of(str(entry["VideoID"]))
        if video is None or video in videos:
            raise DataError(
                f"{path} holds the VideoID {entry['VideoID']!r}; expected V1, V2 and so on, each once"
            )
        videos[video] = entry
    if not videos:
        raise DataError(f"{path} holds no VideoID; expected one entry per video")
    return videos


def _load(path: Path) -> Any:
    try:
        raw = path.read_bytes()
        if path.suffix.lower() == ".gz":
            raw = gzip.decompress(raw)
        return json.loads(raw.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}); expected gzipped JSON, copy it again") from error
    except ValueError as error:
        raise DataError(f"{path} is no JSON ({error}); expected the file as it was published") from error


def _entries(content: Any) -> list[dict[str, Any]]:
    """All objects with a ``VideoID``, at any depth, in file order."""
    if isinstance(content, dict):
        if "VideoID" in content:
            return [content]
        content = list(content.values())
    if isinstance(content, list):
        return [entry for one in content if isinstance(one, dict | list) for entry in _entries(one)]
    return []


def _values(content: Any, key: str) -> list[Any]:
    """Values of a key above the videos."""
    if isinstance(content, dict):
        own = [content[key]] if key in content else []
        return own + [
            one for inner in content.values() if isinstance(inner, list) for one in _values(inner, key)
        ]
    if isinstance(content, list):
        return [
            one
            for inner in content
            if isinstance(inner, dict) and "VideoID" not in inner
            for one in _values(inner, key)
        ]
    return []
