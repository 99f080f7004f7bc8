"""`emotrace reproduce`: a paper's table, trained anew on your corpus, beside the reported numbers."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emotrace.cli import options, screen

if TYPE_CHECKING:
    from emotrace.reproduction import Reproduced


def run(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="A system, such as nguyen2020.")],
    prepared: Annotated[Path, typer.Argument(metavar="PREPARED", help="A prepared corpus.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the runs; tables may share it.")
    ],
    table: Annotated[
        str | None,
        typer.Option(metavar="N", help="Its number (`emotrace systems --tables`); else all tables."),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Such as 10m, for all tables of this call: small presets and as many of the steps as fit.",
        ),
    ] = None,
    set_: options.Set = None,
    weights: options.Weights = None,
    accelerator: Annotated[
        str, typer.Option(metavar="cpu|gpu|auto", help="What to train on; auto takes a GPU if there is one.")
    ] = "cpu",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Runs at the same time; they share the cores.")
    ] = 1,
    engine: Annotated[str, typer.Option(help="local or ray.")] = "local",
    ray_address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of a running cluster, for --engine ray.")
    ] = None,
) -> None:
    """Train what a table of a paper takes, and print the paper's numbers beside ours.

    Run it again after a kill or a failure: what is done is left. Rows that cannot be compared with the
    paper's, because corpus, partition, people or settings differ, say so.
    """
    from emotrace.config.paper import load_paper
    from emotrace.reproduction import reproduce

    tables = [table] if table else [one.table for one in load_paper(paper).tables if one.shown_by is None]
    failed = 0
    for number in tables:
        made = reproduce(
            paper,
            number,
            prepared,
            out,
            budget=budget,
            budget_for=tables,
            overrides=set_ or [],
            weights=options.files(weights, "--weights"),
            accelerator=accelerator,
            jobs=jobs,
            threads=max(1, (os.cpu_count() or 1) // jobs),
            engine=engine,
            ray_address=ray_address,
            tell=lambda text: screen.err.print(screen.one_line(text), markup=False),
        )
        _show(made)
        failed += len(made.failed)
    if failed:
        raise typer.Exit(1)


def _show(made: "Reproduced") -> None:
    verdicts = list(dict.fromkeys(one.verdict for one in made.results if one.kind == "ours"))
    rows = []
    for one in made.results:
        note = str(verdicts.index(one.verdict) + 1) if one.kind == "ours" else "-"
        where = f"{one.reported.corpus}, {one.reported.partition}"
        for metric, reported in one.reported.metrics.items():
            rows.append((one.name, where, metric, f"{reported:.3f}", _ours(one.ours[metric]), note))
    title = made.plan.table if made.plan.table.startswith("Figure") else f"Table {made.plan.table}"
    columns = ("row", "paper's corpus", "metric", "paper", "ours [95 %]", "note")
    screen.table(f"{made.plan.paper}, {title}: {made.plan.title}", columns, rows)
    for number, verdict in enumerate(verdicts, 1):
        screen.out.print(f"note {number}: {screen.one_line(verdict)}", markup=False)
    for name, why in made.failed.items():
        screen.fail(f"not run: {name}: {why}")
    screen.out.print(screen.one_line(f"{made.page}, {made.table}"), markup=False)


def _ours(score: dict[str, float | None] | None) -> str:
    from emotrace.offline_page.words import estimate_in_words

    return "-" if score is None else estimate_in_words(score, "-")
