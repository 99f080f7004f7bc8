"""Pictures of a corpus: folders of images, frame times that the corpus states, faces that are cut already."""

import numpy as np
import pytest
from PIL import Image

from emotrace.config.media import FaceSettings
from emotrace.errors import DataError, InputError
from emotrace.media import (
    FrameReader,
    NothingDecodesError,
    Pictures,
    locate_faces,
    open_detector,
    probe,
    stream_crops,
    stream_frames,
    video_end_s,
    whole_pictures,
)

TIMES = np.array([0.0, 0.04, 0.12, 0.16, 0.2])  # one frame was dropped


@pytest.fixture
def images(tmp_path):
    """Writes grey images of brightness 20 per number, in a folder with other files beside them."""

    def make(sizes=((40, 30),) * 5, suffix="png", name="images"):
        folder = tmp_path / name
        folder.mkdir()
        for number, size in enumerate(sizes, start=1):
            grey = Image.new("RGB", size, (20 * number,) * 3)
            grey.save(folder / f"{number:05d}.{suffix}", quality=95)
        (folder / "cover.png").write_bytes(b"")
        (folder / ".00009.png").write_bytes(b"")
        (folder / "notes.txt").write_text("notes")
        return folder

    return make


@pytest.mark.parametrize("suffix", ["png", "JPG", "jpeg", "bmp"])
def test_images_are_frames_at_their_times(images, suffix):
    pictures, warnings = Pictures(images(suffix=suffix), TIMES), []
    found = list(stream_frames(pictures, warnings=warnings))
    assert [index for index, _, _ in found] == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal([time_s for _, time_s, _ in found], TIMES)
    assert all(rgb.shape == (30, 40, 3) and rgb.dtype == np.uint8 for _, _, rgb in found)
    np.testing.assert_allclose([rgb.mean() for _, _, rgb in found], [20, 40, 60, 80, 100], atol=1)
    assert warnings == []
    info = probe(pictures)
    assert (info.container, info.has_video, info.has_audio, info.width, info.height) == (
        "images",
        True,
        False,
        40,
        30,
    )
    assert info.fps == pytest.approx(25)
    assert info.duration_s == video_end_s(pictures) == pytest.approx(0.24)


def test_wanted_and_scaled(images):
    reader = FrameReader(Pictures(images(), TIMES), wanted=(1, 3), scale_width=20)
    assert [(index, rgb.shape) for index, _, rgb in reader] == [(1, (15, 20, 3)), (3, (15, 20, 3))]
    assert (reader.width, reader.height, reader.rotation) == (40, 30, 0)
    assert len(reader.times_s) == 4  # nothing is decoded after the last one wanted


@pytest.mark.parametrize("times", [TIMES[:3], np.arange(9) * 0.04])
def test_another_number_of_images_than_times_is_told(images, times):
    warnings = []
    found = list(stream_frames(Pictures(images(), times), warnings=warnings))
    used = min(5, len(times))
    np.testing.assert_array_equal([time_s for _, time_s, _ in found], times[:used])
    assert warnings == [f"images: it has 5 frames but {len(times)} frame times are stated; {used} are used"]
    pictures = Pictures(images(name="again"), times)
    assert video_end_s(pictures) == pytest.approx(times[used - 1] + pictures.period_s)


def test_a_broken_image_is_left_out_with_its_time(images):
    folder, warnings = images(), []
    whole = (folder / "00002.png").read_bytes()
    (folder / "00002.png").write_bytes(whole[: len(whole) // 2])
    (folder / "00004.png").write_bytes(b"")
    found = list(stream_frames(Pictures(folder, TIMES), warnings=warnings))
    np.testing.assert_array_equal([time_s for _, time_s, _ in found], TIMES[[0, 2, 4]])
    np.testing.assert_allclose([rgb.mean() for _, _, rgb in found], [20, 60, 100])
    assert warnings == ["images: 2 of 5 images do not decode and had to be left out"]
    for file in folder.glob("0*"):
        file.write_bytes(b"")
    with pytest.raises(NothingDecodesError, match="images: not one frame of its video decodes"):
        list(stream_frames(Pictures(folder, TIMES)))


def test_images_of_another_size_are_fitted_with_their_shape(images):
    folder, warnings = images(sizes=((40, 30), (20, 30), (80, 60))), []
    Image.fromarray(np.tile(np.uint8([[0] * 10 + [200] * 10]), (30, 1))).save(folder / "00002.png")
    found = [rgb for _, _, rgb in stream_frames(Pictures(folder, TIMES[:3]), warnings=warnings)]
    assert [rgb.shape for rgb in found] == [(30, 40, 3)] * 3
    row = found[1][15, :, 0]  # 20 px wide, in the middle; its edges are repeated
    assert row[:19].max() == 0 and row[21:].min() == 200
    assert warnings == [
        "images: 2 of 3 images have another size than the first (40x30 px); they are scaled to fit it"
    ]


def test_images_turned_by_their_metadata_stand_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "turned").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "turned" / "1.jpg", exif=exif)
    (found,) = stream_frames(Pictures(tmp_path / "turned", np.zeros(1)))
    assert found[2].shape == (40, 30, 3)


