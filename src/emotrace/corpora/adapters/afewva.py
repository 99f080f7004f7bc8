"""The adapter of AFEW-VA: short clips from films as folders of images, rated frame by frame."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.numbered_images import image_numbers, parse_fps
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.roots import find_base, matching
from emotrace.corpora.tables import TableFile, TimedTable
from emotrace.corpora.text_cells import read_text
from emotrace.errors import DataError
from emotrace.remarks import Remarks

DIMENSIONS = ("arousal", "valence")
DEFAULT_FPS = 25.0
_DIGIT = "[0-9]"
_CLIP = f"{3 * _DIGIT}/{3 * _DIGIT}.json"
_MARKS = [_CLIP, f"{2 * _DIGIT}/{_CLIP}"]
Skipped = list[tuple[str, str]]


def read_afewva(root: Path, fps: str | float | None = None) -> Corpus:
    """Read one recording per clip; frame n (counted from 0) is put at n / `fps` seconds.

    Raises
    ------
    ConfigError
        If `fps` is no positive number.
    DataError
        If the folder holds no such corpus.
    """
    rate = parse_fps(fps, DEFAULT_FPS)
    remarks = Remarks()
    base = _whole(find_base(root, _MARKS, "afewva"), remarks)
    paths = [path for mark in _MARKS for path in matching(base, mark, remarks)]
    recordings: list[Recording] = []
    skipped = _without_ratings(base, {path.parent for path in paths}, remarks)
    for path in paths:
        name = path.stem
        try:
            recordings.append(_recording(path, rate, remarks))
        except DataError as error:
            skipped.append((name, str(error)))
            continue
        if fps is None:
            remarks.add(f"the frame rate is not stated, {DEFAULT_FPS:g} is taken; give fps", name)
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=DIMENSIONS,
        value_range=(-10.0, 10.0),
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


def read_landmarks(path: Path, fps: float) -> TimedTable:
    """Landmarks in pixels of each frame of a clip, columns ``x0 y0 x1 y1 ...``; NaN: none in that frame.

    Raises
    ------
    DataError
        If the file is broken, or frames have different numbers of points.
    """
    frames = _frames(_load(path), path)
    points = [_points(frame.get("landmarks"), path, number) for number, frame in frames.items()]
    counts = {len(row) for row in points if row is not None}
    if len(counts) != 1:
        raise DataError(
            f"{path} has landmarks of {sorted(counts)} numbers a frame; expected one number of points"
        )
    (count,) = counts
    missing = np.full(count, np.nan)
    values = np.stack([missing if row is None else row for row in points])
    columns = tuple(f"{axis}{i}" for i in range(count // 2) for axis in "xy")
    return TimedTable(np.array(list(frames)) / fps, values, columns)


def _whole(base: Path, remarks: Remarks) -> Path:
    """The folder around `base` if that is one of the parts 01, 02, ... of the download."""
    if re.fullmatch(r"\d\d", base.name) and len(matching(base.parent, _MARKS[1])) > len(
        matching(base, _CLIP)
    ):
        remarks.note(f"{base.name} is one part of several in {base.parent}: all are read")
        return base.parent
    return base


def _without_ratings(base: Path, rated: set[Path], remarks: Remarks) -> Skipped:
    """Folders of clips that hold images but no JSON."""
    folders = [folder for mark in _MARKS for folder in matching(base, mark.rpartition("/")[0], remarks)]
    skipped = []
    for folder in folders:
        if folder not in rated and folder.is_dir():
            try:
                image_numbers(folder)
            except DataError:
                continue
            skipped.append((folder.name, f"{folder} has images but no {folder.name}.json; expected ratings"))
    return skipped


def _recording(path: Path, fps: float, remarks: Remarks) -> Recording:
    content = _load(path)
    name = path.stem
    frames = _frames(content, path)
    gold = _gold(frames, path, fps)
    numbers = None
    try:
        numbers = image_numbers(path.parent)
    except DataError as error:
        remarks.add("has no images", name)
        if "no image" not in str(error):
            remarks.note(str(error))
    if numbers is not None:
        _compare(numbers, frames, name, remarks)
    tables = {}
    if any(isinstance(frame.get("landmarks"), list) and frame["landmarks"] for frame in frames.values()):
        tables["landmarks"] = TableFile(path, partial(read_landmarks, fps=fps))
    else:
        remarks.add("has no landmarks", name)
    actor = content.get("actor")
    if not actor:
        remarks.add("does not say who is seen and is taken for a person of its own", name)
    attributes = {"clip": str(content["video_id"])} if content.get("video_id") else {}
    return Recording(
        name=name,
        subject=str(actor).strip() if actor else name,
        video=path.parent if numbers is not None else None,
        frame_times_s=numbers / fps if numbers is not None else None,
        tables=tables,
        gold=gold,
        attributes=attributes,
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {error.lineno}, column {error.colno} is no JSON ({error.msg}); copy the file again"
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("frames"), dict) or not content["frames"]:
        raise DataError(f"{path} has no frames; expected an object frames with one entry per frame number")
    return content


def _frames(content: dict[str, Any], path: Path) -> dict[int, dict[str, Any]]:
    """Frames by number, in rising order."""
    frames: dict[int, dict[str, Any]] = {}
    for key, frame in content["frames"].items():
        if not re.fullmatch(r"\d+", key) or not isinstance(frame, dict):
            raise DataError(f"{path} has a frame {key!r}; expected numbers such as 00000, each with values")
        frames[int(key)] = frame
    return dict(sorted(frames.items()))


def _gold(frames: dict[int, dict[str, Any]], path: Path, fps: float) -> dict[str, Series]:
    times_s = np.array(list(frames)) / fps
    values = {name: np.full(len(frames), np.nan) for name in DIMENSIONS}
    for row, (number, frame) in enumerate(frames.items()):
        for name in DIMENSIONS:
            value = frame.get(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise DataError(
                    f"{path}, frame {number}: {name} is {value!r}; expected a number of -10 to 10"
                )
            values[name][row] = value
    if all(np.isnan(row).all() for row in values.values()):
        raise DataError(f"{path} has no rated frame; expected valence and arousal of each")
    return {name: Series(times_s, row) for name, row in values.items()}


def _compare(numbers: np.ndarray, frames: dict[int, dict[str, Any]], name: str, remarks: Remarks) -> None:
    seen = set(numbers.tolist())
    if seen - set(frames):
        remarks.add("has images without ratings", name)
    if set(frames) - seen:
        remarks.add("has ratings of frames without image", name)


def _points(landmarks: Any, path: Path, number: int) -> np.ndarray | None:
    if not landmarks:
        return None
    try:
        points = np.asarray(landmarks, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{path}, frame {number}: landmarks are no numbers; expected pairs of x and y"
        ) from error
    if points.ndim != 2 or points.shape[1] != 2:
        raise DataError(f"{path}, frame {number}: landmarks have shape {points.shape}; expected (68, 2)")
    return points.reshape(-1)  # (2 points,)


ADAPTER = Adapter(
    name="afewva",
    title="AFEW-VA: valence and arousal in the wild, clips from films",
    modalities=("video",),
    labels="arousal and valence of each frame, whole numbers of -10 to 10",
    subjects="600 clips of about 240 actors, no official partition",
    licence="end user licence agreement, academic research only",
    ask="iBUG, Imperial College London",
    tree="""\
001/001.json            frames: {"00000": {valence, arousal, landmarks}, ...}, actor, video_id
001/00000.png ...       the frames, numbered from 0
(folders of parts, as downloaded, may lie around: 01/001/001.json)""",
    read=read_afewva,
    options={"fps": "frames per second, which the labels do not say; 25 if not given"},
)
