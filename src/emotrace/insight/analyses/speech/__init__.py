"""Speech: where voice activity finds it, which segments vote, and their MFCC images."""

from emotrace.insight.analyses.speech.run import ANALYSIS

__all__ = ["ANALYSIS"]
