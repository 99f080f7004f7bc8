"""What the source files of a recording hold: hashes that change with the content and nothing else."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emotrace.config.base import digest
from emotrace.corpora.recording import Recording
from emotrace.errors import DataError
from emotrace.media_files import numbered_images


def fingerprint(path: Path, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Size, time of change and SHA-256 of a source file, or of a folder of images.

    The content is read only when size or time of change differ from those `known`; so a file that
    was touched or copied, with the same content, keeps its hash and nothing is made again. Of a folder
    the names, sizes and times of its images are compared, and its hash is that of names and contents.

    Parameters
    ----------
    path : Path
    known : mapping or None
        What this function gave for the file before.

    Raises
    ------
    DataError
        If the file is missing or cannot be read.
    """
    try:
        if path.is_dir():
            return _of_folder(path, known or {})
        stat = path.stat()
        seen = {"path": str(path), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        if known and all(known.get(field) == seen[field] for field in ("size", "mtime_ns")):
            return seen | {"sha256": known["sha256"]}
        return seen | {"sha256": _content(path)}
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); expected a media file, check the corpus"
        ) from error


def _of_folder(folder: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    files = numbered_images(folder)
    stats = [(file.name, file.stat()) for file in files]
    seen = {
        "path": str(folder),
        "files": len(files),
        "size": sum(stat.st_size for _, stat in stats),
        "listing": digest([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]),
    }
    if known.get("listing") == seen["listing"]:
        return seen | {"sha256": known["sha256"]}
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\0{_content(file)}\0".encode())
    return seen | {"sha256": whole.hexdigest()}


def _content(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprints(recording: Recording, tables: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Fingerprints of a recording's media and of some of its tables.

    Parameters
    ----------
    recording : Recording
    tables : iterable of str
        Names of tables; those that the recording lacks, or that cannot be read, are left out.
    known : mapping
        What this function gave before.

    Returns
    -------
    dict
        ``video`` and ``audio`` (that of the video where it is the sound's source too),
        ``table-<name>``.

    Raises
    ------
    DataError
        If a media file is missing.
    """
    sources: dict[str, Any] = {}
    if recording.video is not None:
        sources["video"] = fingerprint(recording.video, known.get("video"))
    if recording.audio is not None:
        sources["audio"] = fingerprint(recording.audio, known.get("audio"))
    elif recording.video is not None:
        sources["audio"] = sources["video"]
    for name in sorted(set(tables) & set(recording.tables)):
        try:
            sources[f"table-{name}"] = fingerprint(recording.tables[name].path, known.get(f"table-{name}"))
        except DataError:
            continue  # said when it is read: a table costs nobody the recording
    return sources


def media_hashes(recording: Recording, sources: Mapping[str, Any]) -> dict[str, str]:
    """Hash of all that shapes the pictures and the sound: files, stated frame times, cut faces."""
    hashes = {role: sources[role]["sha256"] for role in ("video", "audio") if role in sources}
    times_s = recording.frame_times_s
    if "video" in hashes and (times_s is not None or recording.faces_cut):
        stated = None if times_s is None else [float(time_s) for time_s in times_s]
        hashes["video"] = digest([hashes["video"], stated, recording.faces_cut])
    return hashes
