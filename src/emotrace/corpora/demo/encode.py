"""Writes frames and samples as an MP4 file with H.264 video and AAC sound, and samples as a WAV file."""

import wave
from fractions import Fraction
from itertools import chain

import av
import numpy as np

from emotrace.corpora.demo.processes import FPS

__all__ = ["write_mp4", "write_wav"]

_BLOCK = 1024  # samples per AAC frame


def write_mp4(path, frames, samples, sample_rate):
    """Write one recording.

    Parameters
    ----------
    path : path-like
        Any name; the container is MP4.
    frames : iterable of uint8 array, shape (height, width, 3)
        At least one, RGB at 25 frames per second, even sides.
    samples : float32 array, shape (samples,), in [-1, 1]
        Mono.
    sample_rate : int
        Hz.
    """
    frames = iter(frames)
    opening = next(frames)
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "20"})
        video.height, video.width = opening.shape[:2]
        video.pix_fmt = "yuv420p"
        video.codec_context.thread_count = 1
        audio = container.add_stream("aac", rate=sample_rate, layout="mono")
        audio.bit_rate = 96000
        first = 0
        for number, pixels in enumerate(chain([opening], frames)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
            until = round((number + 1) * sample_rate / FPS)
            while first + _BLOCK <= min(until, len(samples)):
                _mux_samples(container, audio, samples, first, first + _BLOCK)
                first += _BLOCK
        if first < len(samples):
            _mux_samples(container, audio, samples, first, len(samples))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _mux_samples(container, audio, samples, first, last):
    block = av.AudioFrame.from_ndarray(samples[None, first:last], format="fltp", layout="mono")
    block.sample_rate, block.pts, block.time_base = audio.rate, first, Fraction(1, audio.rate)
    container.mux(audio.encode(block))


def write_wav(path, samples, sample_rate):
    """Write mono 16-bit sound.

    Parameters
    ----------
    path : path-like
    samples : float array, shape (samples,), in [-1, 1]
    sample_rate : int
        Hz.
    """
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
