"""Occlusion: inputs left out, patches of pictures covered, sound silenced, and how far predictions move."""

from emotrace.insight.analyses.occlusion.run import ANALYSIS

__all__ = ["ANALYSIS"]
