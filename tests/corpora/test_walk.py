"""All files below a folder, where a sub-folder is closed or linked in a circle."""

import pytest

from emotrace.corpora import walk
from emotrace.errors import DataError
from emotrace.remarks import Remarks


def test_a_closed_folder_is_remarked(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.csv").touch()
    listed = walk.list_folder

    def refuse(folder):
        if folder.name == "closed":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return listed(folder)

    monkeypatch.setattr(walk, "list_folder", refuse)
    remarks = Remarks()
    assert [path.name for path in walk.files_below(tmp_path, remarks)] == ["a.csv"]
    (text,) = remarks.texts()
    assert text.startswith("left out: ") and "closed cannot be listed" in text
    with pytest.raises(DataError, match="closed cannot be listed"):
        walk.files_below(tmp_path / "closed", Remarks())


def test_a_circle_of_links_ends(tmp_path):
    (tmp_path / "a.csv").touch()
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert [path.name for path in walk.files_below(tmp_path, Remarks())] == ["a.csv"]
