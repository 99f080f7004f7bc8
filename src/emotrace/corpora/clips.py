"""Corpora of acted clips, whose paths say what was acted: files found, joined, and what is odd counted."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from emotrace.corpora.emotions import EMOTIONS
from emotrace.corpora.recording import Corpus, Recording
from emotrace.corpora.roots import list_folder
from emotrace.corpora.walk import files_below
from emotrace.errors import ConfigError, DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks

_CLIMBS = 3  # folders by which a given root may be too deep
_SHOWN = 12
_LOSSLESS = (".wav", ".flac")  # read before other formats of the same sound
_POINTER = b"version https://git-lfs.github.com/spec/"
_LONGEST_POINTER = 1024  # bytes


@dataclass(frozen=True)
class Clip:
    """What the path of a media file says; files whose clips have one name are one recording.

    Parameters
    ----------
    name, subject, emotion, attributes
        As in `Recording`.
    files : tuple of Path
        Its usable media files, in the order of their paths; filled in by `ClipFolder.clips`.
    """

    name: str
    subject: str
    emotion: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


class ClipFolder:
    """The files of a corpus of clips, at any depth below a folder, and an account of what is odd.

    Parameters
    ----------
    root : Path
        A folder; where it is one of `parts`, the folder around it is taken.
    corpus : str
        Name of the adapter.
    parts : sequence of str
        Folders that a whole copy has several of, as patterns of `fnmatch` in lower case: ``"actor_*"``.
    like : str
        A path as they are in this corpus, for messages.

    Attributes
    ----------
    base : Path
    remarks : Remarks
    skipped, excluded : list of (str, str)
    others : list of Path
        Files that are no media.

    Raises
    ------
    DataError
        If the folder cannot be listed. A folder below it that cannot is remarked on.
    """

    def __init__(self, root: Path, corpus: str, parts: Sequence[str], like: str) -> None:
        self.corpus_name = corpus
        self.like = like
        self.remarks = Remarks()
        self.skipped: list[tuple[str, str]] = []
        self.excluded: list[tuple[str, str]] = []
        self.base = _around(root.absolute(), parts)
        if self.base != root.absolute():
            self.remarks.note(f"{root} is a part of the corpus; all of {self.base} is read")
        files = files_below(self.base, self.remarks)
        files.sort(key=lambda path: (path.parent, path.stem, path.suffix))  # "a.wav" before "a copy.wav"
        self._media = [path for path in files if is_video(path) or is_audio(path)]
        self.others = [path for path in files if not (is_video(path) or is_audio(path))]

    @property
    def media(self) -> list[PurePath]:
        """Media files as `clips` gives them away: relative to what is around the base, so with its name."""
        return [path.relative_to(self.base.parent) for path in self._media]

    def clips(self, read: Callable[[PurePath], Clip | None]) -> list[Clip]:
        """The clips that lie here, sorted by name, each with its usable files.

        Parameters
        ----------
        read : callable (path) -> Clip or None
            Reads a path as in `media`. None: it is named otherwise than the corpus's files (counted
            in a warning); a DataError: its reason goes to `skipped`.

        Raises
        ------
        DataError
            If there is none, and nothing that says why.
        """
        found: dict[str, Clip] = {}
        faults: dict[str, list[tuple[Path, str]]] = {}
        for path, relative in zip(self._media, self.media, strict=True):
            try:
                clip = read(relative)
            except DataError as error:
                self.skipped.append((self._below(path), str(error)))
                continue
            if clip is None:
                what = f"media files that are not named as in {self.corpus_name} ({self.like}), left out"
                self.remarks.add(what, self._below(path))
                continue
            clip = found.setdefault(clip.name, clip)
            fault = _fault(path)
            if fault:
                faults.setdefault(clip.name, []).append((path, fault))
            else:
                found[clip.name] = replace(clip, files=(*clip.files, path))
        if not found and not self.skipped:
            seen = [entry.name for entry in list_folder(self.base)]
            shown = ", ".join(seen[:_SHOWN]) + (", ..." if len(seen) > _SHOWN else "")
            why = "".join(f" ({text})" for text in self.remarks.texts())
            raise DataError(
                f"no {self.corpus_name} corpus at {self.base}: looked there and in all folders below for "
                f"media files such as {self.like}, and saw {shown or 'an empty folder'}{why}; give the "
                "folder that holds them"
            )
        self._account_for(faults, found)
        return sorted((clip for clip in found.values() if clip.files), key=lambda clip: clip.name)

    def skip(self, clip: Clip, reason: str) -> None:
        """Leave a clip out, and say why."""
        self.skipped.append((clip.name, reason))

    def exclude(self, clip: Clip, reason: str) -> None:
        """Leave a clip out on purpose, by an option or a published rule, and say why."""
        self.excluded.append((clip.name, reason))

    def expect(self, found: int, whole: int, what: str = "clips") -> None:
        """Remark on another number of clips than a whole copy has; a part of a corpus is a fine corpus."""
        if found != whole:
            self.remarks.note(f"found {found} {what}; a whole copy has {whole}")

    def named(self, name: str) -> Path | None:
        """The first file of that name that is no media, in any case."""
        return next((path for path in self.others if path.name.lower() == name.lower()), None)

    def corpus(self, clips: Iterable[Clip], classes: Collection[str]) -> Corpus:
        """The corpus of these clips; `classes` come in the order of `EMOTIONS`."""
        recordings = tuple(
            Recording(
                name=clip.name,
                subject=clip.subject,
                video=self._one_of(clip, [path for path in clip.files if is_video(path)]),
                audio=self._one_of(clip, _best_first([path for path in clip.files if is_audio(path)])),
                emotion=clip.emotion,
                attributes=clip.attributes,
            )
            for clip in clips
        )
        return Corpus(
            name=self.corpus_name,
            root=self.base,
            recordings=recordings,
            classes=tuple(name for name in EMOTIONS if name in classes),
            skipped=tuple(self.skipped),
            excluded=tuple(self.excluded),
            warnings=self.remarks.texts(),
        )

    def _below(self, path: Path) -> str:
        return path.relative_to(self.base).as_posix()

    def _account_for(self, faults: dict[str, list[tuple[Path, str]]], found: dict[str, Clip]) -> None:
        for name, files in faults.items():
            if not found[name].files:
                path, fault = files[0]
                self.skip(found[name], f"{path} {fault}")
                continue
            for path, fault in files:
                self.remarks.add(f"another file of the clip is read, for this {fault}", self._below(path))

    def _one_of(self, clip: Clip, files: list[Path]) -> Path | None:
        for other in files[1:]:
            if other.suffix.lower() != files[0].suffix.lower():
                self.remarks.add("other formats of the same clip, not read", self._below(other))
            elif other.stat().st_size == files[0].stat().st_size:
                self.remarks.add("second copies of a clip, not read", self._below(other))
            else:
                what = f"{other} has the name of the same clip as {files[0]} but is another file"
                self.skip(clip, f"{what}; only the latter is read, remove the wrong one")
        return files[0] if files else None


def innermost(path: PurePath, pattern: re.Pattern[str]) -> str | None:
    """The first group of a pattern in the innermost folder that is named so; None if there is none.

    Examples
    --------
    >>> innermost(PurePath("Actor_01/Actor_02/x.wav"), re.compile("Actor_(..)"))
    '02'
    """
    found = [match[1] for part in path.parts[:-1] if (match := pattern.fullmatch(part))]
    return found[-1] if found else None


def folder_first(
    what: str, in_folder: str | None, in_name: str | None, remarks: Remarks, place: str
) -> str | None:
    """What the folder says, else the file's name; where they differ, that is remarked on."""
    if in_folder and in_name and in_folder != in_name:
        remarks.add(f"files that name another {what} than their folder, which is believed", place)
    return in_folder or in_name


