"""Traces of several raters: header with blanks, order of columns, times."""

import numpy as np
import pytest

from emotrace.corpora.ratings_csv import check_rising, read_ratings
from emotrace.errors import DataError

HEADER = "time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3"  # CORPORA 1.2, to the letter


def write(tmp_path, text):
    path = tmp_path / "train_1.csv"
    path.write_bytes(text.encode())
    return path


def test_literal_header(tmp_path):
    rows = "0;-0.04;1;2;3;4;5\r\n0.04;-0.05;1;2;3;4;"
    times, values = read_ratings(write(tmp_path, f"{HEADER}\r\n{rows}"))
    assert times.tolist() == [0.0, 0.04]
    assert list(values) == ["FM1", "FM2", "FM3", "FF1", "FF2", "FF3"]
    assert values["FM1"].tolist() == [-0.04, -0.05]
    np.testing.assert_array_equal(values["FF3"], [5.0, np.nan])


def test_columns_go_by_name(tmp_path):
    times, values = read_ratings(write(tmp_path, "FF1, Time \n0.5,0\n0.25,0.04\n"))
    assert times.tolist() == [0.0, 0.04]
    assert values["FF1"].tolist() == [0.5, 0.25]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seconds;FM1\n0;1\n", "no column time; its columns are seconds, FM1"),
        ("time\n0\n", "no column besides time"),
        (f"{HEADER}\n0;a;1;1;1;1;1\n", "line 2, column FM1: 'a' is not a number"),
        ("time;FM1\n0;1\n0;1\n", "time goes from 0 to 0 s"),
        ("time;FM1\n0.08;1\n0.04;1\n", "time goes from 0.08 to 0.04 s"),
        ("time;FM1\n0;1\n;1\n", "time has empty cells"),
    ],
)
def test_broken_files(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_ratings(write(tmp_path, text))


def test_rising_times_pass():
    check_rising(np.array([0.0, 0.04, 1.0]), "a.csv")
