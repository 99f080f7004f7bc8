"""Finding an AVEC corpus: too shallow, too deep, re-nested, twice, not at all."""

import pytest

from emotrace.corpora.adapters.avec2016.layout import PARTS, files_by_stem, find_layout, stem_order
from emotrace.errors import DataError
from emotrace.remarks import Remarks


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
    assert {part: path.relative_to(base).as_posix().lower() for part, path in folders.items()} == {
        part: part for part in (*PARTS, "features_audio", "features_ecg", "features_video_face_bounding_box")
    }


@pytest.mark.parametrize("asked", [".", "..", "ratings", "ratings/ratings_gold_standard/valence"])
def test_renested_ratings(tmp_path, write_avec, asked):
    base = write_avec(tmp_path / "data" / "AVEC2016", ratings_in="ratings")
    folders = find_layout((base / asked).resolve()).folders
    assert folders["ratings_gold_standard"] == base / "ratings" / "ratings_gold_standard"
    assert folders["recordings_video"] == base / "recordings_video"


@pytest.mark.parametrize("asked", [".", "..", "features", "features/features_ECG/valence"])
def test_renested_features(tmp_path, write_avec, asked):
    base = write_avec(tmp_path / "data" / "AVEC2016")
    (base / "features").mkdir()
    for folder in [child for child in base.iterdir() if child.name.startswith("features_")]:
        folder.rename(base / "features" / folder.name)
    layout = find_layout((base / asked).resolve())
    assert sorted(layout.features) == ["features_audio", "features_ecg", "features_video_face_bounding_box"]
    assert layout.folders["ratings_gold_standard"] == base / "ratings_gold_standard"


@pytest.mark.parametrize("asked", [".", "ratings_gold_standard", "ratings_individual/valence"])
def test_labels_alone(tmp_path, write_avec, asked):
    whole = write_avec(tmp_path / "whole", features=False)
    (tmp_path / "alone").mkdir()
    for part in ("ratings_gold_standard", "ratings_individual"):
        (whole / part).rename(tmp_path / "alone" / part)
    layout = find_layout(tmp_path / "alone" / asked)
    assert list(layout.folders) == ["ratings_gold_standard", "ratings_individual"]


def test_a_neighbour_is_never_taken(tmp_path, write_avec):
    write_avec(tmp_path / "AVEC2016")
    (tmp_path / "other" / "clips").mkdir(parents=True)
    with pytest.raises(
        DataError, match=r"no AVEC 2016 corpus at .*other: looked 4 folders deep .* saw clips"
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
    with pytest.raises(DataError, match=r"holds features_ecg twice, in .*AVEC2015 and .*AVEC2016"):
        find_layout(tmp_path)


def test_folder_that_may_not_be_listed(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    with pytest.raises(DataError, match=r"cannot be listed \(Permission denied\)"):
        find_layout(tmp_path)


def test_a_folder_on_the_way_that_may_not_be_listed(tmp_path, write_avec, monkeypatch):
    base = write_avec(tmp_path)
    (base / "lost+found").mkdir()
    listed = type(base).iterdir

    def refuse(folder):
        if folder.name == "lost+found":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    remarks = Remarks()
    assert find_layout(base, remarks).base == base
    (text,) = remarks.texts()
    assert text.startswith("left out: ") and "lost+found cannot be listed" in text


def test_what_lies_around_is_not_looked_through(tmp_path, write_avec, monkeypatch):
    base = write_avec(tmp_path / "home" / "AVEC2016")
    (tmp_path / "home" / "other" / "things").mkdir(parents=True)
    listed = type(base).iterdir

    def note(folder):
        assert "other" not in folder.parts
        return listed(folder)

    monkeypatch.setattr("pathlib.Path.iterdir", note)
    assert find_layout(base / "features_audio").base == base


def test_files_by_stem_remarks(tmp_path):
    folder = tmp_path / "recordings_video"
    folder.mkdir()
    for name in ("train_1.mp4", "train_1.AVI", "train_all.mp4", "P16.mp4", "notes.txt", ".dev_1.mp4"):
        (folder / name).touch()
    remarks = Remarks()
    files = files_by_stem(folder, {".mp4", ".avi"}, remarks)
    assert {stem: path.name for stem, path in files.items()} == {"train_1": "train_1.AVI"}
    assert remarks.texts() == (
        "left out, for their names are not train_<n>, dev_<n> or test_<n>: "
        "2 (recordings_video/P16.mp4, recordings_video/train_all.mp4)",
        "left out, for another file of the folder has the same stem: 1 (recordings_video/train_1.mp4)",
    )


def test_order_is_by_partition_then_number():
    stems = ["dev_1", "train_10", "test_1", "train_2"]
    assert sorted(stems, key=stem_order) == ["train_2", "train_10", "dev_1", "test_1"]
