"""Finds the folder that holds a corpus, also where the given one is too deep or too shallow."""

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from emotrace.errors import DataError
from emotrace.remarks import Remarks

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
        If there is none (what was looked for, what was seen and what cannot be listed is said), there are
        two of one depth, or `root` itself cannot be listed.

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
    seen = [entry.name for entry in list_folder(base)]
    closed = Remarks()  # one folder that cannot be listed does not hide the others
    level = [base]
    for _ in range(DEPTH + 1):
        found = [folder for folder in level if _holds(folder, marks, least, closed)]
        if len(found) > 1:
            raise DataError(
                f"{root} holds the corpus {corpus} twice, in {found[0]} and {found[1]}; "
                "give the folder of one"
            )
        if found:
            return found[0]
        level = [child for folder in level for child in matching(folder, "*", closed) if is_folder(child)]
    above = base
    for _ in range(DEPTH):
        above = above.parent
        if _holds(above, marks, least, Remarks(), around=base):  # what lies above need not be ours to read
            return above
    shown = ", ".join(seen[:_SHOWN]) + (", ..." if len(seen) > _SHOWN else "")
    why = "".join(f" ({text})" for text in closed.texts())
    raise DataError(
        f"no {corpus} corpus at {root}: looked there and {DEPTH} folders below and above for "
        f"{' or '.join(marks)}, and saw {shown or 'an empty folder'}{why}; give the folder that holds them"
    )


def list_folder(folder: Path) -> list[Path]:
    """What a folder holds but for hidden files, sorted by name.

    Raises
    ------
    DataError
        If it cannot be listed.
    """
    try:
        children = sorted(child for child in folder.iterdir() if not child.name.startswith("."))
        if children:
            children[0].lstat()  # names may be open to us where nothing behind them is
        return children
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error


def list_or_remark(folder: Path, remarks: Remarks) -> list[Path]:
    """As `list_folder`; a folder that cannot be listed is remarked and holds nothing."""
    try:
        return list_folder(folder)
    except DataError as error:
        remarks.note(f"left out: {error}")
        return []


def subfolders(folder: Path) -> list[Path]:
    """Folders in a folder but for hidden ones, sorted by name.

    Raises
    ------
    DataError
        If it cannot be listed.
    """
    return [child for child in list_folder(folder) if is_folder(child)]


def is_folder(path: Path) -> bool:
    """Whether it is a folder that can be reached; False for a link into a closed one, where `Path` raises."""
    return os.path.isdir(path)


def matching(folder: Path, pattern: str, remarks: Remarks | None = None) -> list[Path]:
    """Paths below a folder that match a pattern, part by part, in any case; sorted.

    Parameters
    ----------
    folder : Path
    pattern : str
        Of `fnmatch`, parts parted by ``/``.
    remarks : Remarks or None
        Where given, a folder on the way that cannot be listed is remarked and left out.

    Raises
    ------
    DataError
        If a folder on the way cannot be listed, and there are no `remarks`.
    """
    found = [folder]
    for part in pattern.lower().split("/"):
        found = [
            child
            for parent in found
            if is_folder(parent)
            for child in (list_folder(parent) if remarks is None else list_or_remark(parent, remarks))
            if fnmatchcase(child.name.lower(), part)
        ]
    return found


def _holds(
    folder: Path, marks: Sequence[str], least: int, closed: Remarks, around: Path | None = None
) -> bool:
    hits = [matching(folder, mark, closed) for mark in marks]
    if sum(bool(paths) for paths in hits) < least:
        return False
    return around is None or any(_related(path, around) for paths in hits for path in paths)


def _related(path: Path, other: Path) -> bool:
    return path == other or other in path.parents or path in other.parents
