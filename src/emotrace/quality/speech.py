"""Where somebody speaks in a prepared recording: the part that is kept, and how much of it is speech."""

from dataclasses import dataclass, field

import numpy as np

from emotrace.features.segments import SEGMENT_S
from emotrace.features.track import Track

TRACK = "feature-speech-segments"


@dataclass(frozen=True)
class SpeechFacts:
    """What voice activity detection says of a recording.

    Parameters
    ----------
    found : bool
        Whether any speech was found; if not, the recording is kept whole.
    start_s, end_s : float, s
        Of the part that is kept, margins included; but for long pauses in it.
    active_share : float in [0, 1]
        Share of speech in the segments that lie in that part.
    shares : float64 array, shape (segment,), in [0, 1]
        Share of speech of every segment.
    times_s : float64 array, shape (segment,), s
        Middle of every segment.
    stretches : tuple of (float, float), s
        Start and end of what is kept; empty: all from `start_s` to `end_s`.
    """

    found: bool
    start_s: float
    end_s: float
    active_share: float
    shares: np.ndarray = field(repr=False)
    times_s: np.ndarray = field(repr=False)
    stretches: tuple[tuple[float, float], ...] = ()

    def kept_share(self, duration_s: float) -> float:
        """Share of a recording that is kept, in [0, 1].

        Examples
        --------
        >>> SpeechFacts(True, 1.0, 2.0, 0.8, np.empty(0), np.empty(0)).kept_share(4.0)
        0.25
        """
        kept_s = sum(end_s - start_s for start_s, end_s in self.kept)
        return min(1.0, kept_s / duration_s) if duration_s > 0 else 1.0

    @property
    def kept(self) -> tuple[tuple[float, float], ...]:
        """Start and end of every stretch that is kept, s."""
        return self.stretches or ((self.start_s, self.end_s),)


def speech_of(track: Track) -> SpeechFacts:
    """Facts of a track ``feature-speech-segments``, by whatever settings.

    Parameters
    ----------
    track : Track
        values float (segment, 2): whether a segment is kept, and its share of speech.
    """
    rows = np.asarray(track.values, dtype=np.float64)
    kept = rows[:, 0] > 0.5
    facts = track.attributes
    return SpeechFacts(
        found=bool(facts["speech_found"]),
        start_s=float(facts["speech_start_s"]),
        end_s=float(facts["speech_end_s"]),
        active_share=float(rows[kept, 1].mean()) if kept.any() else 0.0,
        shares=rows[:, 1],
        times_s=track.timeline.seconds() + SEGMENT_S / 2,
        stretches=tuple((start_s, end_s) for start_s, end_s in facts.get("speech_stretches_s", ())),
    )
