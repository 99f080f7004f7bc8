"""`ecg-54` and `bvp-32`: known beats and known waves, and what is wrong with signals."""

import numpy as np
import pytest

from emotrace.errors import DataError
from emotrace.features.derived import find
from emotrace.features.derived.ecg import COLUMNS, FEATURE, ecg
from emotrace.features.derived.pulse import FEATURE as PULSE
from emotrace.features.derived.pulse import pulse
from made_physiology import beat_times, ecg_wave, pulse_wave, table

RATE_HZ = 250


@pytest.fixture(scope="module")
def made():
    """60 s of an ECG at 250 Hz and its feature."""
    wave = ecg_wave(beat_times(60), 60, RATE_HZ)
    return wave, ecg(table(wave, RATE_HZ, "ECG"))


def test_blocks_sum_to_54_and_32_and_every_column_has_a_name():
    assert find("ecg-54") is FEATURE and find("bvp-32") is PULSE
    assert FEATURE.width == 54 and PULSE.width == 32
    assert list(FEATURE.blocks.values()) == [7, 9, 3, 8] * 2
    assert len(set(FEATURE.columns)) == 54 and len(set(PULSE.columns)) == 32


def test_a_row_every_40_ms_all_of_them_known(made):
    track = made[1]
    assert track.values.shape == (1500, 54) and track.values.dtype == np.float32
    assert track.timeline.rate_hz == 25.0 and track.valid.all() and np.isfinite(track.values).all()
    assert track.attributes["columns"] == list(FEATURE.columns)
    assert set(track.attributes["quality"].values()) == {0.0}


def test_heart_rate_and_variability_are_those_of_the_beats(made):
    times = beat_times(60)
    rate = np.interp(np.arange(0, 60, 0.02), times[1:], 60 / np.diff(times))
    change = 1000 * np.abs(np.diff(times, 2))
    rows = dict(zip(FEATURE.columns, made[1].values.T, strict=True))
    for row in (250, 700, 1200):
        around = rate[2 * row - 99 : 2 * row + 101]
        assert abs(rows["rate_bpm_mean"][row] - around.mean()) < 0.5
        assert abs(rows["rate_bpm_sd"][row] - around.std()) < 0.5
        near = change[(times[2:] > row * 0.04 - 2) & (times[2:] < row * 0.04 + 2)]
        assert abs(rows["variability_ms_mean"][row] - near.mean()) < 12  # of some 40 ms


def test_breath_is_in_the_high_frequencies():
    slow = ecg(table(ecg_wave(beat_times(120, sway_hz=0.1), 120, RATE_HZ), RATE_HZ, "ECG"))
    fast = ecg(table(ecg_wave(beat_times(120, sway_hz=0.25), 120, RATE_HZ), RATE_HZ, "ECG"))
    column = COLUMNS.index("log_low_over_high")
    assert slow.values[1500, column] > 1 and fast.values[1500, column] < -1


def test_scale_and_offset_change_nothing(made):
    wave, track = made
    other = ecg(table(1000 * wave + 30, RATE_HZ, "ecg"))
    np.testing.assert_allclose(other.values, track.values, rtol=0.01, atol=0.02)  # float32 of the table


def test_the_rate_of_samples_changes_little(made):
    # beats are found to a sample, so variability and slopes differ more
    other = ecg(table(ecg_wave(beat_times(60), 60, 1000), 1000, "ECG"))
    wave = [COLUMNS.index(name) for name in COLUMNS[:16]]
    inside = slice(100, 1400)
    mine, apart = made[1].values[inside][:, wave], other.values[inside][:, wave]
    assert (np.abs(apart - mine).mean(axis=0) < 0.03 * np.abs(mine).mean(axis=0) + 0.02).all()


def test_derivatives_are_those_of_the_columns(made):
    rows = made[1].values
    expected = (rows[110:1400, :27] - rows[100:1390, :27]) / 0.4
    np.testing.assert_allclose(rows[105:1395, 27:], expected, rtol=1e-3, atol=1e-3)


def test_a_flat_ecg_has_no_valid_row():
    track = ecg(table(np.full(30 * RATE_HZ, 0.7), RATE_HZ, "ECG"))
    assert not track.valid.any() and np.isnan(track.values).all()
    assert track.attributes["quality"]["flat"] == 1.0 and track.attributes["quality"]["without_beats"] == 1.0


def test_an_electrode_that_falls_off_makes_rows_invalid_and_leaves_others(made):
    wave = made[0].copy()
    wave[20 * RATE_HZ : 35 * RATE_HZ] = 1.5  # at the end of the range
    track = ecg(table(wave, RATE_HZ, "ECG"))
    seconds = (np.arange(1500) + 0.5) * 0.04
    assert not track.valid[(seconds > 20.1) & (seconds < 34.9)].any()
    assert track.valid[(seconds < 19.9) | (seconds > 35.1)].all()
    assert track.attributes["quality"]["saturated"] == 0.25
    assert np.isfinite(track.values[:400]).all()


def test_windows_without_beats_are_nan_but_keep_the_wave(made):
    wave = made[0].copy()
    gone = slice(20 * RATE_HZ, 32 * RATE_HZ)
    wave[gone] = 0.02 * np.sin(2 * np.pi * 5 * np.arange(12 * RATE_HZ) / RATE_HZ)
    track = ecg(table(wave, RATE_HZ, "ECG"))
    heart = slice(COLUMNS.index("log_low_frequency"), 27)
    assert track.valid.all() and np.isnan(track.values[620:660, heart]).all()
    assert np.isfinite(track.values[620:660, :16]).all()
    assert 0.05 < track.attributes["quality"]["without_beats"] < 0.25


def test_recordings_of_some_seconds():
    short = ecg(table(ecg_wave(beat_times(10), 10, RATE_HZ), RATE_HZ, "ECG"))
    low = COLUMNS.index("log_low_frequency")
    assert short.values.shape == (250, 54) and short.valid.all()
    assert np.isnan(short.values[:, low]).all() and np.isfinite(short.values[125, low + 1])
    assert not ecg(table(np.ones(100), RATE_HZ, "ECG")).valid.any()  # 0.4 s


def test_a_table_of_features_is_no_ecg():
    with pytest.raises(DataError, match="the ECG has 25 rows a second; expected 100 to 20000"):
        ecg(table(np.zeros(500), 25.0, "ecg"))


def test_pulse_of_a_wearable():
    times = beat_times(60)
    track = pulse(table(pulse_wave(times, 60, 64), 64, "BVP"))
    assert track.values.shape == (1500, 32) and track.valid.all() and np.isfinite(track.values).all()
    rate = dict(zip(PULSE.columns, track.values.T, strict=True))["rate_bpm_mean"]
    assert np.abs(rate[100:1400] - 60 / np.diff(times).mean()).max() < 5


def test_a_flat_pulse_has_no_valid_row():
    assert not pulse(table(np.zeros(64 * 30), 64, "ppg")).valid.any()
