"""Where the face of `skimage.data.astronaut()` has its landmarks, and how each facial action moves them.

Points are (x, y) pixels of the 512 x 512 photograph, placed by hand. The woman in the photograph smiles
with visible teeth, so the photograph itself is smile = 1 and every other expression is told as a movement
away from it.
"""

import numpy as np

__all__ = ["ACTIONS", "NAMES", "SOURCE_POINTS", "displacements"]

ACTIONS = ("smile", "open", "brow_raise", "brow_furrow", "lids")
"""Columns of an expression.

smile [-1, 1], open [0, 1], brow_raise [-1, 1], brow_furrow [0, 1], lids [-1 closed, 1 wide].
"""

_MOUTH_X, _HALF_WIDTH = 224.0, 20.7

_LANDMARKS: dict[str, list[tuple[float, float]]] = {
    "corner": [(203.0, 139.7), (244.6, 141.0)],
    "beside_corner": [(197.5, 136.0), (250.5, 138.0)],
    "upper_outer": [(213.6, 140.7), (220.7, 140.0), (225.0, 140.9), (229.3, 140.1), (236.4, 140.4)],
    "upper_inner": [(208.5, 142.8), (213.6, 143.1), (224.3, 144.3), (235.0, 143.9), (240.0, 142.7)],
    "lower_inner": [(208.5, 145.6), (213.6, 148.3), (224.3, 150.0), (235.0, 147.9), (240.0, 144.6)],
    "lower_outer": [(212.0, 151.2), (223.5, 155.0), (235.0, 151.2)],
    "below_lip": [(223.5, 161.0)],
    "chin": [(207.0, 173.0), (225.0, 178.5), (243.0, 173.5)],
    "jaw": [(192.0, 160.0), (260.0, 161.0)],
    "cheek": [(194.0, 122.0), (254.0, 124.0)],
    "nose_base": [(214.5, 130.5), (223.5, 133.0), (233.5, 131.5)],
    "nose": [(223.0, 124.0), (223.5, 108.0)],
    "brow_outer": [(190.7, 90.3), (263.0, 95.0)],
    "brow_middle": [(199.0, 89.0), (251.0, 92.8)],
    "brow_inner": [(212.5, 92.6), (238.5, 93.9)],
    "eye_corner": [(193.0, 101.4), (211.5, 102.2), (236.5, 103.6), (258.5, 103.0)],
    "upper_lid": [(198.0, 98.4), (202.3, 97.4), (207.0, 98.6), (241.0, 100.5), (246.5, 99.7), (252.5, 100.3)],
    "above_lid": [(198.0, 95.2), (202.3, 94.4), (207.0, 95.4), (241.0, 97.3), (246.5, 96.6), (252.5, 97.2)],
    "below_lid": [(198.0, 106.5), (202.8, 107.3), (207.5, 107.0), (241.0, 108.6), (246.5, 109.4),
                  (253.0, 108.5)],
    "lower_lid": [(198.0, 103.7), (202.8, 104.3), (207.5, 104.0), (241.0, 105.6), (246.5, 106.4),
                  (253.0, 105.5)],
    "still": [
        (186, 82), (205, 79), (225, 80), (245, 83), (265, 90), (183, 104), (182, 120), (184, 138), (186, 150),
        (268, 106), (268, 122), (267, 138), (265, 151), (193, 178), (258, 178), (205, 190), (225, 191),
        (248, 190), (224, 88),
    ],
}  # fmt: skip

NAMES = tuple(name for name, points in _LANDMARKS.items() for _ in points)
SOURCE_POINTS = np.array([point for points in _LANDMARKS.values() for point in points], dtype=np.float64)

_INDEX = {name: np.array([i for i, n in enumerate(NAMES) if n == name]) for name in _LANDMARKS}
_LID_SHAPE = np.array([0.8, 1.0, 0.8] * 2)
_GAP_SHAPE = np.array([0.5, 0.85, 1.0, 0.85, 0.5])


