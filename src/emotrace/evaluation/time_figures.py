"""Figures over time of one recording: predicted against gold, and class probabilities."""

from typing import Any

import numpy as np

from emotrace.evaluation.scored import Scored
from emotrace.offline_page.class_colours import class_colours
from emotrace.offline_page.plot_style import (
    GOLD,
    PREDICTED,
    Figure,
    axis,
    base_layout,
    line,
    note,
    plain,
)
from emotrace.offline_page.thinning import thin
from emotrace.postprocess.majority_vote import majority_vote, unanimous, voting

LEAST_GAP_S = 0.2 - 1e-6  # shorter losses of the face are not shaded
MOST_GAPS = 200  # the longest are shaded
MOST_DOTS = 60  # segments of a clip that are marked one by one


def trace_figure(
    one: Scored, scores: dict[str, Any], limits: dict[str, tuple[float, float]], most: int
) -> Figure:
    """Predicted against gold over time, one panel per dimension; no face: shaded.

    Parameters
    ----------
    one : Scored
    scores : dict
        The recording's row of ``per_recording``.
    limits : dict of label to (float, float)
        Lowest and highest value of each panel, the same for all recordings.
    most : int
        Points per line.
    """
    labels, times = one.trace.labels, one.trace.times_s
    data, layout = [], base_layout(height=110 + 190 * len(labels))
    layout |= {"hovermode": "x unified", "shapes": _faceless(one), "annotations": []}
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(labels)}" if len(labels) > 1 else "y"}
    share = 1 / len(labels)
    for i, label in enumerate(labels):
        top = 1 - i * share
        y = "y" if i == 0 else f"y{i + 1}"
        layout[f"yaxis{y[1:]}"] = axis(label) | {
            "domain": [top - share + 0.03, top - 0.05],
            "range": list(limits[label]),
        }
        for name, values, colour, width in (
            ("gold standard", one.gold[:, i], GOLD, 2.2),
            ("predicted", one.trace.values[:, i].astype(float), PREDICTED, 1.4),
        ):
            rows = thin(values, most)
            data.append(
                line(name, times[rows], values[rows], colour, width)
                | {"yaxis": y, "legendgroup": name, "showlegend": i == 0}
            )
        numbers = f"CCC {_short(scores[f'ccc_{label}'])}   RMSE {_short(scores[f'rmse_{label}'])}"
        text = f"<b>{plain(label)}</b>   {numbers}"
        layout["annotations"].append(note(text, 0, top - 0.045, xanchor="left", yanchor="bottom"))
    return {"data": data, "layout": layout}


def class_figure(one: Scored, most: int) -> Figure:
    """Probability of each class over time, a gap where a segment does not vote; bars of a single answer."""
    layout = base_layout(height=340) | {"hovermode": "x unified", "shapes": _faceless(one)}
    layout["xaxis"], layout["yaxis"] = axis("time (s)"), axis("probability") | {"range": [0, 1.02]}
    labels, colours = one.trace.labels, class_colours(one.trace.labels)
    if unanimous(one.trace.values):
        names = [plain(label) for label in labels]
        bars = [round(float(value), 4) for value in majority_vote(one.trace.values).probabilities]
        layout["xaxis"] = axis("")
        return {
            "data": [
                {"type": "bar", "x": names, "y": bars, "width": 0.5, "marker": {"color": list(colours)}}
            ],
            "layout": layout | {"shapes": [], "showlegend": False},
        }
    data, votes = [], voting(one.trace.values)
    for i, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        values = np.where(votes, one.trace.values[:, i], np.nan)
        rows = thin(values, most)
        curve = line(label, one.trace.times_s[rows], values[rows], colour, 1.8)
        data.append(curve | ({"mode": "lines+markers"} if len(rows) <= MOST_DOTS else {}))
    return {"data": data, "layout": layout}


def _faceless(one: Scored) -> list[Figure]:
    """Grey bands where no face was seen; none for a system that never sees one."""
    found, times = one.trace.face_found, one.trace.times_s
    if not found.any() or len(times) < 2:
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[1], found.astype(int), [1]])))
    ends = np.append(times, times[-1] + one.step_s)
    spans = [(float(ends[a]), float(ends[b])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    longest = sorted((span for span in spans if span[1] - span[0] >= LEAST_GAP_S), key=lambda s: s[0] - s[1])
    return [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": a, "x1": b, "y0": 0, "y1": 1,
         "fillcolor": "#eef1f4", "line": {"width": 0}, "layer": "below"}
        for a, b in longest[:MOST_GAPS]
    ]  # fmt: skip


def _short(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
