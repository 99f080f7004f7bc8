"""Shown: what a model tells beside each prediction, drawn over time and averaged by class and recording."""

from emotrace.insight.analyses.shown.run import ANALYSIS

__all__ = ["ANALYSIS"]
