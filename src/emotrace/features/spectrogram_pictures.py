"""Cuts a picture of the sound around each step out of the mel spectrogram of a recording."""

import numpy as np

from emotrace.config.declaration import SpectrogramInput
from emotrace.errors import DataError
from emotrace.features.derived.mel_spectrogram import LEAST_POWER
from emotrace.features.track import Track, TrackSource

SILENCE = -1.0  # value of what lies before the first and behind the last column


def spectrogram_pictures(
    spec: SpectrogramInput, source: TrackSource, steps: np.ndarray, step_s: float
) -> tuple[np.ndarray, np.ndarray]:
    """Columns of a spectrogram around each step; each picture is copied once, out of the track.

    Parameters
    ----------
    spec : SpectrogramInput
    source : TrackSource
        Its track of the feature ``mel-128`` counts: float32 (column, mel) in [-1, 1] at a regular rate.
    steps : int array, shape (time,), rising
    step_s : float, s

    Returns
    -------
    values : float32 array, shape (time, column, mel)
        `spec.columns` columns; the one at half of them is nearest to the start of the step. What lies outside
        the track is -1; where that nearest column lies outside, all is zeros.
    mask : bool array, shape (time,)
        Whether that nearest column is there; the last one is centred at most 23.2 ms before the sound ends.
        False throughout for a recording that is silent from beginning to end: that is no voice.

    Raises
    ------
    DataError
        If the track has another number of mel bands than the feature.

    Source
    ------
    Aspandi et al. (2022), section 3.4: centred on the frame, with 64 columns to either side. A silent
    recording counts as one without sound: our choice.
    """
    track = source.track(spec.track)
    width, half = spec.columns, spec.columns // 2
    shape = (len(steps), width, spec.feature.columns)
    if track is None or track.timeline.length == 0 or _is_silent(track):
        return np.zeros(shape, np.float32), np.zeros(len(steps), dtype=bool)
    if tuple(track.values.shape[1:]) != shape[2:]:
        raise DataError(
            f"track {spec.track} has rows of shape {tuple(track.values.shape[1:])}; expected {shape[2:]}, "
            "prepare the recording again"
        )
    length = track.timeline.length
    centres = track.timeline.row_at(steps * step_s)
    begins, ends = int(centres[0]) - half, int(centres[-1]) - half + width
    if begins >= 0 and ends <= length:  # as nearly everywhere: nothing but copies
        pictures = np.empty(shape, np.float32)
        rows = np.asarray(track.values[begins:ends])  # a view of a stored track
        for picture, centre in zip(pictures, (centres - centres[0]).tolist(), strict=True):
            picture[:] = rows[centre : centre + width]
        return pictures, np.ones(len(steps), dtype=bool)
    mask = (centres >= 0) & (centres < length)
    pictures = np.empty(shape, np.float32) if mask.all() else np.zeros(shape, np.float32)
    if not mask.any():
        return pictures, mask
    firsts = (centres[mask] - half).tolist()
    low, high = max(0, firsts[0]), min(length, firsts[-1] + width)
    rows = np.asarray(track.values[low:high])
    for place, first in zip(np.flatnonzero(mask).tolist(), firsts, strict=True):
        begin, end = max(first, 0), min(first + width, length)
        picture = pictures[place]
        picture[begin - first : end - first] = rows[begin - low : end - low]
        picture[: begin - first] = SILENCE
        picture[end - first :] = SILENCE
    return pictures, mask


def _is_silent(track: Track) -> bool:
    return track.attributes.get("maximum_power", 1.0) <= LEAST_POWER
