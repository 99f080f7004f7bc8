"""Fast parsing of numbers gives what the careful reader gives, or gives up."""

import numpy as np
import pytest

from emotrace.corpora.arff import read_arff
from emotrace.corpora.number_block import parse_numbers
from emotrace.corpora.number_table import read_number_table


def test_values_are_those_of_python(rng):
    values = rng.normal(size=(200, 5)) * 10.0 ** rng.integers(-12, 12, (200, 5))
    lines = [";".join(repr(float(cell)) for cell in row) for row in values]
    np.testing.assert_array_equal(parse_numbers(lines, ";", 5), values)
    np.testing.assert_array_equal(parse_numbers(lines, ";", 5, columns=[3, 1]), values[:, [3, 1]])


@pytest.mark.parametrize(
    "cell", ["", "calm", "inf", "-Infinity", "1e999", "1_0", "0x1", "??", "0.1?", "NA", "'1'", "1 2", "%1"]
)
def test_odd_cells_are_left_to_the_careful_reader(cell):
    assert parse_numbers(["0,1", f"0,{cell}"], ",", 2) is None


@pytest.mark.parametrize("lines", [[], ["0,1", "2"], ["0,1", "2,3,4"]])
def test_other_numbers_of_cells(lines):
    assert parse_numbers(lines, ",", 2) is None


@pytest.mark.parametrize("cell", ["?", "nan", "NaN", " ? "])
def test_missing_values(cell):
    np.testing.assert_array_equal(parse_numbers([f"0,{cell}"], ",", 2), [[0, np.nan]])


@pytest.mark.parametrize("odd", ["", "% a comment\n", "dev_1,0.08,\n"])
def test_an_arff_reads_the_same_either_way(tmp_path, odd):
    head = "@relation x\n@attribute name string\n@attribute t numeric\n@attribute v real\n@data\n\n"
    path = tmp_path / "dev_1.arff"
    path.write_text(head + "dev_1,0,?\n dev_1 , 0.04 , -1.5e-3\n" + odd)
    arff = read_arff(path)
    assert arff.texts["name"][:2] == ["dev_1", "dev_1"]
    assert arff.numbers["t"].tolist()[:2] == [0.0, 0.04]
    np.testing.assert_array_equal(arff.numbers["v"][:2], [np.nan, -0.0015])


@pytest.mark.parametrize("odd", ["", "0.08;\n", ";;;\n"])
def test_a_table_reads_the_same_either_way(tmp_path, odd):
    path = tmp_path / "P16.csv"
    path.write_bytes(b"\xef\xbb\xbftime;FM1 \r\n\r\n0;?\r\n0.04; -1e-3 \r\n" + odd.encode())
    columns = read_number_table(path)
    assert list(columns) == ["time", "FM1"]
    np.testing.assert_array_equal(columns["time"][:2], [0, 0.04])
    np.testing.assert_array_equal(columns["FM1"][:2], [np.nan, -0.001])
