"""The page of a comparison: one HTML file that opens offline."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.evaluation.compared.costs import COLUMNS, HINT, cost_notes
from emotrace.evaluation.compared.entrants import Entrant
from emotrace.evaluation.compared.figures import (
    answers_figure,
    colour_of,
    interval_figure,
    overlay_figure,
)
from emotrace.evaluation.compared.measured import LEVEL, Measured
from emotrace.evaluation.compared.paired import trials_in_words
from emotrace.evaluation.tables import estimate, metric_name
from emotrace.offline_page.key import key
from emotrace.offline_page.page import Page, explorer
from emotrace.offline_page.tables import link_to, row_of, table, value
from emotrace.offline_page.words import plural
from emotrace.postprocess.majority_vote import unanimous

POINTS = 300_000  # of all curves together, so that the page stays light
MOST, LEAST = 1200, 120  # points per curve


def write_page(
    path: Path,
    entrants: Sequence[Entrant],
    measured: Measured,
    costs: Sequence[Mapping[str, Any]],
    partition: str,
    warnings: Sequence[str],
    media: Mapping[str, str],
) -> None:
    """Write the page whole or not at all.

    Parameters
    ----------
    path : Path
    entrants, measured, costs
        What was compared, found and spent.
    partition : str
    warnings : sequence of str
    media : mapping of recording to str
        Links to the media of recordings, relative to the page.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    page = Page()
    page.warnings += warnings
    people = plural(measured.subjects, "subject")
    noun = "clip" if entrants[0].predicts == "class" else "recording"
    page.body += [
        f"<h2>Scores</h2>{_scores(page, entrants, measured)}",
        f"<h2>Differences</h2>{_tests(measured)}",
        f"<h2>Costs</h2>{_costs(entrants, costs)}",
        f"<h2>{noun.capitalize()}s</h2>{_recordings(page, entrants, measured, media, noun)}",
    ]
    count, heading = plural(len(entrants[0].recordings), noun), f"{plural(len(entrants), 'run')} compared"
    corpora = dict.fromkeys(str(one.run.run.get("corpus") or "unknown corpus") for one in entrants)
    page.write(
        path,
        title=f"{heading} · emotrace",
        kicker="emotrace compare",
        heading=heading,
        lead=escape(f"{', '.join(corpora)}: {count} of {people} of the {partition} partition"),
        facts="".join(_fact(at, one) for at, one in enumerate(entrants)),
        source=", ".join(one.name for one in entrants),
        ending="All tables stand beside this page as CSV and LaTeX.",
    )


def _fact(at: int, one: Entrant) -> str:
    preset, folder = one.run.run.get("preset"), "/".join(one.run.path.resolve().parts[-2:])
    told = [f"{preset} preset"] if preset else []
    if not one.system.startswith(one.name):
        told = [one.system]
    return f"<div><dt>{_named(at, one)}</dt><dd>{escape(', '.join([*told, folder]))}</dd></div>"


def _named(at: int, one: Entrant) -> str:
    """The name of a run in its colour, HTML."""
    return f'<span style="color:{colour_of(at)}">●</span> {_breaking(one.name)}'


def _breaking(name: str) -> str:
    """A name as HTML that may break after its signs."""
    return "".join(f"{sign}<wbr>" if sign in "/-_" else escape(sign) for sign in name)


def _scores(page: Page, entrants: Sequence[Entrant], measured: Measured) -> str:
    shown = [metric for metric in next(iter(measured.metrics.values())) if not metric.startswith("mae")]
    rows = [
        [escape(metric_name(metric)), *(estimate(measured.metrics[one.name][metric]) for one in entrants)]
        for metric in shown
    ]
    why = f" No intervals: {escape(measured.reason)}." if measured.reason else ""
    titles = {metric: metric_name(metric) for metric in measured.headlines}
    figure = interval_figure(measured, titles)
    return (
        '<div class="card"><p class="hint">Of all recordings end to end; bars and ranges are 95 % intervals '
        f"over subjects.{why}</p>{key(figure)}{page.figure(figure)}</div>"
        f'<div class="card">{_by_run(entrants, "", rows)}</div>'
    )


def _by_run(entrants: Sequence[Entrant], first: str, rows: Sequence[Sequence[str]]) -> str:
    """A table with a column for each run after the `first`."""
    return table([first, *map(_named, range(len(entrants)), entrants)], rows, "metrics")


def _tests(measured: Measured) -> str:
    rows = [
        [
            f"{_breaking(test['a'])} − {_breaking(test['b'])}",
            escape(metric_name(test["metric"])),
            estimate(
                {"value": test["difference"], "low": test["low"], "high": test["high"]},
                bold=test["p_holm"] < LEVEL,
            ),
            _p(test["p"]),
            f"<b>{_p(test['p_holm'])}</b>" if test["p_holm"] < LEVEL else _p(test["p_holm"]),
        ]
        for test in measured.tests
    ]
    return (
        '<div class="card"><p class="hint">Each subject’s predictions are exchanged between the two runs, '
        "and all is scored anew: p is how often runs exchanged at random differ as much. Tested: "
        f"{', '.join(escape(metric_name(metric)) for metric in measured.tested)}; further metrics of the "
        f"same answers would cost power. Corrected for the {plural(len(rows), 'test')} of this table (Holm); "
        f"bold below {LEVEL:g}. With {trials_in_words(measured.subjects)} p cannot be below "
        f"{_p(measured.least_p)}, and corrected not below {_p(measured.least_corrected)}. That no "
        "difference is found does not say that there is none.</p>"
        f"{table(['runs', 'metric', 'difference', 'p', 'p, corrected'], rows, 'metrics tests')}</div>"
    )


