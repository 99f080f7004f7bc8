"""Landmarks of a face: on a real one, against dlib asked directly, without a face, without the extra."""

import builtins

import dlib
import numpy as np
import pytest
from PIL import Image
from skimage import data

from emotrace.config.media import FaceSettings
from emotrace.errors import DataError, MissingExtraError
from emotrace.features.derived import find, landmarks
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.media_tracks import MediaTracks
from emotrace.features.track import Track
from emotrace.media import crop_square
from emotrace.timing import Timeline

FEATURE = find("landmarks-68")
BOX = np.array([171.0, 60.0, 279.0, 190.0])  # of the astronaut's face


def crop_of(size, margin=0.15):
    return crop_square(data.astronaut(), BOX, size, margin)


def track_of(faces, valid=None, **attributes):
    return Track(np.asarray(faces), Timeline.regular(len(faces), 25.0), valid, attributes)


def points_of(track, row=0):
    return track.values[row].reshape(68, 2)


def in_photograph(points, size, margin=0.15):
    """Pixels of the crop to pixels of the photograph."""
    side = 130 * (1 + 2 * margin)
    return (points + 0.5) * side / size + np.array([225 - side / 2, 125 - side / 2]) - 0.5


def test_the_astronaut():
    found = FEATURE.compute(track_of([crop_of(192)]))
    assert found.values.dtype == np.float32
    assert found.values.shape == (1, 136) == (1, FEATURE.width)
    points = in_photograph(points_of(found), 192)
    expected = {
        36: (193, 101),
        39: (211, 102),
        42: (237, 104),
        45: (258, 103),
        48: (203, 140),
        54: (245, 141),
    }
    for point, place in expected.items():  # corners of eyes and mouth, placed by hand for the demo
        assert np.linalg.norm(points[point] - place) < 5
    assert points[8, 1] > points[57, 1] > points[33, 1] > points[27, 1]  # chin, lip, nose, bridge


def test_points_are_those_that_dlib_gives_the_enlarged_picture():
    face = crop_of(192)
    grey = Image.fromarray((face.astype(int).sum(axis=2) // 3).astype(np.uint8))
    large = np.asarray(grey.resize((768, 768), Image.Resampling.NEAREST))
    box = 192 / 1.3
    left, top = 96 - 0.4 * box, 96 + 0.05 * box - 0.4 * box
    edges = [round(4 * edge) for edge in (left, top, left + 0.8 * box, top + 0.8 * box)]
    shape = landmarks._predictor()(large, dlib.rectangle(*edges))
    expected = np.array([(point.x / 4 - 0.375, point.y / 4 - 0.375) for point in shape.parts()])
    assert np.array_equal(points_of(FEATURE.compute(track_of([face]))), expected.astype(np.float32))


def test_near_to_what_dlibs_own_detector_leads_to():
    face = crop_of(192)
    wide = np.pad(face, ((60, 60), (60, 60), (0, 0)), mode="edge")
    (seen,) = dlib.get_frontal_face_detector()(wide, 1)
    expected = np.array([(p.x - 60, p.y - 60) for p in landmarks._predictor()(wide, seen).parts()])
    points = points_of(FEATURE.compute(track_of([face])))
    eyes = np.linalg.norm(expected[36:42].mean(axis=0) - expected[42:48].mean(axis=0))
    assert np.linalg.norm(points - expected, axis=1).mean() < 0.06 * eyes


def test_the_margin_of_the_crop_counts():
    tight = FEATURE.compute(track_of([crop_of(192, 0.0)], margin=0.0))
    usual = FEATURE.compute(track_of([crop_of(192)]))
    apart = in_photograph(points_of(tight), 192, 0.0) - in_photograph(points_of(usual), 192)
    assert np.linalg.norm(apart, axis=1).mean() < 2
    assert FaceSettings().margin == landmarks.MARGIN


def test_rows_without_a_face_are_missing():
    faces = [crop_of(192), np.zeros((192, 192, 3), np.uint8), crop_of(192)]
    found = FEATURE.compute(track_of(faces, np.array([True, False, True])))
    assert found.valid.tolist() == [True, False, True]
    assert np.isnan(found.values[1]).all()
    assert np.array_equal(found.values[0], found.values[2])
    none = FEATURE.compute(track_of(faces, np.zeros(3, bool)))
    assert np.isnan(none.values).all()
    assert FEATURE.compute(track_of(np.zeros((0, 192, 192, 3), np.uint8))).values.shape == (0, 136)


@pytest.mark.parametrize("size", [1, 16, 48])
def test_tiny_and_empty_pictures_get_points_too(size):
    found = FEATURE.compute(track_of([crop_of(size), np.zeros((size, size, 3), np.uint8)]))
    assert found.valid.all()
    assert np.isfinite(found.values).all()


def test_many_frames_are_read_a_few_at_a_time():
    face, asked = crop_of(96), []

    class Rows:
        shape = (150, 96, 96, 3)

        def __getitem__(self, rows):
            asked.append(len(rows))
            return np.repeat(face[None], len(rows), axis=0)

    found = FEATURE.compute(Track(Rows(), Timeline.regular(150, 25.0)))
    assert asked == [64, 64, 22]
    assert np.array_equal(found.values, np.repeat(found.values[:1], 150, axis=0))


@pytest.mark.parametrize("shape", [(2, 192, 192), (2, 192, 192, 1), (2, 15)])
def test_what_is_no_face_is_refused(shape):
    with pytest.raises(DataError, match=r"landmarks-68 is given rows of shape .*; expected pictures"):
        FEATURE.compute(track_of(np.zeros(shape, np.uint8)))


def test_without_dlib_the_message_says_how_to_install_it(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "dlib":
            raise ImportError("No module named 'dlib'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"needs the package dlib-bin, .* 'emotrace\[landmarks\]'"):
        FEATURE.compute(track_of([crop_of(192)]))


def test_without_the_model_the_message_says_how_to_install_it(monkeypatch):
    landmarks._predictor.cache_clear()
    monkeypatch.setattr(landmarks, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"face-recognition-models, .* 'emotrace\[landmarks\]'"):
        FEATURE.compute(track_of([crop_of(192)]))


def test_a_real_clip(shared_data):
    with MediaTracks(shared_data / "clips" / "single_face.mp4") as media:
        tracks = DerivedTracks(media)
        crops, found = tracks.track("face-192"), tracks.track("feature-landmarks-68")
        form = tracks.track("feature-geometric-316")
    assert crops.attributes["margin"] == 0.15
    assert found.valid.sum() == crops.valid.sum() == 72
    points = found.values.reshape(-1, 68, 2)
    assert points.min() > 0
    assert points.max() < 192
    assert np.abs(np.diff(points, axis=0)).mean() < 1.5  # px: a face that sits still
    assert np.isfinite(form.values[1:]).all()
    assert np.abs(form.values[:, :98]).mean() < 0.1  # a real face is near to the neutral one
