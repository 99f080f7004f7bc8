"""Fixtures of the store's tests: a fake source of tracks, and small corpora that it can read."""

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from emotrace.config.declaration import AudioInput, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.store import prepare

INPUTS = (FaceInput(size=8), AudioInput())


@pytest.fixture
def fake_media(monkeypatch) -> ModuleType:
    """The module of the fake source, importable in worker processes too."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("fake_media")


@pytest.fixture
def make_corpus(tmp_path):
    """Writes fake media files and gives a corpus of them."""

    def make(contents: dict[str, str], **facts) -> Corpus:
        root = tmp_path / "corpus"
        root.mkdir(exist_ok=True)
        recordings = []
        for number, (name, content) in enumerate(contents.items()):
            video = root / f"{name}.fake"
            if not video.exists() or video.read_text() != content:
                video.write_text(content)
            times = np.arange(20) * 0.04
            gold = {"arousal": Series(times, np.sin(times + number)), "valence": Series(times, np.cos(times))}
            raters = {f"R{k}": Series(times, np.sin(times) + k) for k in range(2)}
            recordings.append(
                Recording(
                    name=name,
                    subject=f"S{number}",
                    video=video,
                    gold=gold,
                    ratings={"arousal": raters},
                    partition="train",
                )
            )
        values = {"name": "fake", "root": root, "dimensions": ("arousal", "valence")} | facts
        return Corpus(recordings=tuple(recordings), **values)

    return make


@pytest.fixture
def prepare_fake(fake_media, tmp_path):
    """Prepares with the fake source into a folder of the test."""

    def run(corpus, out="out", **options):
        options = {"inputs": INPUTS, "settings": FaceSettings()} | options
        return prepare(corpus, tmp_path / out, source_factory=fake_media.open_fake, **options)

    return run


@pytest.fixture
def log_of(tmp_path):
    """What the fake source did for a recording, and forgets it."""

    def read(name: str) -> list[str]:
        log = tmp_path / "corpus" / f"{name}.log"
        lines = log.read_text().split("\n")[:-1] if log.exists() else []
        log.unlink(missing_ok=True)
        return [line for line in lines if line != "closed"]

    return read


@pytest.fixture
def contents_of():
    """All files under a folder: relative path to bytes."""

    def read(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return read


@pytest.fixture
def times_of():
    """Time of change of every file under a folder, ns."""

    def read(folder: Path) -> dict[str, int]:
        return {
            str(p.relative_to(folder)): p.stat().st_mtime_ns for p in sorted(folder.rglob("*")) if p.is_file()
        }

    return read