def _costs(entrants: Sequence[Entrant], costs: Sequence[Mapping[str, Any]]) -> str:
    rows = [[escape(title), *(_count(cost[name]) for cost in costs)] for name, title in COLUMNS.items()]
    return (
        f'<div class="card"><p class="hint">{escape(" ".join([HINT, *cost_notes(entrants)]))}</p>'
        f"{_by_run(entrants, '', rows)}</div>"
    )


def _recordings(
    page: Page, entrants: Sequence[Entrant], measured: Measured, media: Mapping[str, str], noun: str
) -> str:
    of: dict[str, list[dict[str, Any]]] = {}
    for row in measured.recordings:
        of.setdefault(row["recording"], []).append(row)
    limits = {label: _limits(entrants, label) for label in measured.labels}
    curves = len(entrants[0].recordings) * len(measured.labels) * (len(entrants) + 1)
    most = int(np.clip(POINTS // max(curves, 1), LEAST, MOST))
    is_class = entrants[0].predicts == "class"
    single = is_class and all(unanimous(one.trace.values) for run in entrants for one in run.recordings)
    figures = {
        one.name: answers_figure(entrants, at, measured.labels)
        if single
        else overlay_figure(entrants, at, measured.labels, limits, most, of[one.name])
        for at, one in enumerate(entrants[0].recordings)
    }
    page.recordings["compared"] = {
        name: figure | ({"media": media[name]} if name in media else {}) for name, figure in figures.items()
    }
    head = [noun, "subject", *(["known"] if is_class else []), *map(_named, range(len(entrants)), entrants)]
    rows = []
    for name, its in of.items():
        cells = _classes(its[0], entrants) if is_class else _scored(its, entrants)
        rows.append([link_to(name), escape(its[0]["subject"]), *cells])
    first = next(iter(figures.values()))
    hint = f"Pick a row to see {'the answers' if single else 'its curves'}; {_read(measured, is_class)}"
    if media:
        hint += f" The {noun} plays if this browser can{'' if single else '; click a curve to go there'}."
    html = explorer(
        "compared", f"{noun.capitalize()}s", hint, table(head, rows, "recordings", list(map(row_of, of))),
        noun, first["layout"]["height"],
    )  # fmt: skip
    player = '<video controls preload="metadata" hidden></video>'
    return html.replace('<div class="figure"', f'{player}{key(first)}<div class="figure"', 1)


def _read(measured: Measured, is_class: bool) -> str:
    """How to read the cells of a recording."""
    if is_class:
        return (
            'each run’s class is <span class="right">green</span> if right and '
            '<span class="wrong">red</span> if wrong.'
        )
    *others, main = (escape(metric_name(metric)) for metric in measured.headlines)
    below = f", and below it {', '.join(others)}" if others else ""
    return f"of each run the {main}{below}; the best is bold."


def _classes(row: Mapping[str, Any], entrants: Sequence[Entrant]) -> list[str]:
    """The known class of a clip, and what each run says."""
    known, said = row["gold"], [row[one.name] for one in entrants]
    verdicts = ("" if known is None else "right" if one == known else "wrong" for one in said)
    cells = (
        f'<span class="{kind}">{escape(one or "–")}</span>' for one, kind in zip(said, verdicts, strict=True)
    )
    return [escape(known or "–"), *cells]


def _scored(rows: Sequence[Mapping[str, Any]], entrants: Sequence[Entrant]) -> list[str]:
    """Of each run the last metric of a recording, and small below it the others."""
    *others, main = (_best([row[one.name] for one in entrants]) for row in rows)
    below = [" · ".join(numbers) for numbers in zip(*others, strict=True)]
    if not below:
        return main
    return [f'{one}<span class="interval">{two}</span>' for one, two in zip(main, below, strict=True)]


def _best(values: Sequence[float]) -> list[str]:
    defined = [number for number in values if number == number]
    return [
        f"<b>{value(number)}</b>" if defined and number == max(defined) else value(number)
        for number in values
    ]


def _limits(entrants: Sequence[Entrant], label: str) -> tuple[float, float]:
    if entrants[0].predicts == "class":
        return 0.0, 1.02
    values = []
    for entrant in entrants:
        at = entrant.run.labels.index(label)
        for one in entrant.recordings:
            values += [one.gold[:, at], one.trace.values[:, at]]
    joined = np.concatenate(values)
    low, high = float(np.nanmin(joined)), float(np.nanmax(joined))
    margin = 0.06 * (high - low) or 0.1
    return low - margin, high + margin


def _p(number: float) -> str:
    return value(number, 4 if number < 0.01 else 3)


def _count(known: float | str | None) -> str:
    if known is None:
        return value(None)
    return escape(known) if isinstance(known, str) else f"{known:,}".replace(",", " ")
