"""The voice: a source-filter model with syllables, driven by hidden arousal and a little by valence."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, lfilter, resample_poly, sosfilt

from emotrace.demo.processes import FPS

__all__ = ["SAMPLE_RATE", "Voice", "speak"]

SAMPLE_RATE = 44100
_RATE = 22050  # of the synthesis

_VOWELS = np.array([  # formants 1 to 4 in Hz, adult male
    (730, 1090, 2440, 3400),  # a
    (530, 1840, 2480, 3400),  # e
    (270, 2290, 3010, 3600),  # i
    (570, 840, 2410, 3300),  # o
    (300, 870, 2240, 3200),  # u
])  # fmt: skip
_BANDWIDTHS = (80, 100, 140, 220)  # Hz


@dataclass(frozen=True)
class Voice:
    """What was said.

    Attributes
    ----------
    samples : float32 array, shape (samples,), in [-1, 1]
        At 44.1 kHz.
    mouth : float array, shape (frames,), in [0, 1]
        How far speech opens the mouth in each video frame.
    """

    samples: np.ndarray
    mouth: np.ndarray


def speak(subject, arousal, valence, rng):
    """Speak for as long as the hidden processes last.

    Parameters
    ----------
    subject : Subject
    arousal, valence : float array, shape (frames + 1,), in [-1, 1]
        At 25 values per second. Arousal raises F0 and its range, energy, high frequencies and rate; valence
        raises F0 and formants slightly.
    rng : numpy.random.Generator

    Returns
    -------
    Voice

    Source
    ------
    Directions of the effects: Scherer (2003), Vocal communication of emotion. Formants 1 to
    3: Peterson and Barney (1952), men. The fourth and all sizes: our choice.
    """
    frames = len(arousal) - 1
    count = round(frames / FPS * _RATE)
    time_s = np.arange(count) / _RATE
    frame_s = np.arange(frames + 1) / FPS
    excited = np.interp(time_s, frame_s, arousal)
    pleased = np.interp(time_s, frame_s, valence)

    starts, vowels, stress, voiced = _syllables(subject, frames / FPS, arousal, rng)
    envelope, weights = _rhythm(starts, vowels, voiced, count, rng)
    coarse_s = np.arange(0, time_s[-1] + 0.01, 0.01)
    melody = np.interp(time_s, coarse_s, gaussian_filter1d(np.interp(coarse_s, starts, stress), 6.0))
    semitones = 5.0 * excited + 1.0 * pleased + (1.6 + 1.2 * excited) * melody
    f0 = subject.f0 * 2 ** (semitones / 12)
    source = _glottis(f0, rng)
    dull = lfilter([0.25], [1, -0.75], source)
    bright = 0.5 + 0.4 * excited
    source = bright * source + (1 - bright) * dull
    breath = rng.standard_normal(count)
    source = source + subject.breath * 0.012 * breath

    voice = np.zeros(count)
    for vowel, weight in enumerate(weights):
        voice += weight * _tract(source, _VOWELS[vowel] * subject.tract)
    voice /= np.sqrt(np.mean(voice**2)) + 1e-9
    smiled = voice + 0.25 * np.clip(pleased, -1, 1) * _high(voice)  # a smile shortens the tract
    consonants = _consonants(starts, voiced, count, rng)
    airy = subject.breath * 0.10 * _tract(breath, _VOWELS[1] * subject.tract) / 3.0
    level = 10 ** (8.0 * excited / 20)
    sound = level * (envelope * smiled + 0.25 * consonants + airy)
    sound = sound / 14.0 * subject.loudness
    sound += 0.0006 * rng.standard_normal(count)  # the room
    samples = np.tanh(resample_poly(sound, SAMPLE_RATE // _RATE, 1)).astype(np.float32)
    mouth = np.add.reduceat(envelope, np.round(frame_s[:-1] * _RATE).astype(int)) / (_RATE / FPS)
    return Voice(samples, np.clip(mouth, 0, 1))


def _syllables(subject, duration_s, arousal, rng):
    """Start times, vowels, pitch accents and voicing of syllables; a pause is one that is not voiced."""
    starts, vowels, stress, voiced = [], [], [], []
    now, left = 0.0, int(rng.integers(6, 12))
    while now < duration_s:
        excited = arousal[min(int(now * FPS), len(arousal) - 1)]
        starts.append(now)
        vowels.append(int(rng.integers(len(_VOWELS))))
        stress.append(rng.standard_normal())
        voiced.append(left > 0)
        if left > 0:
            now += rng.uniform(0.8, 1.2) / (subject.syllable_rate * (1 + 0.25 * excited))
            left -= 1
        else:
            now += rng.uniform(0.12, 0.22)
            left = int(rng.integers(6, 12))
    return np.array(starts), np.array(vowels), np.array(stress), np.array(voiced)


def _rhythm(starts, vowels, voiced, count, rng):
    """Loudness over time and the share of each vowel, shape (vowel, samples)."""
    floor = 0.4
    bounds = np.round(np.append(starts, count / _RATE) * _RATE).astype(int)
    envelope = np.zeros(count)
    share = np.zeros((len(_VOWELS), count), dtype=np.float32)
    for first, last, vowel, speaks in zip(bounds[:-1], bounds[1:], vowels, voiced, strict=True):
        share[vowel, first:last] = 1
        if speaks:
            phase = (np.arange(last - first) + 0.5) / max(last - first, 1)
            envelope[first:last] = floor + (rng.uniform(0.85, 1.1) - floor) * np.sin(np.pi * phase) ** 0.8
    width = round(0.05 * _RATE)
    ramp = np.ones(width, dtype=np.float32) / width
    share = np.stack([_centred(ramp, row) for row in share])
    return _centred(ramp[: width // 2] * 2, envelope), share


def _centred(kernel, row):
    """Moving average by a running sum, centred, the same length."""
    width = len(kernel)
    padded = np.pad(row.astype(np.float64), (width // 2 + 1, width - width // 2 - 1), mode="edge")
    total = np.cumsum(padded)
    return (total[width:] - total[:-width])[: len(row)] / width


def _glottis(f0, rng):
    """Differentiated glottal pulses (Rosenberg) with a little jitter."""
    wander = gaussian_filter1d(rng.standard_normal(len(f0) // 100 + 2), 1.0)
    jitter = np.interp(np.arange(len(f0)), np.arange(len(wander)) * 100, wander)
    phase = np.cumsum(f0 * (1 + 0.012 * jitter)) / _RATE % 1.0
    opening, closing = 0.4, 0.2
    flow = np.where(
        phase < opening,
        0.5 * (1 - np.cos(np.pi * phase / opening)),
        np.where(phase < opening + closing, np.cos(0.5 * np.pi * (phase - opening) / closing), 0.0),
    )
    pulses = np.diff(flow, prepend=flow[0])
    return pulses / (np.sqrt(np.mean(pulses**2)) + 1e-9)


def _tract(source, formants):
    """Cascade of resonators."""
    sound = source
    for frequency, bandwidth in zip(formants, _BANDWIDTHS, strict=True):
        radius = np.exp(-np.pi * bandwidth / _RATE)
        angle = 2 * np.pi * min(frequency, 0.45 * _RATE) / _RATE
        feedback = [1.0, -2 * radius * np.cos(angle), radius**2]
        sound = lfilter([sum(feedback)], feedback, sound)
    return sound


def _high(sound):
    return sosfilt(butter(2, 1500, "high", fs=_RATE, output="sos"), sound)


def _consonants(starts, voiced, count, rng):
    """Short bursts of high noise at a third of the syllables."""
    noise = sosfilt(butter(2, [2500, 8000], "band", fs=_RATE, output="sos"), rng.standard_normal(count))
    gate = np.zeros(count)
    for start, speaks in zip(starts, voiced, strict=True):
        if speaks and rng.random() < 0.35:
            first = round(start * _RATE)
            window = np.hanning(round(0.06 * _RATE))[: max(count - first, 0)]
            gate[first : first + len(window)] = window
    return gate * noise / (noise.std() + 1e-9)
