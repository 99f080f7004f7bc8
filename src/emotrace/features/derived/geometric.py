"""The 316 geometric values of AVEC 2015: form and movement of 49 landmarks of a face."""

from itertools import pairwise

import numpy as np

from emotrace.errors import DataError
from emotrace.features.feature import Feature
from emotrace.features.track import Track

OF_68 = tuple(point for point in range(17, 68) if point not in (60, 64))
"""The 49 among 68 landmarks: without the jaw and the inner corners of the mouth."""

POINTS = len(OF_68)
BROWS, NOSE, EYES, MOUTH = slice(0, 10), slice(10, 19), slice(19, 31), slice(31, 49)
STABLE = (19, 22, 25, 28, *range(10, 19))
"""Points that a face's expression hardly moves: four corners of the eyes and the nose."""

CHAINS = {
    "left": (*range(0, 5), *range(19, 25)),  # brow and eye on the left of the picture
    "right": (*range(5, 10), *range(25, 31)),
    "mouth": tuple(range(31, 49)),
}
"""Groups of points, in the order in which distances and angles go from one to the next."""

# A neutral face seen from the front, drawn for this: the origin lies between the eyes, their middles are 1
# apart, x goes to the right and y down. Only its left half and its middle are given.
_LEFT_HALF = {
    17: (-0.92, -0.25), 18: (-0.77, -0.38), 19: (-0.57, -0.42), 20: (-0.37, -0.38), 21: (-0.18, -0.30),
    27: (0.00, 0.02), 28: (0.00, 0.24), 29: (0.00, 0.45), 30: (0.00, 0.66),
    31: (-0.25, 0.80), 32: (-0.13, 0.85), 33: (0.00, 0.88),
    36: (-0.72, 0.02), 37: (-0.59, -0.07), 38: (-0.42, -0.07), 39: (-0.29, 0.03), 40: (-0.42, 0.05),
    41: (-0.58, 0.05),
    48: (-0.42, 1.27), 49: (-0.27, 1.18), 50: (-0.10, 1.14), 51: (0.00, 1.16), 57: (0.00, 1.42),
    58: (-0.12, 1.41), 59: (-0.28, 1.36), 61: (-0.11, 1.23), 62: (0.00, 1.24), 66: (0.00, 1.26),
    67: (-0.11, 1.26),
}  # fmt: skip
_MIRRORED = {
    **{point: 43 - point for point in range(22, 27)}, 34: 32, 35: 31, 42: 39, 43: 38, 44: 37, 45: 36, 46: 41,
    47: 40, 52: 50, 53: 49, 54: 48, 55: 59, 56: 58, 63: 61, 65: 67,
}  # fmt: skip

_BLOCKS = {
    "form": 2 * POINTS,
    "movement": 2 * POINTS,
    **{
        f"{name}-{what}": len(chain) - less
        for name, chain in CHAINS.items()
        for what, less in (("distance", 1), ("angle", 2))
    },
    "median-distance": POINTS,
}


def _columns_of(place: slice) -> tuple[int, ...]:
    """Columns of some points: their form and movement, distances between them, angles and medians at them."""
    points = range(POINTS)[place]
    columns = [first + 2 * point + axis for first in (0, 2 * POINTS) for point in points for axis in (0, 1)]
    first = 4 * POINTS
    for chain in CHAINS.values():
        columns += [first + i for i, (one, next_) in enumerate(pairwise(chain)) if {one, next_} <= {*points}]
        first += len(chain) - 1
        columns += [first + i for i, point in enumerate(chain[1:-1]) if point in points]
        first += len(chain) - 2
    return (*columns, *(first + point for point in points))


def neutral_shape() -> np.ndarray:
    """The face that all are aligned to, float64 (49, 2); 1 is the distance between the middles of the eyes.

    Source
    ------
    Our choice. A mean of training recordings would make the feature depend on a corpus; as values are
    standardised before a model sees them, what is subtracted from the form does not matter.

    Examples
    --------
    >>> shape = neutral_shape()
    >>> shape[19:25].mean(axis=0).round(2).tolist(), shape[25:31].mean(axis=0).round(2).tolist()
    ([-0.5, 0.0], [0.5, 0.0])
    """
    mirrored = {point: (-_LEFT_HALF[twin][0], _LEFT_HALF[twin][1]) for point, twin in _MIRRORED.items()}
    whole = _LEFT_HALF | mirrored
    return np.array([whole[point] for point in OF_68])


