"""Cells: how far what each LSTM cell and gate does follows energy, loudness, pitch and the gold standard."""

from emotrace.insight.analyses.cells.run import ANALYSIS

__all__ = ["ANALYSIS"]
