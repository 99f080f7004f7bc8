"""The label files of Aff-Wild2 and Aff-Wild: one line per video frame, and the lists of test videos."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np

from emotrace.corpora.recording import Series
from emotrace.corpora.roots import list_folder
from emotrace.corpora.table import read_table
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError

DIMENSIONS = ("arousal", "valence")
NOT_ANNOTATED = -5.0
_VA = re.compile(r"(^|[^a-z])va([^a-z]|$)|valence|arousal")
_OTHER = re.compile(r"(^|[^a-z])(expr|au|mtl|cl)([^a-z]|$)|expression|action|multi")


def read_frames(path: Path, fps: float) -> dict[str, Series]:
    """Valence and arousal of each frame of ``<video>.txt``; empty if no frame is annotated.

    A frame with -5 in either is NaN in both. Line i after the header is of frame i, which begins at
    (i - 1) / `fps` seconds.

    Raises
    ------
    DataError
        If the file is broken, names no valence and arousal, or has a blank line among those of frames.
    """
    table = read_table(path, lower_case_header=True)
    table.require("valence", "arousal")
    _check_lines(table.lines, path)
    values = np.stack([table.numbers(name) for name in DIMENSIONS])  # (dimension, frame)
    values[:, (values == NOT_ANNOTATED).any(axis=0)] = np.nan
    return _series(values, fps)


def read_frames_apart(paths: dict[str, Path], fps: float) -> dict[str, Series]:
    """Valence and arousal of each frame from one file each, as Aff-Wild has them: one value a line.

    Raises
    ------
    DataError
        If a file is missing or broken or has a blank line, or they are of unequal length.
    """
    missing = [name for name in DIMENSIONS if name not in paths]
    if missing:
        there = next(iter(paths.values()))
        raise DataError(f"{there} has no sibling of {missing[0]}; expected one of the same name there")
    rows = [_column(paths[name], name) for name in DIMENSIONS]
    if len(rows[0]) != len(rows[1]):
        raise DataError(
            f"{paths['arousal']} has {len(rows[0])} lines but {paths['valence']} {len(rows[1])}; expected as "
            "many, one per video frame"
        )
    values = np.stack(rows)
    values[:, (values == NOT_ANNOTATED).any(axis=0)] = np.nan
    return _series(values, fps)


def test_videos(folders: list[Path]) -> tuple[list[str], list[Path]]:
    """Names of the test videos of the challenge of valence and arousal, and other lists of test videos.

    Raises
    ------
    DataError
        If a folder cannot be listed, or a list is unreadable.
    """
    lists = [
        path
        for folder in folders
        for path in list_folder(folder)
        if path.is_file() and path.suffix.lower() == ".txt" and "test_set" in path.name.lower()
    ]
    ours = [path for path in lists if _VA.search(path.stem.lower())]
    ours = ours or [path for path in lists if not _OTHER.search(path.stem.lower())]
    # A sample of what is to be handed in has rows <video>/00001.jpg under a header, a list has names.
    ours = [path for path in ours if "sample" not in path.name.lower()] or ours
    names = [
        line.split(",")[0].strip().split("/")[0].removesuffix(".txt")
        for path in ours
        for line in read_text(path).splitlines()
        if line.strip() and not line.lower().startswith("image_location")
    ]
    return list(dict.fromkeys(names)), [path for path in lists if path not in ours]


def _column(path: Path, name: str) -> np.ndarray:
    lines = [(number, line.strip()) for number, line in enumerate(read_text(path).splitlines(), start=1)]
    filled = [(number, cell) for number, cell in lines if cell]
    _check_lines([number for number, _ in filled], path)
    return to_numbers([cell for _, cell in filled], [number for number, _ in filled], path, name)


def _check_lines(lines: list[int], path: Path) -> None:
    """Check that no blank line stands between lines of frames, which are counted by their lines."""
    gap = next((before + 1 for before, after in pairwise(lines) if after > before + 1), None)
    if gap is not None:
        raise DataError(
            f"{path}, line {gap} is blank; expected one line per video frame without gaps, for frames are "
            "counted by lines"
        )


def _series(values: np.ndarray, fps: float) -> dict[str, Series]:
    if np.isnan(values).all():
        return {}
    times_s = np.arange(values.shape[1]) / fps
    return {name: Series(times_s, row) for name, row in zip(DIMENSIONS, values, strict=True)}
