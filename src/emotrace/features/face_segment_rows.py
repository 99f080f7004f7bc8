"""Faces of segments as rows of a track: twenty pictures each, read from the faces as they are asked for."""

from typing import Any

import numpy as np

from emotrace.features.segments import FRAMES, segment_frames
from emotrace.features.track import Track


class FaceSegmentRows:
    """Twenty faces for every segment, side by side in a row.

    Parameters
    ----------
    faces : Track
        uint8 (frame, height, width, 3).
    starts_s : float array, shape (segment,), s

    Attributes
    ----------
    valid : bool array, shape (segment,)
        Whether any frame of the segment shows a face.

    Source
    ------
    Priyasad et al. (2019), section 3.3; `segments.segment_frames` has the rules.
    """

    dtype = np.dtype(np.uint8)
    ndim = 2

    def __init__(self, faces: Track, starts_s: np.ndarray):
        length, height, width, channels = faces.values.shape
        found = np.ones(length, dtype=bool) if faces.valid is None else np.asarray(faces.valid, dtype=bool)
        frames = segment_frames(faces.timeline.seconds(), found, starts_s)
        self.valid = frames.valid
        self.shape = (len(starts_s), FRAMES * height * width * channels)
        self._faces, self._frames = faces, frames.rows

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows, uint8 (row, 20 * height * width * 3); zeros where there is no face.

        Parameters
        ----------
        rows : slice, or int array, shape (row,)
        """
        numbers = np.atleast_1d(np.arange(len(self))[rows])
        out = np.zeros((len(numbers), self.shape[1]), self.dtype)
        shown = self.valid[numbers]
        if not shown.any():
            return out
        wanted, place = np.unique(
            self._frames[numbers[shown]], return_inverse=True
        )  # rising: faces may be decoded
        faces = np.asarray(self._faces.values[wanted])  # (frame, height, width, 3)
        out[shown] = faces[place.reshape(-1)].reshape(int(shown.sum()), -1)
        return out
