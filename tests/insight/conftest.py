"""Fixtures: planted models beside made recordings, and openSMILE's feature replaced by a toy."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for sounding

from sounding import RATE_HZ, Planted

from emotrace.errors import MissingExtraError
from emotrace.features.derived import registry
from emotrace.features.feature import Feature
from emotrace.features.track import Track
from emotrace.insight.examined import Examined
from emotrace.models import CheckpointMeta
from emotrace.run_files import RunFiles
from emotrace.timing import Timeline


@pytest.fixture
def planted():
    """Function that gives an `Examined` of a planted model and recordings."""

    def make(*recordings, model=None, path="run", partition="test", drawn=None, delay=None) -> Examined:
        model = model or Planted()
        meta = CheckpointMeta(
            name="planted/model",
            config={},
            labels=model.labels,
            value_range=(-1, 1),
            declaration=model.declaration,
            corpus="made",
            **({"delay": delay} if delay else {}),
        )
        dimensions = ("arousal", "valence")
        return Examined(RunFiles(Path(path)), model, meta, dimensions, partition, recordings, drawn)

    return make


def _toy(track: Track) -> Track:
    """Loudness is the largest sample of 10 ms; F0 is 20, but 0 (unvoiced) in every other frame."""
    frames = np.asarray(track.values[:])[: len(track.values) // 160 * 160].reshape(-1, 160)
    loudness = np.abs(frames).max(axis=1)
    pitch = np.where(np.arange(len(frames)) % 2, 0.0, 20 + loudness)
    return Track(np.column_stack([loudness, pitch]).astype(np.float32), Timeline.regular(len(frames), 100.0))


@pytest.fixture
def speech(monkeypatch):
    """Function that puts a feature in the place of openSMILE's; it is called with what differs."""

    def put(**facts: Any) -> None:
        settings = {
            "name": "egemaps-lld",
            "needs": f"audio-{RATE_HZ}",
            "compute": _toy,
            "blocks": {"made": 2},
            "version": 1,
            "summary": "made",
            "source": "made",
            "columns": ("Loudness_sma3", "F0semitoneFrom27.5Hz_sma3nz"),
        }
        made = Feature(**{**settings, **facts})
        monkeypatch.setattr(registry, "available", lambda: {made.name: made})

    put()
    return put


@pytest.fixture
def no_opensmile(speech):
    """As if openSMILE were not installed."""

    def compute(track: Track) -> Track:
        raise MissingExtraError("opensmile is not installed; run `pip install emotrace[opensmile]`")

    speech(compute=compute)
