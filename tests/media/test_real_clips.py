"""The media room on real clips: durations, faces where there are faces, and none where there are none."""

from pathlib import Path

import av
import numpy as np
import pytest

from emotrace.config.media import FaceSettings
from emotrace.media import (
    FrameReader,
    SoundReader,
    locate_faces,
    open_detector,
    probe,
    stream_crops,
    video_end_s,
)

# name: display size, frames, least share of frames with a face, identities (None: many), sound
CLIPS = {
    "big_buck_bunny_432_433.webm": ((1280, 720), 24, 0.0, 0, True),
    "d6.mp4": ((480, 480), 1008, 1.0, 1, True),
    "face_noface.mov": ((960, 540), 169, 0.40, 1, True),
    "m030_sad_3_001.mp4": ((1920, 1080), 112, 1.0, 1, True),
    "no_duration.webm": ((1280, 720), 74, 0.0, 0, True),
    "no_face.mp4": ((960, 540), 95, 0.0, 0, True),
    "result.mp4": ((640, 480), 250, 0.0, 0, False),
    "short_hamilton_clip.mp4": ((640, 360), 275, 0.5, None, True),
    "single_face.mp4": ((640, 360), 72, 1.0, 1, True),
    "test.mp4": ((596, 336), 115, 1.0, 1, False),
    "testmovie.mp4": ((352, 288), 237, 1.0, 1, True),
    "video_with_failing_audio.mp4": ((640, 360), 280, 0.0, 0, True),
    "wolfganglanger_pexels.mp4": ((640, 360), 472, 1.0, 1, True),
    "yes.mkv": ((640, 480), 65, 1.0, 1, False),
}
FAST = FaceSettings(detect_every=10)  # half the looks: these tests are about the clips, not the rate


def test_every_clip_is_listed(shared_data):
    assert sorted(path.name for path in (shared_data / "clips").iterdir()) == sorted(CLIPS)


@pytest.mark.parametrize("name", CLIPS)
def test_clip(shared_data, name):
    path = shared_data / "clips" / name
    size, frames, share, identities, sound = CLIPS[name]
    info = probe(path)
    assert (info.has_video, info.has_audio) == (True, sound)
    boxes = locate_faces(path, open_detector(FAST), FAST)
    assert (boxes.width, boxes.height) == size == (info.width, info.height)
    assert len(boxes.times_s) == frames
    assert np.all(np.diff(boxes.times_s) >= 0)
    assert boxes.found.mean() >= share
    if identities is not None:
        assert boxes.identities == identities
        assert boxes.found.any() == (identities > 0)
    assert np.isfinite(boxes.boxes[boxes.found]).all()
    assert video_end_s(path) == pytest.approx(boxes.end_s, abs=1e-6)
    ends = [boxes.end_s]
    if sound:
        reader = SoundReader(path, 16000)
        samples = sum(len(chunk) for chunk in reader)
        assert samples / 16000 == pytest.approx(reader.end_s, abs=1e-3)
        ends.append(reader.end_s)
    if info.duration_s is not None:
        assert max(ends) == pytest.approx(info.duration_s, abs=0.04)  # a row of a trace


def test_the_face_that_leaves_is_not_invented(shared_data):
    path = shared_data / "clips" / "face_noface.mov"
    settings = FaceSettings()
    boxes = locate_faces(path, open_detector(settings), settings)
    last = int(np.flatnonzero(boxes.found)[-1])
    assert boxes.found[: last + 1].all()
    assert last in range(70, 74)  # the face is in frames 0 to 71, looks are every fifth
    crops = dict(stream_crops(path, boxes, 96, False, settings, [0, 40]))
    assert crops[0].std() > 20


def test_yunet_agrees_with_centerface(shared_data):
    path = shared_data / "clips" / "single_face.mp4"
    yunet = FAST.model_copy(update={"detector": str(shared_data / "detectors" / "yunet_n_dynamic.onnx")})
    one = locate_faces(path, open_detector(FAST), FAST)
    two = locate_faces(path, open_detector(yunet), yunet)
    assert one.found.all()
    assert two.found.all()
    middles = [(boxes.boxes[:, :2] + boxes.boxes[:, 2:]) / 2 for boxes in (one, two)]
    np.testing.assert_allclose(middles[0], middles[1], atol=15)  # px of 640; their boxes differ in extent


def test_ravdess(shared_data):
    paths = sorted((shared_data / "ravdess_av").glob("*.mp4"))
    assert len(paths) == 5
    path: Path = paths[0]
    with av.open(str(path)) as container:
        shown = sum(1 for _ in container.decode(video=0))
    reader = FrameReader(path, wanted=lambda index, time_s: False)
    assert list(reader) == []
    assert len(reader.times_s) == shown
    assert reader.end_s == pytest.approx(shown * 1001 / 30000, abs=1e-3)
    assert video_end_s(path) == pytest.approx(
        reader.end_s, abs=1e-3
    )  # a frame hidden by the edit list counts in neither
