"""`emotrace systems`: what it prints fits a terminal and names every recipe."""

import json
import re

from emotrace.cli.systems import RECIPES_WIDTH, recipe_lines
from emotrace.config.load import list_recipes


def names_in(lines):
    """What a list without broken lines stands for: system/name."""
    found, system = [], ""
    for line in lines:
        system = line.split()[0] if line[0] != " " else system
        shown = line.removeprefix(system).strip()
        if grouped := re.fullmatch(r"(\S+) \((.+)\)", shown):
            found += [f"{system}/{grouped[1]}{end}" for end in ("", *grouped[2].split(", "))]
        else:
            found += [f"{system}/{name}" for name in shown.split(", ")]
    return found


def test_every_recipe_is_named_once():
    assert sorted(names_in(recipe_lines(list_recipes(), width=10_000))) == sorted(list_recipes())
    assert len(list_recipes()) > 100


def test_lines_are_readable_on_100_columns():
    lines = recipe_lines(list_recipes())
    assert max(map(len, lines)) <= RECIPES_WIDTH == 100
    assert len(" ".join(lines)) > 1000


def test_recipes_of_one_system_and_none():
    assert recipe_lines(["a/b-c", "a/b", "a/bd"]) == ["a  bd", "   b (-c)"]
    assert recipe_lines([]) == []


def test_a_long_list_goes_on_further_in():
    lines = recipe_lines([f"ours/name{n}" for n in range(9)], width=30)
    assert lines[0].startswith("ours  name0, name1")
    assert all(line.startswith("        name") for line in lines[1:]) and len(lines) > 1


def test_the_command_ends_in_the_list(emo):
    said = emo("systems")
    assert said.status == 0
    assert said.out.rstrip().splitlines()[-1] == recipe_lines(list_recipes())[-1]
    assert "`emotrace train`, as SYSTEM/NAME" in said.out
    assert {"name", "preset", "inputs", "source"} <= set(json.loads(emo("systems", "--json").out)[0])
