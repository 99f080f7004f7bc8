"""Fixtures of the inference tests: small media files, made-up predictions, an untrained predictor."""

from pathlib import Path

import numpy as np
import pytest

from emotrace import media, models
from emotrace.inference import Prediction, Predictor
from emotrace.trace import Trace

TINY = {"face_size": 32, "visual_features": 16, "audio_filters": 4, "audio_hidden": 16, "hidden": 8}


@pytest.fixture(scope="session")
def face_clip(tmp_path_factory) -> Path:
    """1.2 s at 25 fps of a real face that moves sideways, gone in the last 0.4 s, with sound."""
    from skimage.data import astronaut

    picture = astronaut()[:320, 60:380]
    frames = [np.roll(picture, 2 * i, axis=1) if i < 20 else np.zeros_like(picture) for i in range(30)]
    sound = 0.2 * np.sin(np.arange(int(1.2 * 16000)) * 0.1).astype(np.float32)
    path = tmp_path_factory.mktemp("media") / "face.mp4"
    media.write_video(path, iter(frames), 25, audio=sound, rate_hz=16000)
    return path


@pytest.fixture(scope="session")
def silent_clip(face_clip, tmp_path_factory) -> Path:
    """The pictures of `face_clip` without a sound track."""
    path = tmp_path_factory.mktemp("media") / "silent.mp4"
    media.write_video(path, (rgb for _, _, rgb in media.stream_frames(face_clip)), 25)
    return path


@pytest.fixture(scope="session")
def sound_clip(tmp_path_factory) -> Path:
    """One second of a 16 kHz tone as WAV."""
    import wave

    path = tmp_path_factory.mktemp("media") / "tone.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes((8000 * np.sin(np.arange(16000) * 0.1)).astype("<i2").tobytes())
    return path


@pytest.fixture
def make_prediction(face_clip):
    """Function that makes a prediction of smooth made-up values about a real file."""

    def make(path=face_clip, labels=("arousal", "valence"), rows=30, with_face=True, **changes) -> Prediction:
        phase = np.arange(rows)[:, None] * 0.1 + np.arange(len(labels))
        values = 0.4 * np.sin(phase).astype(np.float32)
        if changes.get("predicts") == "class":
            values = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
        found = np.arange(rows) < 20
        boxes = np.where(found[:, None], np.array([[0.25, 0.25, 0.5, 0.75]]), np.nan).astype(np.float32)
        trace = Trace(np.arange(rows) * 0.04, values, labels, found & with_face)
        facts = {
            "duration_s": rows * 0.04,
            "model": "nguyen2020/2d1dconv-ae-lstm",
            "corpus": "avec2016",
            "boxes": boxes if with_face else None,
            "frames": rows if with_face else 0,
            "frames_with_face": int(found.sum()) if with_face else 0,
        }
        return Prediction(path=path, trace=trace, **(facts | changes))

    return make


@pytest.fixture(scope="session")
def make_predictor():
    """Function that makes a predictor with small untrained weights."""

    def make(variant="2d1dconv-lstm", **meta) -> Predictor:
        import torch

        torch.manual_seed(0)
        name = f"nguyen2020/{variant}"
        model = models.build(name, preset="small", **TINY)
        facts = {
            "name": name,
            "config": model.config.model_dump(mode="json"),
            "labels": model.labels,
            "value_range": (-1.0, 1.0),
            "declaration": model.declaration,
            "corpus": "avec2016",
        }
        return Predictor(model, models.CheckpointMeta(**(facts | meta)))

    return make


@pytest.fixture(scope="session")
def predictor(make_predictor) -> Predictor:
    """Face and voice, one LSTM."""
    return make_predictor()
