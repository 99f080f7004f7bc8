"""Feature tables: which attributes are features, when their rows are, and what is refused."""

import numpy as np
import pytest

from emotrace.corpora.feature_arff import read_features
from emotrace.corpora.label_steps import step_series
from emotrace.errors import DataError


def write(tmp_path, attributes, rows):
    path = tmp_path / "train_1.arff"
    lines = ["@relation f", *(f"@attribute {text}" for text in attributes), "@data", *rows]
    path.write_text("\r\n".join(lines))
    return path


def test_rows_go_with_the_labels_of_the_same_time(tmp_path):
    times = np.arange(7501) * 0.04
    path = write(tmp_path, ["frameTime numeric", "F0 numeric"], [f"{t:g},{t:g}" for t in times])
    table = read_features(path)
    labels = step_series(times, times, path)
    np.testing.assert_array_equal(table.times_s, labels.times_s)
    np.testing.assert_allclose(table.values[:, 0], labels.values, atol=1e-9)


@pytest.mark.parametrize("time", ["time", "frameTime", "FRAMETIME", "TimeStamp", "'time in seconds'"])
def test_what_is_no_feature(tmp_path, time):
    attributes = ["Instance_name string", f"{time} numeric", "F0 numeric", "class numeric", "F1 real"]
    table = read_features(write(tmp_path, attributes, ["t,0,1,9,?", "t,0.04,3,9,4"]), rows="instants")
    assert table.columns == ("F0", "F1")
    assert table.times_s.tolist() == [0, 0.04]
    np.testing.assert_array_equal(table.values, [[1, np.nan], [3, 4]])


def test_a_first_attribute_that_rises_is_the_time_where_none_is_named_so(tmp_path):
    path = write(tmp_path, ["F0 numeric", "F1 numeric"], ["0.04,2", "0.08,1"])
    table = read_features(path)
    assert (table.columns, table.times_s.tolist()) == (("F1",), [0, 0.04])
    table = read_features(path, rows="instants", hop_s=0.4)
    assert (table.columns, table.times_s.tolist()) == (("F0", "F1"), [0, 0.4])


@pytest.mark.parametrize(
    ("attributes", "rows", "shown"),
    [
        (["F0 numeric", "F1 numeric"], ["1,2", "1,3"], "F0, F1; expected one named time"),
        (
            ["time numeric", "name string"],
            ["0,x"],
            "time; expected one named time or frameTime, and features",
        ),
        (["name string"], ["x"], "none; expected"),
        ([f"F{i} numeric" for i in range(6)], ["1,1,1,1,1,1"] * 2, "F0, F1, F2, F3, ...; expected"),
    ],
)
def test_no_time_or_no_feature(tmp_path, attributes, rows, shown):
    with pytest.raises(DataError, match=f"train_1.arff has the numeric attributes {shown}"):
        read_features(write(tmp_path, attributes, rows))


def test_a_missing_time_is_not_dropped(tmp_path):
    table = read_features(write(tmp_path, ["time numeric", "F0 numeric"], ["0.04,1", "?,2", "0.12,3"]))
    assert np.isnan(table.times_s).tolist() == [False, True, False]  # which TableFile refuses
