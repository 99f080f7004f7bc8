"""Reconstructions: what an auto-encoder gives back of faces and sound, and how near it is, over time."""

from emotrace.insight.analyses.reconstructions.run import ANALYSIS

__all__ = ["ANALYSIS"]