def displacements(expression):
    """Movement of every landmark, in pixels of the photograph, x to the right and y down, for one expression.

    Parameters
    ----------
    expression : sequence of 5 floats
        Weights in the order of `ACTIONS`.

    Returns
    -------
    float array, shape (landmark, 2)
        To be added to `SOURCE_POINTS`.

    Source
    ------
    Which muscles act: Ekman and Friesen, Facial Action Coding System (units 12, 15, 25-26, 1-2, 4, 5, 43).
    Sizes: our choice.

    Examples
    --------
    >>> moved = displacements((-1, 0, 0, 0, 0))
    >>> bool((moved[[i for i, name in enumerate(NAMES) if name == "corner"], 1] > 5).all())  # y points down
    True
    """
    smile, opening, raised, furrow, lids = (float(v) for v in expression)
    moved = np.zeros_like(SOURCE_POINTS)
    lost = (1.0 - smile) / 2.0  # 0: the photograph, 1: corners fully down
    inward, corner_down, upper_down = 6.5 * lost, 9.5 * lost, 2.0 * lost

    for name in ("corner", "upper_outer", "upper_inner", "lower_inner", "lower_outer"):
        index = _INDEX[name]
        across = np.clip((SOURCE_POINTS[index, 0] - _MOUTH_X) / _HALF_WIDTH, -1, 1)
        moved[index, 0] = -inward * across
        moved[index, 1] = upper_down * (1 - across**2) + corner_down * across**2
    gap = 0.9 + 8.5 * opening + 3.6 * max(smile, 0.0)  # between the lips, at the middle
    upper, lower = _INDEX["upper_inner"], _INDEX["lower_inner"]
    lowered = SOURCE_POINTS[upper, 1] + moved[upper, 1] + gap * _GAP_SHAPE
    moved[lower, 1] = lowered - SOURCE_POINTS[lower, 1]
    drop = moved[lower[2], 1]
    moved[_INDEX["lower_outer"], 1] = moved[lower[[1, 2, 3]], 1] * (0.8, 0.9, 0.8)
    moved[_INDEX["below_lip"], 1] = 0.6 * drop
    moved[_INDEX["chin"], 1] = np.array([0.3, 0.45, 0.3]) * drop
    moved[_INDEX["jaw"], 1] = 0.1 * drop
    moved[_INDEX["beside_corner"], 1] = 0.5 * corner_down
    moved[_INDEX["beside_corner"], 0] = 0.45 * inward * np.array([1, -1])
    moved[_INDEX["cheek"], 1] = 0.32 * corner_down
    moved[_INDEX["nose_base"], 1] = 0.13 * corner_down

    moved[_INDEX["brow_outer"], 1] = -3.0 * raised + 0.3 * furrow
    moved[_INDEX["brow_middle"], 1] = -4.0 * raised + 1.8 * furrow
    moved[_INDEX["brow_inner"], 1] = -3.2 * raised + 4.0 * furrow
    moved[_INDEX["brow_inner"], 0] = 2.6 * furrow * np.array([1, -1])
    closed, upper, lower = max(-lids, 0.0), _INDEX["upper_lid"], _INDEX["lower_lid"]
    moved[lower, 1] = (0.8 * lost - 0.4 - 0.7 * closed) * _LID_SHAPE
    moved[upper, 1] = (0.5 * furrow - 1.9 * max(lids, 0.0)) * _LID_SHAPE
    meeting = SOURCE_POINTS[lower, 1] + moved[lower, 1] - 0.7
    moved[upper, 1] += closed * (meeting - SOURCE_POINTS[upper, 1] - moved[upper, 1])
    moved[_INDEX["above_lid"], 1] = 0.75 * moved[upper, 1] * np.where(moved[upper, 1] > 0, 1, 0.6)
    moved[_INDEX["below_lid"], 1] = 0.8 * moved[lower, 1]
    return moved
