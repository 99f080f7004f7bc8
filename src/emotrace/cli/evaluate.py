"""`emotrace evaluate`: predictions of a partition as CSV, and the numbers made from them."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options

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
    from emotrace.run_files import RunFiles, finished_folds, read_json
    from emotrace.training import predict_folds, predict_partition

    if not csv_only and finished_folds(read_json(RunFiles(run).run_json)) is not None:
        predict_folds(run, prepared, partition)
        pool(run)
    elif not csv_only:
        predict_partition(run, prepared, partition=partition)
    show(evaluate(run, partition)["partitions"][partition], partition)


def show(numbers: dict, partition: str) -> None:
    """Print the metrics of one partition, both ways of averaging."""
    from emotrace.cli import screen

    counts = _count(numbers["recordings"], "recording"), _count(numbers["subjects"], "subject")
    shared = ", subjects shared with training" if numbers.get("subjects_shared") else ""
    title = f"{partition}: {counts[0]} of {counts[1]}{shared}"
    means = numbers.get("mean_of_recordings", {})
    rows = (
        (name, _with_interval(cell), _with_interval(means.get(name)))
        for name, cell in numbers["concatenated"].items()
    )
    screen.table(title, ("metric", "all recordings joined [95 %]", "mean of recordings"), rows)
    if "by_fold" in numbers:
        _show_folds(numbers)


def _show_folds(numbers: dict) -> None:
    """Print each metric by fold, where they are few, and its mean and standard deviation."""
    from emotrace.cli import screen

    folds = numbers["by_fold"] if len(numbers["by_fold"]) <= MOST_FOLDS else {}
    title = (
        f"by fold: {_count(len(numbers['by_fold']), 'fold')}; mean and standard deviation (1/n) over folds"
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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _with_interval(cell) -> str:
    if cell is None:
        return "-"
    if not isinstance(cell, dict):
        return f"{cell:.3f}"
    if cell["value"] is None:
        return "undefined"
    if cell.get("low") is None:
        return f"{cell['value']:.3f}"
    return f"{cell['value']:.3f} [{cell['low']:.3f}, {cell['high']:.3f}]"
