"""Text files and columns of numbers: what is missing, what is refused, and where."""

from pathlib import Path

import numpy as np
import pytest

from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError


@pytest.mark.parametrize("cell", ["", "?", "NA", "N/A", "n/a", "nan", "NaN"])
def test_missing_cells_are_nan(cell):
    np.testing.assert_array_equal(to_numbers([cell, "1"], [2, 3], Path("a.csv"), "x"), [np.nan, 1.0])


@pytest.mark.parametrize("cell", ["calm", "1_000", "inf", "-Infinity", "0x1", "1 2"])
def test_text_in_a_number_names_file_line_and_column(cell):
    with pytest.raises(DataError, match=rf"a\.csv, line 7, column arousal: '{cell}' is not a number"):
        to_numbers(["0.5", cell], [6, 7], Path("a.csv"), "arousal")


def test_decimal_comma_is_explained():
    with pytest.raises(DataError, match=r"'0,5' is not a number.*decimals with a point"):
        to_numbers(["0,5"], [2], Path("a.csv"), "x")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        ("file,emotion\nm\u00fcde".encode("latin-1"), "is not UTF-8 text"),
        ("file,emotion".encode("utf-16"), "is not UTF-8 text"),
        (b"file\0,emotion", "zero bytes"),
    ],
)
def test_files_that_are_no_text(tmp_path, raw, message):
    path = tmp_path / "labels.csv"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read_text(path)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv cannot be read \(No such file"):
        read_text(tmp_path / "none.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path)


def test_byte_order_mark_is_dropped(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbftime")
    assert read_text(tmp_path / "a.csv") == "time"
