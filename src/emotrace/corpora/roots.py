"""Finds the folder that holds a corpus, also where the given one is too deep or too shallow."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from emotrace.errors import DataError

DEPTH = 2  # folders by which a given root may be too deep or too shallow
_SHOWN = 12


def find_base(root: Path, marks: Sequence[str], corpus: str, least: int = 1) -> Path:
    """The folder that holds a corpus: `root`, else the shallowest below it, else one around it.

    Parameters
    ----------
    root : Path
        A folder.
    marks : sequence of str
        Paths that such a folder holds, relative to it, as patterns of `fnmatch` per part, in any
        case: ``"Sessions/*/session.xml"``, ``"Actor_??"``.
    corpus : str
        Its name, for the message.
    least : int
        How many of the marks must be there.

    Raises
    ------
    DataError
        If there is none (what was looked for and what was seen is said), there are two of one depth, or a
        folder cannot be listed.

    Examples
    --------
    >>> import tempfile
    >>> outer = Path(tempfile.mkdtemp()).resolve()
    >>> (outer / "download" / "Sessions" / "1").mkdir(parents=True)
    >>> find_base(outer, ["sessions/*"], "semaine").relative_to(outer).as_posix()
    'download'
    >>> find_base(outer / "download" / "Sessions", ["sessions/*"], "semaine").name
    'download'
    """
    base = root.absolute()
    level = [base]
    for _ in range(DEPTH + 1):
        found = [folder for folder in level if _holds(folder, marks, least)]
        if len(found) > 1:
            raise DataError(
                f"{root} holds a {corpus} corpus twice, in {found[0]} and {found[1]}; give the folder of one"
            )
        if found:
            return found[0]
        level = [child for folder in level for child in subfolders(folder)]
    above = base
    for _ in range(DEPTH):
        above = above.parent
        if _is_around(above, marks, least, base):
            return above
    seen = sorted(entry.name for entry in list_folder(base))
    shown = ", ".join(seen[:_SHOWN]) + (", ..." if len(seen) > _SHOWN else "")
    raise DataError(
        f"no {corpus} corpus at {root}: looked there and {DEPTH} folders below and above for "
        f"{' or '.join(marks)}, and saw {shown or 'an empty folder'}; give the folder that holds them"
    )


def list_folder(folder: Path) -> list[Path]:
    """What a folder holds but for hidden files, sorted by name.

    Raises
    ------
    DataError
        If it cannot be listed.
    """
    try:
        return sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error


def subfolders(folder: Path) -> list[Path]:
    """Folders in a folder but for hidden ones, sorted by name.

    Raises
    ------
    DataError
        If it cannot be listed.
    """
    return [child for child in list_folder(folder) if child.is_dir()]


def matching(folder: Path, pattern: str) -> list[Path]:
    """Paths below a folder that match a pattern, part by part, in any case; sorted.

    Raises
    ------
    DataError
        If a folder on the way cannot be listed.
    """
    found = [folder]
    for part in pattern.lower().split("/"):
        found = [
            child
            for parent in found
            if parent.is_dir()
            for child in list_folder(parent)
            if fnmatchcase(child.name.lower(), part)
        ]
    return found


def _holds(folder: Path, marks: Sequence[str], least: int, around: Path | None = None) -> bool:
    hits = [matching(folder, mark) for mark in marks]
    if sum(bool(paths) for paths in hits) < least:
        return False
    return around is None or any(_related(path, around) for paths in hits for path in paths)


def _is_around(above: Path, marks: Sequence[str], least: int, base: Path) -> bool:
    try:
        return _holds(above, marks, least, around=base)
    except DataError:  # what lies above need not be ours to read
        return False


def _related(path: Path, other: Path) -> bool:
    return path == other or other in path.parents or path in other.parents
