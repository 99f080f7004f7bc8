"""Which files to trace, how their results are named, and what must not be overwritten."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from emotrace.errors import DataError
from emotrace.media_files import files_under, is_audio, is_video

SHOWN = "_shown"  # after the stem of a CSV of what decided
PREVIEW = ".preview"  # between stem and suffix of a preview


def media_files(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
    """Each media file once, and what is wrong with a path that leads to none.

    Parameters
    ----------
    paths : files or folders
        In a folder a file counts by its suffix; a file named outright may have any.

    Yields
    ------
    (path, problem)
        `problem` is None for a file to be opened, else one sentence.
    """
    seen = set()
    for path in paths:
        if path.is_dir():
            closed: list[str] = []
            files = [file for file in files_under(path, closed) if _is_wanted(file)]
            for problem in closed:
                yield path, problem
            if not files and not closed:
                yield path, f"{path}: holds no media file; expected one that ends in .mp4, .wav or the like"
        else:
            files = [path]
            if not path.exists():
                yield path, f"{path}: there is no such file or folder; check the path"
                continue
        for file in files:
            where = Path(os.path.realpath(file))  # no error for links that lead round
            if where not in seen:
                seen.add(where)
                lost = f"{file}: is a link that leads to no file; mend it or take it out"
                yield file, None if file.exists() else lost


def _is_wanted(file: Path) -> bool:
    if not (is_video(file) or is_audio(file)) or not (file.is_file() or _leads_nowhere(file)):
        return False
    stem, mark, _ = file.name.rpartition(PREVIEW + file.suffix)
    return not (mark and file.with_name(f"{stem}.html").exists())


def _leads_nowhere(file: Path) -> bool:
    return file.is_symlink() and not file.exists()


def outputs_of(paths: Iterable[Path]) -> dict[Path, str]:
    """A name without suffix for the results of each file; no two alike, whatever their case.

    Examples
    --------
    >>> list(outputs_of([Path("a/x.mp4"), Path("b/X.mov"), Path("x-2.mp4")]).values())
    ['x', 'X-3', 'x-2']
    """
    paths = list(paths)
    natural = {path.stem.lower() for path in paths}
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in paths:
        name, number = path.stem, 2
        while name.lower() in taken or (number > 2 and name.lower() in natural):
            name, number = f"{path.stem}-{number}", number + 1
        taken.add(name.lower())
        names[path] = name
    return names


def refuse_foreign(path: Path, begins: str) -> None:
    """Leave a file alone that is not ours.

    Parameters
    ----------
    path : Path
        About to be written.
    begins : str
        How a file of ours begins.

    Raises
    ------
    DataError
        If a file that begins otherwise is in the way.
    """
    if path.is_file() and path.stat().st_size:
        with open(path, "rb") as there:
            if there.read(len(begins.encode())) != begins.encode():
                raise DataError(
                    f"{path}: is there already and is no result of emotrace; expected {begins!r} at "
                    "its start, choose another output folder"
                )
