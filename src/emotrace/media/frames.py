"""Streams the pictures of a video by presentation time, upright and in display size."""

from array import array
from collections.abc import Callable, Collection, Iterator

import numpy as np

from emotrace.media.container import NothingDecodesError
from emotrace.media.film import open_film
from emotrace.media.pictures import Pictures, PictureSource

Wanted = Collection[int] | Callable[[int, float], bool]


class FrameReader:
    """The frames of a video as an iterator of (index, time in s, picture); read once.

    Pictures are uint8 RGB (height, width, 3): rotated as the file's metadata asks, with square
    pixels, all of the size of the first one. A handful of decoded frames is in memory at a time.
    Broken packets are left out and reported in `warnings`.

    Parameters
    ----------
    path : path of a video file, or Pictures
        A folder of images is given as `Pictures`.
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
        End of the video by its header or its stated frame times, s.

    Raises
    ------
    DataError
        On iteration: if the file cannot be opened, has no video, or not one frame decodes.
    """

    def __init__(
        self,
        path: PictureSource,
        *,
        wanted: Wanted | None = None,
        scale_width: int | None = None,
        threads: int = 2,
        warnings: list[str] | None = None,
    ):
        self.pictures = Pictures.of(path)
        self.path = self.pictures.path
        self.times_s = array("d")
        self.end_s = 0.0
        self.width = self.height = self.rotation = 0
        self.stated_end_s: float | None = None
        self._wanted, self._last_wanted = _predicate(wanted)
        self._scale_width = scale_width
        self._threads = threads
        self._warnings = warnings if warnings is not None else []

    def __iter__(self) -> Iterator[tuple[int, float, np.ndarray]]:
        with open_film(self.pictures, self._scale_width, self._threads, self._warn) as film:
            self.stated_end_s = film.stated_end_s
            for index, (time_s, end_s, frame) in enumerate(film.frames()):
                self.width, self.height, self.rotation = film.width, film.height, film.rotation
                time_s = max(time_s, self.times_s[-1] if index else 0.0)
                self.times_s.append(time_s)
                self.end_s = max(end_s, time_s)
                if self._wanted(index, time_s):
                    yield index, time_s, film.convert(frame)
                if index >= self._last_wanted:
                    return
            if not self.times_s:
                raise NothingDecodesError(
                    f"{self.path}: not one frame of its video decodes; copy the file again"
                )

    def _warn(self, text: str) -> None:
        self._warnings.append(f"{self.path.name}: {text}")


def stream_frames(
    path: PictureSource,
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
