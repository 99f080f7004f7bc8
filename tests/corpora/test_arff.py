"""ARFF as it is found: header lengths, CRLF, strings, quotes, missing values, cut files."""

import numpy as np
import pytest

from emotrace.corpora.arff import read_arff
from emotrace.errors import DataError

LITERAL = (  # the organisers' file, CORPORA 2.3
    "@relation GOLDSTANDARD\r\n\r\n@attribute Instance_name string\r\n@attribute frameTime numeric\r\n"
    "@attribute GoldStandard numeric\r\n\r\n\r\n@data\r\n\r\ndev_1,0,-0.022925\r\ndev_1,0.04,?\r\n"
)


def write(tmp_path, text):
    path = tmp_path / "dev_1.arff"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("text", [LITERAL, LITERAL.replace("\r", ""), LITERAL.rstrip(), LITERAL.upper()])
def test_literal_snippet(tmp_path, text):
    arff = read_arff(write(tmp_path, text))
    numbers = {name.lower(): values.tolist() for name, values in arff.numbers.items()}
    assert numbers["frametime"] == [0.0, 0.04]
    np.testing.assert_array_equal(numbers["goldstandard"], [-0.022925, np.nan])
    assert [cell.lower() for cell in next(iter(arff.texts.values()))] == ["dev_1", "dev_1"]


def test_short_header_quotes_comments_and_nominal(tmp_path):
    text = "% made by hand\n@relation x\n@attribute 'frame time' real\n@ATTRIBUTE kind {a, 'b,c'}\n@data\n"
    arff = read_arff(write(tmp_path, text + "% none\n0.5, 'b,c'\n1,\"a\""))
    assert arff.numbers["frame time"].tolist() == [0.5, 1.0]
    assert arff.texts["kind"] == ["b,c", "a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LITERAL + "dev_1,0.08", "line 12 has 2 values; expected 3"),
        (LITERAL + "dev_1,0.08,calm", "line 12, column GoldStandard: 'calm' is not a number"),
        (LITERAL + "{0 dev_1, 1 0.08}", "line 12: sparse ARFF rows"),
        (LITERAL.split("@data")[0], "no @data line"),
        (LITERAL.split("dev_1")[0], "no rows after @data"),
        ("@relation x\n@data\n1\n", "declares attributes: none"),
        (LITERAL.replace("GoldStandard", "frameTime"), "expected one or more, all different"),
    ],
)
def test_broken_files(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_arff(write(tmp_path, text))
