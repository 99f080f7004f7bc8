"""Chooses sound and video of one person among the media files of a session, by words in their names."""

import re
from collections.abc import Sequence
from pathlib import Path

from emotrace.media_files import is_audio, is_video

_TIME = re.compile(r"^\d{4}(?:\.\d{2}){5}_?")
_CHARACTER = re.compile(r"(obadiah|poppy|prudence|spike)", re.IGNORECASE)
_SOUND_WORDS = ("headmounted",)
_PICTURE_WORDS = ("frontal", "colo")  # Colour or Color


def character_of(path: Path) -> str | None:
    """The character that the name of a file ends in, spelt as in the corpus; None if it names none.

    Examples
    --------
    >>> character_of(Path("2008.12.05.16.03.15_User HeadMounted_Poppy.wav"))
    'Poppy'
    """
    found = _CHARACTER.search(path.stem)
    return found[1].capitalize() if found else None


def role_of(path: Path) -> str | None:
    """Whose sound or face a file holds, "user" or "operator"; None if its name says neither, or both.

    Examples
    --------
    >>> role_of(Path("2008.12.05.16.03.15_Operator HeadMounted_Poppy.wav"))
    'operator'
    """
    words = set(re.findall(r"[a-z]+", path.stem.lower()))
    named = [role for role in ("user", "operator") if role in words]
    return named[0] if len(named) == 1 else None


def choose_audio(files: Sequence[Path], role: str) -> tuple[Path | None, list[Path]]:
    """Sound of one role, the head-mounted microphone first, and what else there was, best first."""
    return _choose([path for path in files if is_audio(path)], role, _SOUND_WORDS)


def choose_video(files: Sequence[Path], role: str) -> tuple[Path | None, list[Path]]:
    """Video of one role, frontal first, then in colour, and what else there was, best first.

    Source
    ------
    Our choice: how the videos are named is not known from any loader (CORPORA 3.1).
    """
    return _choose([path for path in files if is_video(path)], role, _PICTURE_WORDS)


def kind_of(path: Path) -> str:
    """What a name says besides time and character.

    Examples
    --------
    >>> kind_of(Path("2008.12.05.16.03.15_User Frontal Colour_Poppy.avi"))
    'User Frontal Colour'
    """
    return _CHARACTER.sub("", _TIME.sub("", path.stem)).strip(" _-.") or path.stem


def _choose(files: Sequence[Path], role: str, words: Sequence[str]) -> tuple[Path | None, list[Path]]:
    mine = [path for path in files if role_of(path) == role]
    mine.sort(key=lambda path: ([word not in path.stem.lower() for word in words], path.name))
    return (mine[0] if mine else None), mine[1:]