def test_a_folder_needs_times(images):
    with pytest.raises(DataError, match=r"is not a file; .* folder of images needs the time of each frame"):
        list(stream_frames(Pictures(images())))


def test_a_folder_that_cannot_be_listed(images, monkeypatch):
    folder = images()
    monkeypatch.setattr("pathlib.Path.iterdir", _refuse)
    with pytest.raises(DataError, match=r"images cannot be listed \(Permission denied\)"):
        list(stream_frames(Pictures(folder, TIMES)))


def _refuse(folder):
    raise PermissionError(13, "Permission denied", str(folder))


def test_stated_times_override_those_of_a_video(make_video):
    path, warnings = make_video(np.arange(5) / 25), []
    pictures = Pictures(path, TIMES)
    found = list(stream_frames(pictures, warnings=warnings))
    np.testing.assert_array_equal([time_s for _, time_s, _ in found], TIMES)
    plain = [rgb for _, _, rgb in stream_frames(path)]
    assert all(np.array_equal(rgb, other) for (_, _, rgb), other in zip(found, plain, strict=True))
    assert warnings == []
    assert video_end_s(pictures) == pytest.approx(0.24)
    assert probe(pictures).width == 64


@pytest.mark.parametrize("times", [TIMES[:2], np.arange(8) * 0.5])
def test_another_number_of_frames_than_times_is_told(make_video, times):
    path, warnings = make_video(np.arange(5) / 25), []
    reader = FrameReader(Pictures(path, times), warnings=warnings)
    used = min(5, len(times))
    assert len(list(reader)) == used
    assert warnings == [f"made.mp4: it has 5 frames but {len(times)} frame times are stated; {used} are used"]
    period_s = times[1] - times[0]
    assert reader.end_s == video_end_s(reader.pictures) == pytest.approx(times[used - 1] + period_s)


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ([], r"frame times have shape \(0,\) or are not finite"),
        ([[0.0, 1.0]], r"frame times have shape \(1, 2\) or are not finite"),
        ([0.0, np.nan], "or are not finite; expected one row of seconds"),
        ([0.0, 0.2, 0.1], "its frame times fall; expected seconds that do not"),
    ],
)
def test_times_that_are_none(tmp_path, times, says):
    with pytest.raises(DataError, match=says):
        Pictures(tmp_path, np.array(times))


def test_faces_are_found_in_images(portrait, tmp_path):
    for number in range(6):
        Image.fromarray(np.roll(portrait, 2 * number, axis=1)).save(tmp_path / f"{number:03d}.png")
    pictures = Pictures(tmp_path, np.arange(6) / 25)
    boxes = locate_faces(pictures, open_detector(FaceSettings()), FaceSettings())
    assert boxes.found.all() and boxes.end_s == pytest.approx(0.24)
    crops = dict(stream_crops(pictures, boxes, 32, False, FaceSettings()))
    assert list(crops) == [0, 1, 2, 3, 4, 5] and crops[0].std() > 20


def test_cut_faces_are_whole_pictures_without_margin(portrait, tmp_path):
    for number in range(3):
        Image.fromarray(portrait).save(tmp_path / f"{number:03d}.png")
    pictures = Pictures(tmp_path, np.arange(3) / 25, faces_cut=True)
    profile = {}
    boxes = whole_pictures(pictures, FaceSettings(), profile=profile)
    np.testing.assert_array_equal(boxes.boxes, [[0, 0, 256, 256]] * 3)
    assert boxes.found.all() and np.isnan(boxes.landmarks).all() and boxes.identities == 1
    assert set(profile) == {"decode"}
    for align in (False, True):
        crops = [crop for _, crop in stream_crops(pictures, boxes, 256, align, FaceSettings(margin=0.3))]
        np.testing.assert_array_equal(crops, [portrait] * 3)
    with pytest.raises(InputError, match=r"face 1 of .* each of its pictures is one face cut out already"):
        whole_pictures(pictures, FaceSettings(face=1))
