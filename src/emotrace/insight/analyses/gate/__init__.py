"""Gate: which of two modalities a model takes more of, and how well it does where it leans to one."""

from emotrace.insight.analyses.gate.run import ANALYSIS

__all__ = ["ANALYSIS"]
