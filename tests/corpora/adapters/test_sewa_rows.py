"""Rows of the challenges' CSV files, in every form that they come in, and broken."""

import pytest

from emotrace.corpora.adapters.sewa.rows import kind_of_rows, read_features, read_rows
from emotrace.errors import DataError


def file(tmp_path, text, name="Train_DE_01.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "name;timestamp;arousal\n'Train_DE_01';0.000000;0.5\n'Train_DE_01';0.100000;-1\n",
        "name;frameTime;arousal\r\n'Train_DE_01';0;0.5\r\n\r\n'Train_DE_01';0.1;-1",
        "'Train_DE_01',0,0.5\n'Train_DE_01',0.1,-1\n",
        'Name\tTime\tarousal\n"Train_DE_01"\t0\t0.5\n"Train_DE_01"\t0.1\t-1\n',
        "Train_DE_01;0;0.5\nTrain_DE_01;0.1;-1\n",
        "time;arousal\n0;0.5\n0.1;-1\n",
        "0;0.5\n0.1;-1\n",
    ],
)
def test_every_form(tmp_path, text):
    rows = read_rows(file(tmp_path, text))
    assert rows.names <= {"Train_DE_01"} and bool(rows.names) == ("Train" in text)
    assert rows.times_s.tolist() == [0.0, 0.1] and rows.values.tolist() == [[0.5], [-1.0]]
    assert rows.columns == (("arousal",) if "arousal" in text else None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name;timestamp;arousal\n", r"a header but no rows"),
        ("a;0;1\na;0.1\n", r"line 2 has 2 cells; expected 3"),
        ("a;0\n", r"has the columns \['a', '0'\]; expected name, time and one or more values"),
        ("0\n", r"expected name, time and one or more values"),
        ("name;arousal;valence\na;1;2\n", r"expected a time after the name"),
        ("name;time;F0\na;0;high\n", r"line 2, column F0: 'high' is not a number"),
        ("a;0;1\na;zero;1\n", r"line 2, column time: 'zero'"),
        ("a;0;1;2\na;0.1;1;x\n", r"line 2, column value 2: 'x'"),
        ("a;0;inf\n", r"holds infinite values"),
        ("\n", r"is empty"),
    ],
)
def test_broken_rows(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_rows(file(tmp_path, text))


def test_features_of_another_recording(tmp_path):
    with pytest.raises(DataError, match=r"holds rows of Train_DE_02; expected Train_DE_01 only"):
        read_features(file(tmp_path, "Train_DE_02;0;1\n"))
    assert read_features(file(tmp_path, "Train_DE_01.wav;0;1\n")).columns == ("f1",)


@pytest.mark.parametrize(
    ("text", "kind", "kind_in_features"),
    [
        ("name;timestamp;arousal;valence;liking\n'a';0;1;2;3\n", "labels", "labels"),
        ("name;timestamp;liking\n", "labels", "labels"),
        ("a;0;1;2;3\n", "labels", "features"),
        ("a;0;1;2;3;4\n", "features", "features"),
        ("0;1;2;3\n", "labels", "features"),
        ("name;frameTime;F0\na;0;?\n", "features", "features"),
        ("0.0;1.2;A\n", "other", "other"),
        ("a;0.0;1.2;hallo\n", "other", "other"),
        ("a\n", "other", "other"),
        ("\n", "other", "other"),
    ],
)
def test_kind_of_rows(tmp_path, text, kind, kind_in_features):
    path = file(tmp_path, text)
    assert kind_of_rows(path) == kind
    assert kind_of_rows(path, three_are_labels=False) == kind_in_features


def test_kind_of_a_file_that_is_gone(tmp_path):
    with pytest.raises(DataError, match=r"cannot be read \(No such file"):
        kind_of_rows(tmp_path / "a.csv")
