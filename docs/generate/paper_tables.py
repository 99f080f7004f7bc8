"""The tables of a paper, with the numbers that it reports and ours beside them."""

from functools import cache
from typing import Any

from cells import code, markdown_table
from emotrace.config.load import load_recipe
from emotrace.config.paper import load_paper, recipes_of
from emotrace.config.recipe import Reported, ReportedByOthers
from emotrace.reproduction import table_states
from presets import preset_shown
from summaries import Summary, shown, split_shown

Row = tuple[str, Reported]


def paper_tables(paper: str, summaries: list[Summary]) -> list[str]:
    """Sections of a page: which tables there are and what makes them, then the numbers of each.

    Parameters
    ----------
    paper : str
        One of `emotrace.config.paper.papers`.
    summaries : list of Summary
        Of our runs of the paper's recipes.
    """
    states = [one for one in _all_states() if one["paper"] == paper]
    columns = ("table", "what", "made by")
    sections = [
        "## The paper's tables",
        f"*{load_paper(paper).title}*",
        markdown_table(columns, [(one["table"], one["title"], code(one["made_by"])) for one in states]),
    ]
    if summaries:
        sections.append(
            "Rows of ours are beside those of the paper, not comparable where corpus or people differ."
        )
    rows = _rows(paper)
    for one in states:
        own = [(name, row) for name, row in rows if row.table == one["table"]]
        if own:
            title = one["table"] if one["table"].startswith("Figure") else f"Table {one['table']}"
            lines = _numbers(own, summaries).split("\n")
            heading = f"{title}: {one['title']}".replace('"', "'")
            sections.append(f'??? note "{heading}"\n' + "\n".join(f"    {line}" for line in ["", *lines]))
    return sections


@cache
def _all_states() -> list[dict[str, Any]]:
    return table_states()


def _rows(paper: str) -> list[Row]:
    """Every row that a recipe or fusion reports, with its name; of other methods theirs."""
    rows: list[Row] = []
    for name in recipes_of(paper):
        recipe = load_recipe(name)
        rows += [(code(name.partition("/")[2]), row) for row in recipe.reported]
        rows += [(_method(row), row) for row in recipe.reported_by_others]
    for fusion in load_paper(paper).fusions:
        rows += [(f"{code(fusion.name)} (late fusion)", row) for row in fusion.reported]
    unique: list[Row] = []
    for each in rows:
        if each not in unique:  # methods of others stand in several recipes
            unique.append(each)
    return unique


def _method(row: ReportedByOthers) -> str:
    return f"{row.method} on {row.features} (another method)"


def _numbers(rows: list[Row], summaries: list[Summary]) -> str:
    """The rows of a table; below those of a recipe the runs of ours, with the people whom they are of."""
    metrics = list(dict.fromkeys(metric for _, row in rows for metric in row.metrics))
    lines: list[tuple[object, ...]] = []
    for name in dict.fromkeys(name for name, _ in rows):
        for row in (row for own, row in rows if own == name):
            split = row.partition if row.scheme == "fixed" else f"{row.partition}, {row.scheme}"
            people = "" if row.subjects is None else row.subjects
            reported = [f"{row.metrics[metric]:g}" if metric in row.metrics else "" for metric in metrics]
            lines.append((name, row.corpus, split, people, *reported))
        for one in summaries:
            found = [shown(one.metrics[metric]) if metric in one.metrics else "" for metric in metrics]
            if code(one.recipe.partition("/")[2]) == name and any(found):
                preset = preset_shown(one.recipe, one.system, one.variant, one.preset)
                ours = f"**ours**, {preset}" if preset else "**ours**"
                lines.append((ours, one.corpus, split_shown(one), one.subjects, *found))
    named = [metric.replace("_", " ") for metric in metrics]
    return markdown_table(("row", "corpus", "partition", "subjects", *named), lines)
