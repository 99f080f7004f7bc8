"""Probing tells what a file holds and refuses what is not media in one sentence."""

import pytest

from emotrace.errors import DataError
from emotrace.media import probe, stream_frames


def test_video_with_sound(face_video):
    info = probe(face_video)
    assert (info.has_video, info.has_audio) == (True, True)
    assert (info.width, info.height, info.rotation) == (384, 256, 0)
    assert info.fps == pytest.approx(25)
    assert (info.video_codec, info.audio_codec) == ("h264", "aac")
    assert (info.sample_rate_hz, info.channels) == (16000, 1)
    assert "mp4" in info.container
    assert info.duration_s == pytest.approx(2.0, abs=0.1)  # AAC frames of 64 ms
    assert info.path == face_video


def test_sound_alone(make_sound):
    info = probe(make_sound([[0.0] * 800], 8000))
    assert (info.has_video, info.has_audio, info.width, info.fps) == (False, True, 0, None)


def test_video_alone(make_video):
    info = probe(make_video([0.0, 0.04]))
    assert (info.has_video, info.has_audio, info.audio_codec) == (True, False, None)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", r"empty\.mp4 is empty \(0 bytes\)"),
        ("notes.txt", b"just some words\n" * 50, r"notes\.txt (cannot be read as media|holds neither)"),
        ("words.mp4", b"just some words\n" * 50, r"words\.mp4 cannot be read as media"),
        (
            "page.html",
            b"<html><body>hello</body></html>" * 20,
            r"page\.html (cannot be read as media|holds neither)",
        ),
        ("table.csv", b"time,arousal\n0,0.5\n" * 50, r"table\.csv (cannot be read as media|holds neither)"),
        (
            "lines.srt",
            b"1\n00:00:01,000 --> 00:00:02,000\nhello\n\n" * 5,
            r"lines\.srt holds neither audio nor video",
        ),
        (
            "list.m3u8",
            b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n",
            r"list\.m3u8 (cannot be read|holds neither)",
        ),
    ],
)
def test_what_is_not_media(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        probe(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_random_bytes(tmp_path, rng):
    (tmp_path / "noise.mp4").write_bytes(rng.bytes(20_000))
    with pytest.raises(DataError, match=r"noise\.mp4"):
        probe(tmp_path / "noise.mp4")


def test_missing_and_folder(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        probe(tmp_path / "missing.mp4")
    with pytest.raises(DataError, match="is not a file"):
        probe(tmp_path)


def test_truncated_to_nothing(make_video):
    path = make_video([0.0, 0.04])  # its index comes last
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match="cannot be read as media"):
        probe(path)


def test_header_without_pictures(face_video, tmp_path):
    content = face_video.read_bytes()  # its index comes first
    path = tmp_path / "head.mp4"
    path.write_bytes(content[: content.index(b"mdat") + 20])
    with pytest.raises(DataError, match=r"cannot be read|decodes"):
        list(stream_frames(path))
