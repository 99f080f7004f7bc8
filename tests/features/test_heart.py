"""`features.heart`: beats at known times are found, and rate and variability follow."""

import numpy as np
import pytest

from emotrace.errors import DataError, MissingExtraError
from emotrace.features import physiology
from emotrace.features.derived.ecg import ECG
from emotrace.features.derived.pulse import PULSE
from emotrace.features.heart import HEART_COLUMNS, Beats, find_beats, heart_rows
from emotrace.features.signal import read_signal
from made_physiology import beat_times, ecg_wave, pulse_wave, table


@pytest.mark.parametrize("rate_hz", [128, 250, 1000])
def test_beats_of_an_ecg_are_found_where_they_are(rate_hz):
    times = beat_times(60)
    beats = find_beats(read_signal(table(ecg_wave(times, 60, rate_hz), rate_hz, "ECG"), ECG), "ECG")
    apart = np.abs(beats.times_s[:, None] - times).min(axis=1)
    assert abs(len(beats.times_s) - len(times)) <= 1 and apart.max() < 0.02  # s, two samples at 128 Hz


def test_beats_of_a_wearable_are_found():
    times = beat_times(60)
    beats = find_beats(read_signal(table(pulse_wave(times, 60, 64), 64, "BVP"), PULSE), "pulse")
    assert abs(len(beats.times_s) - len(times)) <= 2
    assert abs(np.nanmedian(beats.intervals_s) - np.median(np.diff(times))) < 0.02


def test_a_rate_that_is_stated_wrongly_is_told_from_the_beats():
    wave = ecg_wave(beat_times(60), 60, 250)
    with pytest.raises(DataError, match=r"ECG has no heart's rhythm at the 1000 samples.*at 250: correct"):
        find_beats(read_signal(table(wave, 1000.0, "ECG"), ECG), "ECG")


def test_of_two_rates_that_would_fit_the_likelier_is_named():
    # at a quarter of 2000 these 250 Hz have 150 beats a minute, which a heart may have too
    wave = ecg_wave(beat_times(60), 60, 250)
    with pytest.raises(DataError, match=r"at the 2000 samples.* one of 7\d beats a minute at 250: correct"):
        find_beats(read_signal(table(wave, 2000.0, "ECG"), ECG), "ECG")


def test_noise_has_no_rhythm_at_any_rate(rng):
    beats = find_beats(read_signal(table(rng.normal(size=15000), 250.0, "ECG"), ECG), "ECG")
    assert len(beats.times_s) < 60


def test_a_flat_signal_has_no_beats():
    beats = find_beats(read_signal(table(np.zeros(5000), 250.0, "ECG"), ECG), "ECG")
    assert len(beats.times_s) == 0 and np.isnan(heart_rows(beats, 10)).all()


def test_without_neurokit_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "neurokit2", None)
    with pytest.raises(MissingExtraError, match=r"need neurokit2.*pip install 'emotrace\[physiology\]'"):
        physiology.import_neurokit()


def test_rate_and_variability_lie_on_lines_between_beats():
    # beats at 1, 2, 2.5 s: intervals 1 and 0.5 s, rates 60 and 120 per minute, difference 500 ms
    beats = Beats(np.array([1.0, 2.0, 2.5]), np.array([np.nan, 1.0, 0.5]))
    at = np.array([0.5, 1.5, 2.0, 2.25, 2.5, 3.0])
    np.testing.assert_allclose(beats.rate_bpm(at), [np.nan, 60, 60, 90, 120, np.nan])
    np.testing.assert_allclose(beats.interval_s(at), [np.nan, 1, 1, 0.75, 0.5, np.nan])
    np.testing.assert_allclose(beats.variability_ms(at), [np.nan, np.nan, np.nan, 500, 500, np.nan])


def test_windows_without_beats_are_nan():
    times = np.concatenate([np.arange(0.5, 20), np.arange(40.5, 60)])
    intervals = np.diff(times, prepend=np.nan)
    intervals[intervals > 2] = np.nan
    rows = heart_rows(Beats(times, intervals), 1500)
    assert rows.shape == (1500, len(HEART_COLUMNS))
    seconds = (np.arange(1500) + 0.5) * 0.04
    np.testing.assert_array_equal(np.isnan(rows[:, 0]), (seconds > 21.5) & (seconds < 38.51))
    np.testing.assert_allclose(rows[250, :4], [60, 0, 0, 0], atol=1e-9)
