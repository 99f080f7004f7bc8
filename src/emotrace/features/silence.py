"""A recording whose sound counts as none where it is silent throughout."""

import numpy as np

from emotrace.features.derived import origin_of
from emotrace.features.track import Track, TrackSource

SILENT = 1e-4  # of full scale, -80 dB: louder is no sample of a sound that is silent; our choice
_BLOCK = 1 << 16  # samples looked at together, 4 s at 16 kHz


class WithoutSilence:
    """A `TrackSource` that lacks what another makes of a sound that is silent throughout.

    Media are predicted through it, the features of a prepared corpus are made through it, and its
    recordings are read through it, so that all take the same sounds for none.

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
        """Whether a track is made of a sound that is there and never louder than 80 dB below full scale.

        The sound is looked at once, up to its first loud block.
        """
        if name not in self._silent:
            origin = origin_of(name)
            self._silent[name] = self._never_loud(name) if origin == name else self.is_silent(origin)
        return self._silent[name]

    def _never_loud(self, name: str) -> bool:
        sound = self._source.track(name) if name.startswith("audio-") else None
        if sound is None:
            return False
        blocks = range(0, sound.timeline.length, _BLOCK)
        return all(np.abs(sound.values[begin : begin + _BLOCK]).max() < SILENT for begin in blocks)
