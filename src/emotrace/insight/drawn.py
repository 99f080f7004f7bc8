"""What figures over time of several analyses share: traces beside the gold standard, the model's steps."""

from typing import Any

from emotrace.insight.examined import Examined
from emotrace.insight.levels import beside
from emotrace.insight.over_time import Curve, Lines, Panel, Rows
from emotrace.insight.traced import typical
from emotrace.offline_page.plot_style import GOLD, PREDICTED, SERIES
from emotrace.trace import Trace


def drawn_recording(examined: Examined) -> int:
    """The recording to draw: the one that was asked for, else a typical one."""
    if examined.drawn is not None:
        return [recording.name for recording in examined.recordings].index(examined.drawn)
    return typical(examined.traces)


def against_name(examined: Examined) -> str | None:
    """How tables call the run to compare with: its variant and folder; None without one."""
    if examined.against is None:
        return None
    return f"{examined.against.meta.name} ({examined.against.files.path.resolve().name})"


def trace_panels(examined: Examined, number: int) -> list[Panel]:
    """A panel per dimension: gold standard, the model, and the run to compare with, of one recording."""
    trace = examined.traces[number]
    assert trace.gold is not None
    panels: list[Panel] = []
    for column, label in enumerate(trace.labels):
        curves = [Curve("gold standard", trace.gold[:, column], GOLD, 2.0)]
        if examined.against is not None and label in examined.against.model.labels:
            other = beside(examined.against.traces[number], trace.times_s)
            name = str(against_name(examined))
            curves.append(Curve(name, other[:, examined.against.model.labels.index(label)], SERIES[2], 1.2))
        curves.append(Curve(examined.meta.name, trace.values[:, column].astype(float), PREDICTED))
        panels.append(Lines(label, "", tuple(curves)))
    return panels


def model_step(examined: Examined, trace: Trace, row: int) -> int:
    """The step of the model's own clock that a row of its trace tells of; below 0 before its first."""
    step_s = examined.model.declaration.step_s
    return round(float(trace.times_s[row]) / step_s) - examined.meta.delay.steps(step_s)


def prediction_panels(examined: Examined, number: int) -> list[Panel]:
    """What the model says of one recording: `trace_panels`, or a row of probabilities for each class."""
    if examined.model.declaration.predicts == "trace":
        return trace_panels(examined, number)
    trace = examined.traces[number]
    known = known_class(examined.recordings[number])
    title = "probability of each class" + (f", {known} is the known one" if known else "")
    return [Rows(title, trace.labels, trace.values.T.astype(float), 0.0, 1.0)]


def known_class(recording: Any) -> str | None:
    """The class of a whole recording; None where it has none."""
    labels = recording.labels
    return None if labels is None else labels.attributes.get("class")
