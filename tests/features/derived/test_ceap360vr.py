"""The features of CEAP-360VR's tables: on the grid of its labels, and without its curve of luminance."""

import numpy as np
import pytest

from emotrace.corpora.adapters.ceap360vr import read_ceap360vr
from emotrace.errors import DataError
from emotrace.features import Track
from emotrace.features.derived import find
from emotrace.features.derived.ceap360vr import BODY, EYES, FEATURES, HEAD, body, eyes, head, pupil
from emotrace.store.tables import table_track
from emotrace.timing import Timeline
from made_physiology import table


def windows(rng):
    columns = (*BODY.columns, *EYES.columns[:18], "EM_Yaw_Mean")
    return table(rng.normal(size=(12, len(columns))), 0.2, *columns)


def test_they_are_found_by_name_with_their_widths():
    assert [find(one.name).width for one in FEATURES] == [8, 20, 6, 2]


def test_a_step_has_the_row_of_the_window_that_it_lies_in(rng):
    track = windows(rng)
    found = body(track)
    assert found.values.shape == (1500, 8) and found.valid.all()
    np.testing.assert_array_equal(found.values, np.repeat(track.values[:, :8], 125, axis=0))


def test_yaw_of_gaze_is_a_direction(rng):
    track = windows(rng)
    track.values[:, -1] = np.linspace(-180, 180, 12)
    found = eyes(track)
    assert found.values.shape == (1500, 20)
    np.testing.assert_allclose(found.values[0, -2:], found.values[-1, -2:], atol=1e-6)


def test_a_window_that_is_missing_leaves_its_steps_invalid(rng):
    track = windows(rng)
    keep = np.r_[0:4, 5:12]

    less = Track(track.values[keep], Timeline.irregular(keep * 5.0), attributes=track.attributes)
    found = body(less)
    assert not found.valid[500:625].any() and found.valid.sum() == 1375


def test_speed_and_direction_of_the_head():
    # 20 degrees a second to one side through 180 degrees, pitch still
    seconds = np.arange(300) / 5
    yaw = (20 * seconds + 100 + 180) % 360 - 180
    found = head(table(np.column_stack([np.full(300, 7.0), yaw]), 5, "Pitch", "Yaw"))
    rows = dict(zip(HEAD.columns, found.values.T, strict=True))
    np.testing.assert_allclose(rows["pitch"], 7, atol=1e-5)
    np.testing.assert_allclose(rows["yaw_velocity"][50:1450], 20, atol=0.01)
    np.testing.assert_allclose(np.exp(rows["log_yaw_speed"][50:1450]), 20, atol=0.01)
    assert np.exp(rows["log_pitch_speed"]).max() < 0.002
    turned = np.rad2deg(np.arctan2(rows["yaw_sine"][700], rows["yaw_cosine"][700]))
    assert turned == pytest.approx((20 * 28.02 + 280) % 360 - 180, abs=0.5)


def test_diameter_of_the_pupil_and_no_luminance(rng):
    values = 3 + 0.1 * rng.normal(size=(1800, 3))
    found = pupil(table(values, 30, "PD_Mean", "PD_luminance", "PD_emotion"))
    assert found.values.shape == (1500, 2)
    assert found.values[750, 0] == pytest.approx(values[886:916, 0].mean(), abs=0.02)
    other = values.copy()
    other[:, 1:] = 0
    np.testing.assert_array_equal(
        pupil(table(other, 30, "PD_Mean", "PD_luminance", "PD_emotion")).values, found.values
    )


def test_gaps_over_a_second_are_missing(rng):
    values = 3 + rng.normal(size=(1500, 1))
    values[500:750] = np.nan
    found = pupil(table(values, 25, "PD_Mean"))
    assert not found.valid[545:705].any() and found.valid[:500].all() and found.valid[760:].all()
    assert not pupil(table(np.full(1500, np.nan), 25, "PD_Mean")).valid.any()


@pytest.mark.parametrize("feature", FEATURES)
def test_another_table_is_refused(feature, rng):
    with pytest.raises(DataError, match=r"the table has the columns ECG, x; expected .* as well"):
        feature.compute(table(rng.normal(size=(50, 2)), 25, "ECG", "x"))


def test_of_the_real_corpus(shared_data):
    recording = next(
        one for one in read_ceap360vr(shared_data / "ceap360vr").recordings if one.name == "P2_V2"
    )
    for feature in FEATURES:
        track = feature.compute(table_track(recording.tables[feature.needs.removeprefix("table-")]))
        # the head's last row is at 59.6 s, the annotation's at 60 s and the pupil's with it
        assert 1495 <= len(track.values) <= 1501 and track.values.shape[1] == feature.width
        assert track.valid.mean() > 0.99
        assert np.isfinite(track.values[track.valid]).all()
