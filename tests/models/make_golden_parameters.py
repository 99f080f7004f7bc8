"""Writes golden_parameters.json: parameter counts of every variant and preset.

Run it after a wanted change of a size, and look at the diff:

    python tests/models/make_golden_parameters.py
"""

import json
from pathlib import Path

from emotrace.models import describe

GOLDEN = Path(__file__).with_name("golden_parameters.json")


def counts() -> dict[str, dict[str, list[int]]]:
    """``{"system/variant": {preset: [training, inference]}}``."""
    found: dict[str, dict[str, list[int]]] = {}
    for entry in describe():
        both = [entry["parameters_training"], entry["parameters_inference"]]
        found.setdefault(entry["name"], {})[entry["preset"]] = both
    return found


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(counts(), indent=1) + "\n")
