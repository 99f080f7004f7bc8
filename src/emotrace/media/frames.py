"""Streams the pictures of a video by presentation time, upright and in display size."""

import heapq
import os
from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterator

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from emotrace.errors import DataError
from emotrace.media.clock import NOMINAL_S, MediaClock, believable_s
from emotrace.media.container import NothingDecodesError, open_media, video_stream
from emotrace.media.packets import decode_packets

Wanted = Collection[int] | Callable[[int, float], bool]

_HELD = 4  # frames held back so that disordered timestamps can be sorted (AVI with B-frames)
_EARLY_S = 0.5  # s, a stream that ends earlier than stated by more is reported


class FrameReader:
    """The frames of a video as an iterator of (index, time in s, picture); read once.

    Pictures are uint8 RGB (height, width, 3): rotated as the file's metadata asks, with square
    pixels, all of the size of the first one. A handful of decoded frames is in memory at a time.
    Broken packets are left out and reported in `warnings`.

    Parameters
    ----------
    path : path of a media file
    wanted : rising collection of frame indices, or function (index, time_s) -> bool, or None
        Frames that are converted and yielded; the others are only decoded. None: all.
    scale_width : int, px, or None
        Width that wider pictures are scaled down to, keeping their shape.
    threads : int
        Decoding threads.
    warnings : list of str or None
        Sentences on what could not be read are added to it.

    Attributes
    ----------
    times_s : array of float
        Start of every frame decoded so far, s, not falling.
    end_s : float
        End of the last frame decoded so far, s.
    width, height : int
        Display size in px, before `scale_width`; 0 before the first frame.
    rotation : int
        Degrees counter-clockwise that pictures were turned: 0, 90, 180 or 270.
    stated_end_s : float or None
        End of the video by its header, s.

    Raises
    ------
    DataError
        On iteration: if the file cannot be opened, has no video, or not one frame decodes.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        *,
        wanted: Wanted | None = None,
        scale_width: int | None = None,
        threads: int = 2,
        warnings: list[str] | None = None,
    ):
        self.path = path
        self.times_s = array("d")
        self.end_s = 0.0
        self.width = self.height = self.rotation = 0
        self.stated_end_s: float | None = None
        self._wanted, self._last_wanted = _predicate(wanted)
        self._scale_width = scale_width
        self._threads = threads
        self._warnings = warnings if warnings is not None else []
        self._converter = VideoReformatter()

    def __iter__(self) -> Iterator[tuple[int, float, np.ndarray]]:
        with open_media(self.path) as container:
            stream = video_stream(container)
            if stream is None:
                raise DataError(f"{self.path} has no video; expected a file with a picture track")
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = self._threads
            clock = MediaClock(container, stream, self._warn)
            self.stated_end_s = clock.stated_end_s
            rate = stream.average_rate or stream.guessed_rate
            usual_s = 1 / float(rate) if rate else NOMINAL_S
            for index, (time_s, end_s, frame) in enumerate(self._in_order(container, stream, clock, usual_s)):
                if index == 0:
                    self._measure(frame, stream)
                time_s = max(time_s, self.times_s[-1] if index else 0.0)
                self.times_s.append(time_s)
                self.end_s = max(end_s, time_s)
                if self._wanted(index, time_s):
                    yield index, time_s, self._convert(frame)
                if index >= self._last_wanted:
                    return
            if not self.times_s:
                raise NothingDecodesError(
                    f"{self.path}: not one frame of its video decodes; copy the file again"
                )
            if clock.stated_end_s is not None and self.end_s < clock.stated_end_s - _EARLY_S:
                self._warn(
                    f"the video ends at {self.end_s:.2f} s, its header says {clock.stated_end_s:.2f} s"
                )

    def _in_order(self, container, stream, clock, usual_s) -> Iterator[tuple[float, float, object]]:
        """(start, end if it were the last, frame); a decoder's order is right, timestamps may not be."""
        frames: deque = deque()
        times: list[tuple[float, float]] = []
        for frame in decode_packets(container, stream, self._warn):
            lasts_s = believable_s(frame.duration, stream.time_base, usual_s)
            time_s = clock.place(frame.pts if frame.pts is not None else frame.dts, lasts_s)
            heapq.heappush(times, (time_s, clock.end_s(time_s, lasts_s, usual_s)))
            frames.append(frame)
            if len(frames) > _HELD:
                yield *heapq.heappop(times), frames.popleft()
        while frames:
            yield *heapq.heappop(times), frames.popleft()

    def _measure(self, frame, stream) -> None:
        aspect = float(stream.sample_aspect_ratio or 1) or 1.0
        width, height = max(1, round(frame.width * aspect)), frame.height
        self.rotation = round(frame.rotation / 90) * 90 % 360
        turned = self.rotation in (90, 270)
        self.width, self.height = (height, width) if turned else (width, height)
        shrink = min(1.0, self._scale_width / self.width) if self._scale_width else 1.0
        self._stored_size = max(1, round(width * shrink)), max(1, round(height * shrink))
        self._shrinks = shrink < 1

    def _convert(self, frame) -> np.ndarray:
        width, height = self._stored_size
        how = Interpolation.AREA if self._shrinks else Interpolation.BILINEAR
        picture = self._converter.reformat(frame, width, height, "rgb24", interpolation=how, threads=1)
        rgb: np.ndarray = picture.to_ndarray()
        if self.rotation:
            rgb = np.ascontiguousarray(np.rot90(rgb, self.rotation // 90))
        return rgb  # (height, width, 3)

    def _warn(self, text: str) -> None:
        self._warnings.append(f"{os.path.basename(self.path)}: {text}")


def stream_frames(
    path: str | os.PathLike,
    *,
    wanted: Wanted | None = None,
    scale_width: int | None = None,
    warnings: list[str] | None = None,
) -> Iterator[tuple[int, float, np.ndarray]]:
    """Pictures of a video by presentation time: (index, time in s, uint8 RGB (height, width, 3)).

    See `FrameReader`, which also tells the end of the video and the times of unwanted frames.

    Raises
    ------
    DataError
        If the file cannot be opened, has no video, or not one frame decodes.
    """
    return iter(FrameReader(path, wanted=wanted, scale_width=scale_width, warnings=warnings))


def _predicate(wanted: Wanted | None) -> tuple[Callable[[int, float], bool], float]:
    if wanted is None:
        return (lambda index, time_s: True), float("inf")
    if callable(wanted):
        return wanted, float("inf")
    chosen = frozenset(int(index) for index in wanted)
    return (lambda index, time_s: index in chosen), max(chosen, default=-1)
