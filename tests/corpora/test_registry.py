"""The registry of adapters: what there is, and wrong names, options and roots."""

import json

import pytest

from emotrace import corpora
from emotrace.errors import ConfigError, DataError


def test_adapters_are_found():
    assert set(corpora.names()) == {
        "affwild2", "afewva", "avec2016", "case", "ceap360vr", "cremad", "emodb", "enterface05", "folder",
        "iemocap", "muse", "ravdess", "recola", "rml", "savee", "semaine", "sewa",
    }  # fmt: skip
    assert callable(corpora.names) and callable(corpora.read)


def test_describe_is_plain_and_complete():
    entries = json.loads(json.dumps(corpora.describe()))
    assert [entry["name"] for entry in entries] == corpora.names()
    keys = {"name", "title", "modalities", "labels", "subjects", "licence", "ask", "tree", "options"}
    for entry in entries:
        assert set(entry) == keys
        assert all(entry[key] for key in keys - {"options"})


def test_wrong_name_option_and_root(tmp_path):
    with pytest.raises(ConfigError, match="no corpus is named 'recoler'; there are: afewva, affwild2"):
        corpora.read("recoler", tmp_path)
    with pytest.raises(
        ConfigError, match="folder has no option 'lables'; its options are: labels, value_range, name, gold"
    ):
        corpora.read("folder", tmp_path, lables="x")
    with pytest.raises(ConfigError, match="avec2016 has no option 'labels'; its options are: gold"):
        corpora.read("avec2016", tmp_path, labels="x")
    with pytest.raises(DataError, match="nowhere does not exist"):
        corpora.read("folder", tmp_path / "nowhere")
    (tmp_path / "file.mp4").touch()
    with pytest.raises(DataError, match=r"file\.mp4 is a file; expected the folder"):
        corpora.read("folder", tmp_path / "file.mp4")


def test_another_folder_than_the_given_one_is_said(tmp_path):
    from corpus_writers import savee

    root = savee.write(tmp_path / "downloads" / "savee")
    assert not any(str(root) in text for text in corpora.read("savee", root).warnings)
    from corpus_writers import muse

    base = muse.write(tmp_path / "more" / "muse")
    assert f"the corpus lies in {base}" in corpora.read("muse", base.parent).warnings
