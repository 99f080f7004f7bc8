"""Physiology and frame times in delimited text, and what is refused."""

import numpy as np
import pytest

from emotrace.corpora.frame_times import frame_times_if_sound, read_frame_times
from emotrace.corpora.signal_csv import read_signals
from emotrace.errors import DataError
from emotrace.remarks import Remarks


@pytest.mark.parametrize(
    "text",
    [
        "time;EDA;ECG \r\n0;1;?\r\n0.004;2;3\r\n",
        "time,EDA,ECG\n\n0,1,\n0.004,2,3",  # an empty cell: the careful reader
        '"time";"EDA";"ECG"\n0;1;nan\n0.004;2;3\n',
        "ECG\ttime\tEDA\n?\t0\t1\n3\t0.004\t2\n",
    ],
)
def test_signals_by_name(tmp_path, text):
    (tmp_path / "P16.csv").write_text(text)
    table = read_signals(tmp_path / "P16.csv", rate_hz=1000)
    by_name = dict(zip(table.columns, table.values.T, strict=True))
    assert table.times_s.tolist() == [0, 0.004]
    np.testing.assert_array_equal(by_name["EDA"], [1, 2])
    np.testing.assert_array_equal(by_name["ECG"], [np.nan, 3])


def test_signals_without_time(tmp_path):
    (tmp_path / "P16.csv").write_text("EDA;HR\n1;60\n2;61\n")
    assert read_signals(tmp_path / "P16.csv", rate_hz=250).times_s.tolist() == [0, 0.004]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time\n0\n", "no column besides time; expected one per signal"),
        ("time;ECG\n0;1\n0.1;off\n", "line 3, column ECG: 'off' is not a number"),
        ("time;ECG\n0;1\n0.1\n", "line 3 has 1 cells; expected 2"),
        ("time;ECG;ECG\n0;1;1\n", "all different"),
        ("time;ECG\n", "a header but no rows"),
    ],
)
def test_broken_signals(tmp_path, text, message):
    (tmp_path / "P16.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_signals(tmp_path / "P16.csv", rate_hz=250)


@pytest.mark.parametrize(
    "text", ["frame;s\n1;0\n2;0.08\n", "n;x;time in seconds\n1;9;0\n2;9;0.08\n", "Time\n0\n0.08"]
)
def test_frame_times(tmp_path, text):
    (tmp_path / "P16.csv").write_text(text)
    assert read_frame_times(tmp_path / "P16.csv").tolist() == [0, 0.08]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1;0.04\n2;0.08\n", "begins with the cells 1, 0.04; expected a header, and times of frames"),
        ("frame\n1\n", "begins with the cells frame; expected a header"),
        ("frame;time\n1;0.04\n2;0.04\n", "time goes from 0.04 to 0.04 s"),
        ("frame;time\n1;?\n", "time has empty cells"),
    ],
)
def test_broken_frame_times(tmp_path, text, message):
    (tmp_path / "P16.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_frame_times(tmp_path / "P16.csv")
    remarks = Remarks()
    assert frame_times_if_sound(tmp_path / "P16.csv", remarks) is None
    assert "times in the video are taken for those in a broken file" in remarks.texts()[0]


def test_no_frame_times():
    assert frame_times_if_sound(None, Remarks()) is None
