"""Every adapter reads what its writer in `corpus_writers` lays out, wherever near it the root is given."""

import importlib
import re

import pytest

from emotrace import corpora
from emotrace.errors import DataError

NAMES = [name for name in corpora.names() if name != "folder"]  # has no layout of its own


def write(name, root):
    """Lay the corpus out; gives the folder that a user would name."""
    return importlib.import_module(f"corpus_writers.{name}").write(root)


@pytest.mark.parametrize("name", NAMES)
def test_read_as_written(name, tmp_path):
    corpus = corpora.read(name, write(name, tmp_path / "corpus"))
    assert corpus.name == name and corpus.recordings
    assert corpus.dimensions or corpus.classes
    low, high = corpus.value_range
    assert low < high
    for one in corpus.recordings:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", one.name)
        assert one.subject and one.is_observed
        assert one.emotion is None or one.emotion in corpus.classes
        assert set(one.gold) <= set(corpus.dimensions)
        assert all(path is None or path.exists() for path in (one.video, one.audio))
        for key, table in one.tables.items():
            assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", key)
            read = table.read()
            assert read.values.shape == (len(read.times_s), len(read.columns))


@pytest.mark.parametrize("name", NAMES)
def test_root_one_too_shallow_is_found(name, tmp_path):
    root = write(name, tmp_path / "downloads" / "corpus")
    assert _names(corpora.read(name, root.parent)) == _names(corpora.read(name, root))


@pytest.mark.parametrize("name", NAMES)
def test_root_one_too_deep_is_found(name, tmp_path):
    root = write(name, tmp_path / "corpus")
    inside = sorted(child for child in root.iterdir() if child.is_dir())
    assert inside, "a corpus without folders cannot be entered too deep"
    whole = _names(corpora.read(name, root))
    found = [folder for folder in inside if _found(name, folder, whole)]
    assert found, f"none of {[folder.name for folder in inside]} leads to the corpus"


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_folder_says_what_was_looked_for(name, tmp_path):
    (tmp_path / "empty" / "pictures").mkdir(parents=True)
    with pytest.raises(DataError, match=r"looked .* for .*saw .*pictures"):
        corpora.read(name, tmp_path / "empty")


def _names(corpus):
    return [one.name for one in corpus.recordings]


def _found(name, folder, whole):
    try:
        return _names(corpora.read(name, folder)) == whole
    except DataError:
        return False
