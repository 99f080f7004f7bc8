"""Opens media files: the checks, the choice of streams, and the zero of the media clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from emotrace.errors import DataError

_NOT_MEDIA = {"tty", "subviewer", "bin", "xbin", "adf", "idf"}  # FFmpeg draws text files as pictures
_OPTIONS = {"protocol_whitelist": "file"}  # a playlist must not reach the network

DECODE_ERRORS = (av.FFmpegError, OSError, ValueError)  # what PyAV raises on broken bytes


class NothingDecodesError(DataError):
    """A stream is there, but nothing of it can be decoded."""


@contextmanager
def open_media(path: str | os.PathLike) -> Iterator[InputContainer]:
    """Open a media file for reading and close it afterwards.

    Raises
    ------
    DataError
        If the file is missing, a folder, empty, unreadable, not media, or holds neither audio nor
        video.
    """
    file = Path(path)
    if not file.exists():
        raise DataError(f"{file} does not exist; give the path of a video or audio file")
    if not file.is_file():
        raise DataError(
            f"{file} is not a file; give the path of a video or audio file (a folder of images needs the "
            "time of each frame, which only a corpus states)"
        )
    if file.stat().st_size == 0:
        raise DataError(f"{file} is empty (0 bytes); expected a video or audio file, copy it again")
    try:
        container = av.open(str(file.resolve()), options=_OPTIONS, metadata_errors="replace")
    except DECODE_ERRORS as error:
        raise DataError(
            f"{file} cannot be read as media ({_reason(error)}); expected a whole video or audio file"
        ) from error
    with container:
        if container.format.name in _NOT_MEDIA or not (video_stream(container) or audio_stream(container)):
            raise DataError(
                f"{file} holds neither audio nor video (FFmpeg reads it as {container.format.name}); "
                "expected a video or audio file"
            )
        yield container


def video_stream(container: InputContainer) -> VideoStream | None:
    """The first video stream that is not a cover picture and that FFmpeg can decode, or None."""
    for stream in container.streams.video:
        if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def audio_stream(container: InputContainer) -> AudioStream | None:
    """The first audio stream that FFmpeg can decode, or None."""
    return next((s for s in container.streams.audio if s.codec_context is not None), None)


def stream_end_s(stream: Stream, zero_s: float) -> float | None:
    """End of a stream in seconds on the media clock as its header says, None where it does not."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float((stream.duration + (stream.start_time or 0)) * stream.time_base) - zero_s


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.strip().rstrip(".")
