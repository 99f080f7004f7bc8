"""A paper's errors by level, as it prints them, with this run's and the other's in the same columns."""

from collections.abc import Sequence
from html import escape

from emotrace.config.paper import PaperLevels, load_paper, papers
from emotrace.insight.drawn import against_name
from emotrace.insight.examined import Examined
from emotrace.insight.levels import Errors, Scored
from emotrace.offline_page.tables import table, value


def paper_cards(examined: Examined, analysis: str, scored: Sequence[Scored]) -> str:
    """HTML of a card for each table of the paper that has the run's variant; empty if there is none."""
    system, _, variant = examined.meta.name.partition("/")
    if system not in papers():
        return ""
    found = [one for one in load_paper(system).levels if one.analysis == analysis and variant in one.rows]
    return "".join(_card(one, examined, variant, scored) for one in found)


def _card(levels: PaperLevels, examined: Examined, variant: str, scored: Sequence[Scored]) -> str:
    head = ["", *(f"{kind}<br>{level:g}" for level in levels.thresholds for kind in ("RMSE", "correlation"))]
    rows = []
    for name, printed in levels.rows.items():
        cells = [
            _pair(numbers[place])
            for place in range(len(levels.thresholds))
            for numbers in (printed.rmse, printed.correlation)
        ]
        rows.append([f"<b>{escape(name)}</b>" if name == variant else escape(name), *cells])
    rows.append(["<b>this run</b>", *_ours(levels, {_place(one): one.own for one in scored})])
    against = against_name(examined)
    if against:
        others = {_place(one): one.other for one in scored}
        rows.append([f"the other, {escape(against)}", *_ours(levels, others)])
    corpus = examined.meta.corpus or "not known"
    return (
        f'<div class="card"><h3>Table {escape(levels.table)} of the paper, on {escape(levels.corpus)}</h3>'
        f'<p class="hint">{escape(" / ".join(levels.labels))}, where the measure is beyond each threshold. '
        f"The last lines are of {escape(corpus)}, partition {escape(examined.partition)}; they compare "
        "with the paper's only if that is the same corpus, split in the same way.</p>"
        f"{table(head, rows)}</div>"
    )


def _place(one: Scored) -> tuple[float | None, str]:
    return one.level.threshold, one.dimension


def _ours(levels: PaperLevels, found: dict[tuple[float | None, str], Errors | None]) -> list[str]:
    cells = []
    for threshold in levels.thresholds:
        own = [found.get((threshold, label)) for label in levels.labels]
        cells.append(_pair([None if one is None else one.rmse for one in own]))
        cells.append(_pair([None if one is None else one.correlation for one in own]))
    return cells


def _pair(numbers: Sequence[float | None]) -> str:
    return " / ".join(value(number, 2) for number in numbers)
