"""A sound that is silent throughout counts as none, with all that is made of it."""

import numpy as np
import pytest

from emotrace import media
from emotrace.features import Track
from emotrace.inference.silence import WithoutSilence
from emotrace.timing import Timeline


class Sound:
    """Ten seconds of a sound at 8 kHz, and one row of faces and of speech segments under every other name."""

    duration_s = 10.0

    def __init__(self, samples):
        self.samples = samples

    def track(self, name):
        if self.samples is None and name == "audio-8000":
            return None
        values = self.samples if name == "audio-8000" else np.zeros(1)
        return Track(values, Timeline.regular(len(values), 8000.0))


@pytest.mark.parametrize(("loudest", "silent"), [(0.0, True), (9e-5, True), (2e-4, False)])
def test_one_louder_sample_makes_a_sound(loudest, silent):
    samples = np.zeros(80000, np.float32)
    samples[-1] = -loudest
    tracks = WithoutSilence(Sound(samples))
    for name in ("audio-8000", "feature-egemaps-lld@audio-8000"):
        assert tracks.is_silent(name) == silent == (tracks.track(name) is None)
    assert tracks.track("face-32") is not None and not tracks.is_silent("face-32")
    assert tracks.duration_s == 10.0


def test_a_sound_that_is_not_there_is_not_silent():
    tracks = WithoutSilence(Sound(None))
    assert tracks.track("audio-8000") is None and not tracks.is_silent("audio-8000")


def test_a_model_goes_without_silence(predictor, face_clip, tmp_path):
    path = tmp_path / "hushed.mp4"
    frames = (rgb for _, _, rgb in media.stream_frames(face_clip))
    media.write_video(path, frames, 25, audio=np.zeros(19200, np.float32), rate_hz=16000)
    found = predictor.analyse(path)
    assert not found.trace.observed["audio"].any() and found.trace.observed["face"].any()
    assert "the sound is silent throughout: the model goes without audio" in found.warnings


def test_a_voice_that_is_silent_is_based_on_nothing(make_predictor, tmp_path):
    media.write_video(
        path := tmp_path / "hushed.mp4",
        (np.zeros((32, 32, 3), np.uint8) for _ in range(25)),
        25,
        audio=np.zeros(16000, np.float32),
        rate_hz=16000,
    )
    found = make_predictor("1dconv-lstm").analyse(path)
    assert not found.trace.observed["audio"].any()
    assert any("there is nothing in this file that the model takes (audio)" in one for one in found.warnings)
