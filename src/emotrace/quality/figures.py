"""The figures of a check: a recording's raters, gold standard and sound over time, and how labels spread."""

import numpy as np

from emotrace.offline_page.plot_style import GOLD, INK, SERIES, Figure, axis, base_layout, line, tint
from emotrace.offline_page.thinning import thin
from emotrace.quality.check import Check, Checked
from emotrace.quality.sound import BLOCK_S

HEIGHT = 250  # px of a panel


def recording_figure(one: Checked, check: Check, most: int) -> Figure:
    """Raters and gold standard of each dimension, and the level of the sound below.

    Parameters
    ----------
    one : Checked
    check : Check
    most : int
        Points per line.
    """
    panels = [*check.dimensions, *(["sound"] if _any_sound(check) else [])]
    layout = base_layout(height=90 + HEIGHT * len(panels)) | {"hovermode": "x unified", "annotations": []}
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(panels)}" if len(panels) > 1 else "y"}
    data: list[Figure] = []
    share = 1 / max(len(panels), 1)
    for i, panel in enumerate(panels):
        top, y = 1 - i * share, "y" if i == 0 else f"y{i + 1}"
        layout[f"yaxis{y[1:]}"] = axis("sound (dBFS)" if panel == "sound" else panel) | {
            "domain": [top - share + 0.03, top - 0.03]
        }
        lines = _sound_lines(one) if panel == "sound" else _label_lines(one, panel)
        for name, times, values, colour, width in lines:
            rows = thin(values, most)
            shown = not any(trace["name"] == name for trace in data)
            curve = line(name, times[rows], values[rows], colour, width)
            data.append(curve | {"yaxis": y, "legendgroup": name, "showlegend": shown})
    return {"data": data, "layout": layout}


def spread_figure(check: Check, dimension: str) -> Figure:
    """How often each value of a dimension's gold standard occurs, one line per partition."""
    low, high = check.value_range
    edges = np.linspace(low, high, 41)
    data = []
    partitions = list(dict.fromkeys(one.view.partition for one in check.recordings))
    for partition, colour in zip(partitions, SERIES, strict=False):
        series = [
            one.view.gold[dimension].values
            for one in check.recordings
            if dimension in one.view.gold and one.view.partition == partition
        ]
        values = np.concatenate(series) if series else np.empty(0)
        values = values[np.isfinite(values)]
        if len(values):
            counts, _ = np.histogram(values, edges)
            middle = (edges[1:] + edges[:-1]) / 2
            data.append(line(partition or "all", middle, counts / len(values), colour, 2.0))
    layout = base_layout(height=280)
    layout |= {"xaxis": axis(dimension), "yaxis": axis("share of labels"), "showlegend": len(data) > 1}
    return {"data": data, "layout": layout}


def _any_sound(check: Check) -> bool:
    return any(one.view.sound is not None for one in check.recordings)


def _label_lines(one: Checked, dimension: str):
    raters = one.view.ratings.get(dimension, {})
    for (name, series), colour in zip(raters.items(), _faint(len(raters)), strict=True):
        yield f"rater {name}", np.asarray(series.times_s), np.asarray(series.values), colour, 1.0
    if dimension in one.view.gold:
        series = one.view.gold[dimension]
        yield "gold standard", np.asarray(series.times_s), np.asarray(series.values), GOLD, 2.4


def _sound_lines(one: Checked):
    if one.view.sound is not None:
        levels = one.view.sound.levels_db.astype(np.float64)
        yield "sound level", np.arange(len(levels)) * BLOCK_S, levels, tint(INK, 0.55), 1.0


def _faint(count: int) -> list[str]:
    colours = [colour for colour in SERIES if colour != GOLD]
    return [tint(colours[i % len(colours)], 0.6) for i in range(count)]
