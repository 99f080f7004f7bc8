"""Pass 1 over a video: find one face in every frame."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emotrace.config.media import FaceSettings
from emotrace.errors import InputError
from emotrace.media.clock import NOMINAL_S
from emotrace.media.detector import Detections, Detector
from emotrace.media.frames import FrameReader
from emotrace.media.identity import Follower, fill_between
from emotrace.media.pictures import PictureSource
from emotrace.profile import timed, timed_block

_CERTAIN_GAPS = 2  # at least so many looks within `max_gap_s`, whatever the frame rate


@dataclass(frozen=True)
class FaceBoxes:
    """Where one face is in every frame of a video; px of the upright full-size picture.

    Parameters
    ----------
    times_s : float64 array, shape (frame,), s
        Start of every frame, not falling.
    boxes : float32 array, shape (frame, 4)
        Left, top, right, bottom; NaN where not found.
    landmarks : float32 array, shape (frame, 5, 2)
        x, y of eyes, nose, mouth corners, from left to right in the picture; NaN where not found.
    scores : float32 array, shape (frame,)
        Detection score in [0, 1], interpolated; NaN where not found.
    found : bool array, shape (frame,)
        Whether the face is there.
    end_s : float, s
        End of the last frame.
    width, height : int, px
    identities : int
        Number of different faces that were followed.
    """

    times_s: np.ndarray
    boxes: np.ndarray
    landmarks: np.ndarray
    scores: np.ndarray
    found: np.ndarray
    end_s: float
    width: int
    height: int
    identities: int


def locate_faces(
    path: PictureSource,
    detector: Detector,
    settings: FaceSettings,
    progress: Callable[[float, float | None], None] | None = None,
    *,
    profile: dict[str, float] | None = None,
    warnings: list[str] | None = None,
    threads: int = 2,
) -> FaceBoxes:
    """Find one face in every frame of a video.

    Every `settings.detect_every`-th frame is looked at, more often where frames are so slow that two
    looks would not fit into `settings.max_gap_s`. Between the looks the face is interpolated
    (`fill_between`). Of several faces that one counts which is `settings.face`-th in the order of size
    and persistence (sum of area and time).

    Parameters
    ----------
    path : path of a video file, or Pictures
    detector : Detector
    settings : FaceSettings
    progress : function of (seconds done, seconds in all or None), or None
    profile : dict or None
        Seconds spent are added to its keys ``decode`` and ``detect``.
    warnings : list of str or None
        Sentences on what could not be read are added to it.
    threads : int
        Decoding threads.

    Raises
    ------
    DataError
        If the file cannot be opened, has no video, or not one frame decodes.
    InputError
        If `settings.face` is 1 or more and fewer faces were followed.
    """
    profile = profile if profile is not None else {}
    due = _Due(settings)
    reader = FrameReader(
        path, wanted=due, scale_width=settings.detect_width, threads=threads, warnings=warnings
    )
    follower = Follower()
    looked: list[int] = []
    last_s = None
    for index, time_s, rgb in timed(reader, profile, "decode"):
        with timed_block(profile, "detect"):
            across, down = reader.width / rgb.shape[1], reader.height / rgb.shape[0]
            found = _full_size(detector.detect(rgb), across, down)
            follower.add(index, found, time_s - last_s if last_s is not None else NOMINAL_S)
        looked.append(index)
        last_s = time_s
        if progress is not None:
            progress(time_s, reader.stated_end_s)
    times_s = np.array(reader.times_s)
    ranked = follower.ranked(len(looked))
    if settings.face >= max(1, len(ranked)):
        raise InputError(
            f"face {settings.face} of {path} was asked for, but {len(ranked)} different "
            f"{'face was' if len(ranked) == 1 else 'faces were'} followed; "
            "ask for a lower number, 0 being the largest and most persistent"
        )
    rows, seen = np.full((len(times_s), 15), np.nan, np.float32), np.zeros(len(times_s), bool)
    if ranked:
        rows, seen = fill_between(ranked[settings.face], np.array(looked), times_s, settings.max_gap_s)
    return FaceBoxes(
        times_s=times_s,
        boxes=rows[:, :4],
        landmarks=rows[:, 4:14].reshape(-1, 5, 2),
        scores=rows[:, 14],
        found=seen,
        end_s=reader.end_s,
        width=reader.width,
        height=reader.height,
        identities=len(ranked),
    )


class _Due:
    """Whether a frame is to be looked at."""

    def __init__(self, settings: FaceSettings):
        self._every = settings.detect_every
        self._longest_s = settings.max_gap_s / _CERTAIN_GAPS
        self._index: int | None = None
        self._time_s = 0.0

    def __call__(self, index: int, time_s: float) -> bool:
        due = (
            self._index is None
            or index - self._index >= self._every
            or time_s - self._time_s > self._longest_s + 1e-9
        )
        if due:
            self._index, self._time_s = index, time_s
        return due


def _full_size(found: Detections, across: float, down: float) -> Detections:
    scale = np.array([across, down], np.float32)
    return Detections(found.boxes * np.tile(scale, 2), found.scores, found.landmarks * scale)
