"""The paper's confusion matrices as HTML, to lay beside the run's own."""

from collections.abc import Sequence
from html import escape

from emotrace.evaluation.comparison import Comparison
from emotrace.offline_page.tables import percent, shaded, table


def reported_confusions(comparisons: Sequence[Comparison]) -> str:
    """A card for each figure of a confusion matrix in the paper; empty if it has none.

    Parameters
    ----------
    comparisons : sequence of Comparison

    Examples
    --------
    >>> reported_confusions([])
    ''
    """
    cards = []
    for one in comparisons:
        rows = one.reported.confusion
        if not rows:
            continue
        body = [
            [f"<b>{escape(name)}</b>", *(shaded(share, percent(share)) for share in shares)]
            for name, shares in rows.items()
        ]
        head = ["known ↓ predicted →", *map(escape, rows)]
        cards.append(
            f'<div class="card"><h3>{escape(one.reported.table)}: confusion matrix in the paper</h3>'
            f'<p class="hint">{escape(one.origin)}. {escape(one.verdict)}</p>'
            f"{table(head, body, 'confusion')}</div>"
        )
    return "".join(cards)
