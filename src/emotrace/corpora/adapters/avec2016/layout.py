"""Finds the folders of an AVEC / RECOLA download, however deep or re-nested, and files by their stem."""

import re
from dataclasses import dataclass
from pathlib import Path

from emotrace.errors import DataError

DIMENSIONS = ("arousal", "valence")
PARTS = ("recordings_video", "recordings_audio", "ratings_gold_standard", "ratings_individual")
STEM = re.compile(r"^(?P<part>train|dev|test)_(?P<number>\d+)$")
PARTITIONS = {"train": "train", "dev": "development", "test": "test"}
DEPTH = 3  # folders below the root: a corpus one or two too deep, or one deep with ratings/ between
_INSIDE = re.compile(r"^(recordings|ratings|features)(_\w+)?$|^(arousal|valence)$")


@dataclass(frozen=True)
class Layout:
    """Where the parts of the corpus lie.

    Parameters
    ----------
    base : Path
        The folder that was searched: the root, or one above it if the root was a part.
    folders : dict of str to Path
        By part, of those that are there.
    """

    base: Path
    folders: dict[str, Path]


def find_layout(root: Path) -> Layout:
    """Find the parts of the corpus at most three folders below `root`, or around it.

    Folders above `root` are searched only as long as the one below is named as a part of the corpus
    (``recordings_video``, ``ratings_gold_standard/arousal``, ``features``, ...).

    Raises
    ------
    DataError
        If there are no media folders or no label folders, or one part is there twice at the same
        depth.
    """
    base = root.absolute()
    folders, seen = _search(base)
    while not _is_complete(folders) and _INSIDE.match(base.name.lower()) and base.parent != base:
        base = base.parent
        folders, above = _search(base)
        seen = seen or above
    if not _is_complete(folders):
        shown = ", ".join(sorted(seen)[:12]) or "no folders"
        raise DataError(
            f"no AVEC 2016 corpus at {root}: looked {DEPTH} folders deep for recordings_video or "
            "recordings_audio, and ratings_gold_standard or ratings_individual, and saw "
            f"{shown}; give the folder that holds them"
        )
    return Layout(base, folders)


def _is_complete(folders: dict[str, Path]) -> bool:
    return any(part in folders for part in PARTS[:2]) and any(part in folders for part in PARTS[2:])


def _search(base: Path) -> tuple[dict[str, Path], list[str]]:
    """Parts of the corpus below a folder, the shallowest of each; all folders that were seen."""
    folders: dict[str, Path] = {}
    level, seen = [base], []
    for _ in range(DEPTH):
        level = sorted(child for folder in level for child in _subfolders(folder))
        seen += [folder.relative_to(base).as_posix() for folder in level]
        for part in [part for part in PARTS if part not in folders]:
            found = [folder for folder in level if folder.name.lower() == part]
            if len(found) > 1:
                raise DataError(
                    f"{base} holds {part} twice, in {found[0].parent} and {found[1].parent}; give the "
                    "folder of one corpus"
                )
            if found:
                folders[part] = found[0]
        level = [folder for folder in level if folder.name.lower() not in PARTS]
    return folders, seen


def files_by_stem(folder: Path | None, suffixes: frozenset[str]) -> tuple[dict[str, Path], list[str]]:
    """Files named ``train_1`` and so on with one of the suffixes, and remarks on those not taken.

    Returns
    -------
    files : dict of stem to Path
    remarks : list of str
        One per file with a right suffix and a wrong name, and per second file of a stem.
    """
    files: dict[str, Path] = {}
    remarks = []
    inside = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    for path in inside:
        if path.name.startswith(".") or path.suffix.lower() not in suffixes or not path.is_file():
            continue
        if not STEM.match(path.stem):
            remarks.append(f"{path} is left out: its name is not train_<n>, dev_<n> or test_<n>")
        elif path.stem in files:
            remarks.append(f"{path} is left out: {files[path.stem].name} is taken for {path.stem}")
        else:
            files[path.stem] = path
    return files, remarks


def stem_order(stem: str) -> tuple[int, int]:
    """Sorting key: train, then dev, then test, each by number."""
    found = STEM.match(stem)
    assert found is not None, stem
    return list(PARTITIONS).index(found["part"]), int(found["number"])


def partition_of(stem: str) -> str:
    """``"train"``, ``"development"`` or ``"test"``.

    Examples
    --------
    >>> partition_of("dev_3")
    'development'
    """
    return PARTITIONS[stem.rpartition("_")[0]]


def _subfolders(folder: Path) -> list[Path]:
    try:
        return [child for child in folder.iterdir() if child.is_dir() and not child.name.startswith(".")]
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error
