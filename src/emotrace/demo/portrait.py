"""The photograph made into one subject's portrait: recoloured, reshaped, cut out from its background."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import binary_fill_holes, gaussian_filter, label

from emotrace.demo.landmarks import NAMES, SOURCE_POINTS
from emotrace.demo.warp import WarpGrid, sample

__all__ = ["Portrait", "draw_background", "draw_portrait"]

_HEIGHT, _WIDTH = 340, 460  # of the photograph, the lower part is never seen

_FACE = [
    (184, 84), (205, 79), (225, 80), (245, 84), (266, 92), (269, 122), (281, 124), (277, 133),
    (268, 138), (264, 152), (257, 165), (256, 183), (247, 190), (228, 189), (195, 186), (186, 180),
    (185, 153), (182, 134), (174, 130), (169, 120), (178, 118), (182, 104),
]  # fmt: skip
_ALLOWED = [
    (150, 90), (152, 50), (180, 16), (225, 10), (275, 20), (305, 60), (304, 100), (290, 130),
    (262, 172), (290, 200), (304, 235), (345, 268), (362, 330), (365, 340), (30, 340), (42, 300),
    (60, 262), (100, 222), (112, 200), (116, 182), (150, 153), (186, 147), (183, 135), (160, 122),
]  # fmt: skip
_INNER_MOUTH = [
    (204, 140.5), (208.5, 143), (213.6, 143.6), (224.3, 144.8), (235, 144.2), (243, 142),
    (240, 145), (235, 148), (224, 149.6), (213.6, 148), (208.5, 145.5),
]  # fmt: skip


@dataclass(frozen=True)
class Portrait:
    """A subject's picture before any expression, in the photograph's pixel grid.

    Attributes
    ----------
    smiling, relaxed : float32 array, shape (height, width, 4)
        RGB and coverage in [0, 255]; `relaxed` lacks the folds that a smile makes.
    points : float array, shape (landmark, 2)
        The landmarks (x, y) in it.
    """

    smiling: np.ndarray
    relaxed: np.ndarray
    points: np.ndarray


def _polygon(points, blur):
    image = Image.new("L", (_WIDTH, _HEIGHT))
    ImageDraw.Draw(image).polygon([tuple(p) for p in points], fill=255)
    return gaussian_filter(np.asarray(image, np.float32) / 255, blur)


def _ellipse(x, y, half_width, half_height):
    rows, columns = np.mgrid[:_HEIGHT, :_WIDTH]
    distance = np.hypot((columns - x) / half_width, (rows - y) / half_height)
    return np.clip((1.4 - distance) / 0.8, 0, 1).astype(np.float32)


@lru_cache(maxsize=1)
def _photograph():
    """RGB float32 in [0, 255] and soft masks in [0, 1]: person, skin, hair, suit."""
    from skimage import data  # slow to import

    photo = data.astronaut()[:_HEIGHT, :_WIDTH].astype(np.float32)
    allowed = _polygon(_ALLOWED, 0.1) > 0.5
    pale = (photo.min(axis=2) > 118) & (np.ptp(photo, axis=2) < 48)
    pale[184:] = False
    regions, _ = label(pale | ~allowed)
    person = binary_fill_holes(regions != regions[0, 0]) & allowed
    person = np.clip(2 * gaussian_filter(person.astype(np.float32), 1.2) - 1, 0, 1)  # no rim of background
    face = _polygon(_FACE, 1.0)
    spared = np.zeros_like(face)
    for eye_or_teeth in ((203, 101, 9, 3.2), (246.5, 103.2, 9.5, 3.2), (224, 146.2, 15, 3.2)):
        spared = np.maximum(spared, _ellipse(*eye_or_teeth))
    warm = np.clip((photo[..., 0] - photo[..., 2] - 10) / 30, 0, 1)
    skin = face * (1 - spared) * gaussian_filter(np.maximum(warm, 0.3), 0.7)
    above = np.clip((150 - np.arange(_HEIGHT, dtype=np.float32)) / 10, 0, 1)[:, None]
    hair = above * (1 - face) * person
    orange = np.clip((photo[..., 0] - photo[..., 2] - 50) / 40, 0, 1)
    below = np.clip((np.arange(_HEIGHT, dtype=np.float32) - 180) / 8, 0, 1)[:, None]
    suit = gaussian_filter(orange, 0.7) * below
    return photo, person, skin, hair, suit


def _blend(picture, mask, other):
    return picture + mask[..., None] * (other - picture)


def _relaxed(picture, skin):
    """Cheeks smoothed where a smile leaves its folds, and the inside of the mouth in shadow."""
    places = ((199, 133, 8, 10), (251, 136, 8, 10), (192, 107, 11, 3), (258, 109, 11, 3))
    folds = gaussian_filter(np.maximum.reduce([_ellipse(*place) for place in places]), 2.0) * skin
    picture = _blend(picture, folds, gaussian_filter(picture, (6, 6, 0)))
    mouth = gaussian_filter(_polygon(_INNER_MOUTH, 0.3), 0.4)
    shadow = picture.mean(axis=2, keepdims=True) * np.array([0.28, 0.17, 0.17], np.float32)
    return _blend(picture, 0.75 * mouth, shadow)


def _reshaped_points(subject):
    points = SOURCE_POINTS.copy()
    names = np.array(NAMES)
    middle = 224.0
    # widths change most at the middle of the face and the jaw, and not at all far from it
    points[:, 0] += (points[:, 0] - middle) * (subject.face_width - 1)
    low = np.clip((points[:, 1] - 125) / 45, 0, 1)
    points[:, 0] += (points[:, 0] - middle) * low * (subject.jaw_width - 1)
    for name in ("nose", "nose_base"):
        points[names == name, 1] += subject.nose_length * np.linspace(1.0, 0.7, (names == name).sum())
    eyes = np.array([name.endswith("_lid") or name.startswith(("eye_", "brow_")) for name in NAMES])
    points[eyes, 0] += np.sign(points[eyes, 0] - middle) * subject.eye_distance / 2
    return points


def draw_portrait(subject):
    """The subject's portrait.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    Portrait

    Source
    ------
    Photograph of Eileen Collins, NASA, public domain, as carried by scikit-image.
    """
    photo, person, skin, hair, suit = _photograph()
    picture = photo.copy()
    darker = 255 * (photo / 255) ** subject.skin_gamma * np.array(subject.skin_tint, np.float32)
    picture = _blend(picture, skin, darker)
    luminance = photo @ np.array([0.3, 0.59, 0.11], np.float32)
    picture = _blend(picture, hair, luminance[..., None] * np.array(subject.hair, np.float32))
    picture = _blend(picture, suit, luminance[..., None] * np.array(subject.suit, np.float32) * 1.3)

    layers = []
    points = _reshaped_points(subject)
    coordinates = WarpGrid(120, 30, 210, 200, 40).coordinates(SOURCE_POINTS, points)
    for version in (picture, _relaxed(picture, skin)):
        layer = np.concatenate([_light(version, subject), 255 * person[..., None]], axis=2).astype(np.float32)
        layer[30:230, 120:330] = sample(layer, coordinates)
        layers.append(np.ascontiguousarray(np.clip(layer, 0, 255)))
    smiling, relaxed = layers
    return Portrait(smiling, relaxed, points)


def _light(picture, subject):
    across = np.linspace(-1, 1, picture.shape[1], dtype=np.float32)[None, :, None]
    warmth = np.array([1 + subject.light_warmth, 1.0, 1 - subject.light_warmth], np.float32)
    return np.clip(picture * subject.exposure * (1 + 1.6 * subject.light_side * across) * warmth, 0, 255)


def draw_background(subject, height, width, rng):
    """A blurred room behind the subject.

    Parameters
    ----------
    subject : Subject
    height, width : int
        Pixels.
    rng : numpy.random.Generator

    Returns
    -------
    float32 array, shape (height, width, 3)
        RGB in [0, 255].
    """
    room = np.full((height, width, 3), subject.background, np.float32)
    for _ in range(4):
        left, top = rng.integers(-40, width), rng.integers(-40, height)
        right, bottom = left + rng.integers(30, 140), top + rng.integers(30, 160)
        room[max(top, 0) : bottom, max(left, 0) : right] *= 1 + rng.uniform(-0.16, 0.16, 3).astype(np.float32)
    room = gaussian_filter(room, (7, 7, 0))
    shades = gaussian_filter(rng.standard_normal((height, width, 1)).astype(np.float32), (25, 25, 0))
    room *= 1 + 6.0 * shades
    return _light(np.clip(room * 255, 0, 255), subject)
