"""The adapter of Aff-Wild2 as the ABAW challenges give it out (valence and arousal), and of Aff-Wild."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.affwild2.affwild1 import MARKS, read_affwild1
from emotrace.corpora.adapters.affwild2.labels import DIMENSIONS, read_frames, test_videos
from emotrace.corpora.adapters.affwild2.media import Media, without_side
from emotrace.corpora.numbered_images import image_numbers, parse_fps
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.roots import find_base, matching, subfolders
from emotrace.errors import DataError
from emotrace.remarks import Remarks

DEFAULT_FPS = 30.0
_VA = "VA_Estimation_Challenge"
_SETS = {"Train_Set": "train", "Validation_Set": "development"}
_LABEL_MARKS = [f"{over}{_VA}/{part}/*.txt" for over in ("", "*/") for part in _SETS]
Skipped = list[tuple[str, str]]


class _Entry(NamedTuple):
    """A video of a partition, and its file of labels; None: kept back."""

    name: str
    partition: str
    labels: Path | None


def read_affwild2(root: Path, fps: str | float | None = None) -> Corpus:
    """Read one recording per label file: faces cut out where the images are there, else the raw video.

    Labels and images are of numbered frames, and nothing says how fast these follow each other: frame n
    (counted from 1) is put at (n - 1) / `fps` seconds, the frames of raw videos too. So labels and
    frames stay together whatever the rate; sound does only if `fps` is right.

    Parameters
    ----------
    root : Path
    fps : float or None
        Frames per second of all videos; None: 30, with a warning.

    Raises
    ------
    ConfigError
        If `fps` is no positive number.
    DataError
        If the folder holds no such corpus.
    """
    rate = parse_fps(fps, DEFAULT_FPS)
    base = find_base(root, [*_LABEL_MARKS, *MARKS], "affwild2")
    remarks = Remarks()
    if any(matching(base, mark, remarks) for mark in _LABEL_MARKS):
        recordings, skipped = _read_affwild2(base, rate, remarks)
    else:
        recordings, skipped = read_affwild1(base, rate, remarks)
    if fps is None:
        for one in recordings:
            if one.gold:
                remarks.add(f"labels do not say the frame rate, {DEFAULT_FPS:g} is taken; give fps", one.name)
    remarks.note("labels do not say who is seen: every video is taken for a person of its own")
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=DIMENSIONS,
        value_range=(-1.0, 1.0),
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


def _read_affwild2(base: Path, fps: float, remarks: Remarks) -> tuple[list[Recording], Skipped]:
    challenge = _challenge_folder(base, remarks)
    for beside in subfolders(challenge.parent):
        if beside != challenge and "challenge" in beside.name.lower():
            remarks.note(f"{beside.name} is left out: its labels are not of valence and arousal")
    around = list(dict.fromkeys([base, challenge.parent]))
    media = Media(around, remarks)
    # The folder of annotations may have been given; media lie beside it then.
    if media.is_empty and challenge.parent == base:
        around.insert(0, base.parent)
        media = Media(around, remarks)
    files, skipped = _label_files(challenge, remarks)
    test, others = test_videos([*around, challenge])
    for other in others:
        remarks.note(f"{other.name} is not read as a list of test videos of valence and arousal")
    labelled = {name for name, _, _ in files}
    for name in test:
        if name in labelled:
            remarks.add("listed as test video, but labelled", name)
    entries = [*files, *(_Entry(name, "test", None) for name in test if name not in labelled)]
    names = recording_names([Path(f"{name}.txt") for name, _, _ in entries])
    _warn_of_shared_videos(entries, remarks)
    media.remark_on_unlabelled({name for name, _, _ in entries})
    recordings: list[Recording] = []
    for safe, (name, partition, path) in zip(names, entries, strict=True):
        try:
            gold = read_frames(path, fps) if path is not None else {}
            if path is not None and not gold:
                raise DataError(f"{path} has no annotated frame; expected values other than -5")
        except DataError as error:
            skipped.append((safe, str(error)))
            continue
        recordings.append(_recording(safe, name, partition, gold, media, fps, remarks))
    return recordings, skipped


def _challenge_folder(base: Path, remarks: Remarks) -> Path:
    """The folder of labels; the base holds it, directly or in one edition's folder."""
    found = matching(base, _VA) + matching(base, f"*/{_VA}", remarks)
    found = [folder for folder in found if folder.is_dir()]
    for other in found[:-1]:
        remarks.note(f"{other} is left out: {found[-1]} is read; give the folder of the other edition")
    return found[-1]


