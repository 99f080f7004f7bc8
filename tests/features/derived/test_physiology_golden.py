"""Rows of `ecg-54` and `eda-62` against neurokit2 and scipy, asked directly about the 4 s of a row."""

import neurokit2
import numpy as np
import pytest
from scipy import signal, stats

from emotrace.features.derived.ecg import COLUMNS as ECG_COLUMNS
from emotrace.features.derived.ecg import ecg
from emotrace.features.derived.eda import COLUMNS as EDA_COLUMNS
from emotrace.features.derived.eda import eda
from made_physiology import beat_times, ecg_wave, skin, table

ROWS = (200, 613, 1100)  # whole windows


def four(values):
    return [values.mean(), values.std(), stats.skew(values), stats.kurtosis(values)]


def of_row(track, columns, row):
    return dict(zip(columns, track.values[row].tolist(), strict=False))


@pytest.fixture(scope="module")
def heart():
    """60 s of a simulated ECG at 100 Hz, where the grid of the wave is that of the samples."""
    wave = ecg_wave(beat_times(60), 60, 100).astype(np.float32)
    return wave.astype(float), ecg(table(wave, 100, "ECG"))


@pytest.mark.parametrize("row", ROWS)
def test_the_wave_and_its_spectrum_are_those_of_scipy(heart, row):
    wave, track = heart
    passed = signal.sosfiltfilt(signal.butter(3, (3, 27), "bandpass", fs=100, output="sos"), wave)
    passed /= passed.std()
    part = passed[4 * row - 198 : 4 * row + 202]  # 4 s around the middle of 4 samples
    found = of_row(track, ECG_COLUMNS, row)
    assert [found[name] for name in ("mean", "sd", "skewness", "kurtosis")] == pytest.approx(
        four(part), rel=1e-4, abs=1e-5
    )
    crossings = np.count_nonzero(np.diff(np.signbit(part))) / 399 * 100
    assert found["zero_crossings_per_s"] == pytest.approx(crossings, rel=1e-5)
    # neither detrended nor of one side: a plain periodogram under numpy's window, which is symmetric
    frequency, power = signal.periodogram(part, 100, np.hanning(400), detrend=False, scaling="spectrum")
    power *= np.hanning(400).sum() ** 2 / 400 / 2
    inside = (frequency >= 3) & (frequency < 27)
    assert found["spectral_mean_hz"] == pytest.approx(
        (power * frequency)[inside].sum() / power[inside].sum(), rel=1e-4
    )
    for low in (3, 7, 11, 15, 19, 23):
        band = (frequency >= low) & (frequency < low + 4)
        assert found[f"log_power_{low}_{low + 4}_hz"] == pytest.approx(np.log(power[band].mean()), abs=1e-3)
    share = power[inside] / power[inside].sum()
    assert found["spectral_entropy"] == pytest.approx(stats.entropy(share) / np.log(inside.sum()), rel=1e-4)
    slope = stats.linregress(frequency[inside], np.log(power[inside])).slope
    assert found["spectral_slope_per_hz"] == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("row", ROWS)
def test_heart_rate_is_that_of_the_peaks_of_neurokit(heart, row):
    wave, track = heart
    clean = neurokit2.ecg_clean(wave, sampling_rate=100)
    _, found = neurokit2.ecg_peaks(clean, sampling_rate=100, correct_artifacts=True)
    peaks = np.asarray(found["ECG_R_Peaks"])
    at = np.arange(2 * row - 99, 2 * row + 101) / 50  # s
    rate = np.interp(at, peaks[1:] / 100, 6000 / np.diff(peaks))
    mine = of_row(track, ECG_COLUMNS, row)
    assert mine["rate_bpm_mean"] == pytest.approx(rate.mean(), rel=1e-5)
    assert mine["rate_bpm_sd"] == pytest.approx(rate.std(), rel=1e-4)
    rises = (np.diff(rate) * 50).round(6)  # between equal intervals it is level but for rounding
    assert mine["rate_bpm_rising"] == pytest.approx(rises[rises > 0].mean(), rel=1e-3)
    assert mine["rate_bpm_falling"] == pytest.approx(rises[rises < 0].mean(), rel=1e-3)


@pytest.mark.parametrize("row", ROWS)
def test_eda_level_and_responses_are_those_of_neurokit(row):
    wave = skin(np.array([10.0, 22.0, 31.0, 40.0, 52.0]), 60, 50).astype(np.float32)
    track = eda(table(wave, 50, "EDA"))
    clean = neurokit2.eda_clean(wave.astype(float), sampling_rate=50)
    level = neurokit2.eda_phasic(clean, sampling_rate=50)["EDA_Tonic"].to_numpy()
    _, peaks = neurokit2.eda_peaks(clean - level, sampling_rate=50)
    mine = of_row(track, EDA_COLUMNS, row)
    window = slice(2 * row - 99, 2 * row + 101)
    for name, values in (("eda", clean), ("level", level), ("response", clean - level)):
        for of, part in (("", values[window]), ("slope_", np.diff(values[window]) * 50)):
            found = [mine[f"{name}_{of}{one}"] for one in ("mean", "sd", "skewness", "kurtosis")]
            assert found == pytest.approx(four(part), rel=1e-3, abs=1e-4), (name, of)
    at = np.asarray(peaks["SCR_Peaks"]) / 50
    inside = np.abs(at - (row + 0.5) * 0.04) < 2
    assert mine["responses_per_s"] == pytest.approx(inside.sum() / 4)
    for column, name in (("response_amplitude", "SCR_Amplitude"), ("response_rise_s", "SCR_RiseTime")):
        expected = np.asarray(peaks[name])[inside].mean() if inside.any() else np.nan
        assert mine[column] == pytest.approx(expected, nan_ok=True)
