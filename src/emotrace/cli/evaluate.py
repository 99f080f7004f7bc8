"""`emotrace evaluate`: predictions of a partition as CSV, and the numbers made from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emotrace.cli import options
from emotrace.offline_page.words import estimate_in_words, plural

if TYPE_CHECKING:
    from emotrace.evaluation.comparison import Comparison

MOST_FOLDS = 10  # shown side by side


def run(
    run: options.Run,
    partition: Annotated[str, typer.Option(help="train, development or test.")] = "test",
    prepared: Annotated[
        Path | None, typer.Option(metavar="PREPARED", help="The prepared corpus, if it has moved.")
    ] = None,
    csv_only: Annotated[
        bool, typer.Option("--csv-only", help="Score the predictions that are there; run no model.")
    ] = False,
) -> None:
    """Write predictions/*.csv and metrics.json, and print the metrics with 95 % intervals."""
    from emotrace.evaluation import evaluate, pool
    from emotrace.evaluation.comparison import compare_all
    from emotrace.evaluation.run_folder import RunFolder
    from emotrace.fusion import is_fused, refresh
    from emotrace.run_files import RunFiles, finished_folds, read_json
    from emotrace.training import predict_folds, predict_partition

    if not csv_only and is_fused(read_json(RunFiles(run).run_json)):
        refresh(run, partition)
    elif not csv_only and finished_folds(read_json(RunFiles(run).run_json)) is not None:
        predict_folds(run, prepared, partition)
        pool(run)
    elif not csv_only:
        predict_partition(run, prepared, partition=partition)
    partitions = evaluate(run, partition)["partitions"]
    show(partitions[partition], partition)
    show_comparison(compare_all(RunFolder.read(run), {partition: partitions[partition]}), partition)


def show(numbers: dict, partition: str) -> None:
    """Print the metrics of one partition, both ways of averaging, and those before post-processing."""
    from emotrace.cli import screen

    counts = plural(numbers["recordings"], "recording"), plural(numbers["subjects"], "subject")
    shared = ", subjects shared with training" if numbers.get("subjects_shared") else ""
    tuned = "before_postprocessing" in numbers and partition == "development"
    here = ", on which post-processing was tuned" if tuned else ""
    title = f"{partition}: {counts[0]} of {counts[1]}{shared}{here}"
    after = ", after it" if "before_postprocessing" in numbers else ""
    columns = {
        "before post-processing [95 %]": numbers.get("before_postprocessing"),
        f"all recordings joined{after} [95 %]": numbers["concatenated"],
        "mean of recordings": numbers.get("mean_of_recordings"),  # classes have none
    }
    shown = {name: cells for name, cells in columns.items() if cells is not None}
    rows = (
        (metric, *(_with_interval(cells.get(metric)) for cells in shown.values()))
        for metric in numbers["concatenated"]
    )
    screen.table(title, ("metric", *shown), rows)
    if "by_fold" in numbers:
        _show_folds(numbers)
    screen.warn(numbers.get("warnings") or ())


def show_comparison(comparisons: "list[Comparison]", partition: str) -> None:
    """Print the paper's rows of this corpus and partition beside the run's numbers; if it has none, all."""
    from emotrace.cli import screen

    chosen = [one for one in comparisons if one.reported.partition == partition] or comparisons
    chosen = [one for one in chosen if one.of_this_corpus] or chosen
    if not chosen:
        return
    verdicts = list(dict.fromkeys(one.verdict for one in chosen))
    rows = [
        (_row_name(one), metric, _plain(number), _plain(one.ours[metric]), verdicts.index(one.verdict) + 1)
        for one in chosen
        for metric, number in one.reported.metrics.items()
    ]
    screen.table("beside the paper", ("reported in", "metric", "paper", "this run", "note"), rows)
    for number, verdict in enumerate(verdicts, 1):
        screen.out.print(f"note {number}: {screen.one_line(verdict)}", markup=False)


def _row_name(one: "Comparison") -> str:
    method = f", {one.method}" if one.method else ""
    table = one.reported.table.removeprefix("Table ")
    place = table if table.startswith("Figure") else f"table {table}"
    return f"{place}{method} ({one.origin})"


def _show_folds(numbers: dict) -> None:
    """Print each metric by fold, where they are few, and its mean and standard deviation."""
    from emotrace.cli import screen

    folds = numbers["by_fold"] if len(numbers["by_fold"]) <= MOST_FOLDS else {}
    title = (
        f"by fold: {plural(len(numbers['by_fold']), 'fold')}; mean and standard deviation (1/n) over folds"
    )
    rows = [
        (
            metric,
            *(_plain(row[metric]) for row in folds.values()),
            _plain(over["mean"]),
            _plain(over["standard_deviation"]),
        )
        for metric, over in numbers["over_folds"].items()
    ]
    screen.table(title, ("metric", *(f"fold {name}" for name in folds), "mean", "sd"), rows)


def _plain(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def _with_interval(cell) -> str:
    if cell is None:
        return "-"
    if not isinstance(cell, dict):
        return f"{cell:.3f}"
    return estimate_in_words(cell)
