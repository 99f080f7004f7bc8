"""The analysis of shown columns that no other one draws, such as the weight of each modality."""

from collections.abc import Sequence
from html import escape

import numpy as np

from emotrace.errors import DataError
from emotrace.insight import over_time
from emotrace.insight.analyses.shown.tables import group_rows, known_steps, recording_rows, shown_of
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import drawn_recording, prediction_panels
from emotrace.insight.examined import Examined
from emotrace.insight.over_time import Curve, Lines, Panel, Rows
from emotrace.insight.registry import unclaimed
from emotrace.models.base import Model
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import SERIES, Figure
from emotrace.offline_page.tables import table, value

CURVES = 6  # more columns than this are drawn as rows


def run(examined: Examined) -> Findings:
    """Draw what a model tells beside its predictions, and average it.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If nothing is told of any step.
    CheckpointError
        As `Examined.traces`.
    """
    columns = unclaimed(examined.model)
    number = drawn_recording(examined)
    if not any(known_steps(shown_of(trace, columns)).any() for trace in examined.traces):
        raise DataError(
            f"{examined.files.path}: the model tells {', '.join(columns)} of no step of the partition "
            f"{examined.partition}; expected recordings with what it looks at, choose another partition"
        )
    trace, drawn = examined.traces[number], examined.recordings[number].name
    panels = [*prediction_panels(examined, number), _panel(shown_of(trace, columns), columns)]
    groups, heading = group_rows(examined, columns), f"{examined.meta.name}, {drawn}"
    return Findings(
        summary={"columns": list(columns), "drawn": drawn, "means": groups},
        show=lambda page: _add_section(
            page, columns, groups, over_time.page_figure(panels, trace.times_s), drawn
        ),
        tables={
            "shown_means": groups,
            "shown_recordings": recording_rows(examined, columns),
            "shown_over_time": over_time.series_rows(panels, trace.times_s),
        },
        figures={"shown_over_time": over_time.still_figure(panels, trace.times_s, heading)},
        headline=groups,
    )


def _panel(values: np.ndarray, columns: Sequence[str]) -> Panel:
    known = values[np.isfinite(values)]
    if len(columns) > CURVES:
        lowest, highest = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        return Rows("what decides", tuple(columns), values.T, lowest, highest)
    curves = (
        Curve(name, values[:, place], SERIES[(place + 2) % len(SERIES)], 1.3)
        for place, name in enumerate(columns)
    )
    shares = len(known) > 0 and known.min() >= 0.0 and known.max() <= 1.0
    return Lines("what decides", "", tuple(curves), limits=(0.0, 1.0) if shares else None)


def _add_section(page: Page, columns: Sequence[str], groups: Sequence[Row], over: Figure, drawn: str) -> None:
    page.body.append("<h2>What decides beside each prediction</h2>")
    page.body.append(
        f'<p class="hint">The model tells {escape(", ".join(columns))} of each step. A weight of attention '
        "is the share that it takes of that modality: shares of a step sum to 1, and with two modalities "
        "that matter alike each has 0.5. Where it tells nothing, in segments outside speech or without a "
        "recording of either, the curves have gaps.</p>"
    )
    page.body.append(
        '<div class="card"><h3>'
        f'Over time: {escape(drawn)}</h3><p class="hint">Below the predictions: what decides. The '
        "recording is the one with the middle error, or the first where errors are not known, unless it was "
        f"asked for.</p>{page.figure(over)}</div>"
    )
    head = ["steps of", "steps", *(escape(name) for name in columns)]
    rows = [
        [escape(str(row["steps of"])), f"{row['steps']:,}", *(f"<b>{value(row[one])}</b>" for one in columns)]
        for row in groups
    ]
    hint = "Over all recordings joined."
    if len(groups) > 1:
        hint += " Of the steps for which a class was predicted, and of those whose recording is of it."
    page.body.append(f'<div class="card"><h3>Means</h3><p class="hint">{hint}</p>{table(head, rows)}</div>')


def _offered(model: Model) -> bool:
    return bool(unclaimed(model))


ANALYSIS = Analysis("shown", "`shown_columns` that no other analysis draws", _offered, run)
