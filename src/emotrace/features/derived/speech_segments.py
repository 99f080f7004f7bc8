"""Which segments of 655 ms lie where somebody speaks; the others are trimmed off, sound and picture alike."""

import numpy as np

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.features.feature import Feature
from emotrace.features.segments import SEGMENT_S, SHIFT_S, segment_starts, whole_segments
from emotrace.features.track import Track
from emotrace.features.voice_activity import DEFAULTS, find_speech
from emotrace.timing import Timeline

INSIDE, ACTIVE = "inside_region", "active_share"


def compute(track: Track, settings: VoiceActivitySettings = DEFAULTS) -> Track:
    """Whether each segment lies in the region of speech, and how much of it is speech.

    Parameters
    ----------
    track : Track
        Sound at a constant rate.
    settings : VoiceActivitySettings

    Returns
    -------
    Track
        values float32 (segment, 2), a row for every 0.3 s: 1 if the segment lies wholly in a stretch of
        speech and 0 if not (of a stretch shorter than a segment the one that has most of it is 1); share of
        the segment's windows that are active, in [0, 1]. Attributes: ``speech_found``; ``speech_start_s`` and
        ``speech_end_s`` of the region with its margins; ``speech_stretches_s``, start and end of each stretch
        in it. A clip in which no speech is found is kept whole.

    Raises
    ------
    InputError
        If the track is no sound, or has too low a rate for the speech band or for such windows.

    Source
    ------
    Priyasad et al. (2019), section 3.1; see `features.voice_activity`.
    """
    begin_s = track.timeline.start_s
    region = find_speech(track, settings)
    starts_s = begin_s + segment_starts(max(0.0, track.timeline.end_s - begin_s))
    inside = np.zeros(len(starts_s), dtype=bool)
    for stretch in region.stretches:
        inside |= whole_segments(starts_s, *stretch)
    # windows that lie wholly in a segment
    firsts = np.searchsorted(region.times_s, starts_s - 1e-6)
    lasts = np.searchsorted(region.times_s, starts_s + SEGMENT_S - settings.window_s + 1e-6)
    lasts = np.maximum(firsts, lasts)  # no window lies in a segment that is shorter
    active = np.concatenate([[0], np.cumsum(region.active)])
    shares = (active[lasts] - active[firsts]) / np.maximum(lasts - firsts, 1)
    return Track(
        values=np.stack([inside, shares], axis=1).astype(np.float32),
        timeline=Timeline.regular(len(starts_s), 1 / SHIFT_S, begin_s),
        attributes={
            "speech_found": region.found,
            "speech_start_s": round(region.start_s, 6),
            "speech_end_s": round(region.end_s, 6),
            "speech_stretches_s": [[round(time_s, 6) for time_s in each] for each in region.stretches],
        },
    )


FEATURES = (
    Feature(
        name="speech-segments",
        needs="audio-16000",
        compute=compute,
        blocks={"speech": 2},
        columns=(INSIDE, ACTIVE),
        settings=DEFAULTS,
        version=2,  # pauses of 3 s or more are trimmed off too
        summary="whether a segment of 655 ms lies where somebody speaks, every 0.3 s",
        source="priyasad2019, section 3.1, eq. 1",
    ),
)
