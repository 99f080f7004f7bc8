"""The MuSe adapter: packages with test labels kept back, raw ratings of the toolbox, and faults."""

import numpy as np
import pytest

from corpus_writers import muse as writer
from emotrace import corpora
from emotrace.corpora import roots
from emotrace.corpora.adapters.muse import tables
from emotrace.errors import DataError


def test_package(tmp_path):
    corpus = corpora.read("muse", writer.write(tmp_path))
    assert [(one.name, one.partition) for one in corpus.recordings] == [
        ("3", "train"),
        ("10", "development"),
        ("12", "test"),
    ]
    assert corpus.dimensions == ("arousal", "physio-arousal") and corpus.skipped == ()
    one = corpus.recordings[0]
    assert one.gold["physio-arousal"].times_s.tolist() == [
        0,
        0.5,
        1,
        3,
        3.5,
    ]  # ms, with a gap between segments
    assert one.gold["arousal"].values.tolist() == [0, 0.05, 0.1, 0.3, 0.35]
    assert (one.video.name, one.audio.name) == ("3.mp4", "3.wav")
    assert corpus.recordings[2].gold == {}  # empty cells
    assert list(one.tables) == ["bert-4", "egemaps"]
    read = one.tables["egemaps"].read()
    assert read.columns == ("f1", "f2") and read.values[0].tolist() == [1.5, 3]
    assert read.times_s.tolist() == [0, 0.5, 1, 3, 3.5]
    assert "has no features egemaps: 1 (10)" in corpus.warnings


def test_raw_ratings_and_fused(tmp_path):
    corpus = corpora.read("muse", writer.write_toolbox(tmp_path))
    assert [(one.name, one.partition) for one in corpus.recordings] == [("11", "train"), ("32", "test")]
    first, second = corpus.recordings
    assert list(first.ratings["arousal"]) == ["1", "2", "3"]
    for series in first.ratings["arousal"].values():
        assert series.times_s.tolist() == [0, 0.5, 1, 1.5]  # 0.50 names the end of the first step
    assert first.gold["arousal"].values.tolist() == [0, 0.01, 0.02, 0.03]
    assert first.gold["arousal"].times_s.tolist() == [0, 0.5, 1, 1.5]
    assert "gold standard made of the raters by muse_ewe: 1 (32 arousal)" in corpus.warnings
    mean = corpora.read("muse", tmp_path, gold="mean").recordings[1].gold["arousal"].values
    np.testing.assert_allclose(mean, [0.05, 0.15, 0.25, 0.35])
    assert second.gold


def test_real_ratings(shared_data):
    corpus = corpora.read("muse", shared_data / "ratings")
    assert [one.name for one in corpus.recordings] == ["11", "32", "47"]
    for one in corpus.recordings:
        gold, raters = one.gold["arousal"], one.ratings["arousal"]
        assert list(raters) == ["1", "2", "3"]
        mean = np.mean([rater.values for rater in raters.values()], axis=0)
        np.testing.assert_allclose(raters["1"].times_s, gold.times_s, atol=1e-9)
        assert np.corrcoef(mean, gold.values)[0, 1] > 0.99


def test_raw_times_in_ms_or_from_zero_stay(tmp_path):
    path = tmp_path / "1.csv"
    writer.table(path, "timestamp,1", ["250,0", "500,0", "750,0"])
    assert tables.read_raw(path)["1"].times_s.tolist() == [0, 0.25, 0.5]
    writer.table(path, "timestamp,1", ["0.0,0", "0.5,0", "1.0,?"])
    assert tables.read_raw(path)["1"].times_s.tolist() == [0, 0.5, 1]
    writer.table(path, "timestamp,1", ["0.5,0"])
    assert tables.read_raw(path)["1"].times_s.tolist() == [0.5]


def test_personalisation_ids(tmp_path):
    root = tmp_path
    rows = ["0,1,0.1", "500,1,0.2"]
    for one in ("7_train", "7_devel", "7_test", "8"):
        writer.table(root / "label_segments" / "arousal" / f"{one}.csv", "timestamp,segment_id,value", rows)
    writer.table(root / "metadata" / "partition.csv", "id,p", ["7,test", "9,train", "8,valid"])
    corpus = corpora.read("muse", root)
    parts = {one.name: (one.subject, one.partition) for one in corpus.recordings}
    assert parts == {
        "7_devel": ("7", "development"),
        "7_test": ("7", "test"),
        "7_train": ("7", "train"),
        "8": ("8", None),
    }
    text = "\n".join(corpus.warnings)
    assert "subjects in more than one partition: 1 (7)" in text
    assert "named in partition.csv, but there is nothing of it: 1 (9)" in text
    assert "partition.csv gives a partition 'valid', expected train, devel or test: 1 (8)" in text
    assert "not named in partition.csv: 1 (8)" in text


