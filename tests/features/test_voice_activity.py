"""Voice activity by eq. 1: a literal second form, regions by hand, silence, NaN, any cutting, bad input."""

import numpy as np
import pytest

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import InputError
from emotrace.features import voice_activity
from emotrace.features.track import Track
from emotrace.features.voice_activity import (
    find_speech,
    sound_rate,
    speech_ratios,
)
from emotrace.timing import Timeline


def sound(samples, rate_hz=16000.0, start_s=0.0):
    samples = np.asarray(samples, dtype=np.float32)
    return Track(samples, Timeline.regular(len(samples), rate_hz, start_s))


def tone(hertz, seconds, rate_hz=16000):
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz)


def literal_ratio(window, rate_hz, low=300.0, high=3000.0):
    """Eq. 1 by a discrete Fourier transform written out."""
    window = (np.asarray(window, np.float64) - np.mean(window, dtype=np.float64)) * np.hamming(len(window))
    number = np.arange(len(window))
    inside = total = 0.0
    for k in range(1, len(window) // 2 + 1):
        energy = abs(np.sum(window * np.exp(-2j * np.pi * k * number / len(window)))) ** 2
        total += energy
        if low <= k * rate_hz / len(window) <= high:
            inside += energy
    return inside / total


def test_ratios_are_those_of_equation_1(rng):
    samples = rng.standard_normal(4000).astype(np.float32)
    ratios = speech_ratios(sound(samples))
    assert len(ratios) == (4000 - 400) // 160 + 1 == 23
    for number in (0, 7, 22):
        assert ratios[number] == pytest.approx(
            literal_ratio(samples[160 * number : 160 * number + 400], 16000.0), abs=1e-9
        )


@pytest.mark.parametrize(("hertz", "active"), [(100, False), (400, True), (2900, True), (3400, False)])
def test_only_tones_of_the_band_are_active(hertz, active):
    ratios = speech_ratios(sound(tone(hertz, 0.5)))
    assert (ratios >= 0.6).all() == active and ((ratios >= 0) & (ratios <= 1)).all()


def test_loudness_and_an_offset_change_nothing(rng):
    samples = rng.standard_normal(3200) * 0.1
    np.testing.assert_allclose(
        speech_ratios(sound(5 * samples + 0.3)), speech_ratios(sound(samples)), atol=1e-4
    )


def test_the_region_is_padded_and_stays_in_the_sound():
    silent = np.zeros(16000)
    found = find_speech(sound(np.concatenate([silent, tone(1000, 0.5), silent])))
    # a window is active as soon as it holds a sample of the tone: from 0.98 s on, the last begins at 1.49 s
    assert found.found and found.start_s == pytest.approx(0.98 - 0.2, abs=0.011)
    assert found.end_s == pytest.approx(1.49 + 0.025 + 0.2, abs=0.011)
    assert found.times_s[found.active][[0, -1]] == pytest.approx([0.98, 1.49], abs=0.011)
    wide = VoiceActivitySettings(before_s=5.0, after_s=5.0)
    found = find_speech(sound(np.concatenate([silent, tone(1000, 0.5), silent])), wide)
    assert (found.start_s, found.end_s) == (0.0, 2.5)


def test_pauses_are_kept():
    pause = np.zeros(8000)
    found = find_speech(sound(np.concatenate([pause, tone(800, 0.3), pause, tone(800, 0.3), pause])))
    assert found.end_s - found.start_s == pytest.approx(0.3 + 0.5 + 0.3 + 0.4, abs=0.06)
    assert found.stretches == ((found.start_s, found.end_s),)
    assert not found.active.all()


def test_a_long_pause_parts_stretches_with_margins_of_their_own():
    spoken = tone(800, 0.5)
    samples = np.concatenate([spoken, np.zeros(2 * 16000), spoken, np.zeros(4 * 16000), spoken])
    found = find_speech(sound(samples, start_s=1.0))
    assert np.array(found.stretches) == pytest.approx(np.array([[1.0, 4.2], [7.8, 8.5]]), abs=0.03)
    assert (found.start_s, found.end_s) == (found.stretches[0][0], found.stretches[-1][1])
    (whole,) = find_speech(sound(samples), VoiceActivitySettings(pause_s=np.inf)).stretches
    assert whole == pytest.approx((0.0, 7.5))
    # from the end of a window to the start of the next active one
    starts_s = found.times_s[found.active]
    pause_s = float(np.diff(starts_s).max()) - 0.025
    for least_s, count in ((pause_s, 2), (pause_s + 0.01, 1)):
        assert len(find_speech(sound(samples), VoiceActivitySettings(pause_s=least_s)).stretches) == count


def test_a_single_window_in_the_band_is_no_speech():
    samples = np.zeros(32000)
    samples[8000:8100] = tone(1000, 0.00625)  # in three windows
    samples[16000:20000] = tone(1000, 0.25)
    starts = [find_speech(sound(samples), VoiceActivitySettings(least_windows=n)).start_s for n in (1, 3, 4)]
    assert starts[0] == starts[1] == pytest.approx(0.5 - 0.22, abs=0.011)
    assert starts[2] == pytest.approx(1.0 - 0.22, abs=0.011)
    assert not find_speech(sound(samples), VoiceActivitySettings(least_windows=40)).found


def test_all_speech_is_kept_whole():
    found = find_speech(sound(tone(1000, 1.0)))
    assert found.active.all() and (found.start_s, found.end_s) == (0.0, 1.0)


@pytest.mark.parametrize("samples", [np.zeros(16000), np.full(16000, 0.7), tone(60, 1.0), np.zeros(100), []])
def test_without_speech_the_clip_is_kept_whole(samples):
    found = find_speech(sound(samples))
    assert not found.found and not found.active.any()
    assert (found.start_s, found.end_s) == pytest.approx((0.0, len(samples) / 16000))


def test_windows_that_are_silent_or_not_finite_are_nan_and_not_active():
    samples = tone(1000, 1.0)
    samples[:2000] = 0
    samples[8000] = np.nan
    samples[12000] = np.inf
    ratios = speech_ratios(sound(samples))
    starts = np.arange(len(ratios)) * 160
    held = (starts <= 8000) & (starts + 400 > 8000) | (starts <= 12000) & (starts + 400 > 12000)
    np.testing.assert_array_equal(np.isnan(ratios), held | (starts + 400 <= 2000))
    assert find_speech(sound(samples)).found


def test_the_cutting_into_blocks_does_not_matter(rng, monkeypatch):
    track = sound(rng.standard_normal(16000))
    whole = speech_ratios(track)
    for size in (1, 7, 98):
        monkeypatch.setattr(voice_activity, "BLOCK_WINDOWS", size)
        np.testing.assert_allclose(speech_ratios(track), whole, rtol=1e-12)  # sums of other lengths


def test_a_later_start_moves_the_region():
    found = find_speech(sound(np.concatenate([np.zeros(16000), tone(900, 1.0)]), start_s=2.0))
    assert found.start_s == pytest.approx(2.78, abs=0.011) and found.end_s == 4.0


def test_regions_of_real_speech_agree_with_those_by_loudness(shared_data):
    soundfile, librosa = pytest.importorskip("soundfile"), pytest.importorskip("librosa")
    paths = sorted((shared_data / "ravdess_speech").glob("Actor_*/*.flac"))[::60]
    assert len(paths) == 24
    shares = []
    for path in paths:
        samples, rate_hz = soundfile.read(path, dtype="float32")
        found = find_speech(sound(samples, rate_hz), VoiceActivitySettings(before_s=0.0, after_s=0.0))
        loud = librosa.effects.split(samples, top_db=35, frame_length=400, hop_length=160) / rate_hz
        both = min(found.end_s, loud[-1, 1]) - max(found.start_s, loud[0, 0])
        shares.append(both / (max(found.end_s, loud[-1, 1]) - min(found.start_s, loud[0, 0])))
        assert found.found and 0 <= found.start_s < found.end_s <= len(samples) / rate_hz
    assert np.mean(shares) > 0.6  # benchmarks/RESULTS.md has the overlap of all clips


def test_sound_that_cannot_hold_the_band():
    wrong = "4000 Hz holds nothing above 2000 Hz; expected a speech band up to there, not to 3000 Hz"
    with pytest.raises(InputError, match=wrong):
        speech_ratios(sound(np.zeros(4000), 4000.0))


def test_what_is_no_sound():
    pictures = Track(np.zeros((5, 2)), Timeline.irregular(np.arange(5.0)))
    with pytest.raises(InputError, match=r"for voice activity has rows of shape \(2,\) at no constant Hz"):
        speech_ratios(pictures)
    with pytest.raises(InputError, match=r"the track for this has rows of shape \(2,\)"):
        sound_rate(pictures, "this")


@pytest.mark.parametrize("settings", [{"window_s": 5e-5, "hop_s": 5e-5}, {"hop_s": 1e-6}])
def test_windows_shorter_than_samples(settings):
    with pytest.raises(InputError, match=r"window_s is .* samples at 16000 Hz; expected at least 2 and 1"):
        find_speech(sound(tone(1000, 0.5)), VoiceActivitySettings(**settings))


def test_a_hop_between_samples_makes_times_no_longer_than_the_sound():
    found = find_speech(sound(tone(1000, 60.0)), VoiceActivitySettings(hop_s=0.01003))  # 160.48 samples
    assert found.times_s[-1] == pytest.approx(60.0 - 0.025, abs=0.011)


def test_a_pause_that_the_margins_fill_is_kept():
    samples = np.concatenate([tone(800, 0.5), np.zeros(16000), tone(800, 0.5)])
    count = {
        margin_s: len(
            find_speech(
                sound(samples), VoiceActivitySettings(pause_s=0.5, before_s=margin_s, after_s=margin_s)
            ).stretches
        )
        for margin_s in (0.2, 0.6)
    }
    assert count == {0.2: 2, 0.6: 1}
