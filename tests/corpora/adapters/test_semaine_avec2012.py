"""SEMAINE in its form for AVEC 2012: labels without times, a folder ``test`` whose files say ``tests``."""

import numpy as np
import pytest

from corpus_writers import semaine
from emotrace import corpora
from emotrace.corpora.adapters.semaine.avec2012 import read_labels
from emotrace.errors import ConfigError, DataError


def read(root, **options):
    return corpora.read("semaine", root, **options)


def labels_of(root, name, folder="train"):
    return root / "emotion labels" / folder / f"FC_{folder}_labels" / name


def test_whole_challenge(tmp_path):
    corpus = read(semaine.write_challenge(tmp_path / "AVEC2012"))
    assert [one.name for one in corpus.recordings] == [
        *("train_001", "train_002", "devel_001", "devel_002", "test_001", "test_002")
    ]
    assert [one.partition for one in corpus.recordings] == ["train"] * 2 + ["development"] * 2 + ["test"] * 2
    assert corpus.dimensions == ("arousal", "valence", "power", "expectation")
    assert corpus.recordings[-1].audio.name == "tests_audio002.wav"
    one = corpus.recordings[0]
    assert one.ratings == {} and one.subject == "train_001"
    np.testing.assert_allclose(one.gold["expectation"].times_s, np.arange(20) / 49.979)
    np.testing.assert_allclose(one.gold["expectation"].values, np.sin(np.arange(20) / 7 + 1) / 3, atol=1e-6)
    text = "\n".join(corpus.warnings)
    assert "label files in no FC_ folder, which have no time, not read: 3" in text
    assert "recordings with a transcript, which is not read: 6" in text
    assert "each counts as a person of its own" in text


@pytest.mark.parametrize("inside", ["emotion labels", "emotion labels/train", "."])
def test_found_from_inside_with_its_media(tmp_path, inside):
    root = semaine.write_challenge(tmp_path / "AVEC2012")
    corpus = read(root / inside)
    assert corpus.root == root and corpus.recordings[0].audio is not None


def test_labels_in_the_partitions_folders(tmp_path):
    semaine.write_challenge(tmp_path / "all")
    root = tmp_path / "AVEC2012"
    (tmp_path / "all" / "emotion labels").rename(root)
    assert len(read(root).recordings) == 6
    assert len(read(root / "train").recordings) == 6


def test_missing_and_broken_labels(tmp_path):
    root = semaine.write_challenge(tmp_path)
    labels_of(root, "labels_continuous_train001_power.dat").unlink()
    labels_of(root, "labels_continuous_train001_valence.dat").write_text("0.5\n")
    labels_of(root, "labels_continuous_train002_power.dat").write_text("0.5\nhigh\n")
    labels_of(root, "labels_continuous_train002_mood.dat").write_text("0.5\n")
    labels_of(root, "notes.dat").write_text("0.5\n")
    for dimension in ("arousal", "valence", "power", "expectancy"):
        labels_of(root, f"labels_continuous_devel001_{dimension}.dat", "devel").unlink()
        labels_of(root, f"labels_continuous_tests001_{dimension}.dat", "test").unlink()
    labels_of(root, "labels_continuous_train001_arousal.dat").write_text("0.5\n\n0.25\n")
    corpus = read(root)
    names = [one.name for one in corpus.recordings]
    assert names == ["train_001", "devel_002", "test_001", "test_002"]  # test may be without labels
    reasons = dict(corpus.skipped)
    assert "line 2, column value: 'high'" in reasons["train_002"]
    assert "has no labels" in reasons["devel_001"]
    text = "\n".join(corpus.warnings)
    assert "no labels of power: 1 (train_001)" in text
    assert "dimensions of different lengths: 1 (train_001: 1 to 20 labels)" in text
    assert "frames that are not rated (a blank line is a frame, too): 1 (train_001 arousal)" in text
    assert "label files of an unknown dimension, not read: 1" in text
    assert "a name that is not of AVEC 2012, not taken: 1 (notes.dat)" in text


def test_second_media_of_a_recording_and_video(tmp_path):
    root = semaine.write_challenge(tmp_path)
    (root / "video").mkdir()
    (root / "video" / "train_video001.avi").touch()
    (root / "video" / "test002.avi").touch()
    (root / "video" / "train_audio001.wav").touch()
    corpus = read(root)
    assert corpus.recordings[0].video.name == "train_video001.avi"
    assert corpus.recordings[-1].video.name == "test002.avi"
    assert any(
        text == "second files of one recording, not taken: 1 (audio/train/train_audio001.wav)"
        for text in corpus.warnings
    )


def test_options(tmp_path):
    root = semaine.write_challenge(tmp_path)
    assert read(root, dimensions="expectancy,valence").dimensions == ("expectation", "valence")
    with pytest.raises(ConfigError, match=r"role is 'operator' but .* is of AVEC 2012; expected user"):
        read(root, role="operator")
    with pytest.raises(
        ConfigError, match=r"dimensions is 'fear'; expected some of arousal, .* for AVEC 2012"
    ):
        read(root, dimensions="fear")


def test_label_values(tmp_path):
    path = tmp_path / "labels_continuous_train002_arousal.dat"
    path.write_bytes(b"-0.25\r\n\r\n?\r\n0.5\r\n\r\n")
    series = read_labels(path)
    np.testing.assert_array_equal(
        series.values, [-0.25, np.nan, np.nan, 0.5]
    )  # an empty line is a frame, too
    np.testing.assert_allclose(series.times_s, np.arange(4) / 49.979)
    path.write_text("?\n?\n")
    with pytest.raises(DataError, match="has no rated value; expected a number per video frame"):
        read_labels(path)


def test_found_from_above(tmp_path):
    root = semaine.write_challenge(tmp_path / "downloads" / "AVEC2012")
    corpus = read(tmp_path / "downloads")
    assert corpus.root == root and len(corpus.recordings) == 6
