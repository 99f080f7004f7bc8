"""Sixty-eight landmarks of a face, by dlib's regression trees."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.config.media import FaceSettings
from emotrace.errors import DataError, MissingExtraError
from emotrace.features.feature import Feature
from emotrace.features.track import Track

POINTS = 68
MARGIN = FaceSettings().margin
"""Of the crops, where their track does not say."""

_MODEL = "models/shape_predictor_68_face_landmarks.dat"
_FINER = 4  # dlib rounds to whole pixels, so it is given the picture this many times as large
_SIDE, _LOWER = (
    0.8,
    0.05,
)  # of the face's box: side of the square that dlib is given, and how much lower it is
_AT_ONCE = 64  # frames of faces that are read together


def compute(faces: Track) -> Track:
    """Landmarks of a face, frame by frame.

    Parameters
    ----------
    faces : Track
        uint8 (time, height, width, 3), such as ``face-192``: upright crops, whose attribute ``margin`` is the
        share of the face's box on every side (left out: that of `FaceSettings`).

    Returns
    -------
    Track
        values float32 (time, 136): x and y of each point in pixels of the crop, x to the right and y down, to
        a quarter of a pixel; they may lie outside the crop. valid False and NaN where no face is found. dlib
        does not say whether it sees a face: a crop without one, or too small to show one, gets points too.

    Raises
    ------
    DataError
        If the track holds no colour pictures.
    MissingExtraError
        If dlib or its model is not installed.

    Source
    ------
    Kazemi and Sullivan (2014), "One millisecond face alignment with an ensemble of regression trees", as in
    dlib; points of Sagonas et al. (2013), "300 faces in-the-wild challenge", whose pictures are for research
    only. The square: our choice, near to what dlib's own detector finds, with which the model was trained.
    """
    shape = tuple(faces.values.shape)
    if len(shape) != 4 or shape[3] != 3:
        raise DataError(
            f"the feature landmarks-68 is given rows of shape {shape[1:]}; expected pictures "
            "(height, width, 3), make it of a face such as face-192"
        )
    dlib, predictor = _dlib(), _predictor()
    square = face_square(shape[1], shape[2], faces.attributes.get("margin", MARGIN))
    rectangle = dlib.rectangle(*(round(edge * _FINER) for edge in square))
    values = np.full((shape[0], 2 * POINTS), np.nan, np.float32)
    rows = np.arange(shape[0]) if faces.valid is None else np.flatnonzero(faces.valid)
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        grey = (np.asarray(faces.values[part]).sum(axis=3, dtype=np.uint16) // 3).astype(np.uint8)
        for row, picture in zip(part, grey, strict=True):
            found = predictor(np.ascontiguousarray(_enlarged(picture)), rectangle)
            points = np.array([(point.x, point.y) for point in found.parts()], np.float64)
            values[row] = ((points + 0.5) / _FINER - 0.5).reshape(-1)
    valid = np.zeros(shape[0], bool)
    valid[rows] = True
    return Track(values=values, timeline=faces.timeline, valid=valid)


def face_square(height: int, width: int, margin: float) -> tuple[float, float, float, float]:
    """Where dlib looks for a face in an upright crop: left, top, right, bottom in px.

    Parameters
    ----------
    height, width : int, px
    margin : float
        Share of the box of the face that the crop has on every side.

    Examples
    --------
    >>> face_square(100, 100, 0.125)
    (18.0, 22.0, 82.0, 86.0)
    """
    box = min(height, width) / (1 + 2 * margin)
    middle, half = height / 2 + _LOWER * box, _SIDE * box / 2
    return width / 2 - half, middle - half, width / 2 + half, middle + half


def _enlarged(picture: np.ndarray) -> np.ndarray:
    """Each pixel as a square of equal ones."""
    return picture.repeat(_FINER, axis=0).repeat(_FINER, axis=1)


def _dlib() -> Any:
    try:
        import dlib
    except ImportError as error:
        raise MissingExtraError(_how_to_install("dlib-bin")) from error
    return dlib


@cache
def _predictor() -> Any:
    """The model of the package face_recognition_models, which is not imported: it warns and is slow."""
    package = find_spec("face_recognition_models")
    places = package.submodule_search_locations if package is not None else None
    path = Path(next(iter(places)), _MODEL) if places else None
    if path is None or not path.is_file():
        raise MissingExtraError(_how_to_install("face-recognition-models"))
    return _dlib().shape_predictor(str(path))


def _how_to_install(package: str) -> str:
    return (
        f"the feature landmarks-68 needs the package {package}, which is not installed; run: pip install "
        "'emotrace[landmarks]'"
    )


FEATURES = (
    Feature(
        name="landmarks-68",
        needs="face-192",
        compute=compute,
        blocks={"points": 2 * POINTS},
        columns=tuple(f"{axis}{point}" for point in range(POINTS) for axis in "xy"),
        version=1,
        summary="68 landmarks of the face in pixels of the crop",
        source="dlib's shape predictor (Kazemi and Sullivan, 2014)",
        extra="landmarks",
    ),
)
