"""All tables of all papers, and what makes each of them."""

from collections import Counter
from typing import Any

from emotrace.config.load import load_recipe
from emotrace.config.paper import load_paper, papers, recipes_of
from emotrace.offline_page.words import plural


def table_states() -> list[dict[str, Any]]:
    """One entry per table: ``paper``, ``table``, ``title``, ``state``, ``runs``, ``numbers``, ``made_by``.

    Returns
    -------
    list of dict
        ``state``: in words; ``runs``: recipes and fusions that report a row of it; ``numbers``: reported
        ones that stand in recipes and beside them, those of other methods among them; ``made_by``: the
        command.
    """
    entries = []
    for paper in papers():
        facts = load_paper(paper)
        runs, numbers = Counter[str](), Counter[str]()
        for name in recipes_of(paper):
            recipe = load_recipe(name)
            runs.update({row.table for row in recipe.reported})
            for row in (*recipe.reported, *recipe.reported_by_others):
                numbers[row.table] += len(row.metrics) + sum(map(len, (row.confusion or {}).values()))
        for fusion in facts.fusions:
            runs.update({row.table for row in fusion.reported})
            for row in fusion.reported:
                numbers[row.table] += len(row.metrics)
        for levels in facts.levels:
            numbers[levels.table] += levels.numbers
        for one in facts.tables:
            made_by = (
                one.shown_by or f"emotrace reproduce {paper} --table {_quoted(one.table)} PREPARED -o DIR"
            )
            entries.append(
                {
                    "paper": paper,
                    "table": one.table,
                    "title": one.title,
                    "state": _state(runs[one.table], numbers[one.table]),
                    "runs": runs[one.table],
                    "numbers": numbers[one.table],
                    "made_by": made_by,
                }
            )
    return entries


def _state(runs: int, numbers: int) -> str:
    if not numbers:
        return "shown"
    return f"{plural(runs, 'run') if runs else 'shown'} beside {plural(numbers, 'number')}"


def _quoted(table: str) -> str:
    return f"'{table}'" if " " in table else table
