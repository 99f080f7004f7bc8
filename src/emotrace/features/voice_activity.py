"""Where somebody speaks in a clip: the share of a window's energy that lies in the speech band."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emotrace import timing
from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import InputError
from emotrace.features.track import Track

BLOCK_WINDOWS = 4096  # in memory at a time
_SNAP_S = 1e-6

DEFAULTS = VoiceActivitySettings()


@dataclass(frozen=True)
class SpeechRegion:
    """What of a clip is kept: from a little before the first active window to a little after the last.

    Natural pauses in between are kept too, as in the paper.

    Parameters
    ----------
    start_s, end_s : float, s
        Inside the sound. Where no window is active: all of the sound.
    stretches : tuple of (float, float), s
        Start and end of what is kept in between, in order: from `start_s` to `end_s`, but for long pauses.
    found : bool
        Whether any window is active.
    ratios : float64 array, shape (window,), in [0, 1]
        Share of each window's energy in the speech band (eq. 1). NaN: no energy, or a sample is not finite.
    active : bool array, shape (window,)
        Windows that reach the threshold, in runs of `least_windows` or more.
    times_s : float64 array, shape (window,), s
        Start of each window.
    """

    start_s: float
    end_s: float
    stretches: tuple[tuple[float, float], ...]
    found: bool
    ratios: np.ndarray
    active: np.ndarray
    times_s: np.ndarray


def speech_ratios(track: Track, settings: VoiceActivitySettings = DEFAULTS) -> np.ndarray:
    """Share of the energy of every window that lies in the speech band; windows lie wholly in the sound.

    Each window is freed of its mean and multiplied by a Hamming window, so that an offset or a hum
    does not leak into the band (our choice; the paper says nothing).

    Parameters
    ----------
    track : Track
        Sound at a constant rate, float (sample,).
    settings : VoiceActivitySettings

    Returns
    -------
    float64 array, shape (window,), in [0, 1]
        NaN: the window is silent (all samples equal), or one of its samples is not finite.

    Raises
    ------
    InputError
        If the track is no sound, or has too low a rate for the band or for such windows.

    Source
    ------
    Priyasad et al. (2019), eq. 1.

    Examples
    --------
    >>> from emotrace.timing import Timeline
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(1600) / 16000)
    >>> speech_ratios(Track(tone, Timeline.regular(1600, 16000.0))).round(2).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    rate_hz = sound_rate(track, "voice activity")
    if settings.band_hz[1] > rate_hz / 2:
        raise InputError(
            f"sound at {rate_hz:g} Hz holds nothing above {rate_hz / 2:g} Hz; expected a speech band up to "
            f"there, not to {settings.band_hz[1]:g} Hz: set another band_hz"
        )
    size, hop = (timing.sample_count(seconds, rate_hz) for seconds in (settings.window_s, settings.hop_s))
    if size < 2 or hop < 1:
        raise InputError(
            f"window_s is {settings.window_s:g} and hop_s is {settings.hop_s:g}, {size} and {hop} samples at "
            f"{rate_hz:g} Hz; expected at least 2 and 1"
        )
    frequency = np.fft.rfftfreq(size, 1 / rate_hz)
    low, high = settings.band_hz
    inside = (frequency >= low) & (frequency <= high)
    ratios = []
    for windows in sound_windows(track, size, hop):
        with np.errstate(invalid="ignore"):
            windows = windows - windows.mean(axis=1, keepdims=True)
            energy = np.abs(np.fft.rfft(windows * np.hamming(size), axis=1)[:, 1:]) ** 2  # (window, bin)
            heard = np.any(windows != 0, axis=1)
            total = np.where(heard, energy.sum(axis=1), np.nan)
            ratios.append(energy[:, inside[1:]].sum(axis=1) / total)
    return np.concatenate(ratios) if ratios else np.empty(0)


def find_speech(track: Track, settings: VoiceActivitySettings = DEFAULTS) -> SpeechRegion:
    """The part of a clip in which somebody speaks, with a margin before and after.

    Parameters
    ----------
    track : Track
        Sound at a constant rate, float (sample,).
    settings : VoiceActivitySettings

    Returns
    -------
    SpeechRegion

    Raises
    ------
    InputError
        As `speech_ratios`.

    Source
    ------
    Priyasad et al. (2019), section 3.1. That a clip without any active window is kept whole: our choice.

    Examples
    --------
    >>> from emotrace.timing import Timeline
    >>> sound = np.zeros(32000)
    >>> sound[12800:19200] = np.sin(2 * np.pi * 1000 * np.arange(6400) / 16000)
    >>> region = find_speech(Track(sound, Timeline.regular(32000, 16000.0)))
    >>> round(region.start_s, 2), round(region.end_s, 2)
    (0.58, 1.41)
    """
    ratios, rate_hz = speech_ratios(track, settings), sound_rate(track, "voice activity")
    timeline = track.timeline
    begin, end = timeline.start_s, timeline.end_s if timeline.length else timeline.start_s
    hop_s = timing.sample_count(settings.hop_s, rate_hz) / rate_hz
    times_s = begin + np.arange(len(ratios)) * hop_s
    with np.errstate(invalid="ignore"):
        active = _in_runs(ratios >= settings.threshold, settings.least_windows)
    where = times_s[active]
    if len(where) == 0:
        return SpeechRegion(begin, end, ((begin, end),), False, ratios, active, times_s)
    pauses_s = np.diff(where) - settings.window_s
    margins_s = settings.before_s + settings.after_s  # a pause that they fill has nothing to trim off
    breaks = np.flatnonzero((pauses_s >= settings.pause_s - _SNAP_S) & (pauses_s > margins_s))
    firsts, lasts = where[np.append(0, breaks + 1)], where[np.append(breaks, len(where) - 1)]
    stretches = tuple(
        (max(begin, first - settings.before_s), min(end, last + settings.window_s + settings.after_s))
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
    )
    return SpeechRegion(stretches[0][0], stretches[-1][1], stretches, True, ratios, active, times_s)


def _in_runs(active: np.ndarray, least: int) -> np.ndarray:
    """Only what lies in runs of at least so many, bool (window,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    kept = np.zeros_like(active)
    for first, last in edges.reshape(-1, 2).tolist():
        kept[first:last] = last - first >= least
    return kept


def sound_rate(track: Track, wanted_for: str) -> float:
    """Samples per second of a track of sound, Hz.

    Raises
    ------
    InputError
        If the track is no sound: rows of more than a sample, or no constant rate.
    """
    rate_hz = track.timeline.rate_hz
    if rate_hz is None or len(track.values.shape) != 1:
        raise InputError(
            f"the track for {wanted_for} has rows of shape {tuple(track.values.shape[1:])} at "
            f"{rate_hz or 'no constant'} Hz; expected single samples at a constant rate, such as audio-16000"
        )
    return rate_hz


def sound_windows(track: Track, size: int, hop: int) -> Iterator[np.ndarray]:
    """Windows of samples in order, float64 (window, sample), 4,096 at a time; none if it is too short."""
    count = (track.timeline.length - size) // hop + 1
    for first in range(0, count, BLOCK_WINDOWS):
        last = min(first + BLOCK_WINDOWS, count)
        samples = np.asarray(track.values[first * hop : (last - 1) * hop + size], dtype=np.float64)
        yield np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
