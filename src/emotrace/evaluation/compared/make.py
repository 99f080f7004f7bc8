"""Compares runs: reads, measures, writes page and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotrace.evaluation.compared.costs import cost_rows
from emotrace.evaluation.compared.entrants import common_labels, read_entrants, what_differs
from emotrace.evaluation.compared.files import write_table
from emotrace.evaluation.compared.measured import LEVEL, Measured, measure
from emotrace.evaluation.compared.page import write_page
from emotrace.evaluation.compared.paired import trials_in_words
from emotrace.offline_page.words import plural


@dataclass(frozen=True)
class Compared:
    """What `compare_runs` found and wrote.

    Parameters
    ----------
    page : Path
    tables : Path
        The folder of CSV and LaTeX tables.
    measured : Measured
    costs : list of dict
    warnings : tuple of str
    """

    page: Path
    tables: Path
    measured: Measured
    costs: list[dict[str, Any]]
    warnings: tuple[str, ...]


def compare_runs(
    run_paths: Sequence[str | Path],
    out: str | Path,
    partition: str = "test",
    *,
    media: Mapping[str, str] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Compared:
    """Compare two or more runs on the recordings of one partition, which all must have predicted.

    Parameters
    ----------
    run_paths : sequence of path
        Folders of trainings, cross-validations or fusions, of any systems.
    out : path
        The page to write; tables go into the folder ``<stem>_tables`` beside it: metrics, tests, recordings
        and costs, each as CSV and LaTeX.
    partition : {"train", "development", "test"}
    media : mapping of recording to str, or None
        Links to media, relative to the page.
    draws, seed : int
        Of the bootstrap over subjects, and of the exchanges where they are drawn.

    Returns
    -------
    Compared

    Raises
    ------
    InputError
        If there are fewer than two runs, one is named twice, or the partition is unknown or empty.
    CheckpointError
        If one is no run folder.
    DataError
        If predictions are missing or damaged, the runs are not on the same recordings and labels, or a file
        cannot be written.

    Source
    ------
    Intervals: percentile bootstrap over subjects. Tests: permutation over subjects, Holm (1979). Our choice.
    """
    entrants = read_entrants(run_paths, partition)
    labels = common_labels(entrants)
    measured = measure(entrants, labels, draws=draws, seed=seed)
    warnings = what_differs(entrants)
    if measured.rough is not None:
        warnings.append(measured.rough)
    if measured.least_corrected > LEVEL:
        warnings.append(
            f"{trials_in_words(measured.subjects)} cannot show a difference here: the smallest corrected p "
            f"that they allow with {plural(len(measured.tests), 'test')} is {measured.least_corrected:g}."
        )
    costs = cost_rows(entrants)
    page = Path(out)
    tables = page.with_name(f"{page.stem}_tables")
    metrics = [
        {"run": name, "metric": metric} | score
        for name, scores in measured.metrics.items()
        for metric, score in scores.items()
    ]
    of = f"on the {partition} partition of {measured.subjects} subjects"
    shared = [one.name for one in entrants if one.run.subjects_shared]
    of += f" (subjects shared with training: {', '.join(shared)})" if shared else ""
    for name, rows, caption in (
        ("metrics", metrics, f"Metrics {of}, all recordings end to end, 95 % over subjects"),
        ("tests", measured.tests, f"Paired permutation tests over subjects {of}, Holm's correction"),
        ("recordings", measured.recordings, f"Scores of each recording {of}"),
        ("costs", costs, "Costs of each run"),
    ):
        write_table(tables, name, rows, caption)
    write_page(page, entrants, measured, costs, partition, warnings, media or {})
    return Compared(page, tables, measured, costs, tuple(warnings))
