"""Faces of every segment of 655 ms: twenty of them, whatever the frame rate of the video."""

from collections.abc import Sequence
from functools import partial
from typing import overload

from emotrace.errors import DataError
from emotrace.features.face_segment_rows import FaceSegmentRows
from emotrace.features.feature import Feature
from emotrace.features.segments import FRAMES, SHIFT_S, segment_starts
from emotrace.features.track import Track
from emotrace.timing import Timeline

SIZES = (64, 224)  # px: our choice, and what torchvision's weights of VGG19 were trained with


def compute(faces: Track, size: int) -> Track:
    """Twenty faces for every segment.

    Parameters
    ----------
    faces : Track
        uint8 (frame, size, size, 3), such as ``face-64``.
    size : int, px

    Returns
    -------
    Track
        values uint8 (segment, 20 * size * size * 3), which reshape to (segment, 20, size, size, 3), made as
        rows are asked for; a row for every 0.3 s of the video. Not valid, and zeros, where no frame of the
        segment shows a face.

    Raises
    ------
    DataError
        If the track holds no pictures of that size.

    Source
    ------
    Priyasad et al. (2019), section 3.3.
    """
    shape = tuple(faces.values.shape)
    if shape[1:] != (size, size, 3):
        raise DataError(
            f"the feature face-segments-{size} is given rows of shape {shape[1:]}; expected "
            f"({size}, {size}, 3), make it of a face of {size} px such as face-{size}"
        )
    starts_s = segment_starts(max(0.0, faces.timeline.end_s))
    rows = FaceSegmentRows(faces, starts_s)
    return Track(rows, Timeline.regular(len(starts_s), 1 / SHIFT_S), rows.valid)


class _PixelNames(Sequence[str]):
    """Names of columns, made as they are asked for: there are millions."""

    def __init__(self, count: int):
        self._numbers = range(count)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [f"faces-{number}" for number in self._numbers[place]]
        return f"faces-{self._numbers[place]}"


def _feature(size: int) -> Feature:
    count = FRAMES * size * size * 3
    return Feature(
        name=f"face-segments-{size}",
        needs=f"face-{size}",
        compute=partial(compute, size=size),
        blocks={"faces": count},
        columns=_PixelNames(count),
        version=1,
        summary=f"twenty faces of {size} px for every segment of 655 ms, every {SHIFT_S:g} s",
        source="priyasad2019, section 3.3",
    )


FEATURES = tuple(_feature(size) for size in SIZES)
