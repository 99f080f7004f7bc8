"""Tracks of speech features: one row per frame, per step from a sliding window, or per recording."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from emotrace import timing
from emotrace.features.speech.engine import SpeechSet, describe
from emotrace.features.track import Track
from emotrace.timing import Timeline

STEP_S = 0.04
WINDOW_S = 3.0
# Windows follow each other step by step, so the first is centred on the middle of this step:
_FIRST_CENTRED = round((WINDOW_S - STEP_S) / 2 / STEP_S)
_SLIDING = Path(__file__).with_name("sliding_functionals.conf")


def contour(track: Track, wanted: SpeechSet, rate_hz: float) -> Track:
    """A row per frame, named by the start of its frame: low-level descriptors as they run.

    Parameters
    ----------
    track : Track
        Sound.
    wanted : SpeechSet
        Of the level ``lld``, or one of as many rows per second.
    rate_hz : float
        Frames per second.

    Returns
    -------
    Track
        float32 (frame, column). Frames lie wholly inside the sound. Sound too short for a frame: one
        row of NaN, not valid.

    Examples
    --------
    >>> from emotrace.features.derived import is10_short
    >>> sound = Track(np.zeros(16000, np.float32), Timeline.regular(16000, 16000.0))
    >>> contour(sound, is10_short.SHORT, 25.0).values.shape
    (25, 76)
    """
    rows = describe(track, wanted)
    return _track(rows, Timeline.regular(max(1, len(rows)), rate_hz, track.timeline.start_s), wanted)


def sliding(track: Track, wanted: SpeechSet) -> Track:
    """Functionals over 3 s for every step of 40 ms, the window centred on the middle of the step.

    Step ``j`` gets the window from 1.48 s before its start to 1.48 s after its end, as near to the
    AVEC baselines as a grid named by starts comes (theirs are centred on the instant ``0.04 j``, which
    with 3 s is no whole number of steps). So a step sees 1.48 s ahead. As there, the first window is
    held for the steps before it and the last for those after it: the track covers all the sound.

    Frames are computed once over the whole sound and the windows slide over them (300 frames of 10 ms
    each): 72 (eGeMAPS) and 13 (ComParE) times less work than describing each window as a sound of its own,
    and only the ends of the recording have edges.

    Parameters
    ----------
    track : Track
        Sound.
    wanted : SpeechSet
        Of the level ``func``, without options.

    Returns
    -------
    Track
        float32 (step, column). Sound shorter than a window (3.04 s with its last frame): the functionals
        over all of it, for every step. Too short for a frame: NaN, not valid.

    Source
    ------
    AVEC 2015 and 2016 baselines: windows of fixed length, shifted by 40 ms; that they are centred and
    held at both ends: notes of the AVEC 2016 challenge. The middle of the step: our choice.

    Examples
    --------
    >>> from emotrace.features.derived import egemaps
    >>> sound = Track(np.zeros(64000, np.float32), Timeline.regular(64000, 16000.0))
    >>> sliding(sound, egemaps.FUNCTIONALS).values.shape
    (100, 88)
    """
    options: dict[str, str | float] = {
        "frameModeFunctionalsConf": str(_SLIDING),
        "windowS": WINDOW_S,
        "stepS": STEP_S,
    }
    windows = describe(track, replace(wanted, options=options))
    if len(windows) == 0:
        windows = describe(track, wanted)
    steps = timing.step_count(_duration_s(track), STEP_S)
    at = np.clip(np.arange(steps) - _FIRST_CENTRED, 0, max(0, len(windows) - 1))
    rows = windows[at] if len(windows) else windows
    return _track(rows, Timeline.regular(steps, 1 / STEP_S, track.timeline.start_s), wanted)


def whole(track: Track, wanted: SpeechSet) -> Track:
    """Functionals over the whole recording: one row, as long as the sound.

    Parameters
    ----------
    track : Track
        Sound.
    wanted : SpeechSet
        Of the level ``func``.

    Returns
    -------
    Track
        float32 (1, column). Too short for a frame: NaN, not valid.
    """
    rows = describe(track, wanted)
    rate_hz = 1 / max(STEP_S, _duration_s(track))
    return _track(rows, Timeline.regular(1, rate_hz, track.timeline.start_s), wanted)


def _duration_s(track: Track) -> float:
    return track.timeline.end_s - track.timeline.start_s if track.timeline.length else 0.0


def _track(rows: np.ndarray, timeline: Timeline, wanted: SpeechSet) -> Track:
    if len(rows):
        return Track(rows, timeline)
    nothing = np.full((timeline.length, len(wanted.columns)), np.nan, np.float32)
    return Track(nothing, timeline, np.zeros(timeline.length, dtype=bool))
