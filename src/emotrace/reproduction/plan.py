"""What a table of a paper takes: the recipes that report it, and fusions of their runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from emotrace.config.load import load_recipe
from emotrace.config.paper import PaperFusion, find_table, load_paper, recipes_of
from emotrace.config.recipe import Recipe, Reported, ReportedByOthers
from emotrace.errors import ConfigError


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    job : str or None
        Name of the recipe or fusion that makes it; None: another method's, which nothing here trains.
    reported : Reported
    """

    job: str | None
    reported: Reported


@dataclass(frozen=True)
class Plan:
    """What is to be run for a table.

    Parameters
    ----------
    paper, table, title : str
    recipes : tuple of str
        Full names of the recipes to run, those that fusions need among them.
    fusions : tuple of PaperFusion
    rows : tuple of Row
        In the order of recipes, then fusions, then other methods.
    """

    paper: str
    table: str
    title: str
    recipes: tuple[str, ...]
    fusions: tuple[PaperFusion, ...]
    rows: tuple[Row, ...]


def plan_table(paper: str, wanted: str) -> Plan:
    """What a table takes.

    Raises
    ------
    ConfigError
        If there is no such paper or table, or no run makes it.
    """
    table = find_table(paper, wanted)
    if table.shown_by is not None:
        raise ConfigError(
            f"{paper}: {table.table} ({table.title}) is made by no run of its own; expected another table, "
            f"this one is shown by `{table.shown_by}`"
        )
    recipes = {name: load_recipe(name) for name in recipes_of(paper)}
    fusions = [
        one for one in load_paper(paper).fusions if any(row.table == table.table for row in one.reported)
    ]
    rows = [
        Row(name.partition("/")[2], row)
        for name, recipe in recipes.items()
        for row in _of(recipe.reported, table.table)
    ]
    rows += [Row(one.name, row) for one in fusions for row in _of(one.reported, table.table)]
    rows += [Row(None, row) for row in _others(recipes.values(), table.table)]
    needed = {row.job for row in rows} | {source for one in fusions for source in one.sources}
    wanted_recipes = tuple(name for name in recipes if name.partition("/")[2] in needed)
    if not wanted_recipes:
        raise ConfigError(f"{paper}: no recipe reports a number of {table.table}; expected one at least")
    return Plan(paper, table.table, table.title, wanted_recipes, tuple(fusions), tuple(rows))


def _of(reported: tuple[Reported, ...], table: str) -> list[Reported]:
    return [row for row in reported if row.table == table]


def _others(recipes: Iterable[Recipe], table: str) -> list[ReportedByOthers]:
    """Rows of other methods, each once."""
    found: dict[str, ReportedByOthers] = {}
    for recipe in recipes:
        for row in recipe.reported_by_others:
            if row.table == table:
                found.setdefault(row.digest(), row)
    return list(found.values())


def has_folds(recipe: Recipe) -> bool:
    """Whether the recipe is cross-validated."""
    return recipe.partition.scheme != "fixed"
