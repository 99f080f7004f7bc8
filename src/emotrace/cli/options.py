"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.errors import ConfigError

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder that `emotrace train`, `crossval` or `fuse` made.")
]
OneRun = Annotated[
    Path,
    typer.Argument(
        metavar="RUN",
        help="A run folder that `emotrace train` made, or one fold of `crossval` (RUN/fold_0).",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Recordings worked on at the same time.")]
Detector = Annotated[
    Path | None,
    typer.Option(
        "--detector",
        metavar="ONNX",
        help="A file with a face detector, YuNet or CenterFace, to use in place of the CenterFace that is "
        "built in.",
    ),
]
ReaderOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="KEY=VALUE",
        help="An option of the corpus reader (see `emotrace corpora NAME`); may be repeated.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one field of the recipe, such as preset=small or training.steps=500 (RUN/recipe.yaml "
        "of a run has them all); may be repeated.",
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        metavar="PART=FILE",
        help="Let a part of the model start from a file of weights, such as visual.trunk=resnet50.pth; may "
        "be repeated.",
    ),
]


def html_page(out: Path | None) -> Path | None:
    """Callback of an option that names a page to write.

    Raises
    ------
    typer.BadParameter
        If its name does not say so.
    """
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise typer.BadParameter(f"{out}: expected a file that ends in .html")
    return out


def pairs(options: list[str] | None, flag: str) -> dict[str, str]:
    """``["a=b"]`` as ``{"a": "b"}``.

    Raises
    ------
    ConfigError
        If one has no ``=``.
    """
    found = {}
    for option in options or []:
        key, equals, value = option.partition("=")
        if not equals or not key:
            raise ConfigError(f"{flag} {option!r}: expected KEY=VALUE")
        found[key] = value
    return found


def files(options: list[str] | None, flag: str) -> dict[str, Path]:
    """As `pairs`, with the values as paths.

    Raises
    ------
    ConfigError
        As `pairs`, or if a value is empty.
    """
    found = pairs(options, flag)
    for key, value in found.items():
        if not value:
            raise ConfigError(f"{flag} {key}= names no file; expected KEY=FILE")
    return {key: Path(value) for key, value in found.items()}
