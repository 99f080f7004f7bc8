"""The page of a comparison: one HTML file that opens offline."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.evaluation.compared.costs import COLUMNS
from emotrace.evaluation.compared.entrants import Entrant
from emotrace.evaluation.compared.figures import colour_of, interval_figure, overlay_figure
from emotrace.evaluation.compared.measured import LEVEL, Measured
from emotrace.evaluation.tables import estimate, metric_name
from emotrace.offline_page.page import Page, explorer
from emotrace.offline_page.tables import link_to, row_of, table, value
from emotrace.offline_page.words import plural

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
        f"<h2>Differences</h2>{_tests(measured, people)}",
        f"<h2>Costs</h2>{_costs(costs)}",
        f"<h2>{noun.capitalize()}s</h2>{_recordings(page, entrants, measured, media, noun)}",
    ]
    count = plural(len(entrants[0].recordings), noun)
    corpora = dict.fromkeys(str(one.run.run.get("corpus") or "unknown corpus") for one in entrants)
    page.write(
        path,
        title=f"{plural(len(entrants), 'run')} compared · emotrace",
        kicker="emotrace compare",
        heading=" <span class='slash'>·</span> ".join(escape(one.name) for one in entrants),
        lead=escape(f"{', '.join(corpora)}: {count} of {people} of the {partition} partition"),
        facts="".join(_fact(at, one) for at, one in enumerate(entrants)),
        source=", ".join(one.name for one in entrants),
        ending="All tables stand beside this page as CSV and LaTeX.",
    )


def _fact(at: int, one: Entrant) -> str:
    dot = f'<span style="color:{colour_of(at)}">●</span> '
    return f"<div><dt>{dot}{escape(one.name)}</dt><dd>{escape(one.system)}</dd></div>"


def _scores(page: Page, entrants: Sequence[Entrant], measured: Measured) -> str:
    shown = [metric for metric in next(iter(measured.metrics.values())) if not metric.startswith("mae")]
    head = ["run", *(escape(metric_name(metric)) for metric in shown)]
    rows = [
        [escape(one.name), *(estimate(measured.metrics[one.name][metric]) for metric in shown)]
        for one in entrants
    ]
    why = f" No intervals: {escape(measured.reason)}." if measured.reason else ""
    titles = {metric: metric_name(metric) for metric in measured.headlines}
    return (
        f'<div class="card">{page.figure(interval_figure(measured, titles))}</div>'
        '<div class="card"><p class="hint">Of all recordings end to end; ranges are 95 % intervals over '
        f"subjects.{why}</p>{table(head, rows, 'metrics')}</div>"
    )


def _tests(measured: Measured, people: str) -> str:
    rows = [
        [
            f"{escape(test['a'])} − {escape(test['b'])}",
            escape(metric_name(test["metric"])),
            estimate({"value": test["difference"], "low": test["low"], "high": test["high"]}),
            _p(test["p"]),
            f"<b>{_p(test['p_holm'])}</b>" if test["p_holm"] < LEVEL else _p(test["p_holm"]),
        ]
        for test in measured.tests
    ]
    return (
        '<div class="card"><p class="hint">Each subject’s predictions are exchanged between the two runs, '
        "and all is scored anew: p is how often runs exchanged at random differ as much. Corrected for the "
        f"{plural(len(rows), 'test')} of this table (Holm); bold below {LEVEL:g}. With {people} p cannot be "
        f"below {_p(measured.least_p)}. That no difference is found does not say that there is none.</p>"
        f"{table(['runs', 'metric', 'difference', 'p', 'p, corrected'], rows, 'metrics tests')}</div>"
    )


def _costs(costs: Sequence[Mapping[str, Any]]) -> str:
    rows = [[escape(row["run"]), *(_count(row[key]) for key in COLUMNS)] for row in costs]
    return (
        '<div class="card"><p class="hint">As each run measured it on its machine: to be compared only if '
        "that was the same and as busy. Predicting: from prepared tracks to values, per step.</p>"
        f"{table(['run', *map(escape, COLUMNS.values())], rows, 'metrics')}</div>"
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
    page.recordings["compared"] = {
        one.name: overlay_figure(entrants, at, measured.labels, limits, most, of[one.name])
        | ({"media": media[one.name]} if one.name in media else {})
        for at, one in enumerate(entrants[0].recordings)
    }
    is_class = entrants[0].predicts == "class"
    metrics = list(dict.fromkeys(row["metric"] for row in measured.recordings))
    head = [noun, "subject", *(["known"] if is_class else [])]
    head += [
        escape(one.name) if is_class else f"{escape(metric_name(metric))}<br>{escape(one.name)}"
        for metric in metrics
        for one in entrants
    ]
    rows = []
    for name, its in of.items():
        cells = [link_to(name), escape(its[0]["subject"])]
        for row in its:
            values = [row[one.name] for one in entrants]
            cells += _classes(row, values) if is_class else _best(values)
        rows.append(cells)
    height = next(iter(page.recordings["compared"].values()))["layout"]["height"]
    hint = "Pick a row to see its curves; of each metric the best run is bold."
    if media:
        hint += " The recording plays beside its curves if this browser can; click a curve to go there."
    html = explorer(
        "compared", f"{noun.capitalize()}s", hint, table(head, rows, "recordings", list(map(row_of, of))),
        noun, height,
    )  # fmt: skip
    return html.replace('<div class="figure"', '<video controls hidden></video><div class="figure"', 1)


def _classes(row: Mapping[str, Any], said: Sequence[str | None]) -> list[str]:
    known = row["gold"]
    verdicts = ("" if known is None else "right" if one == known else "wrong" for one in said)
    cells = (
        f'<span class="{kind}">{escape(one or "–")}</span>' for one, kind in zip(said, verdicts, strict=True)
    )
    return [escape(known or "–"), *cells]


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


def _count(number: float | None) -> str:
    if number is None:
        return value(None)
    return f"{number:,}".replace(",", " ")
