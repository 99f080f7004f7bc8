"""`emotrace systems`: every system, variant and preset with its size."""

import json as json_format
from typing import Annotated

import typer


def run(json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False) -> None:
    """List systems, their variants and presets, and parameter counts."""
    from emotrace.cli import screen
    from emotrace.config.load import list_recipes
    from emotrace.models import describe

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
    screen.out.print(f"\nRecipes for `emotrace train`: {', '.join(list_recipes())}", markup=False)
