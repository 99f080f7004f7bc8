"""What the page plays: the recording itself where browsers can, else a small preview beside it."""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from emotrace import media
from emotrace.errors import EmotraceError
from emotrace.inference.files import PREVIEW
from emotrace.inference.prediction import Prediction
from emotrace.writing import written_whole

PREVIEW_WIDTH = 640  # px
PREVIEW_FPS = 25.0
PREVIEW_RATE_HZ = 22050
PREVIEW_RATE_SOUND_HZ = 16000  # of a recording without pictures

_MP4, _WEBM = frozenset({".mp4", ".m4v", ".mov"}), frozenset({".webm"})
_VIDEO = {  # suffixes, video codecs, audio codecs
    "mp4": (_MP4, {"h264"}, {"aac", "mp3", None}),
    "webm": (_WEBM, {"vp8", "vp9", "av1", "libdav1d"}, {"opus", "vorbis", None}),
}
_SOUND = {  # suffixes and audio codecs
    "mp3": ({".mp3"}, {"mp3"}),
    "wav": ({".wav"}, {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"}),
    "flac": ({".flac"}, {"flac"}),
    "ogg": ({".ogg", ".oga", ".opus"}, {"opus", "vorbis"}),
    "mp4": ({".m4a", ".mp4"}, {"aac"}),
    "webm": ({".webm"}, {"opus", "vorbis"}),
}


@dataclass(frozen=True)
class Playback:
    """What a page plays.

    Parameters
    ----------
    kind : {"video", "audio", "none"}
    link : str
        Relative to the page, percent-encoded; empty for none.
    note : str
        A sentence for the person who reads the page, or empty.
    """

    kind: str
    link: str = ""
    note: str = ""


def choose_playback(prediction: Prediction, page: Path) -> Playback:
    """Link the recording, or write ``<stem>.preview.mp4`` (sound alone: ``.wav``) beside the page.

    The seconds that a preview costs are added to ``prediction.profile["preview"]``. A preview that
    cannot be made is no error: the note says why, and the page shows the curves alone.
    """
    info = media.probe(prediction.path)
    kind = "video" if info.has_video else "audio"
    if prediction.audio is None and browsers_play(info):
        return Playback(kind, relative_link(prediction.path, page))
    preview = page.with_name(page.stem + PREVIEW + (".mp4" if info.has_video else ".wav"))
    began = time.perf_counter()
    try:
        with written_whole(preview) as part:
            (_write_video if info.has_video else _write_sound)(prediction, info, part)
    except (EmotraceError, OSError) as error:
        reason = " ".join(str(error).split())
        return Playback(
            "none", note=f"browsers cannot play this recording, and no preview could be made: {reason}"
        )
    finally:
        spent = prediction.profile.get("preview", 0.0) + time.perf_counter() - began
        prediction.profile["preview"] = spent
    return Playback(kind, relative_link(preview, page), "this page plays a small preview made for browsers")


def browsers_play(info: media.MediaInfo) -> bool:
    """Whether the browsers in use play a file of this suffix and these codecs and can seek in it.

    Source: the media formats that Chromium, Firefox and Safari share, as of 2025.
    """
    suffix = Path(info.path).suffix.lower()
    sound = (info.audio_codec or "").removesuffix("float") or None  # FFmpeg's decoder "mp3float" is mp3
    if info.duration_s is None:
        return False  # without a duration there is nothing to seek by
    if info.has_video:
        return any(
            suffix in suffixes and info.video_codec in videos and sound in sounds
            for suffixes, videos, sounds in _VIDEO.values()
        )
    return any(suffix in suffixes and sound in sounds for suffixes, sounds in _SOUND.values())


def relative_link(target: Path, page: Path) -> str:
    """Link from a page to a file, percent-encoded, relative where one path leads there.

    Examples
    --------
    >>> relative_link(Path("/data/my clip.mp4"), Path("/data/out/clip.html"))
    '../my%20clip.mp4'
    """
    target = target.resolve()
    try:
        link = Path(os.path.relpath(target, page.resolve().parent)).as_posix()
        return quote(os.fsencode(link))  # as bytes: a name need not be UTF-8
    except ValueError:  # another drive
        return target.as_uri()


def steady_frames(frames: Iterator[tuple[int, float, np.ndarray]], fps: float) -> Iterator[np.ndarray]:
    """Pictures at a constant rate from pictures with times: each instant shows the latest one.

    Parameters
    ----------
    frames : iterator of (index, time_s, uint8 (height, width, 3))
        Times do not fall.
    fps : float

    Yields
    ------
    uint8 (height, width, 3)
    """
    shown, count = None, 0
    for _, time_s, picture in frames:
        due = int(np.ceil(time_s * fps - 1e-6))  # instants before this picture begins
        for _ in range(count, due):
            yield picture if shown is None else shown
        shown, count = picture, max(count, due)
    if shown is not None:
        yield shown


def _write_video(prediction: Prediction, info: media.MediaInfo, part: Path) -> None:
    frames = steady_frames(
        media.stream_frames(prediction.path, scale_width=min(PREVIEW_WIDTH, info.width)), PREVIEW_FPS
    )
    sound = prediction.audio or (prediction.path if info.has_audio else None)
    if sound is None:
        media.write_video(part, frames, PREVIEW_FPS)
        return
    with tempfile.TemporaryFile() as spool:  # an hour of samples is too much for memory
        for chunk in media.stream_audio(sound, PREVIEW_RATE_HZ):
            spool.write(chunk.astype(np.float32).tobytes())
        length = spool.tell() // 4
        spool.flush()
        samples = np.memmap(spool, np.float32, "r", shape=(length,)) if length else np.zeros(0, np.float32)
        media.write_video(part, frames, PREVIEW_FPS, audio=samples, rate_hz=PREVIEW_RATE_HZ)


def _write_sound(prediction: Prediction, info: media.MediaInfo, part: Path) -> None:
    chunks = media.stream_audio(prediction.audio or prediction.path, PREVIEW_RATE_SOUND_HZ)
    media.write_sound(part, chunks, PREVIEW_RATE_SOUND_HZ)
