"""The mel spectrogram: librosa's own numbers, whatever the length; silence, gaps, and the loudest at 1."""

import librosa
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from emotrace.features import MediaTracks
from emotrace.features.derived import find, medium_of, mel_spectrogram
from emotrace.features.track import Track
from emotrace.timing import Timeline

RATE_HZ = 22050


def sound(samples, start_s: float = 0.0) -> Track:
    return Track(np.asarray(samples, np.float32), Timeline.regular(len(samples), RATE_HZ, start_s))


def literal(samples) -> np.ndarray:
    """All of it at once by librosa, dB (column, band)."""
    power = librosa.feature.melspectrogram(y=np.asarray(samples, np.float32), sr=RATE_HZ, n_mels=128)
    return librosa.power_to_db(power, ref=np.max).T


@pytest.mark.parametrize("length", [2048, 5000, 512 * 40, 512 * 40 + 511, 70000])
def test_it_is_librosa_on_the_whole_recording(rng, length, monkeypatch):
    monkeypatch.setattr(mel_spectrogram, "_AT_ONCE", 7)  # many pieces
    samples = rng.normal(0, 0.1, length) * np.linspace(0.001, 1, length)
    made = find("mel-128").compute(sound(samples))
    expected = literal(samples)
    assert made.values.shape == expected.shape and made.values.dtype == np.float32
    # float32: the product with the filters is summed in another order in a smaller piece
    np.testing.assert_allclose((made.values - 1) * 40, expected, atol=2e-5)
    assert made.values.max() == 1 and made.values.min() >= -1


def test_real_speech_is_librosa_on_the_whole_recording(shared_data):
    with MediaTracks(None, shared_data / "ravdess_speech/Actor_02/03-01-05-02-01-01-02.flac") as tracks:
        track = tracks.track("audio-22050")
        made = find("mel-128").compute(track)
        expected = literal(track.values[:])
    np.testing.assert_allclose((made.values - 1) * 40, expected, atol=2e-5)  # float32, as above
    assert expected.min() < -79


def test_columns_are_centred_on_their_time():
    click = np.zeros(RATE_HZ * 2)
    click[RATE_HZ] = 1.0  # at 1 s, and at 3.5 s of the recording
    made = mel_spectrogram.mel_spectrogram(sound(click, start_s=2.5))
    loudest = int(made.values.mean(axis=1).argmax())
    assert abs(made.timeline.seconds()[loudest] - 3.5) <= 512 / RATE_HZ
    assert made.timeline.rate_hz == RATE_HZ / 512


def test_a_silent_recording_is_silence_and_not_the_loudest():
    made = mel_spectrogram.mel_spectrogram(sound(np.zeros(4000)))
    assert made.values.shape == (8, 128) and np.all(made.values == -1)
    assert np.all(literal(np.zeros(4000)) == 0)  # what librosa says of it
    assert made.attributes["maximum_power"] == 0


def test_sound_that_is_shorter_than_a_window_or_empty():
    assert mel_spectrogram.mel_spectrogram(sound([0.5])).values.shape == (1, 128)
    assert mel_spectrogram.mel_spectrogram(sound([])).values.shape == (0, 128)


def test_samples_that_are_no_numbers_count_as_silence(rng):
    samples = rng.normal(0, 0.1, 9000)
    broken, mended = samples.copy(), samples.copy()
    broken[4000:4010], mended[4000:4010] = np.nan, 0.0
    broken[5000], mended[5000] = np.inf, 0.0
    made = mel_spectrogram.mel_spectrogram(sound(broken)).values
    np.testing.assert_array_equal(made, mel_spectrogram.mel_spectrogram(sound(mended)).values)


def test_it_is_made_of_sound():
    assert medium_of("feature-mel-128") == "audio" and find("mel-128").width == 128


def test_the_number_of_threads_changes_no_bit(rng):
    samples = sound(rng.normal(0, 0.1, 512 * 3000))
    made = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            made.append(mel_spectrogram.mel_spectrogram(samples).values)
    np.testing.assert_array_equal(*made)
