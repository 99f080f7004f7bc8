"""Lays out small AVEC 2015, 2016 and 2018 (GES) corpora with their quirks; test recordings have no labels."""

from pathlib import Path

import numpy as np

from corpus_writers.media import write_video, write_wav
from emotrace.annotation import centre_ratings

STEMS = ("train_1", "train_2", "dev_1", "dev_2", "test_1", "test_2")
RATERS = "time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3"
GOLD_HEADER = [
    "@relation GOLDSTANDARD",
    "",
    "@attribute Instance_name string",
    "@attribute frameTime numeric",
    "@attribute GoldStandard numeric",
    "",
    "",
    "@data",
    "",
]
DROPPED_FRAME = 10  # of the grid of 40 ms


def write(root: Path, labels: int = 26, ratings_in: str = "", features: bool = True) -> Path:
    """AVEC 2016: two recordings a partition."""
    for stem in STEMS:
        write_media(root, stem, labels)
        if not stem.startswith("test"):
            for dimension, shift in (("arousal", 0.0), ("valence", 0.1)):
                values = np.arange(labels) / 100 + shift
                folder = root / ratings_in
                put(folder / "ratings_gold_standard" / dimension / f"{stem}.arff", gold_text(stem, values))
                ratings = six_ratings(values)
                put(folder / "ratings_individual" / dimension / f"{stem}.csv", ratings_text(ratings))
                centred = ratings_text(np.round(centre_ratings(ratings), 6))
                put(folder / "ratings_individual_centred" / dimension / f"{stem}.csv", centred)
        if features:
            write_features(root, stem, labels)
    if features:
        (root / "recordings_video" / "Thumbs.db").touch()
        (root / "recordings_video" / "._train_1.mp4").touch()
    return root


def write_features(root: Path, stem: str, labels: int) -> None:
    """Frame times, physiology and features of one recording."""
    times = np.arange(labels) * 0.04
    for dimension in ("arousal", "valence"):
        rows = np.stack([times, times, 2 * times], axis=1)
        rows[:3, 1:] = rows[3, 1:]  # the first vector is copied to the frames before it
        put(root / "features_audio" / dimension / f"{stem}.arff", feature_text(rows, ("f0", "f1")))
        rows[1::2, 1] = np.nan
        put(root / "features_ECG" / dimension / f"{stem}.arff", feature_text(rows, ("hr", "rr")))
    boxes = np.zeros((labels, 5))  # no face is all zero
    boxes[:, 0] = times
    boxes[5:, 1:] = (8, 4, 32, 32)
    columns = ("x", "y", "w", "h")
    put(root / "features_video_face_bounding_box" / f"{stem}.arff", feature_text(boxes, columns))
    frames = np.delete(times, DROPPED_FRAME)
    lines = [f"{number + 1};{time:g}" for number, time in enumerate(frames)]
    put(root / "recordings_video_frame_time" / f"{stem}.csv", "\n".join(["frame;seconds", *lines]))
    physio = [f"{i / 250:g};{0.5 + i / 1000:g};{(-1) ** i / 10:g}" for i in range(50)]
    put(root / "recordings_physio" / f"{stem}.csv", "\n".join(["time;EDA;ECG ", *physio]) + "\n")
    put(root / "recordings_physio" / "filtered" / f"{stem}.csv", "ECG;\n0.1;\n?;\n0.3;\n")


def write_2015(root: Path) -> Path:
    """AVEC 2015: lower-case folders, flat features with name and time first, a concatenation in between."""
    for stem in STEMS[:3]:
        write_media(root, stem, 26)
        for dimension in ("arousal", "valence"):
            gold = gold_text(stem, np.arange(26) / 100)
            put(root / "ratings_gold_standard" / dimension / f"{stem}.arff", gold)
        rows = np.stack([np.arange(26) * 0.04, np.arange(26) / 2], axis=1)
        for folder in ("features_audio", "features_ecg", "features_eda"):
            put(root / folder / f"{stem}.arff", feature_text(rows, ("f0",), stem))
    put(root / "features_audio" / "train_all.arff", feature_text(rows, ("f0",)))
    put(root / "recordings_physio" / "train_1.csv", "EDA;HR\n0.5;60\n0.5;61\n0.5;62\n")
    return root


def write_2018(root: Path) -> Path:
    """AVEC 2018 as one user keeps it: labels and features in baseline_features, recordings beside it."""
    baseline = root / "baseline_features"
    for stem in ("train_1", "dev_1", "test_1"):
        write_wav(root / "recordings_audio" / f"{stem}.wav", seconds=1.0)
        for dimension in ("arousal", "valence"):
            values = np.arange(26) / 100
            if stem != "test_1":
                gold, ratings = gold_text(stem, values), ratings_text(six_ratings(values))
                put(baseline / "labels" / "gs_1" / dimension / f"{stem}.arff", gold)
                put(baseline / "labels" / "individual" / dimension / f"{stem}.csv", ratings)
        rows = np.stack([np.arange(3) * 0.4, np.arange(3)], axis=1)
        for window in ("3.0", "4.0"):
            file = baseline / "features" / "audio" / "eGeMAPSfunct" / f"{stem}_{window}_0.4.arff"
            put(file, feature_text(rows, ("f0",), stem))
        file = baseline / "features" / "physio" / "HRHRV" / f"{stem}_2.0_0.4.arff"
        put(file, "@relation f\n@attribute hr real\n@data\n60\n?\n62\n")  # has no time
    put(baseline / "labels" / "gs_1" / "Conc" / "train_arousal.arff", gold_text("train_1", np.zeros(2)))
    put(baseline / "features" / "audio" / "eGeMAPSfunct" / "Norm" / "train.arff", "")
    return root


def write_media(root: Path, stem: str, labels: int) -> None:
    """Picture and sound; as many frames as there are labels but for one that was dropped."""
    write_video(root / "recordings_video" / f"{stem}.mp4", seconds=min(labels - 1, 25) / 25)
    write_wav(root / "recordings_audio" / f"{stem}.wav", seconds=1.0)


def gold_text(stem: str, values: np.ndarray) -> str:
    """An ARFF as the organisers write it: CRLF, blank lines, name unquoted."""
    rows = [f"{stem},{round(i * 0.04, 2):g},{value:g}" for i, value in enumerate(values)]
    return "\r\n".join([*GOLD_HEADER, *rows]).replace("nan", "?") + "\r\n"


def six_ratings(values: np.ndarray) -> np.ndarray:
    """Six raters who differ by a constant, shape (6, time)."""
    return values + np.arange(6)[:, None] / 100


def ratings_text(ratings: np.ndarray) -> str:
    """Six raters' traces, blanks after all names but the last, CRLF."""
    rows = [
        ";".join([f"{round(i * 0.04, 2):g}", *(f"{value:g}" for value in row)])
        for i, row in enumerate(ratings.T)
    ]
    return "\r\n".join([RATERS, *rows]) + "\r\n"


def feature_text(rows: np.ndarray, columns: tuple[str, ...], stem: str = "") -> str:
    """An ARFF of features: time first, or name and time; ``?`` where a value is missing."""
    header = ["@relation features", "", *(["@attribute name string"] if stem else [])]
    header += ["@attribute frameTime numeric", *(f"@attribute {name} numeric" for name in columns)]
    lines = [",".join([*([stem] if stem else []), *(f"{cell:.6g}" for cell in row)]) for row in rows]
    return "\n".join([*header, "", "@data", *lines]).replace("nan", "?") + "\n"


def put(path: Path, text: str) -> None:
    """Write a file, line ends as they stand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
