"""`emotrace insight`: what a trained model learned inside, on recordings that it has not seen."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    run: options.OneRun,
    prepared: Annotated[
        Path | None, typer.Option(metavar="PREPARED", help="The prepared corpus, if it has moved.")
    ] = None,
    partition: Annotated[str, typer.Option(help="train, development or test.")] = "test",
    recording: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The recording that is drawn over time; else a typical one."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="OTHER_RUN",
            help="Another run: what this one gains over it where attention or gate decide.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Make this analysis alone, such as occlusion, with a page of its own; may be repeated.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder to write; else RUN/insight.")
    ] = None,
) -> None:
    """Write insight.html, figures and tables: what goes on inside the model, and what predictions hang on.

    What cells follow in the sound needs the extra opensmile for loudness and pitch.
    """
    from emotrace.cli import screen
    from emotrace.insight import examine, make_insight

    with screen.progress("insight") as bar:
        examined = examine(run, prepared, partition, drawn=recording, against=against, progress=bar)
        page, found = make_insight(examined, out, only=only)
    for name, findings in found.items():
        screen.warn(findings.warnings)
        columns = list(findings.headline[0]) if findings.headline else []
        cells = ([_cell(value) for value in row.values()] for row in findings.headline)
        screen.table(f"{name} ({partition})", columns, cells)
    screen.out.print(screen.one_line(page), markup=False)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
