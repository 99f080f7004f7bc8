"""The pictures of a recording: a video file or a folder of images, and what the corpus states about them."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.errors import DataError
from emotrace.media.clock import NOMINAL_S


@dataclass(frozen=True, eq=False)
class Pictures:
    """A video file, or a folder of images of which each is a frame.

    Every function of this room that takes a path of a video takes this in its place.

    Parameters
    ----------
    path : Path
        A video file, or a folder whose images (`media_files.numbered_images`) are the frames; `times_s` is
        needed then.
    times_s : float64 array, shape (frame,), s, or None
        When each frame was taken, not falling; overrides the times in the file. Of another number than
        the frames: as many as there are of both are used, with a warning.
    faces_cut : bool
        Each picture is one face from edge to edge: no face is searched.

    Raises
    ------
    DataError
        If `times_s` is not one row of finite seconds that do not fall.
    """

    path: Path
    times_s: np.ndarray | None = None
    faces_cut: bool = False

    def __post_init__(self) -> None:
        times = self.times_s
        if times is None:
            return
        seconds = np.asarray(times, dtype=np.float64)
        if seconds.ndim != 1 or not len(seconds) or not np.isfinite(seconds).all():
            raise DataError(
                f"{self.path}: its frame times have shape {seconds.shape} or are not finite; expected one "
                "row of seconds, one per frame"
            )
        if (np.diff(seconds) < 0).any():
            raise DataError(f"{self.path}: its frame times fall; expected seconds that do not, mend the list")
        object.__setattr__(self, "times_s", seconds)

    @classmethod
    def of(cls, source: "PictureSource") -> "Pictures":
        """A path as pictures of which nothing is stated; pictures as they are."""
        return source if isinstance(source, Pictures) else cls(Path(source))

    @property
    def is_images(self) -> bool:
        """Whether it is a folder of images with frame times."""
        return self.times_s is not None and self.path.is_dir()

    @property
    def period_s(self) -> float:
        """Seconds between two stated frames: the median; 0.04 s with fewer than two."""
        if self.times_s is None or len(self.times_s) < 2:
            return NOMINAL_S
        return float(np.median(np.diff(self.times_s)))

    @property
    def stated_end_s(self) -> float | None:
        """End of the last stated frame, s; None where no times are stated."""
        return None if self.times_s is None else float(self.times_s[-1]) + self.period_s

    def miscount(self, frames: int) -> str | None:
        """A sentence where there are more or fewer frames than stated times; None where all is well."""
        stated = frames if self.times_s is None else len(self.times_s)
        if frames == stated:
            return None
        return f"it has {frames} frames but {stated} frame times are stated; {min(frames, stated)} are used"

    def __str__(self) -> str:
        return str(self.path)


PictureSource = str | os.PathLike[str] | Pictures
