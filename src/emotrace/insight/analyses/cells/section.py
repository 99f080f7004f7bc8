"""The section of the page that shows the cells: figure over time, best units, tables."""

from html import escape

import numpy as np

from emotrace.insight.analyses.cells.chosen import TOP, Best
from emotrace.insight.analyses.cells.correlate import MOST_STEPS, SHIFTS, Correlated
from emotrace.insight.analyses.cells.tables import group_table
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural

SHOWN = 500  # recordings in the table; the CSV has all


def add_section(page: Page, found: Correlated, best: list[Best], drawn: str, figure: Figure) -> None:
    """Add what the cells do to a page.

    Parameters
    ----------
    page : Page
    found : Correlated
    best : list of Best
    drawn : str
        Recording of the figure.
    figure : Figure
    """
    still = int(np.isnan(found.pooled).all(axis=0).sum())
    page.body.append("<h2>What the cells follow</h2>")
    standing = f", of which {still} stand still" if still else ""
    page.body.append(
        f'<p class="hint">Every cell and gate of the recurrent layers ({len(found.units)} units{standing}) '
        f"beside measures of the sound and the gold standard, over {found.steps} steps of "
        f"{plural(len(found.recordings), 'recording')} ({plural(len(set(found.subjects)), 'subject')}). "
        "Tzirakis et al. (2017, Figure 2) report 0.83 for the range of RMS energy, 0.73 for loudness and "
        "0.72 for mean F0, of their speech model on one recording of RECOLA that they chose; numbers of "
        "another model, corpus or number of recordings are not comparable with those.</p>"
    )
    page.body.append(_tiles(found, best))
    page.body.append(_best(found, best))
    hint = (
        "Each measure and the unit that follows it best over all recordings, both scaled to mean 0 and "
        "deviation 1; a unit that falls where the measure rises is drawn upside down and marked −1 ×. Unless "
        "it was asked for, the recording is the one in which these units do as in the middle of all, not "
        "best, not worst."
    )
    page.body.append(
        f'<div class="card"><h3>Over time: {escape(drawn)}</h3><p class="hint">{hint}</p>'
        f"{page.figure(figure)}</div>"
    )
    page.body.append(_groups(found))
    page.body.append(_recordings(found, best))
    page.body.append(f"<h2>The {TOP} units that follow each measure best</h2>")
    cards = "".join(_top(found, one) for one in best)
    page.body.append(f'<div class="pair">{cards}</div>')


def _tiles(found: Correlated, best: list[Best]) -> str:
    cards = "".join(
        f'<div class="tile"><div class="tile-name">{escape(one.measure.title)}</div>'
        f'<div class="tile-value">{value(one.correlation, 2)}</div>'
        f'<div class="tile-note">{escape(found.units.name(one.unit))}</div></div>'
        for one in best
    )
    return f'<div class="tiles">{cards}</div>'


def _best(found: Correlated, best: list[Best]) -> str:
    means = found.mean
    head = ["measure", "best unit", "r", "mean of recordings", "Spearman", "best by chance", "p", "held out"]
    rows = []
    for one in best:
        at = found.measures.index(one.measure)
        halves = " and ".join(value(pair.agreement, 2) for pair in one.held_out)
        rows.append(
            [
                escape(one.measure.title),
                escape(found.units.name(one.unit)),
                f"<b>{value(one.correlation)}</b>",
                value(means[at, one.unit]),
                value(found.ranked[at, one.unit]),
                value(one.chance),
                value(one.share, 2),
                f'<b>{value(one.held_out_mean)}</b><span class="interval">{halves}</span>',
            ]
        )
    hint = (
        "r: Pearson correlation over all steps of all recordings; the mean of recordings leaves out "
        "differences of level between them. Spearman: of ranks within recordings, over at most "
        f"{MOST_STEPS} steps of each. <b>The best of {len(found.units)} units is a maximum, above 0 by "
        "luck alone.</b> Best by chance: what the best unit exceeds in 5 of 100 cases when the measures of "
        f"each recording are turned against its units by a random time ({SHIFTS} times); p: share of such "
        "cases at or above r, this one counted. Held out: the best unit of every other subject, looked at on "
        "the other subjects, and the other way round; an estimate without that luck, positive where the sign "
        "is the same in both halves."
    )
    grid = table(head, rows)
    return f'<div class="card"><h3>Best unit of each measure</h3><p class="hint">{hint}</p>{grid}</div>'


def _groups(found: Correlated) -> str:
    head = ["cells and gates", *(escape(measure.title) for measure in found.measures)]
    rows = [[escape(group), *(value(number, 2) for number in row)] for group, row in group_table(found)]
    hint = "Largest magnitude of r of any unit of the group; a maximum here too."
    return f'<div class="card"><h3>Where they are</h3><p class="hint">{hint}</p>{table(head, rows)}</div>'


def _recordings(found: Correlated, best: list[Best]) -> str:
    head = ["recording", "subject"]
    head += [f"{escape(one.measure.title)}<br>{escape(found.units.name(one.unit))}" for one in best]
    rows = [
        [escape(name), escape(subject), *(value(one.by_recording[number]) for one in best)]
        for number, (name, subject) in enumerate(zip(found.recordings, found.subjects, strict=True))
    ][:SHOWN]
    hint = "r of the best unit of each measure within each recording."
    if len(found.recordings) > SHOWN:
        hint += f" The first {SHOWN} of {len(found.recordings)}; all are in cells_recordings.csv."
    grid = table(head, rows, "recordings")
    return f'<div class="card"><h3>By recording</h3><p class="hint">{hint}</p>{grid}</div>'


def _top(found: Correlated, one: Best) -> str:
    at, means = found.measures.index(one.measure), found.mean
    rows = [
        [
            escape(found.units.name(unit)),
            f"<b>{value(found.pooled[at, unit])}</b>",
            value(means[at, unit]),
            value(found.ranked[at, unit]),
        ]
        for unit in one.top
    ]
    title = f"{escape(one.measure.title)} ({escape(one.measure.unit)})"
    grid = table(["unit", "r", "mean of recordings", "Spearman"], rows)
    return f'<div class="card"><h3>{title}</h3>{grid}</div>'
