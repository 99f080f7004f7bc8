"""The section of the page on the gate."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from emotrace.insight.drawn import against_name
from emotrace.insight.examined import Examined
from emotrace.insight.level_section import gain_words, level_table
from emotrace.insight.levels import Scored
from emotrace.insight.paper_levels import paper_cards
from emotrace.insight.pictures import embedded
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.tables import value
from emotrace.offline_page.words import plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure


def add_section(
    page: Page,
    examined: Examined,
    scored: Sequence[Scored],
    facts: Mapping[str, float | int],
    modalities: tuple[str, str],
    levels: Figure,
    over_time: Figure,
    examples: "StillFigure | None",
    drawn: str,
) -> None:
    """Add what the gate does to a page.

    Parameters
    ----------
    page : Page
    examined : Examined
    scored : sequence of Scored
    facts : mapping
        Steps, mean, deviation, lowest and highest of the gate.
    modalities : (str, str)
    levels, over_time : Figure
    examples : matplotlib Figure or None
    drawn : str
        Recording of the figures over time.
    """
    first, second = (escape(name) for name in modalities)
    against = against_name(examined)
    page.body.append("<h2>Which modality the gate takes</h2>")
    missing = facts["steps_with_one_missing"]
    left_out = (
        f" {missing:,} steps at which one is missing, where there is no choice, are left out."
        if missing
        else ""
    )
    page.body.append(
        f'<p class="hint">At every step and for each of its features the gate takes a share of the {first} '
        f"and the rest of the {second}. What is shown is the mean of those shares: at 1 all is taken of the "
        f"{first}, at 0 all of the {second}.{left_out} Aspandi et al. (2022, section 4.3) find that the gate "
        "gains most where it leans most to one side: Tables 9 and 10. They do not say how they make one "
        "number of the gate's many; a mean of many comes less near to 0 and 1 than each of them.</p>"
    )
    page.body.append(_tiles(scored, facts, first))
    hint = (
        "Errors over all rated steps that have both modalities, "
        f"{plural(len(examined.recordings), 'recording')} joined: all; those whose gate is below the "
        f"threshold T_ZG or above 1 − T_ZG; and the tenth of the steps that leans most to the {first}, and "
        f"to the {second}, wherever that is."
    )
    if not any(one.level.steps for one in scored if one.level.threshold is not None):
        hint += " <b>No step is beyond any threshold</b>: the mean share never comes so near to 0 or 1."
    hint += (
        f" {gain_words(against)}"
        if against
        else " Give another run with --against to see what the gate gains."
    )
    page.body.append(
        f'<div class="card"><h3>Where the gate leans to one side</h3><p class="hint">{hint}</p>'
        f"{level_table(scored, against)}{page.figure(levels)}</div>"
        f"{paper_cards(examined, 'gate', scored)}"
    )
    hint = (
        "Below the traces the gate, from 0 to 1 with the thresholds dotted, and once more on an axis as wide "
        "as it moves. The recording is the one with the middle error, unless it was asked for."
    )
    page.body.append(
        f'<div class="card"><h3>Over time: {escape(drawn)}</h3><p class="hint">{hint}</p>'
        f"{page.figure(over_time)}</div>"
    )
    if examples is not None:
        hint = (
            f"The steps up to where the gate takes most of the {first} in this recording, and most of the "
            f"{second}; over each picture the share of its modality, framed the more strongly the larger."
        )
        shown = embedded(examples, "pictures of both modalities with the share that the gate takes of them")
        page.body.append(f'<div class="card"><h3>Two stretches</h3><p class="hint">{hint}</p>{shown}</div>')


def _tiles(scored: Sequence[Scored], facts: Mapping[str, float | int], first: str) -> str:
    tiles = [
        (f"mean share of the {first}", value(facts["mean"], 2), f"deviation {value(facts['deviation'])}"),
        ("lowest and highest", f"{value(facts['lowest'], 2)} to {value(facts['highest'], 2)}", "of any step"),
    ]
    widest = next(one for one in scored if one.level.threshold is not None)
    tiles.append((widest.level.name, f"{100 * widest.share:.1f} %", f"{widest.level.steps:,} steps"))
    cards = "".join(
        f'<div class="tile"><div class="tile-name">{name}</div><div class="tile-value">{number}</div>'
        f'<div class="tile-note">{remark}</div></div>'
        for name, number, remark in tiles
    )
    return f'<div class="tiles">{cards}</div>'
