"""Markdown for generated pages: tables whose cells hold any text."""

import re
from collections.abc import Iterable, Sequence


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars and line breaks in cells are made harmless, but for bars in code.

    Examples
    --------
    >>> print(markdown_table(["a", "b"], [[1, "x|y `x|y`"]]))
    | a | b |
    |---|---|
    | 1 | x\\|y `x|y` |
    """
    lines = [_row(columns), "|" + "---|" * len(columns), *(_row(row) for row in rows)]
    return "\n".join(lines)


def code(text: object) -> str:
    """Text as code, or nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def plain(text: str) -> str:
    """Text whose stars, underscores and brackets mean nothing to Markdown; code in it stays code.

    Examples
    --------
    >>> plain("[a_b] of `a_b`")
    '\\\\[a\\\\_b] of `a_b`'
    """
    return _outside_code(text, r"([*_\[<])", r"\\\1")


def _row(cells: Iterable[object]) -> str:
    return (
        "| " + " | ".join(_outside_code(" ".join(str(cell).split()), r"\|", r"\\|") for cell in cells) + " |"
    )


def _outside_code(text: str, found: str, put: str) -> str:
    parts = text.split("`")
    return "`".join(part if place % 2 else re.sub(found, put, part) for place, part in enumerate(parts))
