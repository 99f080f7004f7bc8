"""A user's own partitions: what the table may look like, and whom it leaves out."""

import numpy as np
import pytest

from emotrace.corpora.partition_list import apply_partition_list, read_partition_list
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError

GOLD = {"arousal": Series(np.zeros(1), np.zeros(1))}


@pytest.fixture
def corpus(tmp_path):
    names = [("a1", "A", "train"), ("a2", "A", "train"), ("b1", "B", "test"), ("c1", "C", None)]
    recordings = tuple(Recording(name, who, gold=GOLD, partition=part) for name, who, part in names)
    return Corpus(
        "made", tmp_path, recordings, warnings=("subjects in more than one partition: 1 (X)", "odd")
    )


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "mine.csv"
        path.write_text(text.replace(" ", "\n") + "\n")
        return path

    return write


def test_recordings_take_the_place_of_the_official_ones(corpus, table):
    path = table("recording,partition,note a1,test, a2,test,x b1,development, c1,train,")
    found = apply_partition_list(corpus, path)
    assert [one.partition for one in found.recordings] == ["test", "test", "development", "train"]
    assert found.own_partitions and not corpus.own_partitions
    assert found.excluded == () and found.warnings == ("odd",)  # the official ones do not count any more


def test_subjects_in_any_case_and_delimiter(corpus, table):
    found = apply_partition_list(corpus, table("Subject;Partition A;development B;train C;test"))
    assert [one.partition for one in found.recordings] == ["development", "development", "train", "test"]


def test_who_is_not_listed_is_left_out_and_who_is_unknown_told(corpus, table):
    path = table("recording,partition a1,train x,test b1,test")
    found = apply_partition_list(corpus, path)
    assert [one.name for one in found.recordings] == ["a1", "b1"]
    assert found.excluded == tuple((n, f"{n} is not in the partition list {path}") for n in ("a2", "c1"))
    assert found.warnings[1:] == (
        f"{path} names a recording that the corpus has not: 1 (x)",
        f"recordings that {path} does not name are left out: 2 (a2, c1)",
    )


def test_a_subject_in_two_partitions_is_told(corpus, table):
    path = table("recording,partition a1,train a2,test b1,test c1,train")
    assert apply_partition_list(corpus, path).warnings[1:] == (
        f"subjects in more than one partition of {path}: 1 (A)",
    )


def test_the_same_line_twice_is_no_matter(table):
    assert read_partition_list(table("subject,partition A,train A,train")) == ("subject", {"A": "train"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,partition a,train", "has neither of the columns recording and subject; expected one"),
        ("recording,subject,partition a,A,train", "has both of the columns recording and subject"),
        ("recording,part a,train", "has no column partition"),
        ("recording,partition ,train", r"mine.csv, line 2: its recording is empty; expected a name"),
        ("recording,partition a,dev", "line 2, column partition: 'dev'; expected train, development, test"),
        ("subject,partition A,test A,train", "line 3: subject A is in train and in test; expected one"),
    ],
)
def test_lists_that_are_wrong(table, text, says):
    with pytest.raises(DataError, match=says):
        read_partition_list(table(text))


def test_a_list_of_another_corpus(corpus, table):
    says = "names no recording of the corpus but w, x, y, ...; expected names such as a1, a2, b1, ..."
    with pytest.raises(DataError, match=says.replace(".", r"\.")):
        apply_partition_list(corpus, table("recording,partition w,test x,test y,train z,train"))