def one_of(option: str, value: str, allowed: Sequence[str]) -> str:
    """The value of an option, checked.

    Raises
    ------
    ConfigError
        If it is none of those allowed.
    """
    if value not in allowed:
        raise ConfigError(f"{option} is {value!r}; expected one of {', '.join(allowed)}")
    return value


def _around(base: Path, parts: Sequence[str]) -> Path:
    """The folder whose parts a folder is one of, or the folder itself."""
    for _ in range(_CLIMBS):
        above = base.parent
        if not _is_part(base.name, parts) or not (_is_part(above.name, parts) or _holds(above, parts)):
            break
        base = above
    return base


def _is_part(name: str, parts: Sequence[str]) -> bool:
    return any(fnmatchcase(name.lower(), part) for part in parts)


def _holds(folder: Path, parts: Sequence[str]) -> bool:
    """Whether at least two of the parts lie there; what lies above a corpus need not be ours to read."""
    try:
        return sum(_is_part(entry.name, parts) for entry in list_folder(folder)) > 1
    except DataError:
        return False


def _best_first(sounds: list[Path]) -> list[Path]:
    def rank(path: Path) -> int:
        suffix = path.suffix.lower()
        return _LOSSLESS.index(suffix) if suffix in _LOSSLESS else len(_LOSSLESS)

    return sorted(sounds, key=rank)


def _fault(path: Path) -> str | None:
    """Why a media file cannot be what its name says, as far as its size tells."""
    try:
        size = path.stat().st_size
        if not size:
            return "is empty; copy it again"
        if size <= _LONGEST_POINTER and path.read_bytes().startswith(_POINTER):
            return "is a git-lfs pointer in place of the file; fetch it with `git lfs pull`"
    except OSError as error:
        return f"cannot be read ({error.strerror}); check its permissions"
    return None
