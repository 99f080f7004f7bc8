"""Run folders to numbers with confidence intervals, and to a report that opens offline."""

from emotrace.evaluation.folds import pool
from emotrace.evaluation.report import write_report
from emotrace.evaluation.scoring import evaluate, evaluate_predictions

__all__ = ["evaluate", "evaluate_predictions", "pool", "write_report"]
