"""The look that all figures of the pages share, as pieces of Plotly specifications."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

GOLD, PREDICTED, INK, FAINT, RULE = "#d08700", "#1f5fd1", "#1d2733", "#6b7683", "#e4e8ed"
SERIES = ("#1f5fd1", "#d08700", "#138a72", "#c2415b", "#7a4fc4", "#4f6272", "#b05a12", "#2b93c7")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

Figure = dict[str, Any]
"""``{"data": [...], "layout": {...}}``, or a part of it."""


def line(name: str, x: np.ndarray, y: np.ndarray, colour: str, width: float) -> Figure:
    """A curve; NaN makes a gap, a single value a dot."""
    return {
        "type": "scatter", "mode": "lines" if len(x) > 1 else "markers",
        "name": plain(name), "line": {"color": colour, "width": width},
        "x": [float(f"{value:.7g}") for value in x],
        "y": [float(f"{value:.4g}") if np.isfinite(value) else None for value in y],
    }  # fmt: skip


def base_layout(height: int) -> Figure:
    """What all figures share: colours, font, margins."""
    return {
        "height": height, "autosize": True, "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff",
        "font": {"family": FONT, "size": 13, "color": INK}, "margin": {"l": 64, "r": 16, "t": 64, "b": 46},
        "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.0, "yanchor": "bottom"},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
    }  # fmt: skip


def axis(title: str) -> Figure:
    """A quiet axis with a title."""
    return {
        "title": {"text": plain(title), "font": {"size": 12, "color": FAINT}, "standoff": 8},
        "gridcolor": RULE, "zerolinecolor": "#c5ccd4", "linecolor": "#c5ccd4", "showline": True,
        "ticks": "outside", "tickcolor": "#c5ccd4", "tickfont": {"size": 11, "color": FAINT},
        "automargin": True,
    }  # fmt: skip


def note(text: str, x: float, y: float, *, color: str = FAINT, **place: str) -> Figure:
    """A text in the figure; `place` overrides where it stands."""
    return {
        "text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False,
        "yanchor": "bottom", "font": {"size": 12, "color": color},
    } | place  # fmt: skip


def upright(x: float, colour: str) -> Figure:
    """A dotted upright line across the figure."""
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def error_bars(scores: Sequence[Mapping[str, float | None]], colour: str, width: float) -> Figure:
    """Intervals of values along x; none where a value has no interval."""

    def gap(high: float | None, low: float | None) -> float:
        return 0.0 if high is None or low is None else high - low

    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": width,
        "array": [gap(score["high"], score["value"]) for score in scores],
        "arrayminus": [gap(score["value"], score["low"]) for score in scores],
    }  # fmt: skip


def tint(colour: str, strength: float) -> str:
    """A colour mixed with white: strength 0 is white, 1 the colour."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in parts)


def plain(text: str) -> str:
    """Plotly reads <b>, <i>, <a> and the like in names; show them as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
