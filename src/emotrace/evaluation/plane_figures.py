"""Where gold standard and prediction lie in the valence-arousal plane."""

from collections.abc import Sequence

import numpy as np

from emotrace.evaluation.scored import Scored
from emotrace.offline_page.plot_style import GOLD, INK, PREDICTED, Figure, axis, base_layout, note, tint

BINS = 41  # per axis
CORNERS = (
    ("tense, angry", 0.02, 0.98),
    ("excited, happy", 0.98, 0.98),
    ("sad, bored", 0.02, 0.02),
    ("calm, content", 0.98, 0.02),
)  # words, and where they stand as shares of the axes


def plane_figures(
    recordings: Sequence[Scored], value_range: tuple[float, float]
) -> tuple[Figure, Figure] | None:
    """Where gold standard and prediction lie in the valence-arousal plane; None without both.

    Both have the same axes, as wide as the data need and centred on the middle of the scale. Only
    steps rated in both dimensions count.

    Source
    ------
    Russell (1980), a circumplex model of affect; the words in the corners: our choice.
    """
    labels = recordings[0].trace.labels
    if "arousal" not in labels or "valence" not in labels:
        return None
    columns = [labels.index("valence"), labels.index("arousal")]
    gold = np.concatenate([one.gold[:, columns] for one in recordings])  # (time, 2)
    predicted = np.concatenate([one.trace.values[:, columns] for one in recordings]).astype(float)
    rated = np.isfinite(gold).all(axis=1)
    if not rated.any():
        return None
    gold, predicted = gold[rated], predicted[rated]
    centre, reach = sum(value_range) / 2, (value_range[1] - value_range[0]) / 2
    farthest = max(np.abs(gold - centre).max(), np.abs(predicted - centre).max())
    side = float(min(max(1.08 * farthest, 0.2 * reach), max(1.05 * reach, farthest)))
    return _plane("gold standard", gold, GOLD, centre, side, reach), _plane(
        "predicted", predicted, PREDICTED, centre, side, reach
    )


def _plane(name: str, points: np.ndarray, colour: str, centre: float, side: float, reach: float) -> Figure:
    edges = np.linspace(centre - side, centre + side, BINS + 1)
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=(edges, edges))  # (arousal, valence)
    share = 100 * counts / len(points)
    middles = ((edges[1:] + edges[:-1]) / 2).round(4).tolist()
    z = [[float(f"{value:.3g}") if value > 0 else None for value in row] for row in share]
    bar = {"thickness": 10, "len": 0.6, "outlinewidth": 0, "ticksuffix": " %", "tickfont": {"size": 11}}
    heat = {
        "type": "heatmap", "x": middles, "y": middles, "z": z, "zmin": 0, "colorbar": bar,
        "colorscale": [[0, tint(colour, 0.12)], [0.35, tint(colour, 0.55)], [1, tint(colour, 1.0)]],
        "hovertemplate": "valence %{x:.2f}<br>arousal %{y:.2f}<br>%{z} % of steps<extra></extra>",
    }  # fmt: skip
    mean = points.mean(axis=0).round(4).tolist()
    cross = {
        "type": "scatter", "mode": "markers", "x": mean[:1], "y": mean[1:], "showlegend": False,
        "marker": {"symbol": "cross-thin", "size": 15, "line": {"width": 2.5, "color": INK}},
        "hovertemplate": "mean: valence %{x:.3f}, arousal %{y:.3f}<extra></extra>",
    }  # fmt: skip
    layout = base_layout(height=460)
    layout["title"] = {"text": f"<b>{name}</b>", "font": {"size": 14, "color": colour}, "x": 0.02, "y": 0.98}
    layout["margin"] = {"l": 64, "r": 16, "t": 38, "b": 54}
    ends = [centre - side, centre + side]
    layout["xaxis"] = axis("unpleasant  ←  valence  →  pleasant") | {"range": ends, "constrain": "domain"}
    layout["yaxis"] = axis("calm  ←  arousal  →  active") | {
        "range": ends, "scaleanchor": "x", "scaleratio": 1, "constrain": "domain",
    }  # fmt: skip
    middle = {"type": "line", "line": {"color": "#9aa5b1", "width": 1}}
    layout["shapes"] = [
        middle | {"x0": ends[0], "x1": ends[1], "y0": centre, "y1": centre},
        middle | {"x0": centre, "x1": centre, "y0": ends[0], "y1": ends[1]},
        {"type": "circle", "line": {"color": "#c5ccd4", "width": 1, "dash": "dot"},
         "x0": centre - reach, "x1": centre + reach, "y0": centre - reach, "y1": centre + reach},
    ]  # fmt: skip
    layout["annotations"] = [
        note(text, x, y, xref="x domain", yref="y domain", xanchor="left" if x < 0.5 else "right")
        | {"yanchor": "bottom" if y < 0.5 else "top", "bgcolor": "rgba(255,255,255,0.75)"}
        for text, x, y in CORNERS
    ]
    return {"data": [heat, cross], "layout": layout}
