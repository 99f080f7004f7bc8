"""What browsers play by themselves, and the preview that is made where they do not."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from emotrace import media
from emotrace.errors import DataError
from emotrace.inference.playback import browsers_play, choose_playback, relative_link, steady_frames


@pytest.mark.parametrize(
    ("name", "video", "audio", "plays"),
    [
        ("a.mp4", "h264", "aac", True),
        ("a.MOV", "h264", None, True),
        ("a.mp4", "h264", "mp3float", True),
        ("a.webm", "vp9", "opus", True),
        ("a.webm", "libdav1d", "vorbis", True),
        ("a.mkv", "h264", "aac", False),
        ("a.mp4", "hevc", "aac", False),
        ("a.mp4", "mpeg4", "aac", False),
        ("a.mp4", "h264", "ac3", False),
        ("a.avi", "h264", "mp3", False),
        ("a.wav", None, "pcm_s16le", True),
        ("a.flac", None, "flac", True),
        ("a.mp3", None, "mp3float", True),
        ("a.wma", None, "wmav2", False),
    ],
)
def test_browsers_play_what_all_of_them_know(name, video, audio, plays):
    info = SimpleNamespace(
        path=Path(name), has_video=video is not None, video_codec=video, audio_codec=audio, duration_s=1.0
    )
    assert browsers_play(info) is plays
    info.duration_s = None
    assert browsers_play(info) is False


def test_a_recording_that_plays_is_linked(make_prediction, face_clip, tmp_path):
    playback = choose_playback(make_prediction(), tmp_path / "x.html")
    assert playback.kind == "video"
    assert playback.note == ""
    assert (tmp_path / playback.link).resolve() == face_clip.resolve()
    assert list(tmp_path.iterdir()) == []


def test_another_recording_gets_a_preview(make_prediction, face_clip, tmp_path):
    clip = tmp_path / "odd name.mkv"
    clip.write_bytes(face_clip.read_bytes())
    prediction = make_prediction(path=clip)
    playback = choose_playback(prediction, tmp_path / "odd name.html")
    assert (playback.kind, playback.link) == ("video", "odd%20name.preview.mp4")
    assert "preview" in playback.note
    assert prediction.profile["preview"] > 0
    info = media.probe(tmp_path / "odd name.preview.mp4")
    assert browsers_play(info)
    assert (info.width, info.height, info.fps) == (320, 320, 25.0)
    assert info.has_audio
    assert info.duration_s == pytest.approx(1.2, abs=0.1)  # AAC pads the sound to whole frames
    assert len(list(tmp_path.iterdir())) == 2


def test_sound_given_beside_a_video_is_in_its_preview(make_prediction, silent_clip, sound_clip, tmp_path):
    playback = choose_playback(make_prediction(path=silent_clip, audio=sound_clip), tmp_path / "x.html")
    assert playback.link == "x.preview.mp4"
    assert media.probe(tmp_path / "x.preview.mp4").has_audio


def test_sound_that_does_not_play_becomes_a_wav(make_prediction, sound_clip, tmp_path):
    clip = tmp_path / "tone.aiff"
    clip.write_bytes(sound_clip.read_bytes())
    playback = choose_playback(make_prediction(path=clip, with_face=False), tmp_path / "tone.html")
    assert (playback.kind, playback.link) == ("audio", "tone.preview.wav")
    assert media.probe(tmp_path / "tone.preview.wav").duration_s == pytest.approx(1.0)


def test_a_preview_that_cannot_be_made_is_told(make_prediction, face_clip, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise DataError("no room")

    monkeypatch.setattr(media, "write_video", fail)
    clip = tmp_path / "a.mkv"
    clip.write_bytes(face_clip.read_bytes())
    playback = choose_playback(make_prediction(path=clip), tmp_path / "a.html")
    assert (playback.kind, playback.link) == ("none", "")
    assert playback.note.endswith("no preview could be made: no room")
    assert [file.name for file in tmp_path.iterdir()] == ["a.mkv"]


def test_links_are_relative_and_encoded(tmp_path):
    link = relative_link(tmp_path / "a b" / "c#1%.mp4", tmp_path / "out" / "x.html")
    assert link == "../a%20b/c%231%25.mp4"


def test_steady_frames_show_the_latest_picture():
    # pictures at 0, 0.05 and 0.2 s on a grid of 0.04 s: instants 0..4 and the last picture at 5
    frames = [(i, t, np.full((2, 2, 3), i, np.uint8)) for i, t in enumerate((0.0, 0.05, 0.2))]
    assert [int(picture[0, 0, 0]) for picture in steady_frames(iter(frames), 25)] == [0, 0, 1, 1, 1, 2]


def test_steady_frames_start_with_the_first_picture():
    frames = [(0, 0.08, np.full((2, 2, 3), 7, np.uint8))]
    assert [int(picture[0, 0, 0]) for picture in steady_frames(iter(frames), 25)] == [7, 7, 7]
