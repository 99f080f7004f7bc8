"""Several runs on the same recordings, side by side: differences, tests, costs, a page."""

from emotrace.evaluation.compared.make import compare_runs

__all__ = ["compare_runs"]
