"""Frames come by presentation time, upright, in display size, and only those that are wanted."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from emotrace.errors import DataError
from emotrace.media import FrameReader, stream_frames, video_end_s


def test_every_frame_with_its_time(face_video):
    reader = FrameReader(face_video)
    got = list(reader)
    assert [index for index, _, _ in got] == list(range(50))
    np.testing.assert_allclose(
        [time_s for _, time_s, _ in got], np.arange(50) / 25, atol=1e-4
    )  # 1/12800 s ticks
    assert got[0][2].shape == (256, 384, 3)
    assert got[0][2].dtype == np.uint8
    assert reader.end_s == pytest.approx(2.0, abs=1e-4)
    assert (reader.width, reader.height, reader.rotation) == (384, 256, 0)


def test_unwanted_frames_are_timed_but_not_given(face_video):
    reader = FrameReader(face_video, wanted=(3, 10), scale_width=96)
    got = list(reader)
    assert [index for index, _, _ in got] == [3, 10]
    assert got[0][2].shape == (64, 96, 3)
    assert len(reader.times_s) == 11  # stops after the last wanted one
    by_function = FrameReader(face_video, wanted=lambda index, time_s: time_s > 1.9)
    assert [index for index, _, _ in by_function] == [48, 49]
    assert len(by_function.times_s) == 50


def test_pictures_are_never_scaled_up(face_video):
    _, _, rgb = next(stream_frames(face_video, scale_width=1000))
    assert rgb.shape == (256, 384, 3)


def test_variable_frame_rate_by_presentation_time(make_video):
    times_s = [0.0, 0.1, 0.15, 0.5, 0.52, 1.3]
    path = make_video(times_s, options={"bf": "2"})
    reader = FrameReader(path)
    got = list(reader)
    np.testing.assert_allclose([time_s for _, time_s, _ in got], times_s, atol=1e-3)  # ticks of 1 ms
    brightness = [int(rgb.mean()) for _, _, rgb in got]
    assert brightness == sorted(brightness)
    assert 1.3 < reader.end_s < 1.5


def test_time_zero_is_the_earliest_start(make_video):
    path = make_video([5.0, 5.04, 5.08], "late.mkv")
    assert [round(time_s, 3) for _, time_s, _ in stream_frames(path)] == [0.0, 0.04, 0.08]


def test_disordered_timestamps_are_sorted_and_pictures_are_not(make_video):
    path = make_video(np.arange(20) / 25, "b-frames.avi", base=Fraction(1, 25), options={"bf": "3"})
    with av.open(str(path)) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert stamps != sorted(stamps)  # AVI keeps the times of decoding
    got = list(stream_frames(path))
    brightness = [int(rgb.mean()) for _, _, rgb in got]
    assert brightness == sorted(brightness)
    np.testing.assert_allclose(np.diff([time_s for _, time_s, _ in got]), 0.04, atol=1e-9)


def test_frames_without_timestamps_follow_each_other(make_video):
    path = make_video(np.arange(6) / 25, "raw.h264", options={"bf": "0"})
    reader = FrameReader(path)
    times_s = [time_s for _, time_s, _ in reader]
    assert len(times_s) == 6
    assert np.all(np.diff(times_s) > 0)
    assert reader.end_s > times_s[-1]
    assert video_end_s(path) == pytest.approx(reader.end_s, abs=0.05)  # a frame: packets have no times


@pytest.mark.parametrize(
    ("matrix", "corner", "rotation"),
    [
        ((0, 1, -1, 0), "top right", 270),  # phone held upright: turn clockwise
        ((0, -1, 1, 0), "bottom left", 90),
        ((-1, 0, 0, -1), "bottom right", 180),
        ((1, 0, 0, 1), "top left", 0),
    ],
)
def test_rotation_metadata_is_honoured(tmp_path, matrix, corner, rotation):
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        picture = np.zeros((32, 64, 3), np.uint8)
        picture[:16, :16] = 255  # white in the stored top left
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40  # version 0: the matrix follows 40 bytes
    a, b, c, d = (value << 16 for value in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    reader = FrameReader(path)
    _, _, rgb = next(iter(reader))
    turned = rotation in (90, 270)
    assert rgb.shape == ((64, 32, 3) if turned else (32, 64, 3))
    assert (reader.width, reader.height) == ((32, 64) if turned else (64, 32))
    assert reader.rotation == rotation
    row = 4 if "top" in corner else -4
    column = 4 if "left" in corner else -4
    assert rgb[row, column].min() > 200
    assert rgb[-row, -column].max() < 60


def test_pixels_that_are_not_square_are_stretched(make_video):
    path = make_video([0.0, 0.04], sample_aspect_ratio=Fraction(3, 2))
    reader = FrameReader(path)
    _, _, rgb = next(iter(reader))
    assert rgb.shape == (48, 96, 3)
    assert (reader.width, reader.height) == (96, 48)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.avi", "mpeg4"), ("a.webm", "libvpx"), ("a.ts", "libx264"), ("a.mpg", "mpeg2video")],
)
def test_containers(make_video, name, codec):
    path = make_video(np.arange(10) / 25, name, codec, base=Fraction(1, 25))
    reader = FrameReader(path)
    times_s = [time_s for _, time_s, _ in reader]
    np.testing.assert_allclose(times_s, np.arange(10) / 25, atol=2e-3)  # webm counts in ms
    assert reader.end_s == pytest.approx(0.4, abs=0.005)
    assert video_end_s(path) == pytest.approx(reader.end_s, abs=0.005)


def test_restarted_timestamps_go_on(make_video):
    path = make_video(np.arange(75) / 25, "part.ts", base=Fraction(1, 25))
    path.write_bytes(path.read_bytes() * 2)  # transport streams may be glued together
    warnings = []
    reader = FrameReader(path, warnings=warnings)
    times_s = [time_s for _, time_s, _ in reader]
    assert len(times_s) == 150
    assert np.all(np.diff(times_s) >= 0)
    assert reader.end_s == pytest.approx(6.0, abs=0.1)  # two joints of a frame
    assert len(warnings) == 1
    assert "timestamps break" in warnings[0]


def test_a_file_cut_short_gives_what_decodes_and_says_so(face_video, tmp_path):
    content = face_video.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: int(len(content) * 0.65)])
    warnings = []
    reader = FrameReader(path, warnings=warnings)
    got = len(list(reader))
    assert 3 < got < 45
    assert warnings
    assert warnings[-1].startswith("cut.mp4: ")


def test_broken_bytes_in_the_middle_are_left_out(make_video, rng):
    path = make_video(np.arange(50) / 25, size=(320, 240), options={"g": "5", "bf": "0"})
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle - 400 : middle] = rng.bytes(400)
    path.write_bytes(content)
    assert 20 < len(list(stream_frames(path, warnings=[]))) <= 50


def test_no_video(make_sound):
    path = make_sound(np.zeros((1, 800)), 8000)
    with pytest.raises(DataError, match=r"made\.wav has no video"):
        next(stream_frames(path))
    with pytest.raises(DataError, match="has no video"):
        video_end_s(path)


def test_nothing_decodes(make_video):
    path = make_video(np.arange(5) / 25, "dead.mkv", "mpeg4")
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for at, size in packets:
        content[at : at + size + 8] = bytes(size + 8)
    path.write_bytes(content)
    with pytest.raises(DataError, match="not one frame of its video decodes"):
        list(stream_frames(path))
