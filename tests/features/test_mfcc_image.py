"""MFCC images: librosa on the whole file, eq. 4 written out, scaling, cutting, silence, NaN."""

import librosa
import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.features import mfcc_image
from emotrace.features.mfcc_image import RANGES, SHAPE, ImageRows, cepstra, channels_of, differences
from emotrace.features.track import Track
from emotrace.timing import Timeline


def sound(samples, rate_hz=16000.0):
    samples = np.asarray(samples, dtype=np.float32)
    return Track(samples, Timeline.regular(len(samples), rate_hz))


def of_librosa(samples):
    """Cepstra of the whole file in one call."""
    return librosa.feature.mfcc(
        S=librosa.power_to_db(
            librosa.feature.melspectrogram(
                y=samples, sr=16000, n_fft=400, win_length=400, hop_length=160, window="hamming",
                center=False, n_mels=64, fmin=20, fmax=8000, power=2.0,
            ) / 400,
            top_db=None,
        ),
        n_mfcc=64,
    ).T  # fmt: skip


def literal_differences(rows):
    """Eq. 4 with N = 2, ends held."""
    rows, out = np.asarray(rows, np.float64), np.zeros(np.shape(rows))
    last = len(rows) - 1
    for t in range(len(rows)):
        for n in (1, 2):
            out[t] += n * (rows[min(t + n, last)] - rows[max(t - n, 0)])
    return out / (2 * (1**2 + 2**2))


@pytest.fixture
def voice(rng):
    at = np.arange(24000) / 16000
    return (0.3 * np.sin(2 * np.pi * 220 * at * (1 + at / 9)) + 0.02 * rng.standard_normal(24000)).astype(
        "f4"
    )


def test_cepstra_are_those_of_librosa_whatever_the_block(voice, monkeypatch):
    expected = of_librosa(voice)
    assert expected.shape == (148, 64)
    for block in (6000, 50, 7, 1):
        monkeypatch.setattr(mfcc_image, "_BLOCK_FRAMES", block)
        np.testing.assert_allclose(cepstra(sound(voice)), expected, atol=1e-4)


def test_cepstra_of_real_speech_are_those_of_librosa(shared_data):
    soundfile = pytest.importorskip("soundfile")
    paths = sorted((shared_data / "ravdess_speech" / "Actor_05").glob("*.flac"))[:4]
    assert len(paths) == 4
    for path in paths:
        samples, _ = soundfile.read(path, dtype="float32")
        rows = cepstra(sound(samples))
        np.testing.assert_allclose(rows, of_librosa(samples), atol=1e-4)
        slopes = librosa.feature.delta(of_librosa(samples), width=5, axis=0, mode="nearest")
        np.testing.assert_allclose(differences(rows), slopes, atol=1e-4)
        inside = librosa.feature.delta(of_librosa(samples), width=5, axis=0)[2:-2]  # its own edges differ
        np.testing.assert_allclose(differences(rows)[2:-2], inside, atol=1e-4)


def test_differences_are_equation_4(rng):
    for count in (1, 2, 3, 5, 40):
        rows = rng.standard_normal((count, 3))
        np.testing.assert_allclose(differences(rows), literal_differences(rows), atol=1e-12)
    assert differences(np.empty((0, 64), np.float32)).shape == (0, 64)


def test_channels_are_scaled_from_their_ranges(rng):
    rows = (rng.standard_normal((90, 64)) * 100).astype(np.float32)
    made = channels_of(rows)
    assert made.shape == (3, 64, 90) and made.dtype == np.float16
    slopes = literal_differences(rows)
    for place, values in enumerate((rows, slopes, literal_differences(slopes))):
        low, high = list(RANGES.values())[place]
        expected = np.clip((values.T - low) / (high - low), 0, 1) * 255
        np.testing.assert_allclose(made[place], expected, atol=0.07)  # half a step of float16 below 256
    assert made.min() >= 0 and made.max() <= 255


def test_silence_is_the_end_of_the_range():
    made = channels_of(cepstra(sound(np.zeros(16000))))
    assert (made[0, 0] == 0).all() and (made[1:] == 127.5).all()
    assert np.ptp(made[0, 1:]) == 0


def test_what_is_not_finite_counts_as_silence(voice):
    broken, mended = voice.copy(), voice.copy()
    broken[5000:5010], broken[9000], mended[5000:5010], mended[9000] = np.nan, np.inf, 0.0, 0.0
    np.testing.assert_array_equal(cepstra(sound(broken)), cepstra(sound(mended)))


def test_rows_are_windows_of_the_channels(rng):
    channels = rng.integers(0, 255, (3, 64, 160)).astype(np.float16)
    rows = ImageRows(channels, 5)
    assert rows.shape == (5, 12288) and len(rows) == 5
    pictures = rows[0:5].reshape(5, *SHAPE)
    for number in range(4):
        np.testing.assert_array_equal(pictures[number], channels[:, :, 30 * number : 30 * number + 64])
    np.testing.assert_array_equal(pictures[4][:, :, :40], channels[:, :, 120:160])
    np.testing.assert_array_equal(pictures[4][:, :, 40:], channels[:, :, 159:].repeat(24, axis=2))
    np.testing.assert_array_equal(rows[np.array([3, 1])], rows[:][[3, 1]])
    assert rows[2:2].shape == (0, 12288)


def test_another_rate_is_refused():
    with pytest.raises(
        InputError, match="has 22050 samples per second; expected 16000, make them of audio-16000"
    ):
        cepstra(sound(np.zeros(22050), 22050.0))
    with pytest.raises(InputError, match="the track for cepstra has rows of shape"):
        cepstra(Track(np.zeros((5, 2)), Timeline.regular(5, 16000.0)))


def test_sound_shorter_than_a_frame_has_no_row():
    assert cepstra(sound(np.zeros(399))).shape == (0, 64)
    assert cepstra(sound([])).shape == (0, 64)
