"""`emotrace predict`: media files become traces, as CSV and as pages to look at."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="A run folder of `emotrace train` or `fuse`, one fold of `crossval` (RUN/fold_0), or a "
            ".safetensors checkpoint.",
        ),
    ],
    media: Annotated[
        list[Path],
        typer.Argument(
            metavar="MEDIA",
            help="Video or sound files, or folders that are searched for them at any depth.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")],
    face: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Which face to follow: 0 the largest and most persistent, 1 the next.  [default: as in "
            "training]",
        ),
    ] = None,
    detector: options.Detector = None,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Write what the model itself gives, without the post-processing of the run."
        ),
    ] = False,
    int8: Annotated[
        bool,
        typer.Option(
            "--int8",
            help="Compute large layers in 8-bit integers: quicker for models of full size, and values "
            "differ slightly (on the demo corpus CCC by at most 0.001).",
        ),
    ] = False,
    html: Annotated[bool, typer.Option("--html/--no-html", help="Write a page beside each CSV.")] = True,
) -> None:
    """Trace media files with a trained model: a table <stem>.csv and a page <stem>.html for each.

    A broken file does not stop the others. The table has a row for each step of the model: time_s, face_found
    and each dimension, or the probability of each class; of a model with two inputs or more also based_on,
    the inputs that the step had. What decided each step stands in <stem>_shown.csv, if the model tells it.
    """
    from emotrace.cli import screen
    from emotrace.errors import EmotraceError
    from emotrace.inference import load
    from emotrace.model_card import card_line

    predictor = load(run, int8=int8)
    with suppress(EmotraceError):  # a checkpoint alone has no card
        screen.out.print(screen.one_line(card_line(run)), markup=False)
    failed = predict_media(predictor, media, out, face=face, detector=detector, raw=raw, html=html)
    if failed:
        raise typer.Exit(1)


def predict_media(predictor, media: list[Path], out: Path, **settings) -> int:
    """Predict with a progress bar, list results and failures; the number of failures."""
    from emotrace.cli import screen
    from emotrace.inference import predict_files

    with screen.progress("predict") as bar:
        results = predict_files(predictor, media, out, progress=bar, **settings)
    shared = _shared_by_all(results)
    screen.warn(f"all files: {warning}" for warning in shared)
    for result in results:
        if result.error:
            screen.fail(f"failed: {result.error}")
            continue
        screen.warn(f"{result.path.name}: {warning}" for warning in result.warnings if warning not in shared)
        written = f"{result.csv}  {result.html}" if result.html else result.csv
        if result.decision:
            written = f"{result.decision}; {written}"
        screen.out.print(screen.one_line(f"{result.path.name}: {written}"), markup=False)
    failed = sum(bool(result.error) for result in results)
    screen.out.print(f"{len(results) - failed} of {len(results)} files traced", markup=False)
    return failed


def _shared_by_all(results) -> list[str]:
    """Warnings that every file of several got, which need saying once only."""
    traced = [result.warnings for result in results if not result.error]
    if len(traced) < 2:
        return []
    return [warning for warning in traced[0] if all(warning in others for others in traced[1:])]
