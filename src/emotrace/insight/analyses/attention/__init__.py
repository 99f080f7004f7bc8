"""Attention: how unevenly a model looks back at its past states, and how well it does where it does so."""

from emotrace.insight.analyses.attention.run import ANALYSIS

__all__ = ["ANALYSIS"]
