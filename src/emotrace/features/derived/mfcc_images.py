"""MFCC images, one for every segment of 655 ms: static, delta and delta-delta as three channels."""

import numpy as np

from emotrace.features.feature import Feature
from emotrace.features.mfcc_image import (
    COEFFICIENTS,
    COLUMNS,
    RANGES,
    RATE_HZ,
    ImageRows,
    cepstra,
    channels_of,
)
from emotrace.features.segments import HOP_S, SEGMENT_FRAMES, SHIFT_S, segment_starts, whole_segments
from emotrace.features.track import Track
from emotrace.timing import Timeline


def compute(track: Track) -> Track:
    """Pictures of the cepstra of all segments.

    Parameters
    ----------
    track : Track
        Sound at 16 kHz.

    Returns
    -------
    Track
        values float16 (segment, 12288) in [0, 255], which reshape to (segment, 3, 64, 64): channel,
        coefficient, frame; a row for every 0.3 s of the sound. Valid where the segment lies wholly in the
        sound. Sound shorter than a segment has one, its last frame held; sound shorter than a frame has a
        row of zeros that is not valid.

    Raises
    ------
    InputError
        If the track is no sound, or of another rate.

    Source
    ------
    Priyasad et al. (2019), section 3.2. Differences are those of the whole recording, not of each segment:
    our choice, so that segments have no edges of their own.
    """
    begin_s, end_s = track.timeline.start_s, track.timeline.end_s
    starts_s = segment_starts(max(0.0, end_s - begin_s))
    timeline = Timeline.regular(len(starts_s), 1 / SHIFT_S, begin_s)
    rows = cepstra(track)
    if len(rows) == 0:
        nothing = np.zeros((len(starts_s), COLUMNS), np.float16)
        return Track(nothing, timeline, np.zeros(len(starts_s), dtype=bool))
    valid = whole_segments(starts_s, 0.0, end_s - begin_s)
    return Track(ImageRows(channels_of(rows), len(starts_s)), timeline, valid)


FEATURES = (
    Feature(
        name="mfcc-images",
        needs=f"audio-{RATE_HZ}",
        compute=compute,
        blocks=dict.fromkeys(RANGES, COEFFICIENTS * SEGMENT_FRAMES),
        version=1,
        summary=f"64 cepstra, their first and second differences, of 64 frames of {1000 * HOP_S:g} ms, every "
        f"{SHIFT_S:g} s",
        source="priyasad2019, section 3.2",
    ),
)
