"""What pictures and sound fall short of, as a person is told it; what is more than enough is not told."""

import numpy as np
import pytest
import torch

from emotrace import media
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.features import Track
from emotrace.inference.unlike import Colours, off_the_scale, unlike_inputs
from emotrace.timing import Timeline

BOTH = Declaration(inputs={"face": FaceInput(size=96), "audio": AudioInput(rate_hz=16000)})
SECONDS = 4.0


def located(times_s=None, side=100.0, found=1.0):
    """Faces of so many pixels, seen in the first share of the frames."""
    times_s = np.arange(0, SECONDS, 0.04) if times_s is None else np.asarray(times_s)
    valid = np.arange(len(times_s)) < found * len(times_s)
    values = np.full((len(times_s), 15), np.nan, np.float32)
    values[valid, :4] = [10.0, 20.0, 10.0 + 0.8 * side, 20.0 + side]
    return Track(values, Timeline.irregular(times_s), valid=valid, attributes={})


def told(faces=None, rate_hz=16000, declaration=BOTH):
    return unlike_inputs(declaration, located() if faces is None else faces, SECONDS, rate_hz)


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_enough_frames_and_a_few_too_few_are_not_told(fps):
    assert told(located(np.arange(0, SECONDS, 1 / fps))) == []


def test_too_few_frames_are_told_with_how_often_they_are_repeated():
    # 25 steps a second on 10 frames: of 99 pairs of steps 39 change the picture, so 60 (61 %) repeat it
    (note,) = told(located(np.arange(0, SECONDS, 0.1)))
    assert note.startswith("the video has 10 frames per second and the model takes 25: 6")
    assert note.endswith(
        "% of its steps see the picture of the step before again, and quick movement is lost"
    )
    rng = np.random.default_rng(0)
    (note,) = told(located(np.cumsum(rng.choice([0.02, 0.16], size=45))))  # a rate that varies
    assert "of its steps see the picture" in note
    slow = Declaration(inputs=BOTH.inputs, step_s=0.1)
    assert told(located(np.arange(0, SECONDS, 0.1)), declaration=slow) == []
    assert told(located([0.0])) == [] and told(located([])) == []  # a still picture, and none


def test_sound_without_high_frequencies_is_told():
    assert told(rate_hz=44100) == told(rate_hz=48000) == told(rate_hz=None) == []
    assert told(rate_hz=8000) == [
        "the sound has 8000 samples per second and the model hears 16000: above 4 kHz there is nothing to "
        "hear"
    ]
    faces_alone = Declaration(inputs={"face": FaceInput(size=96)})
    assert told(rate_hz=8000, declaration=faces_alone) == []


def test_faces_that_are_enlarged_are_told():
    assert told(located(side=72)) == []
    (note,) = told(located(side=71))
    assert note.startswith("the face is about 71 px tall, and the model takes pictures of 96 px: enlarged")


def test_a_face_in_few_frames_is_told_and_none_at_all_is_not():
    assert told(located(found=0.5)) == [] and told(located(found=0.0)) == []
    assert told(located(found=0.2)) == [
        "a face was found in 20% of the frames only: in the others the model goes without"
    ]


@pytest.mark.parametrize(("colour", "grey"), [(0.0, True), (1.5, True), (2.5, False)])
def test_faces_without_colour_are_told(colour, grey):
    faces = torch.zeros(3, 3, 8, 8)  # (time, channel, height, width), in -1 to 1
    faces[:2, 0] += 1.0  # masked, so they do not count
    faces[2, 0] += 2 * colour / 255
    inputs = {"face": faces, "face_mask": torch.tensor([False, False, True])}
    colours = Colours(Declaration(inputs={"face": FaceInput(size=8)}), lambda first, last: inputs)
    assert colours.notes() == []  # nothing was seen yet
    assert colours(0, 3) is inputs
    assert (colours.notes() != []) == grey


def test_a_file_tells_the_rates_that_it_has(predictor, face_clip, tmp_path):
    pictures = [rgb.mean(axis=2, keepdims=True).repeat(3, 2) for _, _, rgb in media.stream_frames(face_clip)]
    sound = 0.2 * np.sin(np.arange(8000) * 0.1).astype(np.float32)
    path = tmp_path / "poor.mp4"
    media.write_video(path, (one.astype(np.uint8) for one in pictures[:20:2]), 10, audio=sound, rate_hz=8000)
    warnings = " ".join(predictor.analyse(path).warnings)
    assert "the video has 10 frames per second and the model takes 25" in warnings
    assert "the sound has 8000 samples per second and the model hears 16000" in warnings
    assert "the faces have no colour" in warnings


def test_a_trace_that_leaves_the_scale_is_told():
    values = np.full((100, 2), 3.0)
    values[:10, 0] = 0.1  # a tenth of the scale below it at 0.2
    assert off_the_scale(values[1:], (1.0, 9.0)) == []  # 9 of 198
    (note,) = off_the_scale(np.where(np.arange(100)[:, None] < 30, 9.9, values), (1.0, 9.0))
    assert note.startswith("30% of the values lie off the scale from 1 to 9")
    assert off_the_scale(np.empty((0, 2)), (1.0, 9.0)) == []
