"""The mel spectrogram of aspandi2022: 128 bands of librosa every 23.2 ms, in dB below the loudest."""

import numpy as np

from emotrace.features.feature import Feature
from emotrace.features.track import Track
from emotrace.timing import Timeline

RATE_HZ = 22050
BANDS = 128
WINDOW = 2048  # samples
HOP = 512  # samples from column to column
RANGE_DB = 80.0  # below the maximum; less is cut off there
LEAST_POWER = 1e-10  # librosa's floor; a recording that never exceeds it is silent
_AT_ONCE = 1024  # columns transformed at a time


def mel_spectrogram(track: Track) -> Track:
    """Mel power in dB relative to the maximum of the recording, scaled to [-1, 1].

    The same as ``librosa.power_to_db(librosa.feature.melspectrogram(...), ref=np.max)`` of the whole
    recording, made a piece at a time: -80 dB is -1, 0 dB is 1. Sound that is not a number counts as silence.

    Parameters
    ----------
    track : Track
        Sound at 22,050 Hz.

    Returns
    -------
    Track
        Values float32 (column, 128), low bands first; column ``k`` is centred ``k * 512 / 22050`` s after
        the first sample. attributes: ``maximum_power``, what 0 dB is. A silent recording is -1 throughout,
        where librosa would give 0 dB.

    Source
    ------
    Aspandi et al. (2022), section 3.4. Window, hop, Hann window and range: librosa's defaults, our choice.

    Examples
    --------
    >>> second = Track(np.sin(np.arange(22050) / 8).astype(np.float32), Timeline.regular(22050, 22050.0))
    >>> made = mel_spectrogram(second).values
    >>> made.shape, float(made.max())
    ((44, 128), 1.0)
    """
    import librosa
    from threadpoolctl import threadpool_limits

    samples = track.timeline.length
    columns = 1 + samples // HOP if samples else 0
    values = np.empty((columns, BANDS), np.float32)
    for first in range(0, columns, _AT_ONCE):
        last = min(first + _AT_ONCE, columns)
        piece = _padded(track, first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2)
        with threadpool_limits(1):  # more threads may change the last bit
            power = librosa.feature.melspectrogram(
                y=piece, sr=RATE_HZ, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS, center=False
            )
        values[first:last] = power.T
    maximum = float(values.max()) if columns else 0.0
    if maximum <= LEAST_POWER:
        values[:] = -1.0
    else:
        for first in range(0, columns, _AT_ONCE):
            part = values[first : first + _AT_ONCE]
            decibels = librosa.power_to_db(part, ref=maximum, amin=LEAST_POWER, top_db=None)
            np.maximum(decibels, -RANGE_DB, out=part)
            part /= RANGE_DB / 2
            part += 1
    timeline = Timeline.regular(columns, RATE_HZ / HOP, track.timeline.start_s)
    return Track(values, timeline, attributes={"maximum_power": maximum})


def _padded(track: Track, first: int, last: int) -> np.ndarray:
    """Samples `first` to `last` (excluded), zeros where there are none."""
    begin, end = max(first, 0), min(last, track.timeline.length)
    samples = np.zeros(last - first, np.float32)
    if begin < end:
        samples[begin - first : end - first] = track.values[begin:end]
        np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return samples


FEATURES = (
    Feature(
        name="mel-128",
        needs=f"audio-{RATE_HZ}",
        compute=mel_spectrogram,
        blocks={"mel": BANDS},
        version=1,
        summary="128 mel bands every 23.2 ms, dB relative to the maximum of the recording",
        source="aspandi2022, section 3.4; librosa",
    ),
)
