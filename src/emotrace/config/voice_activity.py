"""Settings of voice activity detection: what counts as speech, and what is kept around it."""

import math
from typing import Any

from pydantic import field_serializer, field_validator, model_validator

from emotrace.config.feature_settings import FeatureSettings

LONGEST_S = 60.0  # of a window or a margin


class VoiceActivitySettings(FeatureSettings):
    """How speech is told from the rest, and how much is kept around it.

    Source: Priyasad et al. (2019), section 3.1, names band, threshold and margins without values; the values
    are our choice, and so are `least_windows` and `pause_s`. As the paper has it, any active window is speech
    (1) and no pause is too long (inf): then room noise alone makes regions of RAVDESS a fifth longer.
    """

    band_hz: tuple[float, float] = (300.0, 3000.0)  # speech band, both ends in it
    window_s: float = 0.025
    hop_s: float = 0.010  # from the start of a window to that of the next
    threshold: float = 0.6  # a window is active if at least this share of its energy lies in the band
    least_windows: int = 3  # so many active windows in a row are speech; fewer are noise in the band
    before_s: float = 0.2  # kept before the first active window, delta1: the face moves before the voice
    after_s: float = 0.2  # and after the last, delta2
    pause_s: float = 3.0  # a pause so long is trimmed off too, between stretches with margins of their own

    @field_validator("pause_s", mode="before")
    @classmethod
    def _endless(cls, pause_s: Any) -> Any:
        return math.inf if pause_s is None else pause_s  # what files make of an infinite number

    @model_validator(mode="after")
    def _make_sense(self) -> "VoiceActivitySettings":
        low, high = self.band_hz
        if not 0 <= low < high < math.inf:
            raise ValueError(f"band_hz is {self.band_hz}; expected a lower and a higher frequency, from 0 Hz")
        durations = (self.window_s, self.hop_s, self.before_s, self.after_s)
        if not (all(0 <= each <= LONGEST_S for each in durations) and self.window_s > 0 and self.hop_s > 0):
            raise ValueError(
                f"window_s, hop_s, before_s and after_s are {self.window_s}, {self.hop_s}, {self.before_s} "
                f"and {self.after_s}; expected seconds up to {LONGEST_S:g}, the first two above 0"
            )
        if self.hop_s > self.window_s:
            raise ValueError(
                f"hop_s is {self.hop_s:g} and window_s is {self.window_s:g}; expected hop_s up to window_s, "
                "or sound between windows is not heard"
            )
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold is {self.threshold}; expected a share of the energy, 0 to 1")
        if not self.pause_s > 0:
            raise ValueError(f"pause_s is {self.pause_s}; expected seconds above 0, or inf")
        if self.least_windows < 1:
            raise ValueError(f"least_windows is {self.least_windows}; expected a number of windows >= 1")
        return self

    @field_serializer("pause_s", when_used="json")
    def _pause_in_json(self, pause_s: float) -> float | str:
        return "inf" if math.isinf(pause_s) else pause_s  # JSON has no infinite number
