"""Lays out a small SEWA corpus: the forms of AVEC 2017 and 2019, and the folders of the database."""

from pathlib import Path

import numpy as np

from corpus_writers.media import write_video, write_wav

STEMS_2019 = (
    "Train_DE_01",
    "Train_DE_02",
    "Train_HU_01",
    "Devel_DE_01",
    "Devel_HU_01",
    "Test_DE_01",
    "Test_CN_01",
)
STEMS_2017 = ("Train_01", "Train_02", "Devel_01", "Test_01")
LABEL_HEADER = "name;timestamp;arousal;valence;liking"


def labels_text(stem: str, count: int = 6, header: bool = True, quote: str = "'") -> str:
    """Labels as the organisers write them: six decimals, LF, a name in quotes."""
    rows = [LABEL_HEADER] if header else []
    for i in range(count):
        values = ";".join(f"{np.sin(i + shift) / 2:.6f}" for shift in range(3))
        rows.append(f"{quote}{stem}{quote};{i / 10:.6f};{values}")
    return "\n".join(rows) + "\n"


def features_text(stem: str, count: int, width: int, header: str = "", delimiter: str = ";") -> str:
    """Features every 0.1 s, beyond the last label."""
    rows = [header] if header else []
    rows += [
        delimiter.join([f"'{stem}'", f"{i / 10:.6f}", *(f"{i + j / 10:g}" for j in range(width))])
        for i in range(count)
    ]
    return "\n".join(rows) + "\n"


def write(root: Path) -> Path:
    """AVEC 2019: test without labels, features with and without header, predictions, turns, a stray file."""
    for i, stem in enumerate(STEMS_2019):
        write_wav(root / "audio" / f"{stem}.wav", seed=i)
        write_video(root / "video" / f"{stem}.avi", shade=i)
        if not stem.startswith("Test"):
            _put(root / "labels" / f"{stem}.csv", labels_text(stem))
        aus = "name;frameTime;confidence;AU01_r"
        _put(root / "visual_features" / f"{stem}.csv", features_text(stem, 9, 2, aus))
        _put(root / "audio_features_egemaps_xbow" / f"{stem}.csv", features_text(stem, 8, 3, delimiter=","))
        _put(root / "turns" / f"{stem}.csv", "0.0;1.2;A\n")
        _put(root / "predictions_svr" / f"{stem}.csv", labels_text(stem))
    _put(root / "labels" / "all.csv", LABEL_HEADER + "\n")
    return root


def write_2017(root: Path) -> Path:
    """AVEC 2017: German only, labels without header and quotes; features with three columns, too."""
    for i, stem in enumerate(STEMS_2017):
        write_wav(root / "audio" / f"{stem}.wav", seed=i)
        if not stem.startswith("Test"):
            _put(root / "labels" / f"{stem}.csv", labels_text(stem, header=False, quote=""))
        _put(root / "audio_features_functionals_6s" / f"{stem}.csv", features_text(stem, 6, 3))
        _put(root / "transcriptions" / f"{stem}.csv", "0.0;1.2;hallo\n")
        _put(root / "test_predictions" / f"{stem}.csv", labels_text(stem, header=False, quote=""))
    return root


def write_database(root: Path, fps: str = "25", kind: str = "A") -> Path:
    """Four folders: a pair, one with labels in sub-folders that count from 0, one with nothing but a log."""
    people = (("S01_P01", "1", "01", "F"), ("S01_P02", "1", "02", "male"), ("S02_P03", "2", "03", "f"))
    for i, (name, session, subject, sex) in enumerate(people):
        folder = root / name
        _put(folder / "metadata.ini", metadata_text(session, subject, sex, fps))
        write_wav(folder / f"{name}.wav", seed=i)
        write_video(folder / f"{name}.avi", shade=i)
        (folder / f"Registration_{name}.json").write_text("{}")
        inside = ("valence/", "arousal/") if name == "S02_P03" else ("", "")
        for dimension, above in zip(("Valence", "Arousal"), inside, strict=True):
            text = frames_text(10, first=int(not above))
            _put(folder / f"{above}{name}_{dimension}_{kind}_Aligned.csv", text)
    _put(root / "S09_P09" / "log.txt", "started\n")
    return root


def metadata_text(session: str, subject: str, sex: str, fps: str) -> str:
    """metadata.ini with keys as they might be."""
    rate = f"Frame Rate = {fps}\n" if fps else ""
    return (
        f"[General]\nSession Number = {session}\nCategory: chat 100%\n"
        f"[Subject]\nSubject ID={subject}\nGender = {sex}\nAge = 31\nNationality = German\n[Video]\n{rate}"
    )


def frames_text(count: int, first: int = 1, shift: float = -0.2) -> str:
    """A value per video frame."""
    return "".join(["frame, value\r\n", *(f"{first + i}, {i / 20 + shift:.4f}\r\n" for i in range(count))])


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
