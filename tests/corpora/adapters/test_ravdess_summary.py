"""The table of features of RAVDESS clips: joined to takes, alone, and what is wrong with it."""

import numpy as np
import pytest

from corpus_writers import ravdess
from emotrace import corpora
from emotrace.corpora.adapters.ravdess.summary import read_summary
from emotrace.errors import DataError

HEADER = "f0_mean,file,AU01_mean,emotion,intensity,actor,gender\n"
TWO = "110.5,01-01-05-01-02-01-01,0.25,angry,1,1,male\n,01-01-03-02-01-01-24,0.5,happy,2,24,female\n"


def write(folder, rows=TWO, header=HEADER, name="combined_summary.csv"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(header + rows)
    return folder


def test_rows_alone_are_takes(tmp_path):
    corpus = corpora.read("ravdess", write(tmp_path))
    found = {one.name: (one.subject, one.emotion, one.attributes["intensity"]) for one in corpus.recordings}
    assert found == {
        "01-03-02-01-01-24": ("Actor_24", "happiness", "strong"),
        "01-05-01-02-01-01": ("Actor_01", "anger", "normal"),
    }
    table = corpus.recordings[0].tables["summary"].read()
    assert table.columns == ("f0_mean", "AU01_mean") and table.times_s.tolist() == [0.0]
    np.testing.assert_array_equal(table.values, [[np.nan, 0.5]])  # nothing of what the name tells
    assert corpus.warnings == ("found 2 takes of speech; a whole copy has 1440",)


def test_rows_join_the_files_of_their_takes(tmp_path):
    root = ravdess.write(tmp_path / "corpus")
    before = corpora.read("ravdess", root)
    write(root)
    corpus = corpora.read("ravdess", root)
    tables = {one.name: list(one.tables) for one in corpus.recordings}
    assert {name for name, kinds in tables.items() if kinds == ["summary"]} == {
        "01-03-02-01-01-24",
        "01-05-01-02-01-01",
    }
    assert len(corpus.recordings) == len(before.recordings) + 1
    joined = next(one for one in corpus.recordings if one.name == "01-05-01-02-01-01")
    assert joined.video is not None and joined.audio is not None
    assert corpus.warnings[-1] == "takes that combined_summary.csv does not tell of: 7"
    heard = corpora.read("ravdess", root, modality="audio")
    assert "01-03-02-01-01-24" not in {one.name for one in heard.recordings}


def test_a_table_elsewhere(tmp_path):
    root = ravdess.write(tmp_path / "corpus")
    table = write(tmp_path / "features", name="made.csv") / "made.csv"
    corpus = corpora.read("ravdess", root, features=str(table))
    assert sum(bool(one.tables) for one in corpus.recordings) == 2
    with pytest.raises(DataError, match=r"none\.csv is not there; expected features=FILE"):
        corpora.read("ravdess", root, features=str(tmp_path / "none.csv"))


def test_rows_of_other_names_are_counted(tmp_path):
    corpus = corpora.read("ravdess", write(tmp_path, TWO + "1,clip seven,1,happy,1,7,male\n"))
    assert len(corpus.recordings) == 2
    assert "rows of combined_summary.csv that name no take, left out: 1 (clip seven)" in corpus.warnings


@pytest.mark.parametrize(
    ("header", "rows", "wrong"),
    [
        ("f0_mean,clip\n", "1,01-01-05-01-02-01-01\n", "has no column file"),
        (HEADER, TWO + TWO, "line 4 tells of 01-01-05-01-02-01-01 again; expected one row for each clip"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, header, rows, wrong):
    with pytest.raises(DataError, match=wrong):
        corpora.read("ravdess", write(tmp_path, rows, header))


def test_a_table_that_changed_since_is_refused(tmp_path):
    path = write(tmp_path) / "combined_summary.csv"
    with pytest.raises(DataError, match=r"has no row of 01-01-01-01-01-01-01; expected one in its column"):
        read_summary(path, "01-01-01-01-01-01-01")
    path.write_text("file,emotion\n01-01-05-01-02-01-01,angry\n")
    with pytest.raises(DataError, match=r"has no column of features; expected some besides file, emotion"):
        read_summary(path, "01-01-05-01-02-01-01")


def test_the_real_table(shared_data):
    corpus = corpora.read("ravdess", shared_data / "ravdess_av_features")
    assert len(corpus.recordings) == 360 and len({one.subject for one in corpus.recordings}) == 24
    values = np.concatenate([one.tables["summary"].read().values for one in corpus.recordings])
    assert values.shape == (360, 125) and np.isnan(values).sum() == 538
