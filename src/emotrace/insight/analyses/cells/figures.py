"""Figure 2 of tzirakis2017: each measure and the unit that follows it best, over time of one recording."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emotrace.insight.analysis import Row
from emotrace.offline_page.plot_style import (
    GOLD,
    INK,
    PREDICTED,
    Figure,
    axis,
    base_layout,
    line,
    note,
    plain,
)
from emotrace.offline_page.thinning import thin

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

MOST = 1500  # points of a line


@dataclass(frozen=True)
class Panel:
    """A measure and a unit over one recording.

    Parameters
    ----------
    measure, unit : str
        Titles.
    name : str
        Of the measure, for columns.
    correlation : float
        Of both, in this recording; NaN if one stands still.
    sign : {-1, 1}
        -1: the unit falls where the measure rises, over all recordings; it is drawn upside down.
    values, activation : float array, shape (time,)
        As they are; NaN: not known.
    """

    measure: str
    unit: str
    name: str
    correlation: float
    sign: int
    values: np.ndarray
    activation: np.ndarray

    @property
    def label(self) -> str:
        """The unit, with a minus sign where it is drawn upside down."""
        return self.unit if self.sign > 0 else f"−1 × {self.unit}"

    @property
    def title(self) -> str:
        """What stands over the panel."""
        known = np.isfinite(self.correlation)
        number = f"{self.correlation:.2f}".replace("-", "−") if known else "undefined"
        return f"{self.measure}   r = {number}"


def scaled(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Less the mean, divided by the standard deviation (1/n), both of the steps in `known`.

    A series that stands still there is only moved; without a known step nothing is changed.

    Examples
    --------
    >>> scaled(np.array([1.0, 9.0, 3.0]), np.array([True, False, True]))
    array([-1.,  7.,  1.])
    """
    values = np.asarray(values, dtype=np.float64)
    if not known.any():
        return values
    deviation = float(values[known].std())
    return (values - values[known].mean()) / (deviation if deviation > 0 else 1.0)


def page_figure(panels: list[Panel], times_s: np.ndarray) -> Figure:
    """One panel per measure, one below the other, for the page."""
    share = 1 / len(panels)
    layout = base_layout(height=70 + 165 * len(panels)) | {"hovermode": "x unified", "annotations": []}
    layout["margin"] = layout["margin"] | {"t": 24}  # there is no legend
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(panels)}" if len(panels) > 1 else "y"}
    data = []
    for number, panel in enumerate(panels):
        top, y = 1 - number * share, "y" if number == 0 else f"y{number + 1}"
        layout[f"yaxis{y[1:]}"] = axis("scaled") | {"domain": [top - share + 0.02, top - 0.05]}
        for name, group, values, colour, width in _lines(panel):
            rows = thin(values, MOST)
            curve = line(name, times_s[rows], values[rows], colour, width)
            data.append(curve | {"yaxis": y, "legendgroup": group, "showlegend": False})
        text = (
            f'<b><span style="color:{GOLD}">{plain(panel.measure)}</span></b> and <b><span style="color:'
            f'{PREDICTED}">{plain(panel.label)}</span></b>   {panel.title.rpartition("   ")[2]}'
        )
        layout["annotations"].append(note(text, 0, top - 0.045, color=INK, xanchor="left"))
    return {"data": data, "layout": layout | {"showlegend": False}}


def still_figure(panels: list[Panel], times_s: np.ndarray, heading: str) -> "StillFigure":
    """The same as a picture for a paper, 8 inches wide."""
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(8, 0.6 + 1.5 * len(panels)), layout="constrained")
    figure.suptitle(heading, fontsize=10)
    places = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for panel, place in zip(panels, places, strict=True):
        for name, _, values, colour, width in _lines(panel):
            rows = thin(values, MOST)
            place.plot(times_s[rows], values[rows], color=colour, linewidth=width * 0.7, label=name)
        place.set_title(panel.title, loc="left", fontsize=9)
        place.legend(
            loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=7, frameon=False, borderaxespad=0.1
        )
        place.tick_params(labelsize=7)
        place.spines[["top", "right"]].set_visible(False)
    place.set_xlabel("time (s)", fontsize=8)
    return figure


def series_rows(panels: list[Panel], times_s: np.ndarray) -> list[Row]:
    """What is drawn, unscaled and with the sign as it is, one row per step."""
    columns: dict[str, list[float | None]] = {"time_s": [float(f"{time:.6g}") for time in times_s]}
    for panel in panels:
        for name, values in ((panel.name, panel.values), (f"{panel.name}: {panel.unit}", panel.activation)):
            columns[name] = [float(f"{value:.6g}") if np.isfinite(value) else None for value in values]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _lines(panel: Panel) -> list[tuple[str, str, np.ndarray, str, float]]:
    """Label, kind, values, colour and width of both lines, on one scale where the measure is known."""
    known = np.isfinite(panel.values)
    return [
        (panel.measure, "measure", scaled(panel.values, known), GOLD, 1.9),
        (panel.label, "unit", scaled(panel.sign * panel.activation, known), PREDICTED, 1.4),
    ]
