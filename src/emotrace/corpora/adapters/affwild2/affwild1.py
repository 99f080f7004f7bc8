"""Aff-Wild, the first one: one file of values per dimension and video."""

from pathlib import Path

from emotrace.corpora.adapters.affwild2.labels import DIMENSIONS, read_frames_apart
from emotrace.corpora.recording import Recording
from emotrace.corpora.roots import matching
from emotrace.errors import DataError
from emotrace.media_files import is_video
from emotrace.remarks import Remarks

MARKS = tuple(f"annotations/train/{dimension}/*.txt" for dimension in DIMENSIONS)
_PARTS = ("train", "test")


def read_affwild1(base: Path, fps: float, remarks: Remarks) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings named ``train_<id>`` and ``test_<id>``, and what was left out.

    Raises
    ------
    DataError
        If a folder cannot be listed.
    """
    recordings: list[Recording] = []
    skipped: list[tuple[str, str]] = []
    for beside in ("bboxes", "landmarks"):
        if matching(base, beside):
            remarks.note(f"the folder {beside} is not read")
    for part in _PARTS:
        videos = {path.stem: path for path in matching(base, f"videos/{part}/*", remarks) if is_video(path)}
        labels: dict[str, dict[str, Path]] = {}
        for dimension in DIMENSIONS:
            for path in matching(base, f"annotations/{part}/{dimension}/*.txt", remarks):
                labels.setdefault(path.stem, {})[dimension] = path
        for stem in sorted({*videos, *labels}):
            name = f"{part}_{stem}"
            try:
                gold = read_frames_apart(labels[stem], fps) if stem in labels else {}
            except DataError as error:
                skipped.append((name, str(error)))
                continue
            times_s = gold[DIMENSIONS[0]].times_s if gold and stem in videos else None
            recordings.append(
                Recording(
                    name=name,
                    subject=name,
                    video=videos.get(stem),
                    frame_times_s=times_s,
                    gold=gold,
                    partition=part,
                )
            )
    return recordings, skipped
