"""Words of pages and commands: counts, durations, estimates, the box of warnings."""

from collections.abc import Mapping, Sequence
from html import escape


def warning_box(texts: Sequence[str]) -> str:
    """All warnings in a box; nothing without any."""
    if not texts:
        return ""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<div class="warnings"><b>{plural(len(texts), "warning")}</b><ul>{items}</ul></div>'


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def estimate_in_words(cell: Mapping[str, float | None], undefined: str = "undefined") -> str:
    """A value with its interval, if it has one, as plain text.

    Examples
    --------
    >>> estimate_in_words({"value": 0.5, "low": 0.4, "high": 0.6})
    '0.500 [0.400, 0.600]'
    >>> estimate_in_words({"value": None, "low": None, "high": None})
    'undefined'
    """
    if cell["value"] is None:
        return undefined
    if cell.get("low") is None or cell.get("high") is None:
        return f"{cell['value']:.3f}"
    return f"{cell['value']:.3f} [{cell['low']:.3f}, {cell['high']:.3f}]"
