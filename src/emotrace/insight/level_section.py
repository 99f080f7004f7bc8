"""The table of levels on the page: how many steps each selects, how well the model does there, the gain."""

from collections.abc import Sequence
from html import escape
from math import isfinite

from emotrace.insight.levels import Scored
from emotrace.offline_page.tables import table, value


def gain_words(against: str) -> str:
    """What the columns of gain say, HTML; `against` names the run to compare with, plain text."""
    return (
        f"The other run is <b>{escape(against)}</b>. Gain: by what share its RMSE is undercut, and by what "
        "share its correlation is exceeded, on the same steps; above 0 this run does better."
    )


def level_table(scored: Sequence[Scored], against: str | None) -> str:
    """HTML of the table, with columns of gain if there is a run to compare with."""
    head = ["steps", "share", "dimension", "RMSE", "correlation"]
    if against is not None:
        head += ["RMSE<br>of the other", "gain", "correlation<br>of the other", "gain"]
    rows, before = [], None
    for one in scored:
        first = one.level is not before
        before = one.level
        row = [
            escape(one.level.name) if first else "",
            f'{_percent(one.share)}<span class="interval">{one.level.steps:,}</span>' if first else "",
            escape(one.dimension),
            f"<b>{value(one.own.rmse)}</b>",
            f"<b>{value(one.own.correlation)}</b>",
        ]
        if against is not None:
            other = one.other
            row += [
                value(None if other is None else other.rmse),
                _gain(one.gain_rmse),
                value(None if other is None else other.correlation),
                _gain(one.gain_correlation),
            ]
        rows.append(row)
    return table(head, rows)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if isfinite(share) else value(None)


def _gain(share: float) -> str:
    if not isfinite(share):
        return value(None)
    percent = round(100 * share, 1)
    kind, sign = ("right", "+") if percent > 0 else ("wrong", "−") if percent < 0 else ("", "")
    return f'<span class="{kind}">{sign}{abs(percent):.1f} %</span>'
