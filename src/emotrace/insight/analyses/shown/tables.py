"""Means of shown columns: of all steps, by predicted and by known class, by recording."""

from collections.abc import Iterator, Sequence

import numpy as np

from emotrace.insight.analysis import Row
from emotrace.insight.drawn import known_class
from emotrace.insight.examined import Examined
from emotrace.trace import Trace


def group_rows(examined: Examined, columns: Sequence[str]) -> list[Row]:
    """A row for all steps, and for those of each class where the model predicts classes; none without a step.

    Parameters
    ----------
    examined : Examined
    columns : sequence of str
    """
    traces = examined.traces
    values = np.concatenate([shown_of(trace, columns) for trace in traces])  # (step, column)
    rows = [
        {"steps of": name, "steps": int(known_steps(values[chosen]).sum()), **_means(values[chosen], columns)}
        for name, chosen in _groups(examined)
    ]
    return [row for row in rows if row["steps"]]


def recording_rows(examined: Examined, columns: Sequence[str]) -> list[Row]:
    """A row for each recording; empty where nothing is told of any of its steps."""
    rows: list[Row] = []
    for recording, trace in zip(examined.recordings, examined.traces, strict=True):
        values = shown_of(trace, columns)
        row: Row = {"recording": recording.name, "subject": recording.subject}
        if examined.model.declaration.predicts == "class":
            row["known_class"] = known_class(recording)
        rows.append(row | {"steps": int(known_steps(values).sum()), **_means(values, columns)})
    return rows


def shown_of(trace: Trace, columns: Sequence[str]) -> np.ndarray:
    """Columns that a trace tells, float64 (time, column); NaN where there is nothing to tell."""
    assert trace.shown is not None
    return np.stack([trace.shown[name] for name in columns], axis=1).astype(np.float64)


def known_steps(values: np.ndarray) -> np.ndarray:
    """Steps of which something is told, bool (time,)."""
    return np.isfinite(values).any(axis=1)


def _groups(examined: Examined) -> Iterator[tuple[str, np.ndarray]]:
    """Names of groups of steps, and which of all recordings' steps, joined, are in them."""
    traces = examined.traces
    yield "all", np.ones(sum(len(trace.times_s) for trace in traces), dtype=bool)
    if examined.model.declaration.predicts != "class":
        return
    said = np.concatenate([trace.values.argmax(axis=1) for trace in traces])
    known = np.concatenate(
        [
            np.full(len(trace.times_s), known_class(recording) or "", dtype=object)
            for recording, trace in zip(examined.recordings, traces, strict=True)
        ]
    )
    for place, label in enumerate(examined.model.labels):
        yield f"{label}, predicted", said == place
        yield f"{label}, known", known == label


def _means(values: np.ndarray, columns: Sequence[str]) -> Row:
    row: Row = {}
    for place, name in enumerate(columns):
        known = values[np.isfinite(values[:, place]), place]
        row[name] = round(float(known.mean()), 6) if len(known) else None
    return row
