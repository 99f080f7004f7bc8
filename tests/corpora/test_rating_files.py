"""Ratings from files: delimiters, units of time, folders of dimensions, odd and broken files, corpora."""

import os

import numpy as np
import pytest

from emotrace.annotation.fusion import Rated
from emotrace.corpora.adapter import Adapter
from emotrace.corpora.rating_files import read_corpus_ratings, read_rating_files, read_reference_files
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


TABLE = "time;FM1 ;FF2\n0;-0.04;0.1\n0.04;?;0.2\n0.08;0.5;\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_one_file_with_any_delimiter(tmp_path, delimiter):
    found = read_rating_files(write(tmp_path / "train_1.csv", TABLE.replace(";", delimiter)))
    (one,) = found.recordings
    assert (one.name, one.dimension, one.raters) == ("train_1", "rating", ("FM1", "FF2"))
    np.testing.assert_allclose(one.times_s, [0, 0.04, 0.08])
    np.testing.assert_array_equal(one.values, [[-0.04, np.nan, 0.5], [0.1, 0.2, np.nan]])
    assert not found.failed and not found.warnings


@pytest.mark.parametrize(
    ("column", "times", "seconds", "noted"),
    [
        ("timestamp", (0, 500, 1000), (0, 0.5, 1), True),
        ("timestamp", (0.5, 1.0, 1.5), (0.5, 1, 1.5), False),
        ("Time", (0, 40, 80), (0, 0.04, 0.08), True),
        ("time_s", (0, 10, 20), (0, 10, 20), False),
        ("time_ms", (0, 1, 2), (0, 0.001, 0.002), False),
    ],
)
def test_seconds_and_milliseconds(tmp_path, column, times, seconds, noted):
    text = f"{column},A\n" + "".join(f"{time},0.1\n" for time in times)
    found = read_rating_files(write(tmp_path / "a.csv", text))
    np.testing.assert_allclose(found.recordings[0].times_s, seconds)
    assert any("taken for milliseconds: 1 (a)" in text for text in found.warnings) == noted


def test_folders_are_dimensions_and_what_lies_beside_them_is_told(tmp_path):
    for name in ("arousal/a", "arousal/b", "valence/a", "stray"):
        write(tmp_path / f"{name}.csv", TABLE)
    write(tmp_path / "notes" / "readme.txt", "no ratings")
    write(tmp_path / "arousal" / "._a.csv", "of a Mac")
    found = read_rating_files(tmp_path)
    assert [one.label for one in found.recordings] == ["arousal/a", "arousal/b", "valence/a"]
    assert found.warnings == ("files beside the folders of dimensions are left out: 1 (stray.csv)",)


def test_a_folder_of_files_takes_the_dimension_of_its_name(tmp_path):
    write(tmp_path / "Arousal" / "a b.CSV", TABLE)
    found = read_rating_files(tmp_path / "Arousal")
    assert [one.label for one in found.recordings] == ["arousal/a-b"]


def test_broken_files_stop_no_other(tmp_path):
    write(tmp_path / "a.csv", TABLE)
    write(tmp_path / "b.csv", "time;A\n0;x\n1;0\n")
    write(tmp_path / "c.csv", "A;B\n0;1\n")
    write(tmp_path / "d.csv", "")
    write(tmp_path / "e.csv", "time;A\n1;0\n0;0\n")
    write(tmp_path / "f.csv", "time;A\n1;0\n")
    write(tmp_path / "g.csv", "time\n1\n2\n")
    write(tmp_path / "h.csv", "name;timestamp;arousal;valence\n'x';0;0;0\n'x';1;0;0\n")
    found = read_rating_files(tmp_path)
    assert [one.name for one in found.recordings] == ["a"]
    reasons = dict(found.failed)
    assert "line 2, column A: 'x' is not a number" in reasons["rating/b"]
    assert "no time column; its columns are A, B; expected one of time, timestamp" in reasons["rating/c"]
    assert "is empty" in reasons["rating/d"] and "later than the one before" in reasons["rating/e"]
    assert "has a single row" in reasons["rating/f"]
    assert "no column besides time; expected one column per rater" in reasons["rating/g"]
    assert "arousal is a dimension, no rater: this seems to be a gold standard already" in reasons["rating/h"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_told(tmp_path):
    write(tmp_path / "a.csv", TABLE).chmod(0)
    assert "cannot be read" in read_rating_files(tmp_path).failed[0][1]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch):
    write(tmp_path / "a.csv", TABLE)

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    with pytest.raises(DataError, match=r"cannot be listed \(Permission denied\)"):
        read_rating_files(tmp_path)


