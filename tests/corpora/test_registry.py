"""The registry of adapters: what there is, and wrong names, options and roots."""

import json

import pytest

from emotrace import corpora
from emotrace.errors import ConfigError, DataError


def test_adapters_are_found():
    assert corpora.names() == ["avec2016", "folder"]
    assert callable(corpora.names) and callable(corpora.read)


def test_describe_is_plain_and_complete():
    entries = json.loads(json.dumps(corpora.describe()))
    assert [entry["name"] for entry in entries] == corpora.names()
    keys = {"name", "title", "modalities", "labels", "subjects", "licence", "ask", "tree", "options"}
    for entry in entries:
        assert set(entry) == keys
        assert all(entry[key] for key in keys - {"options"})


def test_wrong_name_option_and_root(tmp_path):
    with pytest.raises(ConfigError, match="no corpus adapter is named 'recola'; there are: avec2016, folder"):
        corpora.read("recola", tmp_path)
    with pytest.raises(
        ConfigError, match="folder has no option 'lables'; its options are: labels, value_range"
    ):
        corpora.read("folder", tmp_path, lables="x")
    with pytest.raises(ConfigError, match="avec2016 has no option 'labels'; its options are: none"):
        corpora.read("avec2016", tmp_path, labels="x")
    with pytest.raises(DataError, match="nowhere does not exist"):
        corpora.read("folder", tmp_path / "nowhere")
    (tmp_path / "file.mp4").touch()
    with pytest.raises(DataError, match=r"file\.mp4 is a file; expected the folder"):
        corpora.read("folder", tmp_path / "file.mp4")
