"""Finds the folders of an AVEC / RECOLA download, however deep or re-nested, and files by their stem."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from emotrace.corpora.named_files import files_named
from emotrace.corpora.roots import is_folder, list_or_remark, subfolders
from emotrace.errors import DataError
from emotrace.remarks import Remarks

DIMENSIONS = ("arousal", "valence")
PARTS = {
    "recordings_video": ("recordings_video",),
    "recordings_audio": ("recordings_audio",),
    "recordings_video_frame_time": ("recordings_video_frame_time",),
    "recordings_physio": ("recordings_physio",),
    "ratings_gold_standard": ("ratings_gold_standard", "gs_1"),
    "ratings_individual": ("ratings_individual", "individual"),
    "ratings_individual_centred": ("ratings_individual_centred",),
}
LABELS = ("ratings_gold_standard", "ratings_individual", "ratings_individual_centred")
STEM = re.compile(r"^(?P<part>train|dev|test)_(?P<number>\d+)$")
PARTITIONS = {"train": "train", "dev": "development", "test": "test"}
BELOW = 4  # folders below a root: one too shallow, baseline_features/, labels/, gs_1/
ABOVE = 4  # the same the other way round: baseline_features/labels/gs_1/arousal
_PART_OF = {name: part for part, names in PARTS.items() for name in names}
_FEATURES = re.compile(r"features_\w+")
_GES_FEATURES = ("audio", "video", "physio")  # folders in features/, which itself is no part
_AROUND_PARTS = frozenset({"ratings", "recordings", "features", "labels", "baseline_features"})
_SHOWN = 12


@dataclass(frozen=True)
class Layout:
    """Where the parts of the corpus lie.

    Parameters
    ----------
    base : Path
        The folder that was searched: the root, or one above it if the root was a part.
    folders : dict of str to Path
        By part, of those that are there; features in lower case, ``features_ecg``, and those of AVEC 2018
        (``features/physio``) as ``features_physio``.
    """

    base: Path
    folders: dict[str, Path]

    @property
    def features(self) -> dict[str, Path]:
        """Folders of features, by part."""
        return {part: folder for part, folder in self.folders.items() if part.startswith("features_")}


def find_layout(root: Path, remarks: Remarks | None = None) -> Layout:
    """Find the parts of the corpus at most four folders below `root`, or around it.

    A folder above `root` is taken only if `root` is, holds or lies in a part of the corpus. Labels with
    media come first, then labels with features; labels alone are taken where there is nothing else.
    `remarks` gets the folders below `root` that cannot be listed.

    Raises
    ------
    DataError
        If there are no labels, one part is there twice at the same depth, or `root` cannot be listed.
    """
    base = root.absolute()
    remarks = remarks or Remarks()
    folders, seen = _search(base, remarks)
    for is_enough in (_has_media, _has_tables, _has_labels):
        if is_enough(folders):
            return Layout(base, folders)
        for above in list(base.parents)[:ABOVE]:
            try:
                around, _ = _search(above, Remarks(), towards=base)
            except DataError:  # what lies above need not be ours, nor one corpus
                continue
            if is_enough(around) and any(_related(folder, base) for folder in around.values()):
                return Layout(above, around)
    shown = ", ".join(sorted(seen)[:_SHOWN]) or "no folders"
    raise DataError(
        f"no AVEC 2016 corpus at {root}: looked {BELOW} folders deep for recordings_video or "
        "recordings_audio, and ratings_gold_standard, ratings_individual or labels/gs_1, and saw "
        f"{shown}; give the folder that holds them"
    )


def _has_labels(folders: Collection[str]) -> bool:
    return any(part in folders for part in LABELS)


def _has_tables(folders: Collection[str]) -> bool:
    return _has_labels(folders) and any(part not in LABELS for part in folders)


def _has_media(folders: Collection[str]) -> bool:
    return _has_labels(folders) and ("recordings_video" in folders or "recordings_audio" in folders)


def _related(path: Path, other: Path) -> bool:
    return path == other or other in path.parents or path in other.parents


def _search(base: Path, remarks: Remarks, towards: Path | None = None) -> tuple[dict[str, Path], list[str]]:
    """Parts of the corpus below a folder, the shallowest of each; all folders that were seen.

    With `towards`, only folders on the way to it and those that parts are known to be nested in are entered:
    what else lies around a root need not be looked through.
    """
    folders: dict[str, Path] = {}
    level = subfolders(base)
    seen: list[str] = []
    for _ in range(BELOW):
        seen += [folder.relative_to(base).as_posix() for folder in level]
        here: dict[str, Path] = {}
        for folder in level:
            part = _part(folder)
            if part is None or part in folders:
                continue
            if part in here:
                raise DataError(
                    f"{base} holds {part} twice, in {here[part].parent} and {folder.parent}; give the "
                    "folder of one corpus"
                )
            here[part] = folder
        folders |= here
        entered = [folder for folder in level if _part(folder) is None and _is_entered(folder, towards)]
        level = [path for folder in entered for path in list_or_remark(folder, remarks) if is_folder(path)]
    return folders, seen


def _is_entered(folder: Path, towards: Path | None) -> bool:
    known = folder.name.lower() in _AROUND_PARTS
    return towards is None or known or folder == towards or folder in towards.parents


def _part(folder: Path) -> str | None:
    name, around = folder.name.lower(), folder.parent.name.lower()
    if around == "features" and name in _GES_FEATURES:
        return f"features_{name}"
    if name in ("gs_1", "individual") and around != "labels":
        return None
    return name if _FEATURES.fullmatch(name) else _PART_OF.get(name)


def files_by_stem(folder: Path | None, suffixes: Collection[str], remarks: Remarks) -> dict[str, Path]:
    """Files named ``train_1`` and so on with one of the suffixes; a remark on each that is not taken.

    Raises
    ------
    DataError
        If the folder cannot be listed.
    """
    return files_named(folder, STEM, "train_<n>, dev_<n> or test_<n>", suffixes, remarks)


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
