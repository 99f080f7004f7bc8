"""Tracks of pictures that a corpus describes: folders of images, stated times, cut faces; and tables."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from emotrace.config.declaration import Declaration, FaceInput, TableInput
from emotrace.errors import ConfigError, DataError
from emotrace.features import MediaTracks, Track, assemble
from emotrace.features.faces import face_box_track
from emotrace.media import Pictures, write_sound, write_video
from emotrace.timing import Timeline

TIMES = np.array([0.0, 0.04, 0.12, 0.16, 0.2])  # one frame was dropped
FACE = Declaration(inputs={"face": FaceInput(size=32)})


@pytest.fixture(scope="module")
def portrait():
    return np.ascontiguousarray(data.astronaut()[0:256, 96:352])


@pytest.fixture
def folder(portrait, tmp_path):
    """Five pictures of a face that moves."""
    (tmp_path / "images").mkdir()
    for number in range(5):
        Image.fromarray(np.roll(portrait, 2 * number, axis=1)).save(tmp_path / "images" / f"{number:03d}.png")
    return tmp_path / "images"


def test_a_folder_of_images_beside_a_sound(folder, tmp_path):
    write_sound(tmp_path / "s.wav", [np.full(1600, 0.1)], 16000)
    with MediaTracks(Pictures(folder, TIMES), tmp_path / "s.wav") as tracks:
        assert tracks.duration_s == pytest.approx(0.24)
        faces, crops = tracks.track("faces"), tracks.track("face-32")
        np.testing.assert_array_equal(crops.timeline.seconds(), TIMES)
        assert faces.valid.all() and crops.values[1:4].shape == (3, 32, 32, 3)
        assert tracks.track("audio-16000").timeline.length == 1600
        assert tracks.warnings == []
    with MediaTracks(Pictures(folder, TIMES)) as silent:
        assert silent.track("audio-16000") is None
        assert silent.duration_s == pytest.approx(0.24)  # before any face was searched


def test_steps_take_the_frame_of_the_stated_time(portrait, tmp_path):
    shades = [np.full((32, 32, 3), 40 * number, np.uint8) for number in range(5)]
    write_video(tmp_path / "v.mp4", shades, 25)
    times = np.array([0.0, 0.04, 0.13, 0.16, 0.2])
    with MediaTracks(Pictures(tmp_path / "v.mp4", times, faces_cut=True)) as tracks:
        inputs = assemble(FACE, tracks, 0, 6)
        assert tracks.duration_s == pytest.approx(0.24)
    means = (inputs["face"].mean(dim=(1, 2, 3)) + 1) * 127.5
    # the frame of step 2 was dropped: the one before is nearest
    np.testing.assert_allclose(means, [0, 40, 40, 80, 120, 160], atol=4)
    assert inputs["face_mask"].all()


def test_cut_faces_need_no_detector_and_aligned_crops_are_the_pictures(folder, monkeypatch):
    monkeypatch.setattr("emotrace.media.open_detector", None)
    with MediaTracks(Pictures(folder, TIMES, faces_cut=True)) as tracks:
        assert tracks.track("faces").valid.all()
        upright, aligned = tracks.track("face-64").values[0:5], tracks.track("face-64-aligned").values[0:5]
        np.testing.assert_array_equal(upright, aligned)
        assert tracks.warnings == [
            "images: its faces are cut out already: aligned crops show them as they are"
        ]
        again = MediaTracks(Pictures(folder, TIMES, faces_cut=True), faces=tracks.track("faces"))
        np.testing.assert_array_equal(again.track("face-64").values[0:5], upright)


def test_cut_faces_of_which_none_decodes(folder, tmp_path):
    write_sound(tmp_path / "s.wav", [np.full(1600, 0.1)], 16000)
    for file in folder.iterdir():
        file.write_bytes(b"")
    with pytest.raises(DataError, match="not one frame of its video decodes"):
        MediaTracks(Pictures(folder, TIMES))


def test_media_have_no_tables(folder):
    with MediaTracks(Pictures(folder, TIMES)) as tracks:
        assert tracks.track("table-ecg") is None
        with pytest.raises(ConfigError, match="no track is called 'table-a b'"):
            tracks.track("table-a b")


class Source:
    """A recording of one second with one table."""

    duration_s = 1.0

    def __init__(self, values, timeline):
        self._track = None if values is None else Track(np.asarray(values, np.float32), timeline)

    def track(self, name):
        assert name == "table-ecg"
        return self._track


def rows(values, timeline, first=0, last=5, columns=2, step_s=0.2):
    declaration = Declaration(inputs={"x": TableInput(name="ecg", columns=columns)}, step_s=step_s)
    found = assemble(declaration, Source(values, timeline), first, last)
    assert found["x"].dtype == torch.float32 and found["x_mask"].dtype == torch.bool
    return found["x"].tolist(), found["x_mask"].tolist()


def test_a_table_gives_the_row_nearest_to_each_step():
    values = [[k, -k] for k in range(10)]  # every 0.1 s
    expected = [[0, 0], [2, -2], [4, -4], [6, -6], [8, -8]]
    assert rows(values, Timeline.regular(10, 10.0)) == (expected, [True] * 5)
    assert rows(values, Timeline.irregular(np.arange(10) * 0.1 + 0.01)) == (expected, [True] * 5)
    # steps before and after the recording repeat its edge
    assert rows(values, Timeline.regular(10, 10.0), -1, 2)[0] == [[0, 0], [0, 0], [2, -2]]


def test_far_rows_and_rows_with_nan_are_masked_and_zero():
    values = [[1, 1], [2, np.nan], [3, 3]]
    found = rows(values, Timeline.irregular([0.0, 0.2, 0.4]))
    # 0.6 lies a step from the last row, 0.8 two
    assert found == ([[1, 1], [0, 0], [3, 3], [3, 3], [0, 0]], [True, False, True, True, False])


def test_slow_tables_reach_further():
    assert rows([[1, 2]] * 2, Timeline.regular(2, 2.0))[1] == [True] * 5


@pytest.mark.parametrize("values", [None, np.empty((0, 2))])
def test_a_recording_without_the_table_or_rows(values):
    found = rows(values, Timeline.regular(0, 10.0))
    assert found == ([[0, 0]] * 5, [False] * 5)


def test_a_table_of_other_columns_is_refused():
    with pytest.raises(DataError, match=r"track table-ecg has rows of shape \(2,\); expected \(3,\)"):
        rows([[1, 2]], Timeline.regular(1, 10.0), columns=3)


def test_face_box_track_keeps_missing_landmarks(folder):
    with MediaTracks(Pictures(folder, TIMES, faces_cut=True)) as tracks:
        tracks.track("faces")
        assert np.isnan(face_box_track(tracks._boxes).values[:, 4:14]).all()
