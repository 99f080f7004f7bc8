"""Measures of sound and gold standard, step by step; what is said where one cannot be made."""

from dataclasses import replace

import numpy as np
import pytest
from sounding import RATE_HZ, STEP, Planted, Sounding

from emotrace.config.declaration import Declaration, TableInput
from emotrace.delay import LabelDelay
from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.insight.measures import Measuring, rms_energy, trailing_range
from emotrace.models.base import Model
from emotrace.timing import Timeline, step_times


def column(examined, name, recording=None):
    measuring = Measuring(examined)
    names = [measure.name for measure in measuring.measures]
    return measuring.of(recording or examined.recordings[0])[:, names.index(name)]


def test_energy_is_the_root_mean_square_of_each_step(planted, speech):
    one = Sounding(1)
    steps = one.sound.astype(float).reshape(-1, STEP)
    expected = np.sqrt(np.mean(steps**2, axis=1))
    np.testing.assert_allclose(column(planted(one), "rms_energy"), expected, rtol=1e-9)
    np.testing.assert_allclose(expected, one.level, rtol=1e-6)  # as the recording was made


def test_energy_is_read_in_blocks_and_unknown_outside_the_sound():
    class Counted(np.ndarray):
        longest = 0

        def __getitem__(self, rows):
            Counted.longest = max(Counted.longest, rows.stop - rows.start)
            return np.asarray(super().__getitem__(rows))

    sound = np.ones(400 * STEP, np.float32).view(Counted)
    track = Track(sound, Timeline.regular(400 * STEP, RATE_HZ, start_s=0.4))
    energy = rms_energy(track, step_times(0, 421, 0.04))
    assert Counted.longest <= 250 * STEP
    assert np.isnan(energy[:10]).all() and (energy[10:410] == 1).all() and np.isnan(energy[410:]).all()


def test_the_range_looks_back_3_seconds(planted, speech):
    one = Sounding(2)
    found = column(planted(one), "rms_energy_range")
    assert np.isnan(found[:74]).all()
    expected = [np.ptp(one.level[last - 74 : last + 1]) for last in range(74, one.steps)]
    np.testing.assert_allclose(found[74:], expected, rtol=1e-5)
    assert np.isnan(column(planted(Sounding(2, steps=74)), "rms_energy_range")).all()
    assert np.isnan(trailing_range(np.array([1.0, np.nan, 3.0, 4.0]), 2)).tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_loudness_and_pitch_are_means_of_the_frames_of_a_step(planted, speech):
    one = Sounding(3)
    peaks = np.abs(one.sound).reshape(-1, 4, 160).max(axis=2)
    np.testing.assert_allclose(column(planted(one), "loudness"), peaks.mean(axis=1), rtol=1e-5)
    voiced = 20 + peaks[:, ::2]  # every other frame is unvoiced
    np.testing.assert_allclose(column(planted(one), "f0_mean"), voiced.mean(axis=1), rtol=1e-5)


def test_pitch_is_unknown_where_nothing_is_voiced_and_loudness_where_nothing_is_measured(planted, speech):
    def compute(track):
        values = np.full((1200, 2), 2.0, np.float32)
        values[400:800, 1] = 0.0  # unvoiced
        values[800:, 1] = np.nan
        valid = np.ones(1200, bool)
        valid[:40] = False
        return Track(values, Timeline.regular(1200, 100.0), valid)

    speech(compute=compute)
    pitch, loudness = (column(planted(Sounding(4)), name) for name in ("f0_mean", "loudness"))
    assert np.isfinite(pitch).nonzero()[0].tolist() == list(range(10, 100))
    assert np.isnan(loudness[:10]).all() and (loudness[10:] == 2).all()


def test_a_feature_of_other_columns_is_refused(planted, speech):
    speech(columns=("a", "b"))
    with pytest.raises(DataError, match=r"egemaps-lld has no column Loudness_sma3, only a, b and so on"):
        column(planted(Sounding(1)), "loudness")


def test_a_prepared_feature_is_read(planted, speech):
    class Prepared(Sounding):
        def track(self, name):
            if name == "feature-egemaps-lld":
                return Track(np.full((1200, 2), 7.0, np.float32), Timeline.regular(1200, 100.0))
            return super().track(name)

    one = Prepared(1, entries={f"audio-{RATE_HZ}": {}, "feature-egemaps-lld": {}})
    assert (column(planted(one), "loudness") == 7).all()


def test_real_loudness_rises_with_the_level_of_the_sound(planted):
    examined = planted(Sounding(5))
    loudness, energy = column(examined, "loudness"), column(examined, "rms_energy")
    known = np.isfinite(loudness)
    assert known.sum() > 290 and np.corrcoef(loudness[known], energy[known])[0, 1] > 0.9


def test_without_opensmile_energy_is_measured_all_the_same(planted, no_opensmile):
    measuring = Measuring(planted(Sounding(1)))
    values = measuring.of(Sounding(1))
    assert np.isfinite(values[:, 0]).all() and np.isnan(values[:, 2:4]).all()
    assert measuring.why_not == dict.fromkeys(
        ("loudness", "f0_mean"), "opensmile is not installed; run `pip install emotrace[opensmile]`"
    )


def test_without_sound_the_gold_standard_is_left(planted, speech):
    for one in (Sounding(1, entries={}), Sounding(1, lacks=(f"audio-{RATE_HZ}",))):
        measuring = Measuring(planted(one))
        values = measuring.of(one)
        assert np.isnan(values[:, :4]).all() and np.isfinite(values[:, 4:]).all()
        assert set(measuring.why_not.values()) == {"no sound was prepared"} and len(measuring.why_not) == 4


def test_the_sound_that_was_prepared_is_measured_for_a_model_that_hears_none(planted, speech):
    class Blind(Planted):
        def __init__(self):
            Model.__init__(self, Declaration(inputs={"ecg": TableInput(name="ecg", columns=3)}), ("arousal",))

    one = Sounding(1)
    np.testing.assert_allclose(column(planted(one, model=Blind()), "rms_energy"), one.level, rtol=1e-6)


def test_the_gold_standard_is_the_one_that_was_learnt(planted, speech):
    one = Sounding(6)
    plain = column(planted(one), "gold_arousal")
    np.testing.assert_allclose(plain, one.level, rtol=1e-6)
    late = column(planted(one, delay=LabelDelay(seconds=2.0, rule="hold")), "gold_arousal")
    np.testing.assert_array_equal(late[:250], plain[50:])
    assert np.isnan(late[250:]).all()  # what fills the end in training is no gold standard


def test_classes_and_unrated_recordings_have_no_gold_standard(planted, speech):
    measuring = Measuring(planted(Sounding(1), model=Planted(predicts="class")))
    assert [measure.name for measure in measuring.measures if not measure.sound] == []
    unrated = Sounding(1, rated=False)
    measuring = Measuring(planted(unrated))
    assert np.isnan(measuring.of(unrated)[:, 4:]).all()
    assert measuring.why_not["gold_arousal"] == "no recording is rated"


def test_measures_do_not_depend_on_other_recordings(planted, speech):
    both = planted(Sounding(1), Sounding(2))
    np.testing.assert_array_equal(
        Measuring(both).of(Sounding(2)), Measuring(replace(both, recordings=(Sounding(2),))).of(Sounding(2))
    )
