"""Tables of the pages as HTML, and the cells in them."""

from collections.abc import Sequence
from html import escape
from math import isnan

_BLUEST = 0.68  # contrast of text 4.8 to 1


def value(number: float | None, digits: int = 3) -> str:
    """A number with a true minus sign; undefined (None or NaN) as a dash."""
    if number is None or isnan(number):
        return '<span class="none" title="undefined">–</span>'
    return f"{number:.{digits}f}".replace("-", "−")


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "", row_attributes: Sequence[str] = ()
) -> str:
    """A table of cells that are HTML already; the first column is left-aligned."""
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    attributes = list(row_attributes) or [""] * len(rows)
    body = "".join(
        f"<tr{extra}>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for extra, row in zip(attributes, rows, strict=True)
    )
    head_row = f"<thead><tr>{cells}</tr></thead>"
    return f'<div class="scroll {kind}"><table>{head_row}<tbody>{body}</tbody></table></div>'


def percent(share: float) -> str:
    """A share of 1 in whole percent."""
    return f"{100 * share:.0f} %"


def shaded(share: float, content: str) -> str:
    """A cell that is bluer the larger a share of 1 is, never so blue that dark text on it is hard to read.

    Examples
    --------
    >>> shaded(1.0, "12")
    '<span class="cell" style="background:rgba(31,95,209,0.68)">12</span>'
    """
    return f'<span class="cell" style="background:rgba(31,95,209,{_BLUEST * share:.2f})">{content}</span>'


def row_of(name: str) -> str:
    """Attribute of a table row that picks a recording."""
    return f' data-recording="{escape(name)}"'


def link_to(name: str) -> str:
    """The name of a recording, as the button that picks it."""
    return f'<button type="button" class="pick">{escape(name)}</button>'
