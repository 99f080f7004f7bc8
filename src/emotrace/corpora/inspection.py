"""Lists what lies under a corpus root by name, size and form, with no value of any file."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from emotrace.corpora.file_heads import file_head
from emotrace.errors import DataError
from emotrace.media_files import files_under

__all__ = ["FileGroup", "inspect"]


@dataclass(frozen=True)
class FileGroup:
    """Files of one folder whose names differ in their digits only and whose form is the same.

    Parameters
    ----------
    folder : str
        Relative to the root; digits are ``#`` where several folders hold the same.
    names : str
        The name, digits as ``#``.
    example : str
        One of them, relative to the root.
    count : int
    folders : int
        Number of folders that hold such files.
    sizes : (int, int), bytes
        Smallest and largest.
    heads : tuple of str
        What `file_head` says, digits as they are; all different ones, most frequent first.
    """

    folder: str
    names: str
    example: str
    count: int
    folders: int
    sizes: tuple[int, int]
    heads: tuple[str, ...]


def inspect(root: str | Path, closed: list[str] | None = None) -> list[FileGroup]:
    """What lies under a folder: names, sizes, headers and row counts, but no values.

    Parameters
    ----------
    root : path
    closed : list of str or None
        A sentence on every folder that cannot be listed is added to it.

    Returns
    -------
    list of FileGroup
        Sorted by folder and name. Hidden files are left out.

    Raises
    ------
    DataError
        If `root` is no folder or holds no file.

    Examples
    --------
    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> for name in ("P16.csv", "P17.csv"):
    ...     _ = (root / name).write_text("time;FM1 \\n0;0.1\\n")
    >>> [group] = inspect(root)
    >>> group.names, group.count, group.heads
    ('P##.csv', 2, ('1 rows under: time;FM1 ',))
    """
    root = Path(root).expanduser()
    if not root.is_dir():
        raise DataError(f"{root} is not a folder; expected the folder of a corpus")
    groups: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in files_under(root, closed):
        relative = path.relative_to(root)
        groups[_pattern(relative.parent.as_posix()), _pattern(path.name)].append(path)
    if not groups:
        raise DataError(f"{root} holds no files; expected the folder of a corpus")
    return [_group(root, *key, paths) for key, paths in sorted(groups.items())]


def _pattern(name: str) -> str:
    return re.sub(r"\d", "#", name)


def _group(root: Path, folder: str, names: str, paths: list[Path]) -> FileGroup:
    sizes = [path.stat().st_size if path.exists() else 0 for path in paths]
    return FileGroup(
        folder=folder,
        names=names,
        example=paths[0].relative_to(root).as_posix(),
        count=len(paths),
        folders=len({path.parent for path in paths}),
        sizes=(min(sizes), max(sizes)),
        heads=_different(head for path in paths if (head := file_head(path)) is not None),
    )


def _different(heads: Iterable[str]) -> tuple[str, ...]:
    """Each different head once, most frequent first; row counts of one form are joined to a range."""
    forms: dict[str, list[int]] = defaultdict(list)
    others: dict[str, int] = defaultdict(int)
    for head in heads:
        rows = re.match(r"(\d+) rows(.*)", head, re.DOTALL)
        if rows:
            forms[rows[2]].append(int(rows[1]))
        else:
            others[head] += 1
    found = [(len(counts), f"{_span(counts)} rows{form}") for form, counts in forms.items()]
    found += [(count, head) for head, count in others.items()]
    total = sum(count for count, _ in found)
    found.sort(key=lambda item: (-item[0], item[1]))
    return tuple(text if count == total else f"{text} ({count} of {total} files)" for count, text in found)


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}-{high}"
