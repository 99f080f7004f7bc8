"""Fixtures of the corpora's tests: an AVEC 2016 download with all its quirks, its media empty."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

RATERS = "time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3"
ARFF_HEADER = [
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


def gold_text(stem: str, values: np.ndarray) -> str:
    """An ARFF as the organisers write it: CRLF, blank lines, name unquoted."""
    rows = [f"{stem},{round(i * 0.04, 2):g},{value:g}" for i, value in enumerate(values)]
    return "\r\n".join([*ARFF_HEADER, *rows]).replace("nan", "?") + "\r\n"


def ratings_text(values: np.ndarray) -> str:
    """Six raters' traces, blanks after all names but the last, CRLF."""
    rows = [
        ";".join([f"{round(i * 0.04, 2):g}", *(f"{v + r / 100:g}" for r in range(6))])
        for i, v in enumerate(values)
    ]
    return "\r\n".join([RATERS, *rows]) + "\r\n"


@pytest.fixture
def write_avec() -> Callable[..., Path]:
    """Lay out a small AVEC 2016 corpus: two recordings a partition, test without labels."""

    def write(root: Path, labels: int = 26, ratings_in: str = "", features: bool = True) -> Path:
        for stem in ("train_1", "train_2", "dev_1", "dev_2", "test_1", "test_2"):
            for folder, suffix in (("recordings_video", ".mp4"), ("recordings_audio", ".wav")):
                (root / folder).mkdir(parents=True, exist_ok=True)
                (root / folder / f"{stem}{suffix}").touch()
            if stem.startswith("test"):
                continue
            for dimension, shift in (("arousal", 0.0), ("valence", 0.1)):
                values = np.arange(labels) / 100 + shift
                gold = root / ratings_in / "ratings_gold_standard" / dimension / f"{stem}.arff"
                raters = root / ratings_in / "ratings_individual" / dimension / f"{stem}.csv"
                gold.parent.mkdir(parents=True, exist_ok=True)
                raters.parent.mkdir(parents=True, exist_ok=True)
                gold.write_bytes(gold_text(stem, values).encode())
                raters.write_bytes(ratings_text(values).encode())
        if features:
            (root / "features_audio" / "arousal").mkdir(parents=True)
            (root / "recordings_video_frame_time").mkdir()
            (root / "recordings_video" / "Thumbs.db").touch()
            (root / "recordings_video" / "._train_1.mp4").touch()
        return root

    return write
