"""Figures of the page of gold standards: raters, gold standard and band; curves of delay."""

from collections.abc import Mapping

import numpy as np

from emotrace.annotation.delay import Delay
from emotrace.annotation.fusion.results import RecordingGold
from emotrace.offline_page.plot_style import (
    FAINT,
    GOLD,
    SERIES,
    Figure,
    axis,
    base_layout,
    line,
    tint,
    upright,
)
from emotrace.offline_page.thinning import thin

RATERS = tuple(colour for colour in SERIES if colour != GOLD)
HEIGHT = 400


def gold_figure(one: RecordingGold, dimension: str, most: int) -> Figure:
    """Raters as thin lines, the band of agreement, and the gold standard over time.

    Parameters
    ----------
    one : RecordingGold
    dimension : str
    most : int
        Points per line.
    """
    layout = base_layout(HEIGHT) | {"hovermode": "x unified"}
    layout["xaxis"], layout["yaxis"] = axis("time (s)"), axis(dimension)
    rows = np.union1d(thin(one.low, most // 2), thin(one.high, most // 2))
    low = line("band of agreement", one.times_s[rows], one.low[rows], tint(GOLD, 0.25), 0)
    high = line("band of agreement", one.times_s[rows], one.high[rows], tint(GOLD, 0.25), 0)
    shared = {"legendgroup": "band", "hoverinfo": "skip", "connectgaps": False}
    data = [
        low | shared | {"showlegend": False},
        high | shared | {"fill": "tonexty", "fillcolor": "rgba(208,135,0,0.16)"},
    ]
    for i, (rater, values) in enumerate(zip(one.raters, one.ratings, strict=True)):
        if np.isfinite(values).any():
            rows = thin(values, most)
            data.append(line(f"rater {rater}", one.times_s[rows], values[rows], RATERS[i % len(RATERS)], 1.1))
    rows = thin(one.values, most)
    data.append(line("gold standard", one.times_s[rows], one.values[rows], GOLD, 2.6))
    return {"data": data, "layout": layout}


def delay_figure(found: Mapping[str, Delay]) -> Figure:
    """Agreement at each lag, with the lag of best agreement of each curve."""
    layout = base_layout(320) | {"hovermode": "x unified", "shapes": []}
    layout["xaxis"], layout["yaxis"] = axis("lag (s)"), axis("PCC")
    data = []
    for i, (name, delay) in enumerate(found.items()):
        colour = GOLD if name == "gold" else RATERS[i % len(RATERS)]
        data.append(line(name, delay.lags_s, delay.curve, colour, 1.8))
        layout["shapes"].append(upright(delay.delay_s, colour if delay.confidence > 0 else FAINT))
    return {"data": data, "layout": layout | {"showlegend": True}}
