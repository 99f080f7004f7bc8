"""Tiny real media files, so that corpora that the tests lay out can be prepared as well as read."""

import wave
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image

RATE_HZ = 16000


def write_wav(path: Path, seconds: float = 0.4, rate_hz: int = RATE_HZ, seed: int = 0) -> Path:
    """Quiet noise, mono 16 bit; another seed is another content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).normal(0, 800, round(seconds * rate_hz)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(noise.tobytes())
    return path


def write_video(path: Path, seconds: float = 0.4, fps: int = 25, shade: int = 0) -> Path:
    """Grey pictures of 64x48 px without sound or face, in the container that the extension names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_video_bytes(path.suffix.lower().lstrip("."), seconds, fps, shade))
    return path


def write_image(path: Path, size: int = 32, shade: int = 128) -> Path:
    """A grey picture, JPEG or PNG by its extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (size, size), (shade, shade, shade)).save(path)
    return path


@cache
def _video_bytes(container: str, seconds: float, fps: int, shade: int) -> bytes:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=f".{container}") as file:
        with av.open(file.name, "w") as output:
            codec = {"flv": "flv1", "avi": "mpeg4"}.get(container, "libx264")
            stream = output.add_stream(codec, rate=Fraction(fps))
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for number in range(round(seconds * fps)):
                picture = np.full((48, 64, 3), (shade + 3 * number) % 256, dtype=np.uint8)
                output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            output.mux(stream.encode(None))
        return Path(file.name).read_bytes()
