"""The application: all commands under the one name `emotrace`."""

from typing import Annotated

import typer

from emotrace import __version__
from emotrace.cli import (
    check,
    compare,
    corpora,
    crossval,
    demo,
    evaluate,
    fuse,
    gold,
    insight,
    predict,
    prepare,
    report,
    reproduce,
    systems,
    train,
)

app = typer.Typer(
    help="Trace emotion through time: arousal and valence of each moment of a recording.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"emotrace {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for command in (
    demo, systems, corpora, check, gold, prepare, train, crossval, fuse, evaluate, compare, predict, insight,
    report, reproduce
):  # fmt: skip
    summary = (command.run.__doc__ or "").partition("\n")[0]
    app.command(command.__name__.rpartition(".")[2], short_help=summary)(command.run)
