"""Names of recordings from relative paths: unique, and safe as names of files and folders."""

import re
from collections import Counter
from pathlib import PurePath

from emotrace.config.base import digest

LONGEST = 100  # characters; file systems take 255 bytes, and suffixes are still to come


def recording_names(relative_paths: list[PurePath]) -> list[str]:
    """One name per path: its folders and stem joined by ``__``, odd characters replaced by ``-``.

    Names that would be equal (also in file systems that ignore case) or too long get the first
    letters of a hash of their path; the order of paths does not matter.

    Examples
    --------
    >>> recording_names([PurePath("Actor_01/03-01.flac"), PurePath("my clip.mp4"), PurePath("me.mp4")])
    ['Actor_01__03-01', 'my-clip', 'me']
    >>> recording_names([PurePath("a.mp4"), PurePath("A.wav")])
    ['a-57feca', 'A-0a1e86']
    """
    plain = [_plain(path) for path in relative_paths]
    uses = Counter(name.casefold() for name in plain)
    names = []
    for path, name in zip(relative_paths, plain, strict=True):
        if uses[name.casefold()] > 1 or len(name) > LONGEST:
            name = f"{name[:LONGEST]}-{digest(path.as_posix())[:6]}"
        names.append(name)
    return names


def without_odd_characters(text: str) -> str:
    """Text with ``-`` for every run of characters other than letters of ASCII, digits and ``._-``.

    Examples
    --------
    >>> without_odd_characters("my clip (2).mp4")
    'my-clip-2-.mp4'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)


def _plain(path: PurePath) -> str:
    safe = without_odd_characters("__".join(path.with_suffix("").parts))
    return safe if safe[:1].isalnum() else f"r{safe}"
