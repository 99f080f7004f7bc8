"""Panels over time of one recording, one below the other: curves, and maps of rows by time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emotrace.insight.analysis import Row
from emotrace.offline_page.plot_style import (
    FAINT,
    INK,
    PREDICTED,
    RULE,
    Figure,
    axis,
    base_layout,
    line,
    note,
    plain,
    tint,
)
from emotrace.offline_page.thinning import thin

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as StillFigure

MOST = 1500  # points of a line, columns of a map


@dataclass(frozen=True)
class Curve:
    """A series over time; NaN makes a gap.

    Parameters
    ----------
    name : str
    values : float array, shape (time,)
    colour : str
    width : float
    """

    name: str
    values: np.ndarray
    colour: str
    width: float = 1.5


@dataclass(frozen=True)
class Lines:
    """A panel of curves.

    Parameters
    ----------
    title, unit : str
    curves : tuple of Curve
    marks : tuple of float
        Dotted level lines.
    limits : (float, float) or None
        Of the upright axis; None: as wide as the curves.
    """

    title: str
    unit: str
    curves: tuple[Curve, ...]
    marks: tuple[float, ...] = ()
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Rows:
    """A panel with a row for each of several series, darker the higher.

    Parameters
    ----------
    title : str
    names : tuple of str
        From the top.
    values : float array, shape (row, time)
        NaN is left white.
    lowest, highest : float
        What is drawn palest, and in full colour.
    """

    title: str
    names: tuple[str, ...]
    values: np.ndarray
    lowest: float
    highest: float


Panel = Lines | Rows


def page_figure(panels: Sequence[Panel], times_s: np.ndarray) -> Figure:
    """All panels for the page."""
    share = 1 / len(panels)
    layout = base_layout(height=70 + 175 * len(panels)) | {"hovermode": "x unified", "annotations": []}
    layout["margin"] = layout["margin"] | {"t": 24}  # there is no legend
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(panels)}" if len(panels) > 1 else "y"}
    data: list[Figure] = []
    for number, panel in enumerate(panels):
        top, y = 1 - number * share, "y" if number == 0 else f"y{number + 1}"
        frame = {"domain": [top - share + 0.02, top - 0.045]}
        heading = f"<b>{plain(panel.title)}</b>"
        if isinstance(panel, Rows):
            layout[f"yaxis{y[1:]}"] = axis("") | frame | {"autorange": "reversed", "type": "category"}
            data.append(_map(panel, times_s) | {"yaxis": y})
        else:
            limits = {} if panel.limits is None else {"range": list(panel.limits)}
            layout[f"yaxis{y[1:]}"] = axis(panel.unit) | frame | limits
            for curve in panel.curves:
                rows = thin(curve.values, MOST)
                drawn = line(curve.name, times_s[rows], curve.values[rows], curve.colour, curve.width)
                data.append(drawn | {"yaxis": y, "showlegend": False})
                heading += f'   <span style="color:{curve.colour}">{plain(curve.name)}</span>'
            layout["shapes"] = [*layout.get("shapes", []), *(_mark(mark, y) for mark in panel.marks)]
        layout["annotations"].append(note(heading, 0, top - 0.04, color=INK, xanchor="left"))
    return {"data": data, "layout": layout | {"showlegend": False}}


def still_figure(panels: Sequence[Panel], times_s: np.ndarray, heading: str) -> "StillFigure":
    """The same as a picture for a paper, 8 inches wide."""
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(8, 0.7 + 1.45 * len(panels)), layout="constrained")
    figure.suptitle(heading, fontsize=10)
    places = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for panel, place in zip(panels, places, strict=True):
        if isinstance(panel, Rows):
            _draw_rows(place, panel, times_s)
        else:
            _draw_lines(place, panel, times_s)
        place.set_title(panel.title, loc="left", fontsize=9)
        place.tick_params(labelsize=7)
        place.spines[["top", "right"]].set_visible(False)
    places[-1].set_xlabel("time (s)", fontsize=8)
    return figure


def series_rows(panels: Sequence[Panel], times_s: np.ndarray) -> list[Row]:
    """What is drawn, one row per step and one column per series; what is not known is empty."""
    columns: dict[str, list[float | None]] = {"time_s": [float(f"{time:.6g}") for time in times_s]}
    for panel in panels:
        if isinstance(panel, Rows):
            series = list(zip(panel.names, panel.values, strict=True))
        else:
            series = [(curve.name, curve.values) for curve in panel.curves]
        for name, values in series:
            columns[f"{panel.title}: {name}"] = [
                float(f"{value:.6g}") if np.isfinite(value) else None for value in values
            ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def thinned(values: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Means of pieces of equal length, for a map: (row, piece), and where each piece begins.

    Examples
    --------
    >>> thinned(np.array([[1.0, 3.0, np.nan, 5.0, 7.0]]), 3)
    (array([[2., 5., 7.]]), array([0, 2, 4]))
    """
    size = -(-values.shape[1] // most)
    starts = np.arange(0, values.shape[1], size)
    known = np.isfinite(values)
    sums = np.add.reduceat(np.where(known, values, 0.0), starts, axis=1)
    number = np.add.reduceat(known.astype(float), starts, axis=1)
    means = np.full(sums.shape, np.nan)
    np.divide(sums, number, out=means, where=number > 0)
    return means, starts


def _map(panel: Rows, times_s: np.ndarray) -> Figure:
    values, starts = thinned(panel.values, MOST)
    return {
        "type": "heatmap", "x": [float(f"{time:.6g}") for time in times_s[starts]], "y": list(panel.names),
        "z": [[float(f"{one:.3g}") if np.isfinite(one) else None for one in row] for row in values],
        "zmin": panel.lowest, "zmax": panel.highest, "showscale": False, "hoverongaps": False,
        "colorscale": [[0, tint(PREDICTED, 0.04)], [1, PREDICTED]],
    }  # fmt: skip


def _mark(height: float, y: str) -> Figure:
    return {
        "type": "line", "xref": "paper", "yref": y, "x0": 0, "x1": 1, "y0": height, "y1": height,
        "line": {"color": FAINT, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _draw_lines(place: "Axes", panel: Lines, times_s: np.ndarray) -> None:
    for curve in panel.curves:
        rows = thin(curve.values, MOST)
        width = 0.7 * curve.width
        place.plot(times_s[rows], curve.values[rows], color=curve.colour, linewidth=width, label=curve.name)
    for mark in panel.marks:
        place.axhline(mark, color=FAINT, linewidth=0.6, linestyle=":")
    place.set_ylabel(panel.unit, fontsize=7)
    if panel.limits is not None:
        place.set_ylim(*panel.limits)
    place.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=4, fontsize=7, frameon=False, borderaxespad=0.1
    )


def _draw_rows(place: "Axes", panel: Rows, times_s: np.ndarray) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    values, _ = thinned(panel.values, MOST)
    step_s = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 1.0
    place.imshow(
        values, aspect="auto", vmin=panel.lowest, vmax=panel.highest, interpolation="nearest",
        extent=(float(times_s[0]), float(times_s[-1]) + step_s, len(panel.names) - 0.5, -0.5),
        cmap=LinearSegmentedColormap.from_list("blue", [tint(PREDICTED, 0.04), PREDICTED]),
    )  # fmt: skip
    place.set_yticks(range(len(panel.names)), panel.names)
    for edge in range(1, len(panel.names)):
        place.axhline(edge - 0.5, color=RULE, linewidth=0.4)
