"""Restored: pictures degraded in every way, and what a model's generator makes of them."""

from emotrace.insight.analyses.restored.run import ANALYSIS

__all__ = ["ANALYSIS"]
