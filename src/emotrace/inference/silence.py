"""A media file whose sound counts as none where it is silent throughout."""

import numpy as np

from emotrace.features import Track, TrackSource
from emotrace.features.derived import medium_of
from emotrace.inference.unlike import origin_of

SILENT = 1e-4  # of full scale, -80 dB: louder is no sample of a sound that is silent; our choice
_BLOCK = 1 << 20  # samples looked at together


class WithoutSilence:
    """A `TrackSource` that lacks what another makes of a sound that is silent throughout.

    Parameters
    ----------
    source : TrackSource

    Source
    ------
    Our choice, for every system what `features.spectrogram_pictures` says of spectrograms: silence is no
    voice, and divided by its own standard deviation it would be noise as loud as one.
    """

    def __init__(self, source: TrackSource):
        self._source = source
        self._silent: dict[str, bool] = {}

    @property
    def duration_s(self) -> float:
        """Of the recording, s."""
        return self._source.duration_s

    def track(self, name: str) -> Track | None:
        """The track of that name; None if the recording lacks it, or it is made of silence."""
        return None if self.is_silent(name) else self._source.track(name)

    def is_silent(self, name: str) -> bool:
        """Whether a track is made of a sound that is there and never louder than 80 dB below full scale."""
        origin = origin_of(name)
        if origin not in self._silent:
            sound = self._source.track(origin) if medium_of(origin) == "audio" else None
            self._silent[origin] = sound is not None and _never_loud(sound)
        return self._silent[origin]


def _never_loud(sound: Track) -> bool:
    blocks = range(0, sound.timeline.length, _BLOCK)  # of a sound that is none the first ends it
    return all(np.abs(sound.values[begin : begin + _BLOCK]).max() < SILENT for begin in blocks)
