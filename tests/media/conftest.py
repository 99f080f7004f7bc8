"""Small media files that the tests of the media room share."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from skimage import data

from emotrace.media import write_video


@pytest.fixture(scope="session")
def portrait() -> np.ndarray:
    """A real face, uint8 (256, 256, 3): the public-domain astronaut of scikit-image."""
    return np.ascontiguousarray(data.astronaut()[0:256, 96:352])


@pytest.fixture(scope="session")
def face_video(portrait, tmp_path_factory) -> Path:
    """2 s at 25 fps, 384x256: the face slides from left to right; a tone of 440 Hz at 16 kHz."""
    path = tmp_path_factory.mktemp("media") / "face.mp4"
    frames = []
    for number in range(50):
        frame = np.full((256, 384, 3), 90, np.uint8)
        left = 2 * number
        frame[:, left : left + 256] = portrait
        frames.append(frame)
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(32000) / 16000)
    write_video(path, frames, 25, tone.astype(np.float32), 16000)
    return path


@pytest.fixture
def make_video(tmp_path):
    """Writes grey frames of given presentation times; the frame number is in the brightness (4 per frame)."""

    def make(
        times_s, name="made.mp4", codec="libx264", size=(64, 48), base=Fraction(1, 1000), **stream_settings
    ):
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream(
                codec, rate=Fraction(25), options=stream_settings.pop("options", {})
            )
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            stream.codec_context.time_base = base
            for key, value in stream_settings.items():
                setattr(stream.codec_context, key, value)
            for number, time_s in enumerate(times_s):
                grey = np.full((size[1], size[0], 3), min(4 * number, 255), np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
                frame.pts, frame.time_base = round(time_s / base), base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make


@pytest.fixture
def make_sound(tmp_path):
    """Writes samples (channel, sample) float32; the container follows the name."""

    def make(samples, rate_hz, name="made.wav", codec="pcm_f32le", layout=None, starts_s=(0.0,)):
        path = tmp_path / name
        channels = len(samples)
        layout = layout or {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 6: "5.1", 8: "7.1"}[channels]
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=rate_hz, layout=layout)
            for start_s in starts_s:
                kind = stream.codec_context.format.name
                values = np.asarray(samples, np.float32)
                if kind.startswith("s16"):
                    values = np.round(values * 32767).astype(np.int16)
                if not kind.endswith("p"):
                    values = values.T.reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format=kind, layout=layout)
                frame.sample_rate = rate_hz
                frame.pts, frame.time_base = round(start_s * rate_hz), Fraction(1, rate_hz)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make
