"""The figures of a check: a recording's raters, gold standard and sound over time, and how labels spread."""

import numpy as np

from emotrace.offline_page.plot_style import GOLD, INK, SERIES, Figure, axis, base_layout, line, tint
from emotrace.offline_page.thinning import thin
from emotrace.quality.check import Check, Checked
from emotrace.quality.sound import BLOCK_S
from emotrace.quality.speech import SpeechFacts

HEIGHT = 250  # px of a panel


def recording_figure(one: Checked, check: Check, most: int) -> Figure:
    """Raters and gold standard of each dimension; below, the level of the sound and where there is speech.

    Parameters
    ----------
    one : Checked
    check : Check
    most : int
        Points per line.
    """
    panels = [*check.dimensions, *_extra_panels(check)]
    layout = base_layout(height=90 + HEIGHT * len(panels)) | {"hovermode": "x unified", "annotations": []}
    layout["xaxis"] = axis("time (s)") | {"anchor": f"y{len(panels)}" if len(panels) > 1 else "y"}
    data: list[Figure] = []
    share = 1 / max(len(panels), 1)
    for i, panel in enumerate(panels):
        top, y = 1 - i * share, "y" if i == 0 else f"y{i + 1}"
        layout[f"yaxis{y[1:]}"] = axis(_TITLES.get(panel, panel)) | {
            "domain": [top - share + 0.03, top - 0.03],
            **({"range": [0, 1.02]} if panel == "speech" else {}),
        }
        lines = _LINES[panel](one) if panel in _LINES else _label_lines(one, panel)
        for name, times, values, colour, width in lines:
            rows = thin(values, most)
            shown = not any(trace["name"] == name for trace in data)
            curve = line(name, times[rows], values[rows], colour, width)
            data.append(curve | {"yaxis": y, "legendgroup": name, "showlegend": shown})
    if one.view.speech is not None:
        layout["shapes"] = _speech_bands(one.view.speech)
    return {"data": data, "layout": layout}


def _speech_bands(speech: SpeechFacts) -> list[Figure]:
    """Bands over what is kept, the first named; one over all of it where no speech was found."""
    text = "speech, with margins" if speech.found else "no speech found: kept whole"
    bands: list[Figure] = [
        {
            "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": start_s, "x1": end_s,
            "fillcolor": tint(GOLD, 0.12), "line": {"width": 0}, "layer": "below",
        }
        for start_s, end_s in speech.kept
    ]  # fmt: skip
    bands[0]["label"] = {"text": text, "textposition": "top left", "font": {"size": 11}}
    return bands


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


def _extra_panels(check: Check) -> list[str]:
    views = [one.view for one in check.recordings]
    there = {"sound": any(view.sound for view in views), "speech": any(view.speech for view in views)}
    return [name for name, any_of_it in there.items() if any_of_it]


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


def _speech_lines(one: Checked):
    speech = one.view.speech
    if speech is not None:
        yield "share of speech in 655 ms", speech.times_s, speech.shares, tint(INK, 0.75), 1.6


_TITLES = {"sound": "sound (dBFS)", "speech": "speech"}
_LINES = {"sound": _sound_lines, "speech": _speech_lines}


def _faint(count: int) -> list[str]:
    colours = [colour for colour in SERIES if colour != GOLD]
    return [tint(colours[i % len(colours)], 0.6) for i in range(count)]
