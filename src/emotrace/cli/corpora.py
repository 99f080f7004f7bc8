"""`emotrace corpora`: the layouts that emotrace reads."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer


def run(
    name: Annotated[str | None, typer.Argument(help="Show this one's expected folder tree.")] = None,
    inspect: Annotated[
        Path | None,
        typer.Option(
            metavar="ROOT",
            help="List what lies in a folder: names, sizes, header lines and row counts, no values; "
            "so that you can report a layout that differs without breaking the corpus's licence.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List corpora that `emotrace prepare` reads in their original layout."""
    from emotrace.cli import screen
    from emotrace.corpora import describe
    from emotrace.errors import ConfigError

    entries = [entry for entry in describe() if name in (None, entry["name"])]
    if not entries:
        known = ", ".join(entry["name"] for entry in describe())
        raise ConfigError(f"no corpus is named {name!r}; there are: {known}")
    if inspect is not None:
        _inspect(name, inspect, json)
    elif json:
        print(json_format.dumps(entries, indent=1))
    elif name:
        for key, value in entries[0].items():
            if key == "options":
                for option, meaning in value.items():
                    print(f"--option {option}=...: {meaning}")
            else:
                text = _text(value)
                print(f"{key}:\n{text}\n" if "\n" in text else f"{key}: {text}")
    else:
        columns = ("name", "modalities", "labels", "subjects", "licence")
        screen.table("Corpora", columns, ([_text(entry[column]) for column in columns] for entry in entries))


def _inspect(name: str | None, root: Path, json: bool) -> None:
    from dataclasses import asdict

    from emotrace.cli import screen
    from emotrace.corpora.inspection import inspect

    closed: list[str] = []
    groups = inspect(root, closed)
    screen.warn(closed)
    if json:
        print(json_format.dumps([asdict(group) for group in groups], indent=1))
        return
    folder = None
    for group in groups:
        if group.folder != folder:
            folder = group.folder
            screen.out.print(f"{'.' if folder == '.' else folder + '/'}", markup=False, style="bold")
        low, high = (_size(size) for size in group.sizes)
        size = low if low == high else f"{low} to {high}"
        places = "" if group.folders == 1 else f" in {group.folders} folders"
        files = "1 file" if group.count == 1 else f"{group.count} files"
        screen.out.print(f"  {group.names}  {files}{places}, {size}, e.g. {group.example}", markup=False)
        for head in group.heads:
            screen.out.print(f"      {screen.one_line(head)}", markup=False)
    if name is not None:
        screen.out.print(_found(name, root), markup=False)


def _found(name: str, root: Path) -> str:
    """How the adapter fares, in counts: its messages may quote values."""
    from emotrace.corpora import read
    from emotrace.errors import DataError

    try:
        corpus = read(name, root)
    except DataError as error:
        return f"the adapter {name} reads nothing here: {error}"
    return (
        f"the adapter {name} finds {len(corpus.recordings)} recordings and leaves out {len(corpus.skipped)}, "
        f"with {len(corpus.warnings)} warnings; `emotrace check {name} ROOT` says why"
    )


def _size(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _text(value: object) -> str:
    return " + ".join(value) if isinstance(value, list | tuple) else str(value)
