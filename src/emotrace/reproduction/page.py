"""The page of a reproduced table: reported and our numbers, as a table and a picture."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from emotrace.evaluation.class_tables import confusion_table
from emotrace.evaluation.reported_confusion import reported_confusions
from emotrace.evaluation.tables import estimate, metric_name, verdict_in_html
from emotrace.offline_page.key import key
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import (
    GOLD,
    INK,
    PREDICTED,
    Figure,
    axis,
    base_layout,
    error_bars,
    note,
    plain,
)
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural
from emotrace.reproduction.plan import Plan
from emotrace.reproduction.results import Result


def write_page(path: Path, plan: Plan, results: Sequence[Result], corpus: str, remark: str) -> None:
    """Write the page whole or not at all.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    page = Page()
    made = [one for one in results if one.kind == "ours"]
    for comparable, what in (
        ("no", "cannot be compared with the paper's"),
        ("not known", "may not be comparable with the paper's"),
    ):
        odd = [one for one in made if one.comparable == comparable]
        if odd:
            page.warnings.append(f"{plural(len(odd), 'row')} of {len(made)} {what}; each says why.")
    lacking = sorted({one.name for one in results if one.kind == "not run"})
    if lacking:
        page.warnings.append(f"Not run: {', '.join(lacking)}.")
    if remark:
        page.warnings.append(remark)
    page.warnings += dict.fromkeys(text for one in made for text in one.warnings)
    for kind in dict.fromkeys(metric.partition("_")[0] for one in made for metric in one.reported.metrics):
        figure = _figure(kind, made)
        if figure is not None:
            page.body.append(f'<div class="card">{key(figure)}{page.figure(figure)}</div>')
    page.body.append(
        '<div class="card"><p class="hint">Ours: of all recordings end to end, with 95 % intervals over '
        f"subjects. Each run is a folder beside this page.</p>{_table(results)}</div>"
    )
    for comparison, scores in (one.confusions for one in made if one.confusions):
        page.body.append(
            f'<div class="pair">{reported_confusions([comparison])}<div class="card"><h3>Ours</h3>'
            f'<p class="hint">Shaded by share of the known class.</p>{confusion_table(scores)}</div></div>'
        )
    number = plan.table if plan.table.startswith("Figure") else f"Table {plan.table}"
    page.write(
        path,
        title=f"{plan.paper} {number} · emotrace",
        kicker="emotrace reproduce",
        heading=f"{escape(plan.paper)}<span class='slash'> / </span>{escape(number)}",
        lead=escape(f"{plan.title}, on {corpus}"),
        facts="",
        source=path.parent.name,
        ending="Every number can be computed again from <code>predictions/*.csv</code> of each run.",
    )


def _table(results: Sequence[Result]) -> str:
    verdicts = list(dict.fromkeys(one.verdict for one in results if one.kind == "ours"))
    rows = []
    for one in results:
        said = _verdict(one, verdicts.index(one.verdict) + 1) if one.kind == "ours" else escape(one.verdict)
        people = "" if one.reported.subjects is None else f", {plural(one.reported.subjects, 'subject')}"
        where = f"{one.reported.corpus}, {one.reported.partition}{people}"
        for i, (metric, reported) in enumerate(one.reported.metrics.items()):
            ours = one.ours[metric]
            first = i == 0
            rows.append(
                [
                    f"{escape(one.name)}<br><small>{escape(where)}</small>" if first else "",
                    escape(metric_name(metric)),
                    value(reported),
                    value(None) if ours is None else estimate(ours),
                    said if first else "",
                ]
            )
    notes = "".join(f"<li>{escape(verdict)}</li>" for verdict in verdicts)
    return f'{table(["row", "metric", "paper", "ours", ""], rows, "comparison")}<ol class="hint">{notes}</ol>'


def _verdict(one: Result, note: int) -> str:
    """Its first words; the number of the note below the table that says why."""
    return f"{verdict_in_html(one.verdict.partition(':')[0], one.comparable)}, note {note}"


def _figure(kind: str, made: Sequence[Result]) -> Figure | None:
    """Reported and our numbers of one kind of metric, a line per row and label; see `key`."""
    entries = [
        (_line(one, metric.partition("_")[2]), reported, score)
        for one in made
        for metric, reported in one.reported.metrics.items()
        if metric.partition("_")[0] == kind and (score := one.ours[metric]) is not None
    ]
    if not entries:
        return None
    places = list(range(len(entries)))
    names = [plain(name) for name, _, _ in entries]
    layout = base_layout(height=70 + 40 * len(entries)) | {"showlegend": False}
    layout["margin"] |= {"l": 16, "t": 8}
    layout["xaxis"] = axis(metric_name(kind))
    layout["yaxis"] = axis("") | {
        "tickvals": places, "showticklabels": False, "zeroline": False, "range": [len(entries) - 0.5, -0.8],
    }  # fmt: skip
    layout["annotations"] = [  # over their lines, for beside them is no room on a narrow screen
        note(name, 0, at - 0.15, color=INK, yref="y", xanchor="left")
        for at, name in zip(places, names, strict=True)
    ]
    return {
        "data": [
            _dots("paper", [reported for _, reported, _ in entries], places, GOLD, "diamond"),
            _dots("ours", [score["value"] for _, _, score in entries], places, PREDICTED, "circle")
            | {"error_x": error_bars([score for _, _, score in entries], PREDICTED, 1.4)},
        ],
        "layout": layout,
    }  # fmt: skip


def _line(one: Result, label: str) -> str:
    """Name of a line: the row, what is predicted, and whose number of the paper it is."""
    where = f"({one.reported.corpus}, {one.reported.partition})"
    return " ".join(part for part in (one.name, label, where) if part)


def _dots(name: str, x: list[float | None], y: list[int], colour: str, symbol: str) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": x, "y": y,
        "marker": {"color": colour, "size": 9, "symbol": symbol}, "hovertemplate": "%{x:.3f}",
    }  # fmt: skip
