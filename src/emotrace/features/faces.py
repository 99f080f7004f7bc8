"""Face tracks of a video file: where the face is, and its crops decoded as they are asked for."""

from collections.abc import Callable, Iterator

import numpy as np

from emotrace.errors import InputError
from emotrace.features.track import Track
from emotrace.media import FaceBoxes
from emotrace.timing import Timeline

FACE_COLUMNS = 15  # box (4), x and y of five landmarks (10), score (1)


def face_box_track(face_boxes: FaceBoxes) -> Track:
    """Where the face is in every frame.

    Returns
    -------
    Track
        values float32 (frame, 15): left, top, right, bottom in px, x and y of five landmarks in px,
        score; NaN where no face is found. attributes: width, height in px, identities, end_s of
        the last frame.
    """
    values = np.concatenate(
        [face_boxes.boxes, face_boxes.landmarks.reshape(-1, 10), face_boxes.scores[:, None]], axis=1
    )
    return Track(
        values=values,
        timeline=Timeline.irregular(face_boxes.times_s),
        valid=face_boxes.found,
        attributes={
            "width": face_boxes.width,
            "height": face_boxes.height,
            "identities": face_boxes.identities,
            "end_s": face_boxes.end_s,
        },
    )


def face_boxes_of(track: Track) -> FaceBoxes:
    """What `face_box_track` made a track of, exactly: a stored track is not searched for again."""
    rows = np.asarray(track.values, dtype=np.float32)
    return FaceBoxes(
        times_s=track.timeline.seconds(),
        boxes=rows[:, :4],
        landmarks=rows[:, 4:14].reshape(-1, 5, 2),
        scores=rows[:, 14],
        found=np.asarray(track.valid, dtype=bool),
        end_s=track.attributes["end_s"],
        width=track.attributes["width"],
        height=track.attributes["height"],
        identities=track.attributes["identities"],
    )


class CropRows:
    """Face crops as rows of a track, decoded forward on demand; not found: zeros.

    Rows may be asked for by a slice or by row numbers that do not fall. Rows from the first row of
    the last call on are kept, so that calls may overlap; a call for earlier ones starts the video
    again.

    Parameters
    ----------
    open_crops : function of a function (row -> bool)
        Starts the video; gives (row, crop) for the rows that the function wants, rising.
    found : bool array, shape (frame,)
        Rows that hold a face.
    size : int, px
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(
        self,
        open_crops: Callable[[Callable[[int], bool]], Iterator[tuple[int, np.ndarray]]],
        found: np.ndarray,
        size: int,
    ):
        self._open_crops = open_crops
        self._found = found
        self._crops: Iterator[tuple[int, np.ndarray]] | None = None
        self._kept: dict[int, np.ndarray] = {}
        self._asked: frozenset[int] = frozenset()
        self._reached = -1  # last row that decoding has passed
        self.shape = (len(found), size, size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows) -> np.ndarray:
        """Crops of some rows.

        Parameters
        ----------
        rows : slice, or int array, shape (row,), not falling

        Returns
        -------
        uint8 array, shape (row, size, size, 3)

        Raises
        ------
        InputError
            If rows fall or lie outside the video.
        """
        numbers = self._numbers(rows)
        out = np.zeros((len(numbers), *self.shape[1:]), np.uint8)
        if not len(numbers):
            return out
        wanted = np.unique(numbers[self._found[numbers]])
        self._decode([int(row) for row in wanted if int(row) not in self._kept])
        self._kept = {row: crop for row, crop in self._kept.items() if row >= numbers[0]}
        for place, row in enumerate(numbers):
            crop = self._kept.get(int(row))
            if crop is not None:
                out[place] = crop
        return out  # (row, size, size, 3)

    def close(self) -> None:
        """Close the video; a later call opens it again."""
        if self._crops is not None:
            self._crops.close()  # type: ignore[attr-defined]  # a generator
        self._crops, self._kept, self._reached = None, {}, -1

    def _numbers(self, rows) -> np.ndarray:
        if isinstance(rows, slice):
            return np.arange(len(self))[rows]
        numbers = np.atleast_1d(np.asarray(rows, dtype=np.int64))
        if len(numbers) and (numbers[0] < 0 or numbers[-1] >= len(self) or np.any(np.diff(numbers) < 0)):
            raise InputError(
                f"rows of a face track are {numbers.min()} to {numbers.max()}; "
                f"expected row numbers from 0 to {len(self) - 1} that do not fall"
            )
        return numbers

    def _decode(self, missing: list[int]) -> None:
        if not missing:
            return
        if missing[0] <= self._reached:
            kept = self._kept
            self.close()
            self._kept = kept
        if self._crops is None:
            self._crops = self._open_crops(lambda row: row in self._asked)
        self._asked = frozenset(missing)
        while self._reached < missing[-1]:
            got = next(self._crops, None)
            if got is None:
                self._reached = len(self)
                return
            self._reached, crop = got
            self._kept[self._reached] = crop
