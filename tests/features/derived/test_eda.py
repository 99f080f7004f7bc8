"""`eda-62`: known responses, wearables at 4 Hz, and what is wrong with signals."""

import numpy as np
import pytest

from emotrace.errors import DataError, MissingExtraError
from emotrace.features.derived import find
from emotrace.features.derived.eda import COLUMNS, FEATURE, eda
from made_physiology import skin, table

RESPONSES = np.array([10.0, 22.0, 31.0, 40.0, 52.0])


@pytest.fixture(scope="module")
def made():
    """60 s of EDA at 50 Hz as columns by name, and the track."""
    track = eda(table(skin(RESPONSES, 60, 50), 50, "EDA"))
    return dict(zip(FEATURE.columns, track.values.T, strict=True)), track


def test_blocks_sum_to_62_and_every_column_has_a_name():
    assert find("eda-62") is FEATURE and FEATURE.width == 62 and len(set(FEATURE.columns)) == 62
    assert list(FEATURE.blocks.values()) == [8, 8, 8, 4, 3] * 2


def test_a_row_every_40_ms(made):
    track = made[1]
    assert track.values.shape == (1500, 62) and track.timeline.rate_hz == 25.0 and track.valid.all()
    events = [COLUMNS.index(name) for name in ("response_amplitude", "response_rise_s")]
    others = [one for one in range(31) if one not in events]
    assert np.isfinite(track.values[:, others]).all()


def test_level_and_response_sum_to_the_signal(made):
    rows = made[0]
    np.testing.assert_allclose(rows["level_mean"] + rows["response_mean"], rows["eda_mean"], atol=1e-4)
    signal = skin(RESPONSES, 60, 50)
    assert abs(rows["eda_mean"][750] - signal[1401:1601].mean()) < 0.02
    assert abs(rows["eda_range"][750] - np.ptp(signal[1401:1601])) < 0.05


def test_responses_are_counted_where_they_are(made):
    rows = made[0]
    for start in RESPONSES:
        peak = round((start + 1.3) / 0.04)  # where exp(-t / 3) - exp(-t / 0.7) is highest
        assert rows["responses_per_s"][peak] == 0.25 and 0.2 < rows["response_amplitude"][peak] < 1.5
        assert 0.3 < rows["response_rise_s"][peak] < 3
    quiet = round(16 / 0.04)
    assert rows["responses_per_s"][quiet] == 0 and np.isnan(rows["response_amplitude"][quiet])
    assert rows["eda_falling"][quiet] < 0 and rows["eda_rising_share"][quiet] < 0.1


def test_a_wearable_at_4_hz_says_the_same(made):
    track = eda(table(skin(RESPONSES, 60, 4), 4, "EDA"))
    other = dict(zip(FEATURE.columns, track.values.T, strict=True))
    assert track.values.shape == (1500, 62) and track.valid.all()
    for name in ("eda_mean", "level_mean", "eda_range"):
        np.testing.assert_allclose(other[name][50:1450], made[0][name][50:1450], atol=0.1)  # uS
    assert other["responses_per_s"].sum() == pytest.approx(made[0]["responses_per_s"].sum(), rel=0.1)


def test_1000_hz_says_the_same(made):
    track = eda(table(skin(RESPONSES, 60, 1000), 1000, "gsr"))
    other = dict(zip(FEATURE.columns, track.values.T, strict=True))
    for name in ("eda_mean", "level_mean", "eda_range"):
        np.testing.assert_allclose(other[name][50:1450], made[0][name][50:1450], atol=0.02)


def test_saturated_stretches_make_rows_invalid():
    wave = np.minimum(skin(RESPONSES, 60, 50), 4.45)  # the recorder ends at 4.45 uS
    wave[1500:2200] = 4.45
    track = eda(table(wave, 50, "EDA"))
    assert not track.valid[760:1090].any() and track.valid[:700].any()
    assert track.attributes["quality"]["saturated"] > 0.23


def test_a_flat_signal_has_no_valid_row():
    track = eda(table(np.zeros(240), 4, "EDA"))
    assert track.values.shape == (1500, 62) and not track.valid.any() and np.isnan(track.values).all()
    assert track.attributes["quality"]["flat"] == 1.0


def test_two_seconds_have_no_valid_row():
    assert not eda(table(np.arange(8.0), 4, "EDA")).valid.any()


def test_means_of_windows_are_no_eda():
    with pytest.raises(DataError, match=r"the EDA has 0\.2 rows a second; expected 2 to 20000"):
        eda(table(np.arange(12.0), 0.2, "EDA"))


def test_without_neurokit_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "neurokit2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emotrace\[physiology\]'"):
        eda(table(skin(RESPONSES, 60, 4), 4, "EDA"))


def test_a_signal_that_only_drifts_has_no_response():
    track = eda(table(4 + np.linspace(0, 1, 3000), 50, "EDA"))
    assert np.nansum(track.values[:, COLUMNS.index("responses_per_s")]) <= 100 * 0.25
