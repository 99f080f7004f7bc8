"""Our numbers beside a table's, row by row, and why they may not be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotrace.config.recipe import Reported
from emotrace.evaluation.comparison import Comparison, compare
from emotrace.evaluation.run_folder import RunFolder
from emotrace.reproduction.plan import Plan, Row

Estimate = dict[str, float | None]


@dataclass(frozen=True)
class Result:
    """A row of the table with what our run gave.

    Parameters
    ----------
    name : str
        Of the recipe or fusion; of another method its own.
    reported : Reported
    ours : dict of metric to estimate or None
        Each ``{"value", "low", "high"}``; None: not measured.
    verdict : str
        Whether the numbers may be compared; why there are none.
    comparable : bool or None
        None: there is nothing of ours.
    """

    name: str
    reported: Reported
    ours: dict[str, Estimate | None]
    verdict: str
    comparable: bool | None


def read_results(plan: Plan, folder: Path, failed: Mapping[str, str], shortened: bool) -> list[Result]:
    """Read what the runs of a table gave.

    Parameters
    ----------
    plan : Plan
    folder : Path
        With a run folder for each job.
    failed : mapping of job to str
        Those that could not be made, and why.
    shortened : bool
        Whether runs had fewer steps than their recipes, by a budget.
    """
    return [_result(row, folder, failed, shortened) for row in plan.rows]


def _result(row: Row, folder: Path, failed: Mapping[str, str], shortened: bool) -> Result:
    nothing: dict[str, Estimate | None] = dict.fromkeys(row.reported.metrics)
    if row.job is None:
        method = Comparison(row.reported, row.reported.partition, {}, ()).method
        return Result(method, row.reported, nothing, "Another method; not trained here.", None)
    if row.job in failed:
        return Result(row.job, row.reported, nothing, f"Not run: {failed[row.job]}", None)
    run = RunFolder.read(folder / row.job)
    partitions = (run.read_metrics() or {"partitions": {}})["partitions"]
    if not partitions:
        return Result(row.job, row.reported, nothing, "Not run: it is not evaluated yet.", None)
    comparison = compare(row.reported, run, partitions)
    whole = partitions[comparison.partition]["concatenated"]
    differences = list(comparison.differences)
    if shortened:
        differences.append("smaller models or fewer steps here, by --budget")
    verdict = f"Not comparable: {'; '.join(differences)}." if differences else comparison.verdict
    ours = {metric: whole.get(metric) for metric in row.reported.metrics}
    return Result(row.job, row.reported, ours, verdict, not differences)


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
                    "comparable": "" if one.comparable is None else ("yes" if one.comparable else "no"),
                    "note": one.verdict,
                }
            )
    return entries
