"""Finding the folder of a corpus: too deep, too shallow, twice, not there, not listable."""

import os

import pytest

from emotrace.corpora import roots
from emotrace.corpora.roots import find_base, list_folder, matching
from emotrace.errors import DataError
from emotrace.remarks import Remarks

MARKS = ["Sessions/*/session.xml", "Labels"]


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "disk" / "downloads" / "semaine"
    (folder / "Sessions" / "1").mkdir(parents=True)
    (folder / "Sessions" / "1" / "session.xml").touch()
    (folder / "Sessions" / ".hidden").mkdir()
    return folder


@pytest.mark.parametrize("asked", [".", "..", "../..", "Sessions", "Sessions/1"])
def test_found_from_near(base, asked):
    assert find_base((base / asked).resolve(), MARKS, "semaine") == base


def test_names_match_in_any_case(base):
    (base / "Sessions").rename(base / "SESSIONS")
    assert find_base(base, MARKS, "semaine") == base


def test_too_far_is_not_found(base):
    with pytest.raises(DataError, match=r"no semaine corpus at .*looked there and 2 folders below.*saw disk"):
        find_base(base.parents[2], MARKS, "semaine")


def test_a_neighbour_is_never_taken(base):
    other = base.parent / "other"
    other.mkdir()
    with pytest.raises(DataError, match="saw an empty folder"):
        find_base(other, MARKS, "semaine")
    (base / "notes").mkdir()
    with pytest.raises(DataError, match="no semaine corpus"):
        find_base(base / "notes", MARKS, "semaine")


def test_twice(base):
    copy = base.parent / "semaine (1)"
    (copy / "Labels").mkdir(parents=True)
    with pytest.raises(DataError, match=r"holds the corpus semaine twice, in .*; give the folder of one"):
        find_base(base.parent, MARKS, "semaine")
    (base / "Labels").mkdir()
    assert find_base(base.parent, MARKS, "semaine", least=2) == base


def test_many_entries_are_shortened(tmp_path):
    for number in range(20):
        (tmp_path / f"f{number:02}").touch()
    with pytest.raises(DataError, match=r"saw f00, .*f11, \.\.\.;"):
        find_base(tmp_path, MARKS, "semaine")


@pytest.fixture
def closed(base, monkeypatch):
    """Folders that cannot be listed; chmod would not hold back root."""
    real = type(base).iterdir
    folders = set()

    def iterdir(path):
        if path in folders:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(type(base), "iterdir", iterdir)
    return folders


def test_folders_that_cannot_be_listed(base, closed):
    closed.add(base.parent)
    with pytest.raises(DataError, match=r"downloads cannot be listed .Permission denied.; check its permiss"):
        list_folder(base.parent)
    assert find_base(base, MARKS, "semaine") == base
    with pytest.raises(DataError, match="no semaine corpus"):  # what lies above need not be ours to read
        find_base(base / "Sessions" / ".hidden", ["nothing"], "semaine")
    with pytest.raises(DataError, match="downloads cannot be listed"):  # what was asked for must be
        find_base(base.parent, MARKS, "semaine")


def test_names_that_lead_nowhere(base, monkeypatch):
    """A folder whose names can be read but not what they stand for; a link into a closed folder."""
    real = type(base).lstat

    def lstat(path):
        if path.parent == base:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(type(base), "lstat", lstat)
    with pytest.raises(DataError, match=r"semaine cannot be listed .Permission denied."):
        list_folder(base)

    def stat(path, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "stat", stat)
    assert not roots.is_folder(base)


def test_a_closed_folder_on_the_way_does_not_hide_the_corpus(base, closed):
    for folder in (base.parent / "lost+found", base / "Sessions" / "0", base / "backup"):
        folder.mkdir()
        closed.add(folder)
    for asked in (base, base.parent, base.parents[1], base / "Sessions" / "1"):
        assert find_base(asked, MARKS, "semaine") == base
    with pytest.raises(
        DataError, match=r"saw Sessions, backup \(left out: .*0 cannot be listed \(Permission"
    ):
        find_base(base, ["nothing", "sessions/*/nothing"], "semaine")


def test_matching_counts_closed_folders_where_it_is_asked_to(base, closed):
    closed.add(base / "Sessions" / "0")
    (base / "Sessions" / "0").mkdir()
    with pytest.raises(DataError, match="0 cannot be listed"):
        matching(base, "sessions/*/session.xml")
    remarks = Remarks()
    assert [path.parent.name for path in matching(base, "sessions/*/session.xml", remarks)] == ["1"]
    (text,) = remarks.texts()
    assert text.startswith("left out: ") and "0 cannot be listed" in text


def test_matching_part_by_part(base):
    (base / "Sessions" / "2").mkdir()
    assert [path.name for path in matching(base, "sess*/?")] == ["1", "2"]
    assert matching(base, "sessions/1/session.xml/deeper") == []
    assert roots.subfolders(base / "Sessions" / "1") == []
