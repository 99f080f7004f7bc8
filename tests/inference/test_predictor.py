"""Tracing one file: rows, faces, missing modalities, warnings, timings, and damaged weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from emotrace import timing
from emotrace.config.media import FaceSettings
from emotrace.errors import CheckpointError, ConfigError, DataError, InputError


def test_a_trace_has_a_row_per_step_and_says_where_the_face_is(predictor, face_clip):
    found = predictor.analyse(face_clip)
    trace = found.trace
    assert trace.labels == ("arousal", "valence")
    assert len(trace.times_s) == timing.step_count(found.duration_s, 0.04)
    assert found.duration_s == pytest.approx(1.2, abs=0.1)  # AAC pads the sound to whole frames
    assert trace.face_found[:18].all()
    assert not trace.face_found[26:].any()
    assert np.isfinite(found.boxes[trace.face_found]).all()
    assert np.isnan(found.boxes[~trace.face_found]).all()
    middle = found.boxes[2, [0, 2]].mean(), found.boxes[2, [1, 3]].mean()
    assert middle == pytest.approx((0.52, 0.38), abs=0.1)  # the astronaut's face in the cut
    assert found.frames == 30
    assert 18 <= found.frames_with_face <= 24
    assert found.warnings == ()


def test_a_prediction_prints_as_a_line(predictor, face_clip):
    found = predictor.analyse(face_clip)
    assert str(found) == f"Prediction({face_clip.name} by {predictor.name}: {found.trace})"
    assert "arousal" in str(found) and "\n" not in str(found)


def test_predict_gives_the_trace_of_analyse_twice_the_same(predictor, face_clip):
    first, second = predictor.predict(face_clip), predictor.analyse(face_clip).trace
    assert (first.values == second.values).all()


def test_what_is_odd_about_a_file_is_logged(predictor, face_clip, monkeypatch, caplog):
    found = predictor.analyse(face_clip)
    monkeypatch.setattr(predictor, "analyse", lambda *_, **__: replace(found, warnings=("it is odd",)))
    predictor.predict(face_clip)
    assert [record.message for record in caplog.records] == [f"{face_clip.name}: it is odd"]


def test_what_a_chunk_is_does_not_matter(predictor, face_clip, monkeypatch):
    whole = predictor.predict(face_clip)
    monkeypatch.setattr("emotrace.inference.predictor.CHUNK_STEPS", 7)
    cut = predictor.predict(face_clip)
    assert (cut.face_found == whole.face_found).all()
    np.testing.assert_allclose(cut.values, whole.values, atol=1e-6)  # float32, other batch sizes


def test_the_profile_says_where_the_time_goes(predictor, face_clip):
    profile: dict[str, float] = {}
    predictor.predict(face_clip, profile=profile)
    assert {"decode", "detect", "crop", "audio", "assemble", "model"} <= set(profile)
    assert all(seconds >= 0 for seconds in profile.values())


def test_progress_rises_to_one(predictor, face_clip):
    calls = []
    predictor.predict(face_clip, progress=lambda done, total, name: calls.append((done, total)))
    done = [share for share, _ in calls]
    assert done == sorted(done)
    assert calls[-1] == (1.0, 1.0)


def test_without_sound_the_model_goes_without_audio_and_it_says_so(predictor, silent_clip):
    found = predictor.analyse(silent_clip)
    assert "no sound track: the model goes without audio" in found.warnings
    assert found.trace.face_found.any()
    np.testing.assert_array_equal(found.trace.observed["face"], found.trace.face_found)
    assert not found.trace.observed["audio"].any()


def test_without_video_the_model_goes_without_face_and_it_says_so(predictor, sound_clip):
    found = predictor.analyse(sound_clip)
    assert "no video track: the model goes without face" in found.warnings
    assert found.trace.observed["audio"].all() and not found.trace.observed["face"].any()
    assert found.boxes is None
    assert len(found.trace.times_s) == 25


def test_a_model_of_faces_takes_a_file_without_sound(make_predictor, silent_clip):
    assert make_predictor("2dconv-lstm").analyse(silent_clip).warnings == ()


def test_a_model_of_voices_does_not_look_for_faces(make_predictor, face_clip, monkeypatch):
    monkeypatch.setattr("emotrace.media.open_detector", None)
    found = make_predictor("1dconv-lstm").analyse(face_clip)
    assert found.boxes is None
    assert found.face_share is None
    assert found.warnings == ()
    assert len(found.trace.times_s) == pytest.approx(30, abs=2)


def test_a_face_asked_of_a_model_of_voices_is_told(make_predictor, face_clip):
    (warning,) = make_predictor("1dconv-lstm").analyse(face_clip, face=1).warnings
    assert "does not look at faces: the asked face or detector plays no part" in warning


def test_sound_can_come_from_a_file_of_its_own(predictor, silent_clip, sound_clip):
    alone, beside = predictor.analyse(silent_clip), predictor.analyse(silent_clip, audio=sound_clip)
    assert not any("sound" in warning for warning in beside.warnings)
    assert beside.audio == sound_clip
    assert not np.array_equal(alone.trace.values, beside.trace.values)


def test_sound_that_ends_early_is_told(predictor, silent_clip, tmp_path):
    import wave

    with wave.open(str(path := tmp_path / "click.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(bytes([0, 1]) * 1600)
    assert predictor.analyse(silent_clip, audio=path).warnings == (
        "the sound track ends at 0.10 s of 1.20 s: from there on the model goes without audio",
    )
    heard = predictor.predict(silent_clip, audio=path).observed["audio"]
    assert heard[:2].all() and not heard[3:].any()


def test_no_face_in_any_frame_is_told(predictor, silent_clip, tmp_path):
    from emotrace import media

    path = tmp_path / "grey.mp4"
    media.write_video(path, iter([np.full((120, 160, 3), 90, np.uint8)] * 10), 25)
    found = predictor.analyse(path)
    assert not found.trace.face_found.any()
    assert "no face was found: the model goes without face" in found.warnings


def test_three_frames_are_enough(predictor, tmp_path):
    from emotrace import media

    path = tmp_path / "short.mp4"
    media.write_video(path, iter([np.full((120, 160, 3), 90, np.uint8)] * 3), 25)
    assert len(predictor.predict(path).times_s) == 3


def test_a_detector_other_than_trained_with_is_told(make_predictor, face_clip):
    predictor = make_predictor(faces=FaceSettings(detector_digest="another"))
    assert any(
        "expected another): crops may differ" in text for text in predictor.analyse(face_clip).warnings
    )


def test_a_file_without_what_the_model_takes_is_refused(make_predictor, sound_clip, silent_clip):
    with pytest.raises(
        DataError, match=r"tone.wav: has no video track, but nguyen2020/2dconv-lstm takes face"
    ):
        make_predictor("2dconv-lstm").predict(sound_clip)
    with pytest.raises(
        DataError, match=r"silent.mp4: has no sound track, but nguyen2020/1dconv-lstm takes audio"
    ):
        make_predictor("1dconv-lstm").predict(silent_clip)


def test_a_face_that_is_not_there_is_refused(predictor, face_clip):
    with pytest.raises(InputError, match="face 7"):
        predictor.predict(face_clip, face=7)


def test_a_negative_face_is_refused(predictor, face_clip):
    with pytest.raises(ConfigError, match="face is -1"):
        predictor.predict(face_clip, face=-1)


def test_a_missing_detector_is_refused(predictor, face_clip, tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.onnx"):
        predictor.predict(face_clip, detector=tmp_path / "gone.onnx")


def test_a_missing_file_is_refused(predictor, tmp_path):
    with pytest.raises(DataError, match=r"gone\.mp4"):
        predictor.predict(tmp_path / "gone.mp4")


def test_weights_that_give_no_numbers_are_told(make_predictor, sound_clip):
    predictor = make_predictor("1dconv-lstm")
    with torch.no_grad():
        predictor.model.head.bias.fill_(float("nan"))
    with pytest.raises(CheckpointError, match="gives values that are not numbers"):
        predictor.predict(sound_clip)