def test_partitions_that_are_not_known(tmp_path):
    root = writer.write(tmp_path)
    path = root / "metadata" / "partition.csv"
    path.write_text("id\n")
    corpus = corpora.read("muse", root)
    assert any("partitions are not known: " in text for text in corpus.warnings)
    path.unlink()
    corpus = corpora.read("muse", root)
    assert "metadata/partition.csv is not there: partitions are not known" in corpus.warnings
    assert corpus.recordings[0].partition is None


def test_classes_of_segments_are_refused(tmp_path):
    humor = tmp_path / "humor" / "label_segments"
    writer.table(
        humor / "humor" / "coach" / "1.csv", "timestamp_start,timestamp_end,segment_id,label", ["0,2000,1,1"]
    )
    with pytest.raises(DataError, match=r"holds labels of segments only: classes of whole segments .*-Humor"):
        corpora.read("muse", tmp_path / "humor")
    root = writer.write(tmp_path / "sent")
    labels = root / "label_segments" / "valence"
    writer.table(labels / "2.csv", "segment_id", ["?"])
    writer.table(labels / "3.csv", "segment_id,class_id", ["1,2"])
    (labels / "1.csv").touch()
    corpus = corpora.read("muse", root)
    assert corpus.dimensions == (
        "arousal",
        "physio-arousal",
        "valence",
    )  # 2.csv is read first, and says nothing
    (labels / "2.csv").unlink()
    corpus = corpora.read("muse", root)
    assert corpus.dimensions == ("arousal", "physio-arousal") and len(corpus.recordings) == 3
    assert any(
        text.startswith("labels valence are left out: classes of whole segments") for text in corpus.warnings
    )


def test_broken_files_do_not_stop_the_others(tmp_path):
    root = writer.write(tmp_path)
    arousal = root / "label_segments" / "arousal"
    writer.table(arousal / "3.csv", "timestamp,segment_id,value", ["500,1,0.1", "0,1,0.2"])
    writer.table(arousal / "10.csv", "frame,value", ["0,0.1"])
    writer.table(arousal / "13.csv", "timestamp,a,b", ["0,0.1,2"])
    corpus = corpora.read("muse", root)
    assert [one.name for one in corpus.recordings] == ["12"]
    reasons = dict(corpus.skipped)
    assert "timestamp goes from 0.5 to 0 s" in reasons["3"]
    assert "expected timestamp first" in reasons["10"]
    assert "expected timestamp, segment_id, value" in reasons["13"]


def test_broken_tables(tmp_path):
    path = tmp_path / "1.csv"
    writer.table(path, "timestamp,segment_id", ["0,1"])
    with pytest.raises(DataError, match="expected features after them"):
        tables.read_features(path)
    with pytest.raises(DataError, match="expected one column per rater"):
        tables.read_raw(path)


def test_ids_that_have_features_only(tmp_path):
    root = writer.write(tmp_path)
    for dimension in ("arousal", "physio-arousal"):
        (root / "label_segments" / dimension / "12.csv").unlink()  # test labels not given out at all
    (root / "raw_data" / "audio" / "12.wav").unlink()
    writer.table(root / "feature_segments" / "egemaps" / "13.csv", "timestamp,segment_id,f1", ["0,1,1"])
    corpus = corpora.read("muse", root)
    assert [one.name for one in corpus.recordings] == ["3", "10", "12"]
    test = corpus.recordings[-1]
    assert (test.partition, test.gold, list(test.tables)) == ("test", {}, ["bert-4", "egemaps"])
    assert "13 has no labels" in dict(corpus.skipped)["13"]
    assert not any("there is nothing of it" in text for text in corpus.warnings)


def test_folders_that_are_empty_or_cannot_be_listed(tmp_path, monkeypatch):
    root = writer.write(tmp_path)
    (root / "label_segments" / "valence").mkdir()
    real = roots.list_folder

    def refuse(folder):
        if folder.name in ("egemaps", "audio"):
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return real(folder)

    monkeypatch.setattr(roots, "list_folder", refuse)
    corpus = corpora.read("muse", root)
    assert len(corpus.recordings) == 3 and list(corpus.recordings[0].tables) == ["bert-4"]
    text = "\n".join(corpus.warnings)
    assert "labels valence are left out: no file <id>.csv lies in their folder itself" in text
    assert text.count("cannot be listed") == 2
