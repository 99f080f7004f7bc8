"""Speech features through openSMILE: what it computes, and tracks of it on emotrace's grids."""

from emotrace.features.speech.engine import SpeechSet, describe
from emotrace.features.speech.tracks import contour, sliding, whole

__all__ = ["SpeechSet", "contour", "describe", "sliding", "whole"]
