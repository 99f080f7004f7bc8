"""The measures of a check on hand-made sound, frames, labels and raters."""

import numpy as np
import pytest

from emotrace.corpora import Series
from emotrace.quality.frames import measure_frames
from emotrace.quality.labels import measure_labels
from emotrace.quality.lateness import LatenessMeter
from emotrace.quality.raters import measure_raters
from emotrace.quality.sound import BLOCK_S, SoundFacts, measure_sound

RATE = 16000


def tone(seconds, height=0.5):
    return (height * np.sin(np.arange(round(seconds * RATE)) / 7)).astype(np.float32)


def test_level_peak_and_silence():
    facts = measure_sound([tone(1.0), np.zeros(RATE * 3, np.float32)], RATE)
    assert facts.seconds == 4.0 and facts.silent_share == 0.75
    assert facts.peak == pytest.approx(0.5, abs=1e-3)
    assert facts.levels_db[:25] == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.1)
    assert facts.levels_db[-1] == -120 and len(facts.levels_db) == 100


def test_quiet_sound_is_not_silent():
    assert measure_sound([tone(1.0, 0.003)], RATE).silent_share == 0.0
    assert measure_sound([tone(1.0, 0.0005)], RATE).silent_share == 1.0


@pytest.mark.parametrize("cuts", [[], [5], [3, 4, 5, 6], [2, 9]])
def test_clipped_runs_count_wherever_chunks_end(cuts):
    samples = np.array([0, 1, 1, 1, 1, 0.2, -1, -1, 0.1, 1, -1, 1, 0.0])
    facts = measure_sound(np.split(samples, cuts), RATE)
    # four in a row, then two (too few), then three whose signs alternate
    assert facts.clipped_share == pytest.approx(7 / 13)


def test_no_sound_at_all():
    facts = measure_sound([], RATE)
    assert (facts.seconds, facts.silent_share, facts.clipped_share, facts.peak) == (0.0, 1.0, 0.0, 0.0)


def test_even_frames_have_no_jitter():
    facts = measure_frames(np.arange(100) / 29.97, None)
    assert facts.fps == pytest.approx(29.97) and facts.jitter == 0 and facts.missing == 0
    assert facts.face_share is None and facts.longest_faceless_s is None


def test_missing_frames_and_faces():
    times = np.delete(np.arange(100) * 0.04, [10, 11, 50])
    found = np.ones(97, dtype=bool)
    found[20:30] = False
    facts = measure_frames(times, found)
    assert facts.missing == 3 and facts.jitter == pytest.approx(2 / 96)
    assert facts.longest_gap_s == pytest.approx(0.12)
    assert facts.face_share == pytest.approx(87 / 97) and facts.longest_faceless_s == pytest.approx(0.4)


def test_one_frame_only():
    facts = measure_frames(np.zeros(1), np.zeros(1, dtype=bool))
    assert facts.count == 1 and np.isnan(facts.fps) and facts.face_share == 0


def test_labels_gaps_range_and_standstill():
    values = np.sin(np.arange(100) / 3)
    values[10:15] = np.nan
    values[40:61] = 0.3
    times = np.concatenate([np.arange(80) * 0.5, 60 + np.arange(20) * 0.5])
    facts = measure_labels(Series(times, values))
    assert facts.gaps == 2 and facts.longest_gap_s == pytest.approx(20.0)
    assert facts.rated_share == 0.95 and facts.rate_hz == 2.0
    assert facts.longest_still_s == pytest.approx(10.5)
    assert (facts.low, facts.high) == (np.nanmin(values), np.nanmax(values))
    assert facts.begins_s == 0 and facts.ends_s == pytest.approx(70.0)


def test_labels_without_values_and_of_a_whole_clip():
    empty = measure_labels(Series(np.arange(3.0), np.full(3, np.nan)))
    assert np.isnan(empty.low) and empty.rated_share == 0 and empty.gaps == 0
    whole = measure_labels(Series(np.zeros(1), np.array([2.5])))
    assert whole.low == whole.high == 2.5 and np.isnan(whole.rate_hz) and whole.longest_still_s == 0


def test_an_odd_and_a_late_rater_are_seen(rng):
    times = np.arange(1500) * 0.04
    wave = np.sin(times / 2) + 0.5 * np.sin(times / 0.9)
    late = np.interp(times - 2.0, times, wave)
    raters = {f"R{i}": Series(times, wave + 0.05 * rng.normal(size=1500) + i) for i in range(3)}
    with_odd = measure_raters(raters | {"odd": Series(times, -wave)})
    assert with_odd.outliers == ("odd",)
    assert with_odd.raw.ccc < with_odd.centred.ccc
    with_late = measure_raters(raters | {"late": Series(times, late)})
    assert with_late.lag_s[3] == pytest.approx(2.0, abs=0.11)
    assert with_late.lag_s[:3] == pytest.approx([0, 0, 0], abs=0.11)


def test_one_rater_or_no_values():
    times = np.arange(10.0)
    assert measure_raters({"R1": Series(times, times)}) is None
    nothing = Series(times, np.full(10, np.nan))
    assert measure_raters({"R1": nothing, "R2": nothing}) is None
    short = measure_raters({"R1": Series(times / 10, times), "R2": Series(times / 10, times)})
    assert short.lag_s == (None, None) and short.raw.ccc == pytest.approx(1.0)


def test_lateness_of_labels_behind_the_sound(rng):
    meter = LatenessMeter()
    for _ in range(4):
        level = np.convolve(rng.normal(size=2000), np.ones(60) / 60, mode="same")
        sound = SoundFacts(80.0, 0.5, 0.0, 0.0, (-30 + 40 * level).astype(np.float32))
        times = np.arange(2000) * BLOCK_S
        smooth = np.convolve(np.pad(level, (12, 12), mode="edge"), np.ones(25) / 25, mode="valid")
        meter.add(sound, {"arousal": Series(times, np.interp(times - 1.6, times, smooth))})
        meter.add(None, {"arousal": Series(times, level)})
        meter.add(SoundFacts(2.0, 0.5, 0, 0, np.zeros(50, np.float32)), {"arousal": Series(times, level)})
    [late] = meter.results()
    assert late.dimension == "arousal" and late.recordings == 4
    assert late.delay.delay_s == pytest.approx(1.6, abs=0.09) and late.delay.confidence > 0.9
