"""YuNet: anchor-free face detection on grids of 8, 16 and 32 px, with five landmarks."""

from typing import Any

import numpy as np

from emotrace.media.detector import OVERLAP, Detections, OnnxDetector, best_boxes, padded

_STRIDES = (8, 16, 32)  # px
_KINDS = ("cls", "obj", "bbox", "kps")


class YuNet(OnnxDetector):
    """The network of Wu et al. as OpenCV distributes it (outputs cls, obj, bbox, kps), run by onnxruntime.

    Source
    ------
    Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector" (2023); decoding as in OpenCV's
    FaceDetectorYN, overlap of 0.3 as its default.
    """

    @staticmethod
    def fits(session: Any) -> bool:
        """Whether a network has YuNet's twelve outputs."""
        return set(_names()) <= {output.name for output in session.get_outputs()}

    def detect(self, rgb: np.ndarray) -> Detections:
        """Faces in a uint8 RGB picture (height, width, 3)."""
        batch = padded(rgb[:, :, ::-1])  # the network takes BGR
        values = self._session.run(_names(), {self._input: batch})
        outputs = {name: value[0] for name, value in zip(_names(), values, strict=True)}
        return decode_yunet(outputs, batch.shape[2:], self._threshold, rgb.shape[:2])


def decode_yunet(
    outputs: dict, size: tuple[int, ...], threshold: float, picture: tuple[int, int]
) -> Detections:
    """Faces from YuNet's outputs.

    Parameters
    ----------
    outputs : dict of float arrays
        For each stride of 8, 16, 32: ``cls_<stride>`` and ``obj_<stride>`` (cell, 1) in [0, 1],
        ``bbox_<stride>`` (cell, 4): centre within the cell and logarithm of the size, in strides,
        ``kps_<stride>`` (cell, 10): x, y of five points from the cell, in strides.
    size : (height, width) in px of what the network saw
    threshold : float
    picture : (height, width) in px of the picture
    """
    boxes, scores, marks = [], [], []
    for stride in _STRIDES:
        cells = np.stack(np.divmod(np.arange(len(outputs[f"cls_{stride}"])), size[1] // stride), axis=1)
        score = np.sqrt(
            np.clip(outputs[f"cls_{stride}"][:, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][:, 0], 0, 1)
        )
        found = score > threshold
        corner = cells[found][:, ::-1]  # (face, x y) in strides
        box = outputs[f"bbox_{stride}"][found]
        centre, half = (corner + box[:, :2]) * stride, np.exp(box[:, 2:]) * stride / 2
        boxes.append(np.concatenate([centre - half, centre + half], axis=1))
        scores.append(score[found])
        marks.append((outputs[f"kps_{stride}"][found].reshape(-1, 5, 2) + corner[:, None]) * stride)
    box, score, mark = np.concatenate(boxes), np.concatenate(scores), np.concatenate(marks)
    box = np.clip(box, 0, np.array([picture[1], picture[0]] * 2))
    kept = best_boxes(box, score, OVERLAP)
    return Detections(
        box[kept].astype(np.float32), score[kept].astype(np.float32), mark[kept].astype(np.float32)
    )


def _names() -> list[str]:
    return [f"{kind}_{stride}" for kind in _KINDS for stride in _STRIDES]
