"""A model traces a file whose sound is silent throughout as one without sound."""

import numpy as np

from emotrace import media


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
