"""The decoded frames of a video file in order, before they are numbered and converted."""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from av.container import InputContainer
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from emotrace.errors import DataError
from emotrace.media.clock import NOMINAL_S, MediaClock, believable_s
from emotrace.media.container import open_media, video_stream
from emotrace.media.images import ImageFilm
from emotrace.media.packets import decode_packets
from emotrace.media.pictures import Pictures

_HELD = 4  # frames held back so that disordered timestamps can be sorted (AVI with B-frames)
_EARLY_S = 0.5  # s, a stream that ends earlier than stated by more is reported


class Film(Protocol):
    """What `FrameReader` reads: frames of a container, or images of a folder.

    Attributes
    ----------
    stated_end_s : float or None
        End by the header or by the stated frame times, s.
    width, height, rotation : int
        As those of `FrameReader`, from the first frame on.
    """

    stated_end_s: float | None
    width: int
    height: int
    rotation: int

    def frames(self) -> Iterator[tuple[float, float, Any]]:
        """(start, end if it were the last, frame), all frames that decode."""

    def convert(self, frame: Any) -> np.ndarray:
        """The frame as uint8 RGB (height, width, 3)."""


@contextmanager
def open_film(
    pictures: Pictures, scale_width: int | None, threads: int, warn: Callable[[str], None]
) -> Iterator[Film]:
    """Open a video file or a folder of images.

    Raises
    ------
    DataError
        If it cannot be opened or has no video.
    """
    if pictures.is_images:
        yield ImageFilm(pictures, scale_width, warn)
        return
    with open_media(pictures.path) as container:
        stream = video_stream(container)
        if stream is None:
            raise DataError(f"{pictures} has no video; expected a file with a picture track")
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        yield _ContainerFilm(container, stream, pictures, scale_width, warn)


class _ContainerFilm:
    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        pictures: Pictures,
        scale_width: int | None,
        warn: Callable[[str], None],
    ):
        self._container, self._stream, self._pictures = container, stream, pictures
        self._scale_width, self._warn = scale_width, warn
        self._clock = MediaClock(container, stream, self._warn if pictures.times_s is None else _ignore)
        self.stated_end_s = self._clock.stated_end_s if pictures.times_s is None else pictures.stated_end_s
        self.width = self.height = self.rotation = 0
        self._converter = VideoReformatter()

    def frames(self) -> Iterator[tuple[float, float, Any]]:
        number, end_s = 0, 0.0
        times, period_s = self._pictures.times_s, self._pictures.period_s
        for number, (start_s, end_s, frame) in enumerate(self._in_order(), start=1):
            if number == 1:
                self._measure(frame)
            if times is None:
                yield start_s, end_s, frame
            elif number <= len(times):
                yield float(times[number - 1]), float(times[number - 1]) + period_s, frame
        miscount = self._pictures.miscount(number)
        if miscount is not None:
            self._warn(miscount)
        stated_s = self.stated_end_s if times is None and number else None
        if stated_s is not None and end_s < stated_s - _EARLY_S:
            self._warn(f"the video ends at {end_s:.2f} s, its header says {stated_s:.2f} s")

    def _in_order(self) -> Iterator[tuple[float, float, Any]]:
        """(start, end if it were the last, frame); a decoder's order is right, timestamps may not be."""
        rate = self._stream.average_rate or self._stream.guessed_rate
        usual_s = 1 / float(rate) if rate else NOMINAL_S
        frames: deque = deque()
        times: list[tuple[float, float]] = []
        for frame in decode_packets(self._container, self._stream, self._warn):
            lasts_s = believable_s(frame.duration, self._stream.time_base, usual_s)
            time_s = self._clock.place(frame.pts if frame.pts is not None else frame.dts, lasts_s)
            heapq.heappush(times, (time_s, self._clock.end_s(time_s, lasts_s, usual_s)))
            frames.append(frame)
            if len(frames) > _HELD:
                yield *heapq.heappop(times), frames.popleft()
        while frames:
            yield *heapq.heappop(times), frames.popleft()

    def _measure(self, frame: Any) -> None:
        aspect = float(self._stream.sample_aspect_ratio or 1) or 1.0
        width, height = max(1, round(frame.width * aspect)), frame.height
        self.rotation = round(frame.rotation / 90) * 90 % 360
        turned = self.rotation in (90, 270)
        self.width, self.height = (height, width) if turned else (width, height)
        shrink = min(1.0, self._scale_width / self.width) if self._scale_width else 1.0
        self._stored_size = max(1, round(width * shrink)), max(1, round(height * shrink))
        self._shrinks = shrink < 1

    def convert(self, frame: Any) -> np.ndarray:
        width, height = self._stored_size
        how = Interpolation.AREA if self._shrinks else Interpolation.BILINEAR
        picture = self._converter.reformat(frame, width, height, "rgb24", interpolation=how, threads=1)
        rgb: np.ndarray = picture.to_ndarray()
        if self.rotation:
            rgb = np.ascontiguousarray(np.rot90(rgb, self.rotation // 90))
        return rgb  # (height, width, 3)


def _ignore(text: str) -> None:
    """Broken timestamps do not matter where the corpus states the times."""
