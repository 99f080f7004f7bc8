"""Delimited tables: delimiters, headers, blank rows, and what is refused."""

import pytest

from emotrace.corpora.table import read_table
from emotrace.errors import DataError


def write(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_line_ends_and_blank_rows(tmp_path, delimiter, end):
    rows = ["", " file ,time_s ", "a.mp4, 0.5", "", ",", "b.mp4,1,,"]
    text = "\ufeff" + end.join(rows).replace(",", delimiter)
    table = read_table(write(tmp_path, text))
    assert table.columns == {"file": ["a.mp4", "b.mp4"], "time_s": ["0.5", "1"]}
    assert table.lines == [3, 6]
    assert table.numbers("time_s").tolist() == [0.5, 1.0]
    assert table.numbers("time_s", [1]).tolist() == [1.0]


def test_quotes_may_hold_delimiters_and_lines(tmp_path):
    table = read_table(write(tmp_path, 'file,emotion\n"a, b.mp4","very\nhappy"\nc.mp4,sad\n'))
    assert table.columns["file"] == ["a, b.mp4", "c.mp4"]
    assert table.lines == [2, 4]


def test_lower_case_header(tmp_path):
    assert list(read_table(write(tmp_path, "File,Time_S\na,1"), lower_case_header=True).columns) == [
        "file",
        "time_s",
    ]


def test_single_column(tmp_path):
    assert read_table(write(tmp_path, "file\na.mp4\n")).columns == {"file": ["a.mp4"]}


@pytest.mark.parametrize("first", [0, 1])
def test_row_numbers_without_a_name_are_left_out(tmp_path, first):
    table = read_table(write(tmp_path, f'"","file"\n"{first}","a.mp4"\n"{first + 1}","b.mp4"\n'))
    assert table.columns == {"file": ["a.mp4", "b.mp4"]} and table.lines == [2, 3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,emotion\na.mp4\n", "line 2 has 1 cells; expected 2: file, emotion"),
        ("file,emotion\na.mp4,sad,0\n", "line 2 has 3 cells"),
        ("file,emotion\n\n", "a header but no rows"),
        ("file,file\na,b\n", "expected a name for each, all different"),
        ("file,,emotion\na,b,c\n", "expected a name for each"),
        (",file\nx,a.mp4\n", "the columns \\['', 'file'\\]; expected a name for each"),
        (",file\n1,a.mp4\n3,b.mp4\n", "expected a name for each"),
        (",,file\n1,2,a.mp4\n", "expected a name for each"),
        ("file,emotion\n" + "x" * 200_000 + ",sad\n", r"line 2 cannot be read \(field larger"),
    ],
)
def test_broken_tables(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_table(write(tmp_path, text))


def test_missing_column_names_what_is_there(tmp_path):
    table = read_table(write(tmp_path, "name;emotion\na;sad\n"))
    with pytest.raises(
        DataError, match="no column file; its columns are name, emotion; expected at least file"
    ):
        table.require("file")
