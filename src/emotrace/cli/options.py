"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.errors import ConfigError

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder that `emotrace train` made.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Recordings worked on at the same time.")]
Detector = Annotated[
    Path | None,
    typer.Option(
        "--detector",
        metavar="ONNX",
        help="A face detector to use in place of CenterFace (YuNet or CenterFace).",
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
        help="Change one field of the recipe, such as preset=small or training.steps=500; may be repeated.",
    ),
]


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
