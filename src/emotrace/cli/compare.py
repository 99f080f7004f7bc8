"""`emotrace compare`: several runs on the same recordings, side by side."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from emotrace.cli import options, screen


def run(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Two or more run folders, evaluated on the partition."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="HTML",
            help="The page to write; tables go beside it.",
            callback=options.html_page,
        ),
    ],
    partition: Annotated[str, typer.Option(help="train, development or test.")] = "test",
    seed: Annotated[int, typer.Option(help="Of the draws of subjects.")] = 0,
) -> None:
    """Compare runs of any systems on the same partition: scores with intervals, paired tests, costs, traces.

    Each run must have been evaluated on that partition (`emotrace evaluate RUN`); metrics are of all
    recordings end to end, intervals and tests over subjects.
    """
    from emotrace.evaluation.compared import compare_runs
    from emotrace.offline_page.words import estimate_in_words

    compared = compare_runs(runs, out, partition, media=_media(runs[0], out), seed=seed)
    screen.warn(compared.warnings)
    found = compared.measured
    screen.table(
        f"scores ({partition}, {found.subjects} subjects)",
        ["run", *found.headlines],
        (
            [name, *(estimate_in_words(scores[metric], "-") for metric in found.headlines)]
            for name, scores in found.metrics.items()
        ),
    )
    screen.table(
        "differences",
        ["runs", "metric", "difference", "p", "p (Holm)"],
        (
            [
                f"{test['a']} - {test['b']}",
                test["metric"],
                estimate_in_words(
                    {"value": test["difference"], "low": test["low"], "high": test["high"]}, "-"
                ),
                f"{test['p']:.4f}",
                f"{test['p_holm']:.4f}",
            ]
            for test in found.tests
        ),
    )
    screen.out.print(screen.one_line(f"{compared.page}, tables in {compared.tables}"), markup=False)


def _media(run_path: Path, page: Path) -> dict[str, str]:
    """Links from the page to the media of the recordings, where the prepared corpus still names them."""
    from emotrace.errors import EmotraceError
    from emotrace.run_files import RunFiles, read_json
    from emotrace.store import open_prepared

    try:
        prepared = open_prepared(str(read_json(RunFiles(run_path).run_json).get("prepared")))
    except EmotraceError:
        return {}
    links = {}
    for recording in prepared.recordings:
        for role in ("video", "audio"):
            path = Path(str((recording.sources.get(role) or {}).get("path", "")))
            if path.is_file():
                links[recording.name] = quote(Path(os.path.relpath(path, page.parent)).as_posix())
                break
    return links
