"""CenterFace: a heat map of face centres with sizes, offsets and five landmarks."""

from typing import Any

import numpy as np

from emotrace.media.detector import OVERLAP, Detections, OnnxDetector, best_boxes, padded

_CELL = 4  # px of the picture per cell of the maps
_CHANNELS = [1, 2, 2, 10]  # of heat map, size, offset, landmarks


class CenterFace(OnnxDetector):
    """The network of Xu et al., run by onnxruntime.

    Source
    ------
    Xu et al. (2020), "CenterFace: Joint Face Detection and Alignment Using Face as Point"; overlap of
    0.3 as in the authors' code.
    """

    @staticmethod
    def fits(session: Any) -> bool:
        """Whether a network has CenterFace's outputs: four maps, a quarter of the picture in size."""
        if len(session.get_outputs()) != len(_CHANNELS):
            return False
        maps = session.run(None, {session.get_inputs()[0].name: np.zeros((1, 3, 64, 96), np.float32)})
        return [np.shape(each) for each in maps] == [(1, channels, 16, 24) for channels in _CHANNELS]

    def detect(self, rgb: np.ndarray) -> Detections:
        """Faces in a uint8 RGB picture (height, width, 3)."""
        maps = self._session.run(None, {self._input: padded(rgb)})
        heat, size, offset, points = (each[0] for each in maps)
        return decode_centerface(heat, size, offset, points, self._threshold, rgb.shape[:2])


def decode_centerface(heat, size, offset, points, threshold: float, picture: tuple[int, int]) -> Detections:
    """Faces from CenterFace's four maps.

    Parameters
    ----------
    heat : float array, shape (1, row, column)
    size : float array, shape (2, row, column)
        Logarithm of height and width in cells.
    offset : float array, shape (2, row, column)
        Of the centre within its cell: down, right.
    points : float array, shape (10, row, column)
        y, x of five landmarks as shares of the box from its upper left corner.
    threshold : float
    picture : (height, width) in px
    """
    row, column = np.nonzero(heat[0] > threshold)
    scores = heat[0, row, column].astype(np.float32)
    height, width = np.exp(size[:, row, column]) * _CELL
    top = (row + offset[0, row, column] + 0.5) * _CELL - height / 2
    left = (column + offset[1, row, column] + 0.5) * _CELL - width / 2
    marks = points[:, row, column].reshape(5, 2, -1).transpose(2, 0, 1)  # (face, point, y x)
    marks = np.stack(
        [marks[:, :, 1] * width[:, None] + left[:, None], marks[:, :, 0] * height[:, None] + top[:, None]],
        axis=-1,
    )  # (face, point, x y)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    boxes = np.clip(boxes, 0, np.array([picture[1], picture[0]] * 2))
    kept = best_boxes(boxes, scores, OVERLAP)
    return Detections(boxes[kept].astype(np.float32), scores[kept], marks[kept].astype(np.float32))
