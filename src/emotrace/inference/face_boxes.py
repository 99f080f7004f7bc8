"""The face box of each step, for the page to draw."""

import numpy as np

from emotrace.features import Track
from emotrace.trace import Trace


def boxes_per_step(faces: Track, trace: Trace) -> np.ndarray:
    """Face box of each step of `trace` as shares of the picture, NaN without a face.

    Parameters
    ----------
    faces : Track
        Rows of left, top, right, bottom in px (and more), attributes `width` and `height`.
    trace : Trace

    Returns
    -------
    float32 array, shape (time, 4)
    """
    row = faces.timeline.nearest(trace.times_s, np.inf)
    size = np.array([faces.attributes["width"], faces.attributes["height"]] * 2, np.float32)
    boxes = np.full((len(row), 4), np.nan, np.float32)
    shown = trace.face_found & (row >= 0)
    boxes[shown] = np.asarray(faces.values[:, :4])[row[shown]] / size
    return boxes
