"""Cepstra of sound, their first and second differences, and pictures of 64 frames that a network sees."""

from typing import Any

import numpy as np

from emotrace.errors import InputError
from emotrace.features.segments import FRAME_S, HOP_S, SEGMENT_FRAMES, SHIFT_FRAMES
from emotrace.features.track import Track
from emotrace.features.voice_activity import sound_rate

RATE_HZ = 16000
COEFFICIENTS = 64  # and mel bands
LOWEST_HZ, HIGHEST_HZ = 20.0, 8000.0
REACH = 2  # frames to each side in a difference, N of eq. 4
RANGES = {"static": (-800.0, 400.0), "delta": (-60.0, 60.0), "delta-delta": (-30.0, 30.0)}
"""What becomes 0 and what becomes 255, in dB, of each channel: silence is -800 and no speech goes beyond."""
CHANNELS = len(RANGES)
SHAPE = (CHANNELS, COEFFICIENTS, SEGMENT_FRAMES)
COLUMNS = CHANNELS * COEFFICIENTS * SEGMENT_FRAMES

_FRAME = round(FRAME_S * RATE_HZ)
_HOP = round(HOP_S * RATE_HZ)
_BLOCK_FRAMES = 6000  # in memory at a time


def cepstra(track: Track) -> np.ndarray:
    """64 mel-frequency cepstral coefficients of frames of 25 ms every 10 ms, by librosa.

    Hamming window, periodogram (eqs. 2 and 3), 64 mel bands from 20 to 8000 Hz, decibels, orthonormal cosine
    transform. Frames lie wholly in the sound and each depends on its own samples alone.

    Parameters
    ----------
    track : Track
        Sound at 16 kHz, float (sample,); samples that are not finite count as 0.

    Returns
    -------
    float32 array, shape (frame, 64), dB
        No row for sound shorter than a frame.

    Raises
    ------
    InputError
        If the track is no sound, or of another rate.

    Source
    ------
    Priyasad et al. (2019), section 3.2. Decibels down to -100, librosa's mel scale and normalisation, and a
    transform as long as the window, so that 64 frames last 655 ms: our choice.

    Examples
    --------
    >>> from emotrace.timing import Timeline
    >>> cepstra(Track(np.zeros(16000, np.float32), Timeline.regular(16000, 16000.0))).shape
    (98, 64)
    """
    rate_hz = sound_rate(track, "cepstra")
    if rate_hz != RATE_HZ:
        raise InputError(
            f"the track for cepstra has {rate_hz:g} samples per second; expected {RATE_HZ}, make them of "
            f"audio-{RATE_HZ}"
        )
    count = max(0, (track.timeline.length - _FRAME) // _HOP + 1)
    rows = np.empty((count, COEFFICIENTS), np.float32)
    for first in range(0, count, _BLOCK_FRAMES):
        last = min(first + _BLOCK_FRAMES, count)
        samples = np.asarray(track.values[first * _HOP : (last - 1) * _HOP + _FRAME], dtype=np.float32)
        rows[first:last] = _of_samples(np.nan_to_num(samples, posinf=0.0, neginf=0.0)).T
    return rows  # (frame, coefficient)


def _of_samples(samples: np.ndarray) -> np.ndarray:
    """(sample,) to (coefficient, frame)."""
    import librosa  # takes seconds

    power = librosa.feature.melspectrogram(
        y=samples, sr=RATE_HZ, n_fft=_FRAME, hop_length=_HOP, window="hamming", center=False,
        n_mels=COEFFICIENTS, fmin=LOWEST_HZ, fmax=HIGHEST_HZ,
    )  # fmt: skip
    decibels = librosa.power_to_db(power / _FRAME, top_db=None)  # (mel band, frame)
    return librosa.feature.mfcc(S=decibels, n_mfcc=COEFFICIENTS)


def differences(rows: np.ndarray) -> np.ndarray:
    """Slope of every column per frame, over two frames to each side; the ends are held beyond the edges.

    Parameters
    ----------
    rows : float32 array, shape (frame, column)

    Returns
    -------
    float32 array, shape (frame, column)

    Source
    ------
    Priyasad et al. (2019), eq. 4, by librosa; N = 2 and the edges: our choice (as HTK).

    Examples
    --------
    >>> differences(np.array([[0.0], [1.0], [2.0], [3.0]])).round(6).ravel().tolist()
    [0.5, 0.8, 0.8, 0.5]
    """
    import librosa

    if len(rows) == 0:
        return np.zeros_like(rows)
    return librosa.feature.delta(rows, width=2 * REACH + 1, axis=0, mode="nearest")


def channels_of(rows: np.ndarray) -> np.ndarray:
    """Cepstra, their differences and the differences of these, each scaled from `RANGES` to 0..255.

    Parameters
    ----------
    rows : float32 array, shape (frame, 64), dB

    Returns
    -------
    float16 array, shape (3, 64, frame), in [0, 255]
        What lies outside a range becomes its end. float16, for high coefficients move by less than a
        whole step.

    Source
    ------
    Priyasad et al. (2019), section 3.2, rescale each channel to 0..255, but not from what. Fixed ranges: our
    choice, so that loudness is kept, a shout does not darken the rest of a recording, and a stream needs no
    second look.

    Examples
    --------
    >>> channels_of(np.zeros((5, 64), np.float32))[:, 0, 0].tolist()
    [170.0, 127.5, 127.5]
    """
    slopes = differences(rows)
    scaled = np.empty((CHANNELS, rows.shape[1], len(rows)), np.float16)
    for place, values in enumerate((rows, slopes, differences(slopes))):
        low, high = list(RANGES.values())[place]
        scaled[place] = np.clip((values.T - low) * (255.0 / (high - low)), 0.0, 255.0)
    return scaled


class ImageRows:
    """Pictures of overlapping segments as rows of a track, cut out as they are asked for.

    Parameters
    ----------
    channels : float16 array, shape (3, 64, frame)
        At least one frame.
    count : int
        Number of segments. Where one goes beyond the last frame, that is held.
    """

    dtype = np.dtype(np.float16)
    ndim = 2

    def __init__(self, channels: np.ndarray, count: int):
        self._channels = channels
        self.shape = (count, COLUMNS)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows, float16 (row, 12288): channel by channel, coefficient by coefficient.

        Parameters
        ----------
        rows : slice, or int array, shape (row,)
        """
        numbers = np.atleast_1d(np.arange(len(self))[rows])
        frames = numbers[:, None] * SHIFT_FRAMES + np.arange(SEGMENT_FRAMES)  # (row, frame)
        held = np.minimum(frames, self._channels.shape[2] - 1)
        return np.moveaxis(self._channels[:, :, held], 2, 0).reshape(len(numbers), COLUMNS)
