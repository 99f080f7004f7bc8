"""How often each value of a measure occurs, and share, RMSE and correlation of the steps of each level."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from emotrace.insight.analysis import Row
from emotrace.insight.levels import Errors, Scored
from emotrace.offline_page.plot_style import (
    FAINT,
    INK,
    PREDICTED,
    SERIES,
    Figure,
    axis,
    base_layout,
    note,
    plain,
    tint,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

BINS = 40
_WIDTH, _GAP = 0.205, 0.06  # of a panel on the page, and between two, shares of the figure


def distribution(values: np.ndarray, limits: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Share of the known values in each of `BINS` equal bins, (bin,), and the bins' edges, (bin + 1,).

    Examples
    --------
    >>> share, edges = distribution(np.array([0.0, 0.01, 1.0, np.nan]), (0.0, 1.0))
    >>> share[[0, -1]].round(2).tolist(), len(edges)
    ([0.67, 0.33], 41)
    """
    counts, edges = np.histogram(values[np.isfinite(values)], BINS, limits)
    return counts / max(int(counts.sum()), 1), edges


def distribution_rows(values: np.ndarray, limits: tuple[float, float]) -> list[Row]:
    """The distribution as rows of a CSV table."""
    share, edges = distribution(values, limits)
    return [
        {"from": round(float(low), 6), "to": round(float(high), 6), "share": round(float(one), 6)}
        for low, high, one in zip(edges[:-1], edges[1:], share, strict=True)
    ]


def page_figure(
    scored: Sequence[Scored],
    values: np.ndarray,
    limits: tuple[float, float],
    title: str,
    marks: Sequence[float],
) -> Figure:
    """Four panels side by side for the page.

    Parameters
    ----------
    scored : sequence of Scored
    values : float array, shape (step,)
        The measure at all steps; NaN: not known.
    limits : (float, float)
        Between which it lies.
    title : str
        What it is.
    marks : sequence of float
        Thresholds, drawn as upright lines.
    """
    share, edges = distribution(values, limits)
    layout = base_layout(height=330) | {"bargap": 0.25, "showlegend": False, "annotations": []}
    data: list[Figure] = [_bars(edges[:-1] + np.diff(edges) / 2, 100 * share, PREDICTED, title)]
    data[0] |= {"width": float(edges[1] - edges[0])}
    layout["shapes"] = [
        {"type": "line", "xref": "x", "yref": "y domain", "x0": mark, "x1": mark, "y0": 0, "y1": 1,
         "line": {"color": FAINT, "width": 1, "dash": "dot"}} for mark in marks
    ]  # fmt: skip
    names = list(dict.fromkeys(one.level.name for one in scored))
    shares = [_finite(100 * next(one.share for one in scored if one.level.name == name)) for name in names]
    data.append(_bars(names, shares, PREDICTED, "share of steps"))
    for number, (_, series) in enumerate(_series(scored), 2):
        for name, colour, heights in series:
            data.append(_bars(names, heights, colour, name) | _on(number))
    data[1] |= _on(1)
    for number, heading in enumerate((f"{title}: % of steps", "share selected, %", "RMSE", "correlation")):
        left = number * (_WIDTH + _GAP)
        layout[f"xaxis{number + 1 if number else ''}"] = axis("") | {"domain": [left, left + _WIDTH]}
        layout[f"yaxis{number + 1 if number else ''}"] = axis("") | {
            "anchor": f"x{number + 1 if number else ''}", "domain": [0, 0.92]
        }  # fmt: skip
        layout["annotations"].append(note(f"<b>{plain(heading)}</b>", left, 0.95, color=INK, xanchor="left"))
    words = "   ".join(f'<span style="color:{colour}">■</span> {plain(name)}' for name, colour, _ in series)
    layout["annotations"].append(note(words, 2 * (_WIDTH + _GAP), 1.06, color=INK, xanchor="left"))
    return {"data": data, "layout": layout}


def still_figure(
    scored: Sequence[Scored],
    values: np.ndarray,
    limits: tuple[float, float],
    title: str,
    marks: Sequence[float],
) -> "StillFigure":
    """The same as a picture for a paper, 10 inches wide."""
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(10, 2.9), layout="constrained")
    places = figure.subplots(1, 4)
    share, edges = distribution(values, limits)
    places[0].bar(edges[:-1], 100 * share, np.diff(edges), align="edge", color=PREDICTED)
    for mark in marks:
        places[0].axvline(mark, color=FAINT, linewidth=0.7, linestyle=":")
    names = list(dict.fromkeys(one.level.name for one in scored))
    shares = [100 * next(one.share for one in scored if one.level.name == name) for name in names]
    places[1].bar(names, shares, 0.6, color=PREDICTED)
    for place, (_, series) in zip(places[2:], _series(scored), strict=True):
        for number, (name, colour, heights) in enumerate(series):
            wide = 0.8 / len(series)
            at = np.arange(len(names)) + (number - (len(series) - 1) / 2) * wide
            tall = [np.nan if height is None else height for height in heights]
            place.bar(at, tall, wide, color=colour, label=name)
        place.set_xticks(range(len(names)), names)
    for place, heading in zip(
        places, (f"{title}: % of steps", "share selected, %", "RMSE", "correlation"), strict=True
    ):
        place.set_title(heading, loc="left", fontsize=9)
        place.tick_params(labelsize=7)
        place.spines[["top", "right"]].set_visible(False)
    for place in places[1:]:
        place.tick_params(axis="x", rotation=20)
    handles, labels = places[2].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=4, fontsize=7, frameon=False)
    return figure


def _series(scored: Sequence[Scored]) -> list[tuple[str, list[tuple[str, str, list[float | None]]]]]:
    """RMSE and correlation: a series of bars per dimension, and a pale one for the run to compare with."""
    dimensions = list(dict.fromkeys(one.dimension for one in scored))
    found = []
    for metric in ("rmse", "correlation"):
        series = []
        for number, dimension in enumerate(dimensions):
            colour, rows = SERIES[number % len(SERIES)], [one for one in scored if one.dimension == dimension]
            series.append((dimension, colour, [_of(one.own, metric) for one in rows]))
            if any(one.other is not None for one in rows):
                pale = tint(colour, 0.4)
                series.append((f"{dimension}, other", pale, [_of(one.other, metric) for one in rows]))
        found.append((metric, series))
    return found


def _of(errors: Errors | None, metric: str) -> float | None:
    return None if errors is None else _finite(getattr(errors, metric))


def _finite(value: float) -> float | None:
    return float(f"{value:.5g}") if isfinite(value) else None


def _bars(
    x: Sequence[str] | np.ndarray, y: Sequence[float | None] | np.ndarray, colour: str, name: str
) -> Figure:
    places = [one if isinstance(one, str) else float(f"{one:.6g}") for one in x]
    heights = [None if one is None else float(f"{one:.5g}") for one in y]
    return {"type": "bar", "name": plain(name), "x": places, "y": heights, "marker": {"color": colour}}


def _on(number: int) -> Figure:
    return {"xaxis": f"x{number + 1}", "yaxis": f"y{number + 1}"}