def test_nothing_there_is_told(tmp_path):
    with pytest.raises(DataError, match="does not exist; expected a CSV file of ratings"):
        read_rating_files(tmp_path / "gone")
    with pytest.raises(DataError, match="and saw an empty folder; expected one CSV file"):
        read_rating_files(tmp_path)
    write(tmp_path / "deep" / "deeper" / "a.csv", TABLE)
    with pytest.raises(DataError, match="and saw deep; expected"):
        read_rating_files(tmp_path)


def adapter_of(*recordings, skipped=(), warnings=()):
    def read(root):
        return Corpus("made", root, recordings, skipped=skipped, warnings=warnings)

    return Adapter("made", "", (), "", "", "", "", "", read)


def test_raters_of_a_corpus_come_onto_one_grid(tmp_path):
    grid = np.arange(5) / 10
    raters = {
        "A": Series(grid[:3], np.array([0.0, 1.0, 2.0])),
        "B": Series(grid, np.array([0.0, np.nan, 2.0, 3.0, 4.0])),
        "C": Series(grid[1:3] + 0.05, np.array([1.0, 2.0])),
    }
    corpus = adapter_of(
        Recording("one", "P1", ratings={"arousal": raters}), Recording("two", "P2", emotion="joy"),
        skipped=(("three", "broken"),), warnings=("odd",),
    )  # fmt: skip
    found = read_corpus_ratings(corpus, tmp_path)
    (one,) = found.recordings
    assert one.raters == ("A", "B", "C") and one.label == "arousal/one"
    np.testing.assert_array_equal(one.values[0], [0, 1, 2, np.nan, np.nan])
    np.testing.assert_array_equal(one.values[1], [0, np.nan, 2, 3, 4])
    np.testing.assert_allclose(one.values[2], [np.nan, np.nan, 1.5, np.nan, np.nan])
    assert found.failed == (("three", "broken"),)
    assert found.warnings == (
        "odd",
        "arousal: raters on different times, interpolated to those of one: 1 (one)",
    )


def test_a_corpus_without_raters_is_told(tmp_path):
    with pytest.raises(
        DataError, match="the made corpus there has no ratings of single raters, in 1 recordings"
    ):
        read_corpus_ratings(adapter_of(Recording("two", "P2", emotion="joy")), tmp_path)
    with pytest.raises(DataError, match="is no folder; expected the root of a made corpus"):
        read_corpus_ratings(adapter_of(), tmp_path / "gone")


def recordings_of(*labels):
    parts = [label.split("/") for label in labels]
    return [Rated(name, dimension, np.arange(3.0), ("A",), np.zeros((1, 3))) for dimension, name in parts]


def test_signals_are_found_by_name_and_dimension(tmp_path):
    write(tmp_path / "a.csv", "time_ms,loudness\n0,1\n500,?\n1000,3\n")
    write(tmp_path / "z.csv", "time,loudness\n0,1\n1,2\n")
    signals = read_reference_files(tmp_path, recordings_of("arousal/a", "valence/a", "arousal/b"))
    assert set(signals) == {("arousal", "a"), ("valence", "a")}
    np.testing.assert_array_equal(signals["arousal", "a"][0], [0, 0.5, 1])
    np.testing.assert_array_equal(signals["arousal", "a"][1], [1, np.nan, 3])


def test_a_gold_standard_of_several_dimensions_is_a_signal_for_each(tmp_path):
    path = write(tmp_path / "any.csv", "name;timestamp;arousal;valence\n'x';0;1;2\n'x';0.1;3;4\n")
    signals = read_reference_files(path, recordings_of("arousal/a", "valence/a"))
    assert signals["arousal", "a"][1].tolist() == [1, 3] and signals["valence", "a"][1].tolist() == [2, 4]


def test_a_folder_of_a_dimension_is_for_that_dimension(tmp_path):
    write(tmp_path / "arousal" / "a.csv", "time,v\n0,1\n1,2\n")
    assert set(read_reference_files(tmp_path, recordings_of("arousal/a", "valence/a"))) == {("arousal", "a")}


def test_signals_that_do_not_fit_are_refused(tmp_path):
    write(tmp_path / "x.csv", "time,v\n0,1\n1,2\n")
    write(tmp_path / "y.csv", "time,v\n0,1\n1,2\n")
    with pytest.raises(DataError, match=r"holds no signal for any .* of the same names, such as a\.csv"):
        read_reference_files(tmp_path, recordings_of("arousal/a", "arousal/b"))
    write(tmp_path / "a.csv", "time,v,w\n0,1,1\n1,2,2\n")
    with pytest.raises(
        DataError, match="columns time, v, w; expected a time column and one signal, or one named"
    ):
        read_reference_files(tmp_path, recordings_of("arousal/a"))
