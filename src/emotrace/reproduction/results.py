"""Our numbers beside a table's, row by row, and why they may not be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from emotrace.config.recipe import Reported
from emotrace.evaluation.comparison import Comparison, compare
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.run_settings import RunSettings, settings_of
from emotrace.reproduction.plan import Plan, Row

Estimate = dict[str, float | None]


Kind = Literal["ours", "not run", "other method"]


@dataclass(frozen=True)
class Result:
    """A row of the table with what our run gave.

    Parameters
    ----------
    name : str
        Of the recipe or fusion; of another method its own.
    kind : {"ours", "not run", "other method"}
    reported : Reported
    ours : dict of metric to estimate or None
        Each ``{"value", "low", "high"}``; None: not measured.
    verdict : str
        Whether the numbers may be compared; why there are none.
    comparable : {"yes", "no", "not known", ""}
        Empty: there is nothing of ours.
    warnings : tuple of str
        Of the evaluation.
    confusions : tuple of Comparison and dict, or None
        Where the paper shows a confusion matrix and ours is there: both, ours in the scores of the partition.
    """

    name: str
    kind: Kind
    reported: Reported
    ours: dict[str, Estimate | None]
    verdict: str
    comparable: str = ""
    warnings: tuple[str, ...] = ()
    confusions: tuple[Comparison, dict[str, Any]] | None = None


def read_results(plan: Plan, folder: Path, failed: Mapping[str, str]) -> list[Result]:
    """Read what the runs of a table gave.

    Parameters
    ----------
    plan : Plan
    folder : Path
        With a run folder for each job.
    failed : mapping of job to str
        Those that could not be made, and why.
    """
    sources = {fusion.name: fusion.sources for fusion in plan.fusions}
    return [_result(row, folder, failed, sources.get(row.job or "", ())) for row in plan.rows]


def _result(row: Row, folder: Path, failed: Mapping[str, str], sources: Sequence[str]) -> Result:
    nothing: dict[str, Estimate | None] = dict.fromkeys(row.reported.metrics)
    if row.job is None:
        method = Comparison(row.reported, row.reported.partition, {}, ()).method
        return Result(
            method, "other method", row.reported, nothing, "In the paper alone; no run here makes it."
        )
    if row.job in failed:
        return Result(row.job, "not run", row.reported, nothing, f"Not run: {failed[row.job]}")
    run = RunFolder.read(folder / row.job)
    partitions = (run.read_metrics() or {"partitions": {}})["partitions"]
    if not partitions:
        return Result(row.job, "not run", row.reported, nothing, "Not run: it is not evaluated yet.")
    trained = [RunFolder.read(folder / source) for source in sources] or [run]
    settings = RunSettings.joined(settings_of(one) for one in trained)
    comparison = compare(row.reported, run, partitions, settings)
    scores = partitions[comparison.partition]
    ours = {metric: scores["concatenated"].get(metric) for metric in row.reported.metrics}
    confusions = (comparison, scores) if row.reported.confusion and "confusion" in scores else None
    may = comparison.comparable
    warnings = tuple(f"{comparison.partition}: {text}" for text in scores.get("warnings") or ())
    return Result(row.job, "ours", row.reported, ours, comparison.verdict, may, warnings, confusions)


def as_rows(results: Sequence[Result]) -> list[dict[str, object]]:
    """One entry per row and metric, for CSV."""
    entries: list[dict[str, object]] = []
    for one in results:
        for metric, reported in one.reported.metrics.items():
            ours = one.ours[metric] or {"value": None, "low": None, "high": None}
            entries.append(
                {
                    "row": one.name,
                    "corpus": one.reported.corpus,
                    "partition": one.reported.partition,
                    "metric": metric,
                    "reported": reported,
                    "ours": ours["value"],
                    "low": ours["low"],
                    "high": ours["high"],
                    "comparable": one.comparable,
                    "note": one.verdict,
                }
            )
    return entries
