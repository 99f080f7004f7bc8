"""`emotrace report`: a run as one HTML page that opens offline."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    run: options.Run,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="HTML", help="File to write.", callback=options.html_page),
    ] = None,
) -> None:
    """Draw predictions against gold, the V-A plane, learning curves and tables."""
    from emotrace.cli import screen
    from emotrace.evaluation import write_report

    screen.out.print(f"report: {write_report(run, out)}", markup=False)
