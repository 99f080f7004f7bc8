"""Files appear whole or not at all, and a refusal to write is one sentence."""

import errno

import pytest

from emotrace.errors import DataError
from emotrace.writing import DiskFullError, explain_write_errors, written_whole


def fail_in_the_middle(path, error):
    with written_whole(path) as part:
        part.write_text("half")
        raise error


def test_a_failed_block_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(ValueError, match="on purpose"):
        fail_in_the_middle(path, ValueError("on purpose"))
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_folders_are_made_and_the_ending_is_kept_for_writers_that_look_at_it(tmp_path):
    with written_whole(tmp_path / "new" / "a.mp4") as part:
        assert part.suffix == ".mp4"
        part.write_text("x")
    assert (tmp_path / "new" / "a.mp4").read_text() == "x"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_with_the_file(tmp_path, number):
    with pytest.raises(DiskFullError, match=r"a.npy: cannot be written \(full\); free some space"):
        fail_in_the_middle(tmp_path / "a.npy", OSError(number, "full"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be written .* choose another folder"):
        fail_in_the_middle(tmp_path / "file" / "a.npy", AssertionError("not reached"))


def test_other_errors_of_the_system_pass_through(tmp_path):
    with pytest.raises(ConnectionResetError, match="gone"), explain_write_errors(tmp_path):
        raise ConnectionResetError(errno.ECONNRESET, "gone")
