"""Which files are media, by extension, and all of them under a folder; nothing is decoded here."""

import os
from pathlib import Path

from emotrace.errors import DataError

# fmt: off
VIDEO_SUFFIXES = frozenset({
    ".3gp", ".asf", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf",
    ".ogv", ".ts", ".vob", ".webm", ".wmv",
})
AUDIO_SUFFIXES = frozenset({
    ".aac", ".ac3", ".aif", ".aiff", ".amr", ".au", ".flac", ".m4a", ".mka", ".mp3", ".oga", ".ogg", ".opus",
    ".wav", ".wma",
})
# fmt: on
IMAGE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png"})


def is_video(path: Path) -> bool:
    """Whether the extension is one of a video container."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def is_audio(path: Path) -> bool:
    """Whether the extension is one of an audio file."""
    return path.suffix.lower() in AUDIO_SUFFIXES


def numbered_images(folder: Path) -> list[Path]:
    """Images in a folder that are named by a number, such as ``00001.jpg``, sorted by name.

    Raises
    ------
    DataError
        If the folder cannot be listed.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("00005.jpg", "00002.PNG", "cover.jpg"):
    ...     (folder / name).touch()
    >>> [file.name for file in numbered_images(folder)]
    ['00002.PNG', '00005.jpg']
    """
    try:
        files = list(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error
    found = [
        file
        for file in files
        if file.suffix.lower() in IMAGE_SUFFIXES and file.stem.isascii() and file.stem.isdigit()
    ]
    return sorted(found, key=lambda file: file.name)


def files_under(root: Path, closed: list[str] | None = None) -> list[Path]:
    """All files under a folder at any depth, sorted by relative path; hidden ones are left out.

    Linked folders are followed once.

    Parameters
    ----------
    root : Path
    closed : list of str or None
        A sentence on every folder that cannot be listed is added to it.
    """
    found: list[Path] = []
    seen = {os.path.realpath(root)}

    def tell(error: OSError) -> None:
        if closed is not None:
            closed.append(f"{error.filename} cannot be listed ({error.strerror}); check its permissions")

    for folder, subfolders, files in os.walk(root, followlinks=True, onerror=tell):
        fresh = []
        for name in sorted(subfolders):
            real = os.path.realpath(os.path.join(folder, name))
            if not name.startswith(".") and real not in seen:
                seen.add(real)
                fresh.append(name)
        subfolders[:] = fresh
        found += [Path(folder, name) for name in files if not name.startswith(".")]
    return sorted(found, key=lambda path: path.relative_to(root).parts)
