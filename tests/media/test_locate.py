"""Pass 1: one face in every frame of a video, found where it is and nowhere else."""

import numpy as np
import pytest

from emotrace.config.media import FaceSettings
from emotrace.errors import InputError
from emotrace.media import Detections, locate_faces, open_detector


class Script:
    """A detector that gives what a function of the call number says, and counts its calls."""

    digest = "script"

    def __init__(self, boxes):
        self.boxes, self.calls, self.shapes = boxes, 0, []

    def detect(self, rgb):
        boxes = np.array(self.boxes(self.calls), np.float32).reshape(-1, 4)
        self.calls += 1
        self.shapes.append(rgb.shape)
        return Detections(
            boxes, np.full(len(boxes), 0.8, np.float32), np.zeros((len(boxes), 5, 2), np.float32)
        )


def test_a_real_face_is_followed(face_video):
    profile, seen = {}, []
    boxes = locate_faces(
        face_video, open_detector(FaceSettings()), FaceSettings(),
        lambda done, total: seen.append((done, total)), profile=profile,
    )  # fmt: skip
    assert boxes.found.all()
    assert len(boxes.times_s) == 50
    assert (boxes.width, boxes.height, boxes.identities) == (384, 256, 1)
    assert boxes.end_s == pytest.approx(2.0, abs=1e-3)
    middle = boxes.boxes[:, [0, 2]].mean(axis=1)
    np.testing.assert_allclose(middle[45] - middle[0], 90, atol=8)  # it slides by 2 px a frame
    assert np.all(np.diff(middle) > -0.5)
    assert boxes.boxes.dtype == boxes.landmarks.dtype == boxes.scores.dtype == np.float32
    assert set(profile) == {"decode", "detect"}
    assert len(seen) == 10
    assert seen[-1] == pytest.approx((1.8, 2.0), abs=0.01)


def test_every_fifth_frame_scaled_down_and_back_up(face_video):
    script = Script(lambda call: [[10, 10, 20, 20]])
    boxes = locate_faces(face_video, script, FaceSettings(detect_width=96))
    assert script.calls == 10
    assert set(script.shapes) == {(64, 96, 3)}
    np.testing.assert_allclose(boxes.boxes[7], [40, 40, 80, 80])


def test_the_asked_face(face_video):
    script = Script(lambda call: [[10, 10, 30, 30], [100, 10, 160, 70]])
    settings = FaceSettings(detect_width=384)
    largest = locate_faces(face_video, script, settings)
    assert largest.identities == 2
    np.testing.assert_allclose(largest.boxes[0], [100, 10, 160, 70])
    second = locate_faces(face_video, script, settings.model_copy(update={"face": 1}))
    np.testing.assert_allclose(second.boxes[0], [10, 10, 30, 30])
    with pytest.raises(
        InputError, match=r"face 2 of .*face\.mp4 was asked for, but 2 different faces were followed"
    ):
        locate_faces(face_video, script, settings.model_copy(update={"face": 2}))
    with pytest.raises(InputError, match="but 1 different face was followed"):
        locate_faces(face_video, Script(lambda call: [[1, 1, 9, 9]]), FaceSettings(face=1))


def test_no_face_is_marked_and_not_an_error(face_video):
    boxes = locate_faces(face_video, Script(lambda call: []), FaceSettings())
    assert not boxes.found.any()
    assert len(boxes.found) == 50
    assert boxes.identities == 0
    assert np.isnan(boxes.boxes).all()
    with pytest.raises(InputError, match="but 0 different faces were followed"):
        locate_faces(face_video, Script(lambda call: []), FaceSettings(face=1))


def test_a_face_that_leaves(face_video):
    boxes = locate_faces(
        face_video, Script(lambda call: [[10, 10, 40, 40]] if call < 4 else []), FaceSettings()
    )
    assert np.flatnonzero(boxes.found).tolist() == list(range(18))  # the last look with it is frame 15


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_very_short_videos(make_video, frames):
    boxes = locate_faces(
        make_video(np.arange(frames) / 25), Script(lambda call: [[10, 10, 40, 40]]), FaceSettings()
    )
    assert boxes.found.tolist() == [True] * frames


def test_slow_frames_are_looked_at_more_often(make_video):
    path = make_video(np.arange(10) / 5)  # 5 frames/s: every fifth would be once a second
    script = Script(lambda call: [[10, 10, 40, 40]])
    boxes = locate_faces(path, script, FaceSettings())
    assert script.calls == 5
    assert boxes.found.all()
