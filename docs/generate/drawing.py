"""Draws the boxes and arrows of a model as SVG, from inputs at the top to the prediction at the bottom."""

import textwrap
from collections.abc import Mapping, Sequence
from html import escape

from flow import Box

WIDTH, LINE, GAP, FALL, MARGIN, LETTERS = 168, 15, 18, 40, 12, 26  # px, but for the letters of a line
FILLS = {
    "input": ("#e8f1fa", "#2f6ea5"),
    "part": ("#ffffff", "#444444"),
    "training": ("#f6f6f6", "#999999"),
    "output": ("#e9f5ea", "#2e7d32"),
}


def draw(boxes: Sequence[Box], title: str) -> str:
    """An SVG picture of the boxes of a model.

    Parameters
    ----------
    boxes : sequence of Box
        As `flow.find_flow` gives them.
    title : str
        For those who cannot see it.
    """
    by_name = {box.name: box for box in boxes}
    rows = _rows(by_name)
    widest = max(len(row) for row in rows)
    width = widest * WIDTH + (widest - 1) * GAP + 2 * MARGIN
    places: dict[str, tuple[float, float, float]] = {}  # left, top, height
    top = float(MARGIN)
    for row in rows:
        row = sorted(row, key=lambda name: _middle(by_name[name], places, width))
        left = (width - len(row) * WIDTH - (len(row) - 1) * GAP) / 2
        height = max(len(_lines(by_name[name])) for name in row) * LINE + 12.0
        for place, name in enumerate(row):
            places[name] = (left + place * (WIDTH + GAP), top, height)
        top += height + FALL
    arrows = [_arrow(places[source], places[box.name]) for box in boxes for source in sorted(box.sources)]
    drawn = [_box(box, places[box.name]) for box in boxes]
    tall = top - FALL + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall:g}" width="{width}" '
        f'height="{tall:g}" role="img" font-family="sans-serif" font-size="11.5">\n'
        f"<title>{escape(title)}</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>\n'
        f'<rect width="{width}" height="{tall:g}" fill="#ffffff"/>\n'
        + "\n".join([*arrows, *drawn])
        + "\n</svg>\n"
    )


def _rows(boxes: dict[str, Box]) -> list[list[str]]:
    """Names by row: each part below all that feeds it, each input just above what it feeds first.

    A part that feeds what feeds it (attention that looks back at states) stands above it.
    """
    depths: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...] = ()) -> int:
        if name not in depths:
            sources = [source for source in boxes[name].sources if source not in (*above, name)]
            depths[name] = 1 + max((depth(source, (*above, name)) for source in sources), default=-1)
        return depths[name]

    for name in reversed(boxes):  # from the prediction, so that cycles are cut where they look back
        depth(name)
    for name, box in boxes.items():
        fed = [depths[other] for other, part in boxes.items() if name in part.sources]
        if box.kind == "input" and fed:
            depths[name] = min(fed) - 1
    found = sorted(set(depths.values()))
    return [[name for name in boxes if depths[name] == row] for row in found]


def _middle(box: Box, places: Mapping[str, tuple[float, float, float]], width: float) -> float:
    """Where the box would best stand: below what feeds it."""
    lefts = [places[source][0] for source in box.sources if source in places]
    return sum(lefts) / len(lefts) if lefts else width / 2


def _lines(box: Box) -> list[str]:
    """What is written in the box, below its name."""
    shape = "" if box.shape is None else " x ".join(f"{size:,}" for size in box.shape)
    if box.kind in ("input", "output"):
        return [box.name.removeprefix("input "), *textwrap.wrap(box.what, LETTERS)]
    gives = f"gives {shape}" if shape else ""
    numbers = f"{box.parameters:,} parameters" if box.parameters else ""
    only = "in training only" if box.kind == "training" else ""
    return [box.name, *(line for line in (box.what, gives, numbers, only) if line)]


def _box(box: Box, place: tuple[float, float, float]) -> str:
    left, top, height = place
    fill, edge = FILLS[box.kind]
    dash = ' stroke-dasharray="5 4"' if box.kind == "training" else ""
    middle = left + WIDTH / 2
    lines, weights = _lines(box), ("bold", "normal")
    start = top + (height - len(lines) * LINE) / 2 + LINE - 4
    text = "".join(
        f'<text x="{middle:g}" y="{start + number * LINE:g}" text-anchor="middle" '
        f'font-weight="{weights[number > 0]}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{WIDTH}" height="{height:g}" rx="6" fill="{fill}" '
        f'stroke="{edge}"{dash}/>{text}'
    )


def _arrow(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    """A curve from the lower edge of a box to the upper edge of another; dashed if it looks back."""
    x, y = start[0] + WIDTH / 2, start[1] + start[2]
    to_x, to_y = end[0] + WIDTH / 2, end[1]
    line = 'fill="none" stroke="#666" marker-end="url(#tip)"'
    if end[1] <= start[1]:  # back to a box above: along the right edges
        x, y = start[0] + WIDTH, start[1] + start[2] / 2
        to_x, to_y = end[0] + WIDTH, end[1] + end[2] / 2
        away = max(x, to_x) + 30
        curve = f"M{x:g} {y:g}C{away:g} {y:g} {away:g} {to_y:g} {to_x:g} {to_y:g}"
        return f'<path d="{curve}" {line} stroke-dasharray="4 3"/>'
    bend = (to_y - y) / 2
    return f'<path d="M{x:g} {y:g}C{x:g} {y + bend:g} {to_x:g} {to_y - bend:g} {to_x:g} {to_y:g}" {line}/>'
