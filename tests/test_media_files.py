"""Media files under a folder: kinds, order, hidden files, linked folders."""

from pathlib import Path

import pytest

from emotrace.errors import DataError
from emotrace.media_files import files_under, is_audio, is_video, numbered_images


def test_kinds_go_by_extension_in_any_case():
    assert is_video(Path("a.MP4"))
    assert is_audio(Path("a.FLAC"))
    assert not is_video(Path("a.wav")) and not is_audio(Path("a.txt"))


def test_order_is_stable_and_hidden_files_are_left_out(tmp_path):
    for name in ("b/2.mp4", "b/1.mp4", "a.mp4", "._a.mp4", ".cache/c.mp4", "b-1.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in files_under(tmp_path)]
    assert found == ["a.mp4", "b/1.mp4", "b/2.mp4", "b-1.mp4"]


def test_linked_folders_are_followed_once(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.mp4").touch()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "root")
    assert [path.name for path in files_under(tmp_path / "root")] == ["a.mp4"]


def test_images_are_sorted_by_name_and_named_by_a_number(tmp_path):
    for name in ("10.png", "02.JPG", "x.jpg", "3.txt", ".4.jpg", "5.bmp", "0001.jpeg"):
        (tmp_path / name).touch()
    assert [file.name for file in numbered_images(tmp_path)] == ["0001.jpeg", "02.JPG", "10.png", "5.bmp"]
    with pytest.raises(DataError, match=r"none cannot be listed \(No such file or directory\)"):
        numbered_images(tmp_path / "none")


def test_folders_that_cannot_be_listed_are_told(tmp_path, monkeypatch):
    import os

    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.wav").touch()
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    closed = []
    assert [path.name for path in files_under(tmp_path, closed)] == ["a.wav"]
    assert closed == [f"{tmp_path / 'closed'} cannot be listed (Permission denied); check its permissions"]
    assert [path.name for path in files_under(tmp_path)] == ["a.wav"]
