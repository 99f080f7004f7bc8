"""Words of the pages: counts, durations, the box of warnings."""

from collections.abc import Sequence
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
