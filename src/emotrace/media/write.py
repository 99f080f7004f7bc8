"""Writes frames and samples as an MP4 file that browsers play: H.264 and AAC, index in front."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from emotrace.errors import DataError, InputError
from emotrace.writing import written_whole

_BLOCK = 1024  # samples per AAC frame


def write_video(
    path: str | Path,
    frames: Iterable[np.ndarray],
    fps: float,
    audio: np.ndarray | None = None,
    rate_hz: int | None = None,
) -> None:
    """Write an MP4 file; it appears under its name only when it is whole.

    Parameters
    ----------
    path : path
        Replaced if it exists.
    frames : iterable of uint8 arrays, shape (height, width, 3)
        RGB, all of one size; odd sides get their edge repeated once, as H.264 needs even ones.
    fps : float
        Frames per second.
    audio : float32 array, shape (samples,), in [-1, 1], or None
    rate_hz : int or None
        Samples per second; needed with `audio`.

    Raises
    ------
    InputError
        If there is no frame, a frame has another size or type, or `rate_hz` is missing.
    DataError
        If the file cannot be written (full disk, no such folder).
    """
    if audio is not None and not rate_hz:
        raise InputError("write_video got audio without rate_hz; give the samples per second")
    file = Path(path)
    with written_whole(file) as part:
        try:
            _write(part, file, frames, Fraction(fps).limit_denominator(100_000), audio, rate_hz)
        except av.FFmpegError as error:
            reason = error.strerror or type(error).__name__
            raise DataError(
                f"{file} cannot be written ({reason}); expected a folder that exists and has room"
            ) from error


def _write(part: Path, file: Path, frames, fps: Fraction, audio, rate_hz) -> None:
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = sound = shape = None
        sent = number = 0
        for number, rgb in enumerate(frames, start=1):
            if video is None:
                shape = np.shape(rgb)
                video, sound = _add_streams(container, shape, fps, audio, rate_hz, file)
            if np.shape(rgb) != shape or rgb.dtype != np.uint8:
                raise InputError(
                    f"frame {number - 1} of {file} is {rgb.dtype} {np.shape(rgb)}; expected uint8 {shape}"
                )
            picture = av.VideoFrame.from_ndarray(_even(rgb), format="rgb24")
            picture.pts, picture.time_base = number - 1, 1 / fps
            container.mux(video.encode(picture))
            if sound is not None:
                sent = _send_audio(container, sound, audio, sent, int(number / fps * rate_hz))
        if video is None:
            raise InputError(f"write_video got no frame for {file}; expected at least one")
        container.mux(video.encode(None))
        if sound is not None:
            _send_audio(container, sound, audio, sent, len(audio), rest=True)
            container.mux(sound.encode(None))


def _add_streams(container, shape, fps: Fraction, audio, rate_hz, file: Path):
    if len(shape) != 3 or shape[2] != 3:
        raise InputError(f"frames of {file} have shape {shape}; expected (height, width, 3)")
    video = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "21"})
    video.height, video.width = shape[0] + shape[0] % 2, shape[1] + shape[1] % 2
    video.pix_fmt = "yuv420p"
    video.codec_context.thread_count = 2
    video.codec_context.time_base = 1 / fps
    return video, None if audio is None else container.add_stream("aac", rate=rate_hz, layout="mono")


def _send_audio(container, sound, audio: np.ndarray, sent: int, until: int, rest: bool = False) -> int:
    until = min(until, len(audio))
    while sent < until and (rest or sent + _BLOCK <= until):
        block = np.ascontiguousarray(audio[None, sent : sent + _BLOCK], np.float32)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, sent, Fraction(1, sound.rate)
        container.mux(sound.encode(frame))
        sent += block.shape[1]
    return sent


def _even(rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    if height % 2 or width % 2:
        rgb = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(rgb)
