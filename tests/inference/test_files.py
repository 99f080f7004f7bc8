"""Which files are found in folders, how results are named, and that nothing half-written stays."""

import pytest

from emotrace.errors import DataError
from emotrace.inference.files import media_files, outputs_of, refuse_foreign


def test_folders_are_searched_for_media_and_files_are_taken_as_named(tmp_path):
    for name in ("b.MP4", "a/c.webm", "a/notes.txt", ".hidden/d.mp4", "a/.e.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(media_files([tmp_path, tmp_path / "b.MP4", tmp_path / "a" / "notes.txt"]))
    assert [(path.name, problem) for path, problem in found] == [
        ("c.webm", None),
        ("b.MP4", None),
        ("notes.txt", None),
    ]


def test_an_earlier_preview_is_not_taken_for_a_recording(tmp_path):
    for name in ("x.mp4", "x.preview.mp4", "x.html", "y.preview.mp4"):
        (tmp_path / name).touch()
    assert [path.name for path, _ in media_files([tmp_path])] == ["x.mp4", "y.preview.mp4"]


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    (empty := tmp_path / "empty").mkdir()
    problems = [problem for _, problem in media_files([empty, tmp_path / "gone.mp4"])]
    assert "holds no media file" in problems[0]
    assert "there is no such file or folder" in problems[1]


def test_stems_that_collide_get_names_of_their_own(tmp_path):
    paths = [tmp_path / name for name in ("a/x.mp4", "b/X.mov", "c/x.webm", "x-2.mp4")]
    names = outputs_of(paths)
    assert list(names.values()) == ["x", "X-3", "x-4", "x-2"]


def test_a_file_that_is_not_ours_is_left_alone(tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("time,label\n0,1\n")
    with pytest.raises(DataError, match="is there already and is no result of emotrace"):
        refuse_foreign(target, "time_s,")
    assert target.read_text() == "time,label\n0,1\n"


def test_ours_an_empty_one_and_none_are_free_to_be_written(tmp_path):
    (tmp_path / "ours.csv").write_text("time_s,arousal\n")
    (tmp_path / "empty.csv").touch()
    for name in ("ours.csv", "empty.csv", "none.csv"):
        refuse_foreign(tmp_path / name, "time_s,")
