"""Finding an AVEC corpus: too shallow, too deep, re-nested, twice, not at all."""

import pytest

from emotrace.corpora.adapters.avec2016.layout import files_by_stem, find_layout, stem_order
from emotrace.errors import DataError


@pytest.mark.parametrize(
    "asked",
    [
        ".",
        "..",
        "../..",
        "recordings_video",
        "recordings_audio",
        "ratings_gold_standard",
        "ratings_gold_standard/arousal",
        "features_audio/arousal",
    ],
)
def test_root_at_any_depth(tmp_path, write_avec, asked):
    base = write_avec(tmp_path / "x" / "data" / "AVEC2016")
    folders = find_layout((base / asked).resolve()).folders
    assert {part: path.relative_to(base).as_posix() for part, path in folders.items()} == {
        part: part
        for part in ("recordings_video", "recordings_audio", "ratings_gold_standard", "ratings_individual")
    }


@pytest.mark.parametrize("asked", [".", "..", "ratings", "ratings/ratings_gold_standard/valence"])
def test_renested_ratings(tmp_path, write_avec, asked):
    base = write_avec(tmp_path / "data" / "AVEC2016", ratings_in="ratings")
    folders = find_layout((base / asked).resolve()).folders
    assert folders["ratings_gold_standard"] == base / "ratings" / "ratings_gold_standard"
    assert folders["recordings_video"] == base / "recordings_video"


def test_a_neighbour_is_never_taken(tmp_path, write_avec):
    write_avec(tmp_path / "AVEC2016")
    (tmp_path / "other" / "clips").mkdir(parents=True)
    with pytest.raises(
        DataError, match=r"no AVEC 2016 corpus at .*other: looked 3 folders deep .* saw clips"
    ):
        find_layout(tmp_path / "other")


def test_a_corpus_whose_folder_is_named_like_a_part(tmp_path, write_avec):
    write_avec(tmp_path / "other")
    base = write_avec(tmp_path / "recordings")
    assert find_layout(base).base == base
    assert find_layout(base / "recordings_video").base == base


def test_media_or_labels_missing(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="saw no folders; give the folder that holds them"):
        find_layout(tmp_path / "empty")
    (tmp_path / "media" / "recordings_video").mkdir(parents=True)
    with pytest.raises(DataError, match="saw recordings_video; give the folder"):
        find_layout(tmp_path / "media")


def test_two_corpora(tmp_path, write_avec):
    write_avec(tmp_path / "AVEC2015")
    write_avec(tmp_path / "AVEC2016")
    with pytest.raises(DataError, match=r"holds recordings_video twice, in .*AVEC2015 and .*AVEC2016"):
        find_layout(tmp_path)


def test_folder_that_may_not_be_listed(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    with pytest.raises(DataError, match=r"cannot be listed \(Permission denied\)"):
        find_layout(tmp_path)


def test_files_by_stem_remarks(tmp_path):
    for name in ("train_1.mp4", "train_1.AVI", "train_all.mp4", "P16.mp4", "notes.txt", ".dev_1.mp4"):
        (tmp_path / name).touch()
    files, remarks = files_by_stem(tmp_path, frozenset({".mp4", ".avi"}))
    assert list(files) == ["train_1"]
    assert len(remarks) == 3
    assert any("train_all.mp4 is left out: its name is not train_<n>" in remark for remark in remarks)
    assert any("is taken for train_1" in remark for remark in remarks)


def test_order_is_by_partition_then_number():
    stems = ["dev_1", "train_10", "test_1", "train_2"]
    assert sorted(stems, key=stem_order) == ["train_2", "train_10", "dev_1", "test_1"]
