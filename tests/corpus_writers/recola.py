"""Lays out a small RECOLA in its original distribution and in its older form: three subjects, two a dyad."""

from pathlib import Path

import numpy as np

from corpus_writers.avec2016 import feature_text, put, ratings_text, six_ratings
from corpus_writers.media import write_video, write_wav

SUBJECTS = ("P16", "P17", "P19")
STEPS = 26  # labels from 0 to 1 s; the media go on
USERS = """\
User;Group_id;Sex;Age;Mother_tongue
16;1;0;21;French
17.0;1.0;1;24;Italian
19;2;1;;French
20;3;0;25;French

;;mean;23.3;
0 = female;1 = male
"""


def write(root: Path) -> Path:
    """The original distribution; P17 has no physiology."""
    for number, subject in enumerate(SUBJECTS):
        write_video(root / "RECOLA-Video-recordings" / f"{subject}.mp4", seconds=1.4, shade=40 * number)
        write_wav(root / "RECOLA-Audio-recordings" / f"{subject}.wav", seconds=1.4, seed=number)
        write_labels(root / "RECOLA-Annotation", subject, number / 500)
        frames = [f"{frame};{frame * 0.04:g}" for frame in range(36) if frame != 10]  # one was dropped
        timings = root / "RECOLA-Video-timings" / "RECOLA-Video-timings" / f"{subject}.csv"
        put(timings, "\r\n".join(["frame;time in seconds ", *frames]) + "\r\n")
        put(root / "RECOLA-Audio_timings" / f"{subject}.csv", "start;stop\n0.1;0.3\n0.52;1.2\n")
        write_features(root, subject)
    put(root / "RECOLA-Metadata" / "recola_user_info.csv", USERS)
    (root / "RECOLA-Video-recordings" / "Thumbs.db").touch()
    (root / "RECOLA-Annotation" / "emotional_behaviour" / "arousal" / "._P16.csv").touch()
    return root


def write_labels(annotation: Path, subject: str, offset: float) -> None:
    """Six raters; social behaviour in two of the forms that it may have."""
    for dimension, shift in (("arousal", 0.0), ("valence", 0.1)):
        text = ratings_text(six_ratings(np.arange(STEPS) / 100 + shift + offset))
        put(annotation / "emotional_behaviour" / dimension / f"{subject}.csv", text)
    for dimension in ("agreement", "dominance", "engagement", "performance"):
        put(annotation / "social_behaviour" / dimension / f"{subject}.csv", "FM1 ;FM2 ;FF1\n4;5;?\n")
    put(annotation / "social_behaviour" / "rapport" / f"{subject}.csv", "rater;value\nFM1;3\nFM2;6\n")


def write_features(root: Path, subject: str) -> None:
    """Features from 0.04 s on, and physiology at 1000 Hz."""
    times = np.arange(1, STEPS - 1) * 0.04
    rows = np.stack([times, 2 * times, 3 * times], axis=1)
    put(root / "RECOLA-Audio-features" / f"{subject}.arff", feature_text(rows, ("f0", "f1")))
    put(root / "RECOLA-Video-features" / f"{subject}.arff", feature_text(rows, ("au1", "au2")))
    nameless = feature_text(rows, ("voiced", "silent")).replace("frameTime", "t0")
    put(root / "RECOLA-Audio-probas" / f"{subject}.arff", nameless)
    if subject == "P17":
        return
    rows[::2, 1] = np.nan
    for name in ("ECG", "EDA"):
        put(root / "RECOLA-Biosignals-features" / name / f"{subject}.arff", feature_text(rows, ("a", "b")))
    physio = [f"{i / 1000:g};{0.5 + i / 1000:g};{(-1) ** i / 10:g}" for i in range(100)]
    text = "\r\n".join(["time;EDA;ECG ", *physio]) + "\r\n"
    put(root / "RECOLA-Biosignals-recordings" / f"{subject}.csv", text)


def write_older(root: Path, columns: int = 6, header: bool = False) -> Path:
    """The older naming: centred ratings parted by commas, and video."""
    for subject in SUBJECTS:
        write_video(root / "Video_recordings_MP4" / f"{subject}.mp4", seconds=1.0)
        for dimension in ("arousal", "valence"):
            values = six_ratings(np.arange(STEPS) / 100)[:columns]
            lines = [",".join(f"{cell:g}" for cell in (i * 0.04, *values[:, i])) for i in range(STEPS)]
            first = [",".join(["time", *(f"R{r}" for r in range(columns))])] if header else []
            folder = root / "Ratings_affective_behaviour_CCC_centred" / dimension
            put(folder / f"{subject}.csv", "\n".join([*first, *lines]))
    return root
