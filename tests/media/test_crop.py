"""Crops: the square about a box, edges repeated, and faces aligned by landmarks."""

import numpy as np
import pytest
from PIL import Image

from emotrace.config.media import FaceSettings
from emotrace.errors import InputError
from emotrace.media import FaceBoxes, crop_aligned, crop_square, locate_faces, open_detector, stream_crops
from emotrace.media.crop import _TEMPLATE, fit_similarity


def ramp(height=80, width=100):
    """Red counts columns, green counts rows."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0], rgb[..., 1] = np.arange(width), np.arange(height)[:, None]
    return rgb


def test_whole_pixels_without_margin_are_copied():
    got = crop_square(ramp(), np.array([20, 30, 40, 50]), 20, 0.0)
    np.testing.assert_array_equal(got, ramp()[30:50, 20:40])


def test_the_longer_side_and_the_margin_count():
    # width 10, height 20 about (50, 40); side 20 * 1.5 = 30: from (35, 25) to (65, 55)
    got = crop_square(ramp(), np.array([45, 30, 55, 50]), 30, 0.25)
    np.testing.assert_array_equal(got, ramp()[25:55, 35:65])


def test_half_pixels_are_interpolated():
    got = crop_square(ramp(), np.array([20.5, 30.5, 40.5, 50.5]), 20, 0.0)
    np.testing.assert_allclose(got[5:-5, 5:-5, 0].mean(axis=0), np.arange(25.5, 35.5), atol=1)  # rounding


@pytest.mark.parametrize(
    "box",
    [[-10, -10, 10, 10], [90, 70, 110, 90], [-30, 20, 130, 60], [95, -15, 105, -5], [300, 300, 320, 320]],
)
def test_outside_the_picture_the_edge_is_repeated(box):
    rgb = ramp()
    left, top, right, bottom = box
    side = max(right - left, bottom - top)
    x, y = round((left + right - side) / 2), round((top + bottom - side) / 2)
    columns = np.clip(np.arange(x, x + side), 0, 99)
    rows = np.clip(np.arange(y, y + side), 0, 79)
    got = crop_square(rgb, np.array(box), side, 0.0)
    np.testing.assert_array_equal(got, rgb[rows[:, None], columns])


def test_shrinking_averages_all_pixels(rng):
    rgb = rng.integers(0, 255, (200, 200, 3), dtype=np.uint8)
    got = crop_square(rgb, np.array([0, 0, 200, 200]), 10, 0.0)
    assert got.shape == (10, 10, 3)
    assert got.std() < rgb.std() / 8


@pytest.mark.parametrize("size", [1, 33, 96, 224])
def test_any_size(portrait, size):
    assert crop_square(portrait, np.array([70, 60, 180, 190]), size, 0.15).shape == (size, size, 3)
    landmarks = np.array([[105, 105], [150, 100], [130, 130], [112, 150], [150, 148]])
    assert crop_aligned(portrait, landmarks, size, 0.15).shape == (size, size, 3)


def test_similarity_is_found_again(rng):
    source = rng.normal(size=(5, 2))
    angle, scale, shift = 0.7, 2.5, np.array([3.0, -4.0])
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turn_found, shift_found = fit_similarity(source, source @ turn.T + shift)
    np.testing.assert_allclose([turn_found.real, turn_found.imag], turn[:, 0], atol=1e-12)
    np.testing.assert_allclose([shift_found.real, shift_found.imag], shift, atol=1e-12)


@pytest.mark.parametrize(("angle", "scale"), [(0, 1.0), (25, 1.0), (-40, 0.6), (0, 3.0), (180, 1.4)])
def test_alignment_undoes_turning_and_scaling(portrait, angle, scale):
    settings = FaceSettings()
    found = open_detector(settings, 1).detect(portrait)
    marks = found.landmarks[0].astype(np.float64)
    plain = crop_aligned(portrait, marks, 96, 0.15).astype(float)
    size = round(256 * scale)
    turned = np.asarray(
        Image.fromarray(portrait).resize((size, size), 2).rotate(angle, Image.Resampling.BILINEAR)
    )
    radians = np.deg2rad(angle)
    rotation = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    moved = (marks * scale - size / 2) @ rotation.T + size / 2
    got = crop_aligned(turned, moved, 96, 0.15).astype(float)
    inner = slice(20, 76)  # the corners leave the turned picture
    assert np.abs(got - plain)[inner, inner].mean() < 6  # grey levels: resampled twice


def test_landmarks_come_to_the_template(portrait):
    marks = open_detector(FaceSettings(), 1).detect(portrait).landmarks[0].astype(np.float64)
    again = open_detector(FaceSettings(), 1).detect(crop_aligned(portrait, marks, 224, 0.3))
    target = ((_TEMPLATE - 0.5) / 1.6 + 0.5) * 224
    np.testing.assert_allclose(again.landmarks[0], target, atol=8)  # px of 224; a face is no template


@pytest.mark.parametrize("align", [False, True])
def test_stream_gives_frames_with_a_face(face_video, align):
    settings = FaceSettings()
    boxes = locate_faces(face_video, open_detector(settings), settings)
    boxes.found[10:20] = False
    profile = {}
    got = dict(stream_crops(face_video, boxes, 96, align, settings, profile=profile))
    assert sorted(got) == [*range(10), *range(20, 50)]
    assert all(crop.shape == (96, 96, 3) and crop.dtype == np.uint8 for crop in got.values())
    assert set(profile) == {"decode", "crop"}
    chosen = dict(stream_crops(face_video, boxes, 96, align, settings, [5, 12, 30, 99]))
    assert sorted(chosen) == [5, 30]
    np.testing.assert_array_equal(chosen[30], got[30])
    by_function = stream_crops(face_video, boxes, 96, align, settings, lambda index: index % 7 == 0)
    assert [index for index, _ in by_function] == [0, 7, 21, 28, 35, 42, 49]


def test_stream_refuses_no_size(face_video):
    none = FaceBoxes(*(np.zeros(0) for _ in range(5)), 0.0, 0, 0, 0)
    with pytest.raises(InputError, match="size of a face crop is 0 px"):
        next(stream_crops(face_video, none, 0, False, FaceSettings()))
    assert list(stream_crops(face_video, none, 9, False, FaceSettings())) == []
