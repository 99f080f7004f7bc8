"""Figures of a comparison: metrics with intervals, and the traces of all runs over the gold standard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotrace.evaluation.compared.entrants import Entrant
from emotrace.evaluation.compared.measured import Measured
from emotrace.offline_page.plot_style import (
    GOLD,
    INK,
    SERIES,
    Figure,
    axis,
    base_layout,
    error_bars,
    line,
    note,
    plain,
)
from emotrace.offline_page.thinning import thin
from emotrace.postprocess.majority_vote import majority_vote

COLOURS = tuple(colour for colour in SERIES if colour != GOLD)


def colour_of(index: int) -> str:
    """Of the run of that number, everywhere on the page."""
    return COLOURS[index % len(COLOURS)]


def interval_figure(measured: Measured, titles: Mapping[str, str]) -> Figure:
    """Each run's headline metrics as dots with their intervals; without a legend, see `key`."""
    names = list(measured.metrics)
    data = []
    for index, name in enumerate(names):
        scores = [measured.metrics[name][metric] for metric in measured.headlines]
        values = [score["value"] for score in scores]
        data.append(
            {
                "type": "scatter", "mode": "markers", "name": plain(name), "x": values,
                "y": [at + 0.16 * (index - (len(names) - 1) / 2) for at in range(len(values))],
                "marker": {"color": colour_of(index), "size": 9},
                "error_x": error_bars(scores, colour_of(index), 1.6),
                "hovertemplate": "%{x:.3f}",
            }
        )  # fmt: skip
    layout = base_layout(height=60 + len(measured.headlines) * max(46, 20 * len(names)))
    layout |= {"showlegend": False}
    layout["margin"] |= {"t": 16}
    layout["xaxis"] = axis("")
    layout["yaxis"] = axis("") | {
        "tickvals": list(range(len(measured.headlines))),
        "ticktext": [plain(titles[metric]) for metric in measured.headlines],
        "range": [len(measured.headlines) - 0.5, -0.5],
        "tickfont": {"size": 13, "color": INK},
    }
    return {"data": data, "layout": layout}


def overlay_figure(
    entrants: Sequence[Entrant],
    at: int,
    labels: Sequence[str],
    limits: Mapping[str, tuple[float, float]],
    most: int,
    rows: Sequence[Mapping[str, Any]],
) -> Figure:
    """One recording: the gold standard and what every run says of it, a panel per dimension or class.

    Without a legend, see `key`.

    Parameters
    ----------
    entrants : sequence of Entrant
    at : int
        The recording.
    labels : sequence of str
    limits : mapping of label to (float, float)
    most : int
        Points per line.
    rows : sequence of mapping
        The rows of `Measured.recordings` of this recording, to name their numbers.
    """
    panel_px = 170 if entrants[0].predicts == "trace" else 110
    layout = base_layout(height=70 + panel_px * len(labels))
    layout |= {"hovermode": "x unified", "annotations": [], "showlegend": False}
    layout["margin"] |= {"t": 16}
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(labels)}" if len(labels) > 1 else "y"}
    numbers = {str(row["metric"]): row for row in rows}
    data, share = [], 1 / len(labels)
    for i, label in enumerate(labels):
        top, y = 1 - i * share, "y" if i == 0 else f"y{i + 1}"
        layout[f"yaxis{y[1:]}"] = axis("") | {
            "domain": [top - share * (1 - 10 / panel_px), top - share * 22 / panel_px],
            "range": list(limits[label]),
        }
        for curve in _curves(entrants, at, label):
            kept = thin(curve.values, most)
            drawn = line(curve.name, curve.times_s[kept], curve.values[kept], curve.colour, curve.width)
            data.append(drawn | {"yaxis": y})
        text = f"<b>{plain(label)}</b>{_agreement(entrants, numbers.get(f'ccc_{label}'))}"
        layout["annotations"].append(
            note(text, 0, top - share * 21 / panel_px, xanchor="left", yanchor="bottom")
        )
    return {"data": data, "layout": layout}


@dataclass(frozen=True)
class _Curve:
    name: str
    times_s: np.ndarray
    values: np.ndarray
    colour: str
    width: float


def _curves(entrants: Sequence[Entrant], at: int, label: str) -> list[_Curve]:
    """The gold standard, where there is one of each moment, and what every run says."""
    first, curves = entrants[0].recordings[at], []
    if entrants[0].predicts == "trace":
        gold = first.gold[:, first.trace.labels.index(label)]
        curves.append(_Curve("gold standard", first.trace.times_s, gold, GOLD, 2.4))
    for index, entrant in enumerate(entrants):
        trace = entrant.recordings[at].trace
        values = trace.values[:, trace.labels.index(label)].astype(float)
        curves.append(_Curve(entrant.name, trace.times_s, values, colour_of(index), 1.4))
    return curves


def _agreement(entrants: Sequence[Entrant], row: Mapping[str, Any] | None) -> str:
    """The CCC of every run in its colour; nothing where it was not measured."""
    if row is None:
        return ""
    said = (
        f'<span style="color:{colour_of(index)}">{_short(row[one.name])}</span>'
        for index, one in enumerate(entrants)
    )
    return "   CCC " + "  ".join(said)


def answers_figure(entrants: Sequence[Entrant], at: int, labels: Sequence[str]) -> Figure:
    """One clip of which every run gives a single answer: the probability of each class as bars.

    Without a legend, see `key`.

    Parameters
    ----------
    entrants : sequence of Entrant
    at : int
        The clip.
    labels : sequence of str
        The classes.
    """
    layout = base_layout(height=320) | {"showlegend": False, "barmode": "group", "bargap": 0.4}
    layout["margin"] |= {"t": 16}
    layout["xaxis"], layout["yaxis"] = axis(""), axis("probability") | {"range": [0, 1.02]}
    data = []
    for index, entrant in enumerate(entrants):
        trace = entrant.recordings[at].trace
        probabilities = majority_vote(trace.values).probabilities
        heights = [round(float(probabilities[trace.labels.index(label)]), 4) for label in labels]
        data.append(
            {"type": "bar", "name": plain(entrant.name), "x": [plain(label) for label in labels],
             "y": heights, "marker": {"color": colour_of(index)}}
        )  # fmt: skip
    return {"data": data, "layout": layout}


def _short(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"
