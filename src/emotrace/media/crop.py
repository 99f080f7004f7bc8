"""Pass 2 over a video: cut the face out of every frame, upright or aligned by its landmarks."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from PIL import Image

from emotrace.config.media import FaceSettings
from emotrace.errors import InputError
from emotrace.media.frames import FrameReader
from emotrace.media.locate import FaceBoxes
from emotrace.media.pictures import Pictures, PictureSource
from emotrace.profile import timed, timed_block

# Where the five landmarks of an aligned face lie, as shares of the picture's side.
_TEMPLATE = (
    np.array(
        [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
    )
    / 112
)


def crop_square(rgb: np.ndarray, box: np.ndarray, size: int, margin: float) -> np.ndarray:
    """Cut out a square about a box and scale it.

    The side is ``max(width, height) * (1 + 2 * margin)`` of the box, about its centre. What lies
    outside the picture repeats its edge. Bilinear, with all pixels averaged when it shrinks.

    Parameters
    ----------
    rgb : uint8 array, shape (height, width, 3)
    box : float array, shape (4,), px
        Left, top, right, bottom.
    size : int, px
    margin : float
        Share of the box added on every side.

    Returns
    -------
    uint8 array, shape (size, size, 3)

    Source
    ------
    Our choice; the papers give crop sizes only.
    """
    left, top, right, bottom = _square(box, margin)
    patch, x, y = _patch(rgb, left, top, right, bottom)
    inner = (left - x, top - y, right - x, bottom - y)
    picture = Image.fromarray(patch).resize(
        (size, size), Image.Resampling.BILINEAR, box=inner, reducing_gap=2.0
    )
    return np.asarray(picture)


def crop_aligned(rgb: np.ndarray, landmarks: np.ndarray, size: int, margin: float) -> np.ndarray:
    """Cut out a face turned, scaled and moved so that its five landmarks come near fixed places.

    The similarity transform (no shear, no mirror) that fits best by least squares; outside the
    picture its edge is repeated.

    Parameters
    ----------
    rgb : uint8 array, shape (height, width, 3)
    landmarks : float array, shape (5, 2), px
    size : int, px
    margin : float
        The template is shrunk by ``1 + 2 * margin`` about its middle.

    Returns
    -------
    uint8 array, shape (size, size, 3)

    Source
    ------
    Template of ArcFace (Deng et al. 2019; 112 px); the margin is our choice.
    """
    template = ((_TEMPLATE - 0.5) / (1 + 2 * margin) + 0.5) * size
    turn, shift = fit_similarity(template, landmarks)
    corners = np.array([0, size, size * 1j, size * (1 + 1j)]) * turn + shift
    low, high = (corners.real.min(), corners.imag.min()), (corners.real.max(), corners.imag.max())
    patch, x, y = _patch(rgb, low[0], low[1], high[0], high[1])
    picture = Image.fromarray(patch)
    factor = max(1, int(abs(turn)))  # average before sampling, so that shrinking does not alias
    if factor > 1:
        picture = picture.reduce(factor)
    turn, shift = turn / factor, (shift - complex(x, y)) / factor
    inverse = (turn.real, -turn.imag, shift.real, turn.imag, turn.real, shift.imag)
    return np.asarray(
        picture.transform((size, size), Image.Transform.AFFINE, inverse, Image.Resampling.BILINEAR)
    )


def fit_similarity(source: np.ndarray, target: np.ndarray) -> tuple[complex, complex]:
    """Rotation with scale, and shift, that take source points nearest to target points.

    Parameters
    ----------
    source, target : float arrays, shape (point, 2)

    Returns
    -------
    turn, shift : complex
        ``target ~ source * turn + shift`` with points as ``x + iy``.

    Examples
    --------
    >>> turn, shift = fit_similarity(np.array([[0, 0], [1, 0]]), np.array([[2, 3], [2, 5]]))
    >>> turn, shift
    (2j, (2+3j))
    """
    here, there = (points[:, 0] + 1j * points[:, 1] for points in (np.asarray(source), np.asarray(target)))
    centred = here - here.mean()
    turn = complex((np.conj(centred) * (there - there.mean())).sum() / (np.abs(centred) ** 2).sum())
    return turn, complex(there.mean() - turn * here.mean())


def stream_crops(
    path: PictureSource,
    face_boxes: FaceBoxes,
    size: int,
    align: bool,
    settings: FaceSettings,
    indices: Iterable[int] | Callable[[int], bool] | None = None,
    *,
    profile: dict[str, float] | None = None,
    warnings: list[str] | None = None,
    threads: int = 2,
) -> Iterator[tuple[int, np.ndarray]]:
    """Face crops of a video, in the order of time: (frame index, uint8 RGB (size, size, 3)).

    Frames without a face are left out. Where faces are cut out already (`Pictures.faces_cut`), each
    picture is the crop: it is scaled to `size` without margin, and never turned, for its landmarks are not
    known; what a picture lacks to a square repeats its edge.

    Parameters
    ----------
    path : path of the video that `face_boxes` comes from, or its Pictures
    face_boxes : FaceBoxes
    size : int, px
    align : bool
        Cut by landmarks (`crop_aligned`) instead of the box (`crop_square`).
    settings : FaceSettings
        `margin` is read.
    indices : frame indices, or a function of an index, or None
        Frames that are wanted; None: all with a face.
    profile : dict or None
        Seconds spent are added to its keys ``decode`` and ``crop``.
    warnings : list of str or None
        Sentences on what could not be read are added to it.
    threads : int
        Decoding threads.

    Raises
    ------
    InputError
        If `size` is less than 1.
    DataError
        If the file can no longer be read.
    """
    if size < 1:
        raise InputError(f"the size of a face crop is {size} px; expected 1 or more")
    profile = profile if profile is not None else {}
    cut = Pictures.of(path).faces_cut
    margin = 0.0 if cut else settings.margin
    reader = FrameReader(path, wanted=_wanted(face_boxes, indices), threads=threads, warnings=warnings)
    for index, _, rgb in timed(reader, profile, "decode"):
        with timed_block(profile, "crop"):
            if align and not cut:
                crop = crop_aligned(rgb, face_boxes.landmarks[index], size, margin)
            else:
                crop = crop_square(rgb, face_boxes.boxes[index], size, margin)
        yield index, crop


def _wanted(face_boxes: FaceBoxes, indices):
    found = face_boxes.found
    if callable(indices):
        return lambda index, time_s: index < len(found) and bool(found[index]) and indices(index)
    chosen = np.flatnonzero(found) if indices is None else indices
    return [int(index) for index in chosen if 0 <= index < len(found) and found[index]]


def _square(box: np.ndarray, margin: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(edge) for edge in box)
    half = max(right - left, bottom - top, 1.0) * (1 + 2 * margin) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - half, y - half, x + half, y + half


def _patch(
    rgb: np.ndarray, left: float, top: float, right: float, bottom: float
) -> tuple[np.ndarray, int, int]:
    """The whole pixels about an area, edges repeated, and where its upper left corner lies."""
    height, width = rgb.shape[:2]
    x0, y0, x1, y1 = int(np.floor(left)), int(np.floor(top)), int(np.ceil(right)), int(np.ceil(bottom))
    inner_x0, inner_y0 = min(max(x0, 0), width - 1), min(max(y0, 0), height - 1)
    inner_x1, inner_y1 = max(min(x1, width), inner_x0 + 1), max(min(y1, height), inner_y0 + 1)
    patch = rgb[inner_y0:inner_y1, inner_x0:inner_x1]
    above, left_of = max(inner_y0 - y0, 0), max(inner_x0 - x0, 0)
    beyond = ((above, max(y1 - inner_y1, 0)), (left_of, max(x1 - inner_x1, 0)), (0, 0))
    if np.any(beyond):
        return np.pad(patch, beyond, mode="edge"), inner_x0 - left_of, inner_y0 - above
    return np.ascontiguousarray(patch), inner_x0, inner_y0
