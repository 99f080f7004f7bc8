"""The media clock: seconds since the start of the container, repaired where timestamps break."""

from collections.abc import Callable
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from emotrace.media.container import audio_stream, stream_end_s, video_stream

NOMINAL_S = 0.04  # s, duration of a frame where the file says nothing
_LONGEST_S = 60.0  # s, a longer stated duration of a frame is not believed
_BACK_S = 1.0  # a fall by more is a restart of the timestamps, less is disorder
_AHEAD_S = 10.0  # a jump by more, past the end that the header states, is a broken timestamp
_AHEAD_UNKNOWN_S = 60.0  # the same where the header states no end


class MediaClock:
    """Turns the timestamps of one stream into seconds; 0 is the earliest start of all streams.

    A restart of the timestamps, or a leap far past the end that the header states, is taken as a
    break: the stream goes on without a gap, and one warning is given.

    Parameters
    ----------
    container, stream
        An opened file and the stream whose times are asked for.
    warn : function of a str
        Called once at the first break.

    Source
    ------
    Our choice.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream | AudioStream, warn: Callable[[str], None]
    ):
        starts = [
            float(each.start_time * (each.time_base or 0))
            for each in (video_stream(container), audio_stream(container))
            if each is not None and each.start_time is not None
        ]
        self._zero_s = min(starts, default=None)  # None: the first timestamp, once it is seen
        self._stated_end_s = stream_end_s(stream, self._zero_s or 0.0)
        self._shift_s = 0.0
        self._last_s = 0.0
        self._kind = stream.type
        self._warn = warn
        self._broken = False
        self.time_base = stream.time_base or Fraction(1, 1000)

    @property
    def stated_end_s(self) -> float | None:
        """End of the stream by its header, s; None where the header does not say."""
        return self._stated_end_s

    def place(self, timestamp: int | None, usual_s: float) -> float:
        """Time of a frame in seconds.

        Parameters
        ----------
        timestamp : int or None
            In units of the stream's time base; None: it follows the frame before.
        usual_s : float, s
            Duration of a frame, used where the timestamp is missing or broken.
        """
        expected = self._last_s
        if timestamp is None:
            time_s = expected
        else:
            stamp_s = float(timestamp * self.time_base)
            if self._zero_s is None:
                self._zero_s = stamp_s
            time_s = stamp_s - self._zero_s + self._shift_s
            if self._is_break(time_s):
                self._shift_s += expected - time_s
                time_s = expected
                if not self._broken:
                    self._warn(f"the {self._kind} timestamps break at {expected:.2f} s; taken as continuous")
                self._broken = True
        self._last_s = max(time_s, 0.0) + usual_s
        return time_s

    def end_s(self, time_s: float, lasts_s: float, usual_s: float) -> float:
        """End in seconds of a frame if it is the last: a duration past the stated end is not believed.

        MP4 states durations in decoding order, so that of the last frame shown may be another's.
        """
        if self._stated_end_s is not None and time_s + lasts_s > self._stated_end_s + usual_s / 2:
            lasts_s = min(lasts_s, usual_s)
        return max(time_s, 0.0) + lasts_s

    def _is_break(self, time_s: float) -> bool:
        if time_s < self._last_s - _BACK_S:
            return True
        if self._stated_end_s is None:
            return time_s > self._last_s + _AHEAD_UNKNOWN_S
        return time_s > max(self._last_s, self._stated_end_s) + _AHEAD_S


def believable_s(duration: int | None, time_base, usual_s: float) -> float:
    """A stated duration (in units of the time base) in seconds, or the usual one if it makes no sense.

    Examples
    --------
    >>> believable_s(2, 0.5, 0.04), believable_s(None, 0.5, 0.04), believable_s(10**9, 0.5, 0.04)
    (1.0, 0.04, 0.04)
    """
    lasts_s = float((duration or 0) * time_base)
    return lasts_s if 0 < lasts_s <= _LONGEST_S else usual_s