def compute(landmarks: Track) -> Track:
    """Form and movement of a face from its landmarks.

    Parameters
    ----------
    landmarks : Track
        float (time, 136) or (time, 98): x and y of each of 68 landmarks in the order of the 300 faces
        in-the-wild challenge, or of the 49 without jaw and inner corners of the mouth. Any unit; off the
        picture is as good as on it. Columns that a corpus names as first all x, then all y are taken so.

    Returns
    -------
    Track
        values float32 (time, 316), in the neutral face's distance of the eyes, angles in rad. In order:

        - ``form`` 98: x and y of each point, aligned, less those of the neutral face;
        - ``movement`` 98: x and y aligned, less those of the row before; NaN where that holds no face;
        - for ``left`` (brow and eye on the left of the picture; 11 points), ``right`` (11) and ``mouth``
          (18): ``distance`` 10, 10, 17 from each point to the next, and ``angle`` 9, 9, 16 at each inner
          point between its two neighbours, 0 to pi, NaN where it coincides with one;
        - ``median-distance`` 49: from each point to the median of the stable points.

        valid False and NaN where there are no landmarks, a stable one is missing, or they all coincide (as
        rows of zeros do).

    Raises
    ------
    DataError
        If the track has neither 136 nor 98 columns.

    Source
    ------
    Ringeval et al. (2015), AVEC 2015: points are aligned by the corners of the eyes and the nose. Which
    points an angle lies between: our choice, which gives their number of values.

    Examples
    --------
    >>> from emotrace.timing import Timeline
    >>> face = neutral_shape() * 60 + 80
    >>> found = compute(Track(face.reshape(1, 98), Timeline.regular(1, 25.0)))
    >>> found.values.shape, bool(np.abs(found.values[0, :98]).max() < 1e-6)
    ((1, 316), True)
    """
    points = _points(landmarks)
    if landmarks.valid is not None:
        points[~landmarks.valid] = np.nan
    aligned = _aligned(points)  # (time, point, x y)
    valid = np.isfinite(aligned).any(axis=(1, 2))
    before = np.concatenate([np.full((1, POINTS, 2), np.nan), aligned[:-1]])[: len(aligned)]
    median = np.median(aligned[:, STABLE], axis=1, keepdims=True)
    parts = [_flat(aligned - neutral_shape()), _flat(aligned - before)]
    for chain in CHAINS.values():
        steps = np.diff(aligned[:, chain], axis=1)
        parts += [np.linalg.norm(steps, axis=2), _angles(steps)]
    parts.append(np.linalg.norm(aligned - median, axis=2))
    values = np.concatenate(parts, axis=1).astype(np.float32)
    return Track(values=values, timeline=landmarks.timeline, valid=valid)


def _points(landmarks: Track) -> np.ndarray:
    """The 49 points, float64 (time, point, x y)."""
    rows = np.asarray(landmarks.values[:], dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] not in (2 * 68, 2 * POINTS):
        raise DataError(
            f"the feature geometric-316 is given rows of shape {rows.shape[1:]}; expected (136,) or (98,), x "
            "and y of 68 or 49 landmarks, name the table that holds them and nothing else"
        )
    names = [str(name).lower()[:1] for name in landmarks.attributes.get("columns", ())]
    half = rows.shape[1] // 2
    if names == ["x"] * half + ["y"] * half:
        points = np.stack([rows[:, :half], rows[:, half:]], axis=2)
    else:
        points = rows.reshape(len(rows), half, 2)
    return points[:, OF_68] if half == 68 else points.copy()


def _aligned(points: np.ndarray) -> np.ndarray:
    """Points turned, scaled and moved so that the stable ones come nearest to the neutral face's."""
    from emotrace.media.crop import fit_similarity  # media is slow to import

    target = neutral_shape()[list(STABLE)]
    aligned = np.full(points.shape, np.nan)
    for row, face in enumerate(points):
        stable = face[list(STABLE)]
        if np.isfinite(stable).all() and np.ptp(stable, axis=0).any():
            turn, shift = fit_similarity(stable, target)
            moved = (face[:, 0] + 1j * face[:, 1]) * turn + shift
            aligned[row] = np.stack([moved.real, moved.imag], axis=1)
    return aligned


def _angles(steps: np.ndarray) -> np.ndarray:
    """Angles between the ways back and on at each inner point, rad, (time, step - 1)."""
    back, on = -steps[:, :-1], steps[:, 1:]
    across = back[..., 0] * on[..., 1] - back[..., 1] * on[..., 0]
    along = (back * on).sum(axis=2)
    angles = np.arctan2(np.abs(across), along)
    return np.where(back.any(axis=2) & on.any(axis=2), angles, np.nan)


def _flat(points: np.ndarray) -> np.ndarray:
    return points.reshape(len(points), 2 * POINTS)


FEATURES = (
    Feature(
        name="geometric-316",
        needs="feature-landmarks-68",
        compute=compute,
        blocks=_BLOCKS,
        parts={
            "brows": _columns_of(BROWS),
            "eyes": _columns_of(EYES),
            "nose": _columns_of(NOSE),
            "mouth": _columns_of(MOUTH),
        },
        version=1,
        summary="form and movement of the face from 49 landmarks",
        source="chen2015, section 4.2; Ringeval et al. (2015), AVEC 2015",
    ),
)
