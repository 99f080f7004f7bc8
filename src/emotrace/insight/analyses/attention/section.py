"""The section of the page on attention."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from emotrace.insight.analyses.attention.spread import THRESHOLDS
from emotrace.insight.analysis import Row
from emotrace.insight.drawn import against_name
from emotrace.insight.examined import Examined
from emotrace.insight.level_section import gain_words, level_table
from emotrace.insight.levels import Scored
from emotrace.insight.paper_levels import paper_cards
from emotrace.insight.pictures import embedded
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure


def add_section(
    page: Page,
    examined: Examined,
    scored: Sequence[Scored],
    lags: Sequence[Row],
    levels: Figure,
    over_time: Figure,
    examples: "StillFigure | None",
    drawn: str,
) -> None:
    """Add what attention does to a page.

    Parameters
    ----------
    page : Page
    examined : Examined
    scored : sequence of Scored
    lags : sequence of rows
        Mean weight by steps before.
    levels, over_time : Figure
    examples : matplotlib Figure or None
    drawn : str
        Recording of the figures over time.
    """
    states, against = len(lags), against_name(examined)
    step_s = examined.model.declaration.step_s
    page.body.append("<h2>What attention looks back at</h2>")
    page.body.append(
        f'<p class="hint">At every step the model looks back at its last {states} states '
        f"({states * step_s:g} s) and weighs them. The weights sum to 1, and a state that matters no more "
        f"than any other has 1/{states} = {1 / states:.3f}. <b>The spread</b> (delta_Wa) is the largest "
        "weight less the smallest, as a share of the largest: at 0 % all states count alike, and attention "
        "does nothing that a mean would not do. Aspandi et al. (2022, section 4.2) find that attention helps "
        "the more, the higher the spread: Tables 3 and 4 compare a model with and without it, Tables 7 and 8 "
        "the variants with both modalities.</p>"
    )
    page.body.append(_tiles(scored))
    hint = (
        f"Errors over the rated steps of {plural(len(examined.recordings), 'recording')} joined: of all, and "
        "of those at or above each threshold. Levels are nested: each holds the steps of the next."
    )
    hint += (
        f" {gain_words(against)}"
        if against
        else " Give another run with --against to see what attention gains."
    )
    page.body.append(
        f'<div class="card"><h3>Where attention is uneven</h3><p class="hint">{hint}</p>'
        f"{level_table(scored, against)}{page.figure(levels)}</div>"
        f"{paper_cards(examined, 'attention', scored)}"
    )
    hint = (
        "Below the traces: the weight of each past state, darker the larger; their spread, with the "
        "thresholds dotted; and the steps that each threshold selects. The recording is the one with the "
        "middle error, unless it was asked for."
    )
    page.body.append(
        f'<div class="card"><h3>Over time: {escape(drawn)}</h3><p class="hint">{hint}</p>'
        f"{page.figure(over_time)}</div>"
    )
    if examples is not None:
        hint = (
            f"What the model was given in the {states} steps that it looks back at, earliest first, where "
            "attention is most uneven in this recording (orange) and where it is most even (blue); over each "
            "picture its weight, framed the more strongly the larger."
        )
        shown = embedded(examples, "sequences of pictures with their weights of attention")
        page.body.append(f'<div class="card"><h3>Two sequences</h3><p class="hint">{hint}</p>{shown}</div>')
    rows = [
        [f"{row['steps_before']}", f"{row['seconds_before']:g} s", f"<b>{value(row['mean_weight'])}</b>"]
        for row in lags
    ]
    grid = table(["steps before", "time before", "mean weight"], rows)
    page.body.append(
        f'<div class="card"><h3>How far back</h3><p class="hint">Mean weight of each past state, over the '
        f"steps that have all of them.</p>{grid}</div>"
    )


def _tiles(scored: Sequence[Scored]) -> str:
    by_level = {one.level.threshold: one for one in scored}
    cards = "".join(
        f'<div class="tile"><div class="tile-name">spread at least {100 * threshold:g} %</div>'
        f'<div class="tile-value">{100 * by_level[threshold].share:.1f} %</div>'
        f'<div class="tile-note">{by_level[threshold].level.steps:,} steps</div></div>'
        for threshold in THRESHOLDS
    )
    return f'<div class="tiles">{cards}</div>'
