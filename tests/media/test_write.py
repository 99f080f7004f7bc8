"""Written videos are read back, and appear whole or not at all."""

import os

import numpy as np
import pytest

from emotrace import writing
from emotrace.errors import DataError, InputError
from emotrace.media import FrameReader, SoundReader, probe, write_video


def frames(count, height=48, width=64):
    return (np.full((height, width, 3), 5 * number, np.uint8) for number in range(count))


def test_round_trip(tmp_path):
    path = tmp_path / "a.mp4"
    tone = (0.3 * np.sin(np.arange(40_000) / 10)).astype(np.float32)
    write_video(path, frames(30), 29.97, tone, 22050)
    info = probe(path)
    assert (info.video_codec, info.audio_codec, info.sample_rate_hz) == ("h264", "aac", 22050)
    reader = FrameReader(path)
    assert [round(float(rgb.mean()) / 5) for _, _, rgb in reader] == list(range(30))
    assert reader.end_s == pytest.approx(30 / 29.97, abs=1e-3)
    sound = SoundReader(path, 22050)
    got = np.concatenate(list(sound))
    assert abs(len(got) - 40_000) <= 1024  # whole AAC frames
    np.testing.assert_allclose(got[2000:38000], tone[2000:38000], atol=0.03)  # AAC is lossy
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # a browser can start at once


def test_odd_sizes_and_no_sound(tmp_path):
    write_video(tmp_path / "odd.mp4", frames(2, 33, 51), 25)
    info = probe(tmp_path / "odd.mp4")
    assert (info.width, info.height, info.has_audio) == (52, 34, False)


def test_nothing_half_written_stays(tmp_path):
    def broken():
        yield from frames(3)
        raise RuntimeError("the source broke")

    write_video(tmp_path / "a.mp4", frames(2), 25)
    before = (tmp_path / "a.mp4").read_bytes()
    with pytest.raises(RuntimeError, match="the source broke"):
        write_video(tmp_path / "a.mp4", broken(), 25)
    assert os.listdir(tmp_path) == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == before


def test_errors(tmp_path):
    path = tmp_path / "a.mp4"
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="got no frame"):
        write_video(path, [], 25)
    with pytest.raises(InputError, match="audio without rate_hz"):
        write_video(path, frames(1), 25, np.zeros(9, np.float32))
    with pytest.raises(
        InputError, match=r"frame 1 of .* is uint8 \(50, 64, 3\); expected uint8 \(48, 64, 3\)"
    ):
        write_video(path, [*frames(1), *frames(1, 50)], 25)
    with pytest.raises(InputError, match=r"have shape \(48, 64\); expected"):
        write_video(path, [np.zeros((48, 64), np.uint8)], 25)
    with pytest.raises(DataError, match="cannot be written"):
        write_video(tmp_path / "file" / "a.mp4", frames(1), 25)
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk(tmp_path, monkeypatch):
    part = tmp_path / "part"
    part.symlink_to("/dev/full")  # a link, for the device itself would be renamed or removed
    monkeypatch.setattr(writing, "part_of", lambda path: part)
    with pytest.raises(DataError, match="cannot be written"):
        write_video(tmp_path / "a.mp4", frames(3), 25)
