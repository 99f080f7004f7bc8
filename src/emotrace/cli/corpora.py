"""`emotrace corpora`: the layouts that emotrace reads."""

import json as json_format
from typing import Annotated

import typer


def run(
    name: Annotated[str | None, typer.Argument(help="Show this one's expected folder tree.")] = None,
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
    if json:
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


def _text(value: object) -> str:
    return " + ".join(value) if isinstance(value, list | tuple) else str(value)