def _label_files(challenge: Path, remarks: Remarks) -> tuple[list[_Entry], Skipped]:
    """Video, partition and label file; a video that is in both sets is kept for validation alone."""
    by_set = {
        partition: {path.stem: path for path in matching(challenge, f"{name}/*.txt", remarks)}
        for name, partition in _SETS.items()
    }
    skipped = []
    for name in [name for name in by_set["train"] if name in by_set["development"]]:
        remarks.add("videos are both in Train_Set and Validation_Set", name)
        path = by_set["train"].pop(name)
        skipped.append((name, f"{path} is in Validation_Set too; it is kept there alone"))
    files: list[_Entry] = []
    for partition, paths in by_set.items():
        files += [_Entry(name, partition, path) for name, path in paths.items()]
    return files, skipped


def _warn_of_shared_videos(entries: list[_Entry], remarks: Remarks) -> None:
    partitions: dict[str, set[str]] = {}
    for name, partition, _ in entries:
        partitions.setdefault(without_side(name), set()).add(partition)
    for video, found in partitions.items():
        if len(found) > 1:
            remarks.add("people of one video are in more than one partition", video)


def _recording(
    safe: str, name: str, partition: str, gold: dict[str, Series], media: Media, fps: float, remarks: Remarks
) -> Recording:
    folder, video = media.images_of(name), media.video_of(name)
    frame_times_s = None
    if folder is not None:
        try:
            numbers = image_numbers(folder)
            _check_numbers(numbers, gold, name, remarks)
            frame_times_s = (numbers - 1) / fps
        except DataError as error:
            remarks.note(f"images are left out: {error}")
            folder = None
    if folder is None and video is not None:
        if gold:
            frame_times_s = gold[DIMENSIONS[0]].times_s
        if video.stem != name:
            remarks.add("raw video of two people, and which one is meant is told by left or right only", name)
    shared = without_side(name)
    return Recording(
        name=safe,
        subject=safe,
        video=folder or video,
        audio=video if folder is not None else None,
        frame_times_s=frame_times_s,
        faces_cut=folder is not None,
        gold=gold,
        partition=partition,
        session=shared,
    )


def _check_numbers(numbers: np.ndarray, gold: dict[str, Series], name: str, remarks: Remarks) -> None:
    if numbers[0] < 1:
        raise DataError(f"{name} has an image of number {numbers[0]}; expected numbers from 1 on")
    if gold and numbers[-1] > len(gold[DIMENSIONS[0]].times_s):
        remarks.add("images go on after the last label", name)


ADAPTER = Adapter(
    name="affwild2",
    title="Aff-Wild2 (ABAW challenges, valence and arousal), and Aff-Wild",
    modalities=("video", "audio"),
    labels="arousal and valence of each video frame, -1 to 1; frames with -5 are not annotated",
    subjects="about 600 videos from the web, official train, validation and test (labels of test kept back)",
    licence="end user licence agreement, non-commercial research only",
    ask="the ABAW organisers (iBUG, Imperial College London)",
    tree="""\
5th ABAW Annotations/VA_Estimation_Challenge/{Train_Set,Validation_Set}/<video>.txt    valence,arousal
cropped_aligned/<video>/00001.jpg ...         faces cut out; images are numbered by frame, from 1
batch1/<video>.mp4 ...                        raw videos, of which two people may share one
..._VA_..._test_set_release.txt               names of test videos, one a line
or, of Aff-Wild: annotations/{train,test}/{arousal,valence}/<id>.txt, videos/{train,test}/<id>.mp4""",
    read=read_affwild2,
    options={"fps": "frames per second of the videos, which the labels do not say; 30 if not given"},
)
