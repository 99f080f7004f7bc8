"""Face tracks: boxes beside frames, and crops decoded forward as they are asked for."""

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.features.faces import CropRows, face_box_track
from emotrace.media import FaceBoxes


class Video:
    """Crops of one colour, the row number; remembers how often it was started and what was converted."""

    def __init__(self, found):
        self.found, self.starts, self.given = found, 0, []

    def __call__(self, wanted):
        self.starts += 1
        return self._stream(wanted)

    def _stream(self, wanted):
        for row in np.flatnonzero(self.found):
            if wanted(int(row)):
                self.given.append(int(row))
                yield int(row), np.full((4, 4, 3), row + 1, np.uint8)


@pytest.fixture
def video():
    found = np.ones(40, bool)
    found[[5, 6, 20]] = False
    return Video(found)


def rows_of(values):
    return values[:, 0, 0, 0].astype(int).tolist()


def test_forward_with_overlap_reads_the_video_once(video):
    rows = CropRows(video, video.found, 4)
    assert rows.shape == (40, 4, 4, 3)
    assert rows_of(rows[0:10]) == [1, 2, 3, 4, 5, 0, 0, 8, 9, 10]
    assert rows_of(rows[np.array([7, 8, 9, 12, 15])]) == [8, 9, 10, 13, 16]
    assert rows_of(rows[np.array([9, 12, 15, 15, 30])]) == [10, 13, 16, 16, 31]
    assert video.starts == 1
    assert video.given == [0, 1, 2, 3, 4, 7, 8, 9, 12, 15, 30]  # only what was asked for is converted
    assert len(rows._kept) == 4  # rows before the last call are given up


def test_backward_starts_again(video):
    rows = CropRows(video, video.found, 4)
    rows[30:32]
    assert rows_of(rows[np.array([3, 30])]) == [4, 31]
    assert video.starts == 2
    assert rows_of(rows[:]) == [row + 1 if video.found[row] else 0 for row in range(40)]


def test_a_row_between_that_was_passed_starts_again(video):
    rows = CropRows(video, video.found, 4)
    rows[np.array([10, 14])]
    assert rows_of(rows[np.array([12, 14])]) == [13, 15]
    assert video.starts == 2


def test_rows_without_a_face_open_nothing(video):
    rows = CropRows(video, video.found, 4)
    assert rows[5:7].shape == (2, 4, 4, 3)
    assert rows[[]].shape == (0, 4, 4, 3)
    assert rows[np.zeros(0, int)].shape == (0, 4, 4, 3)
    assert video.starts == 0
    assert len(rows) == 40


def test_a_video_that_is_shorter_the_second_time(video):
    rows = CropRows(Video(video.found[:10]), video.found, 4)
    assert rows_of(rows[8:12]) == [9, 10, 0, 0]


def test_after_close_it_opens_again(video):
    rows = CropRows(video, video.found, 4)
    rows[0:3]
    rows.close()
    assert rows_of(rows[1:3]) == [2, 3]
    assert video.starts == 2


@pytest.mark.parametrize("wrong", [[3, 2], [-1, 4], [39, 40]])
def test_wrong_rows(video, wrong):
    with pytest.raises(InputError, match="expected row numbers from 0 to 39 that do not fall"):
        CropRows(video, video.found, 4)[np.array(wrong)]


def test_box_track():
    boxes = FaceBoxes(
        times_s=np.array([0.0, 0.04]),
        boxes=np.arange(8, dtype=np.float32).reshape(2, 4),
        landmarks=np.arange(20, dtype=np.float32).reshape(2, 5, 2),
        scores=np.array([0.5, 0.6], np.float32),
        found=np.array([True, False]),
        end_s=0.08,
        width=64,
        height=48,
        identities=1,
    )
    track = face_box_track(boxes)
    assert track.values.shape == (2, 15)
    assert track.values.dtype == np.float32
    np.testing.assert_array_equal(track.values[1, :5], [4, 5, 6, 7, 10])
    assert track.values[0, 14] == 0.5
    assert track.valid.tolist() == [True, False]
    assert track.attributes == {"width": 64, "height": 48, "identities": 1, "end_s": 0.08}
    np.testing.assert_array_equal(track.timeline.seconds(), [0.0, 0.04])
