"""`emotrace systems`: every system, variant and preset with its size, and the recipes that there are."""

import json as json_format
import textwrap
from collections.abc import Iterable
from typing import Annotated

import typer

RECIPES_WIDTH = 100  # columns, so that the list is read on any terminal


def run(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    tables: Annotated[
        bool, typer.Option("--tables", help="List the tables and figures of the papers and what makes them.")
    ] = False,
) -> None:
    """List systems, their variants and presets, parameter counts, and recipes; or the papers' tables."""
    from emotrace.cli import screen
    from emotrace.config.load import list_recipes
    from emotrace.models import describe

    if tables:
        _list_tables(json)
        return
    entries = describe()
    if json:
        print(json_format.dumps(entries, indent=1))
        return
    rows = (
        (
            entry["name"],
            entry["preset"],
            f"{entry['parameters_training']:,}",
            f"{entry['parameters_inference']:,}",
            " + ".join(entry["inputs"]),
            entry["summary"],
        )
        for entry in entries
    )
    columns = ("system/variant", "preset", "parameters (training)", "(inference)", "inputs", "what")
    screen.table("Systems (the first preset of each is the default)", columns, rows)
    screen.out.print(
        "\nRecipes for `emotrace train`, as SYSTEM/NAME; -x in brackets is added to the name before them:",
        markup=False,
    )
    for line in recipe_lines(list_recipes()):
        screen.out.print(line, markup=False)


def _list_tables(as_json: bool) -> None:
    from emotrace.cli import screen
    from emotrace.reproduction import table_states

    entries = table_states()
    if as_json:
        print(json_format.dumps(entries, indent=1))
        return
    columns = ("paper", "table", "what", "state", "made by")
    keys = ("paper", "table", "title", "state", "made_by")
    rows = (tuple(one[key] for key in keys) for one in entries)
    screen.table("Tables and figures of the papers", columns, rows)


def recipe_lines(recipes: Iterable[str], width: int = RECIPES_WIDTH) -> list[str]:
    """Names of recipes, a paragraph for each system; those that go on from another stand on its own lines.

    Parameters
    ----------
    recipes : iterable of str
        ``system/name``.
    width : int
        Columns.

    Examples
    --------
    >>> recipe_lines(["ours/ecg", "ours/ecg-mae", "ours/ecg-mse", "ours/face", "theirs/face-96"])
    ['ours    face', '        ecg (-mae, -mse)', 'theirs  face-96']
    """
    by_system: dict[str, dict[str, list[str]]] = {}
    for recipe in sorted(recipes):
        system, _, name = recipe.partition("/")
        groups = by_system.setdefault(system, {})
        stem = next((stem for stem in groups if name.startswith(f"{stem}-")), None)
        if stem is None:
            groups[name] = []
        else:
            groups[stem].append(name.removeprefix(stem))
    indent = max(map(len, by_system), default=0) + 2
    lines = []
    for system, groups in by_system.items():
        alone = [stem for stem, ends in groups.items() if not ends]
        shown = [", ".join(alone)] if alone else []
        shown += [f"{stem} ({', '.join(ends)})" for stem, ends in groups.items() if ends]
        for first, text in zip([system, *[""] * len(shown)], shown, strict=False):
            lines += _wrapped(text, width, first.ljust(indent))
    return lines


def _wrapped(text: str, width: int, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent=" " * (len(start) + 2),
        break_on_hyphens=False,
        break_long_words=False,
    )
