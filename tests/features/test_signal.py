"""`features.signal`: a column picked by name, on a regular grid, with what of it can be trusted."""

import numpy as np
import pytest

from emotrace.errors import DataError
from emotrace.features import Track
from emotrace.features.signal import Kind, read_signal
from emotrace.timing import Timeline
from made_physiology import table

KIND = Kind("EDA", ("eda", "gsr"), slowest_hz=2, fastest_hz=100, flat_s=3.0, saturated_s=1.0)


def test_the_column_is_found_by_its_name_whatever_its_case(rng):
    values = rng.normal(size=(40, 3))
    signal = read_signal(table(values, 4.0, "time of day", " GSR ", "ECG", start_s=0.5), KIND)
    np.testing.assert_allclose(signal.values, values[:, 1].astype(np.float32))
    assert (signal.rate_hz, signal.start_s, signal.end_s) == (4.0, 0.5, 10.5)
    assert signal.good.all() and signal.quality == {"missing": 0.0, "flat": 0.0, "saturated": 0.0}


def test_a_table_of_one_column_needs_no_name(rng):
    assert read_signal(table(rng.normal(size=40), 4.0, "Channel 1"), KIND).good.all()


def test_other_columns_are_refused(rng):
    with pytest.raises(DataError, match=r"columns ECG, HR; expected one of EDA, named eda or gsr: name the"):
        read_signal(table(rng.normal(size=(40, 2)), 4.0, "ECG", "HR"), KIND)
    with pytest.raises(DataError, match="columns 1 to 2, without names"):
        read_signal(table(rng.normal(size=(40, 2)), 4.0), KIND)
    with pytest.raises(DataError, match="columns EDA, GSR"):
        read_signal(table(rng.normal(size=(40, 2)), 4.0, "EDA", "GSR"), KIND)


@pytest.mark.parametrize("rate_hz", [0.2, 1000.0])
def test_a_rate_that_no_recorder_has_is_refused(rng, rate_hz):
    with pytest.raises(DataError, match=f"EDA has {rate_hz:.4g} rows a second; expected 2 to 100: name the"):
        read_signal(table(rng.normal(size=40), rate_hz, "EDA"), KIND)


def test_one_row_is_no_signal():
    with pytest.raises(DataError, match="EDA has 1 rows; expected some seconds of it"):
        read_signal(table([1.0], 4.0, "EDA"), KIND)


def test_missing_values_lie_on_a_line_and_are_not_good(rng):
    values = rng.normal(size=40)
    values[[5, 6]] = np.nan
    signal = read_signal(table(values, 4.0, "EDA"), KIND)
    low, high = values[4].astype(np.float32), values[7].astype(np.float32)
    np.testing.assert_allclose(signal.values[5:7], [low + (high - low) / 3, low + (high - low) * 2 / 3])
    assert np.flatnonzero(~signal.good).tolist() == [5, 6] and signal.quality["missing"] == 0.05


def test_a_gap_in_the_times_is_missing(rng):
    # 4 Hz, but nothing from 5 to 7 s
    times = np.r_[np.arange(0, 5, 0.25), np.arange(7, 10, 0.25)]
    track = Track(rng.normal(size=(len(times), 1)), Timeline.irregular(times))
    signal = read_signal(track, KIND)
    assert len(signal.values) == 40 and signal.rate_hz == 4.0
    # the last row before the gap is at 4.75 s, the first after at 7 s; up to 1.5 periods beside them count
    assert (np.flatnonzero(~signal.good) / 4).tolist() == [5.25, 5.5, 5.75, 6.0, 6.25, 6.5]


def test_nothing_observed_is_all_missing():
    signal = read_signal(table(np.full(40, np.nan), 4.0, "EDA"), KIND)
    assert not signal.good.any() and signal.quality["missing"] == 1.0


def test_flat_and_saturated_stretches_are_told_apart(rng):
    values = rng.normal(size=80)
    values[10:22] = 0.1  # 3 s of one value between the others: flat
    values[40:44] = 9.0  # 1 s at the highest: saturated
    values[60:62] = -9.0  # 0.5 s at the lowest: not yet
    signal = read_signal(table(values, 4.0, "EDA"), KIND)
    assert np.flatnonzero(~signal.good).tolist() == [*range(10, 22), *range(40, 44)]
    assert signal.quality == {"missing": 0.0, "flat": 0.15, "saturated": 0.05}


def test_a_constant_is_flat():
    assert read_signal(table(np.full(40, 2.0), 4.0, "EDA"), KIND).quality["flat"] == 1.0


def test_other_grids_are_interpolated_and_end_where_the_signal_does():
    signal = read_signal(table(np.arange(8.0), 4.0, "EDA", start_s=1.0), KIND)
    values, good = signal.at(np.array([0.0, 1.0, 1.125, 2.75, 3.0]), signal.values * 2)
    assert values[1:4].tolist() == [0.0, 1.0, 14.0] and good.tolist() == [False, True, True, True, False]
