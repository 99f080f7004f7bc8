"""The analysis of attention: its spread, errors where it is spread unevenly, figures over time, examples."""

import numpy as np

from emotrace.errors import DataError
from emotrace.insight import level_figures, over_time
from emotrace.insight.analyses.attention.examples import example_strips
from emotrace.insight.analyses.attention.section import add_section
from emotrace.insight.analyses.attention.spread import (
    PREFIX,
    THRESHOLDS,
    attended,
    spread,
    spread_levels,
    weights_of,
)
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import against_name, drawn_recording, trace_panels
from emotrace.insight.examined import Examined
from emotrace.insight.levels import Level, headline_rows, level_rows, score_levels
from emotrace.insight.over_time import Curve, Lines, Panel, Rows
from emotrace.insight.pictures import strips_figure
from emotrace.models.base import Model
from emotrace.offline_page.plot_style import SERIES

TITLE = "spread of attention"


def run(examined: Examined) -> Findings:
    """Look at what a model attends to, on its recordings.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no recording is long enough for a sequence.
    CheckpointError
        As `Examined.traces`.
    """
    states, traces = attended(examined.model), examined.traces
    weights = [weights_of(trace, states) for trace in traces]
    spreads = [spread(one) for one in weights]
    levels = spread_levels(spreads)
    if not levels[0].steps:
        raise DataError(
            f"{examined.files.path}: attention has nothing to choose from in the partition "
            f"{examined.partition}, whose longest recording has {max(map(len, spreads))} steps; expected at "
            "least 3, choose another partition"
        )
    others = None if examined.against is None else examined.against.traces
    scored = score_levels(traces, levels, others)
    number = drawn_recording(examined)
    panels = _panels(examined, number, weights[number], spreads[number], levels)
    name, times_s = examined.recordings[number].name, traces[number].times_s
    heading = f"{examined.meta.name}, {name}"
    strips = example_strips(examined, number, weights[number], spreads[number])
    figures = {
        "attention_over_time": over_time.still_figure(panels, times_s, heading),
        "attention_levels": level_figures.still_figure(
            scored, np.concatenate(spreads), (0.0, 1.0), TITLE, THRESHOLDS
        ),
    }
    if strips:
        figures["attention_examples"] = strips_figure(strips, heading)
    page = level_figures.page_figure(scored, np.concatenate(spreads), (0.0, 1.0), TITLE, THRESHOLDS)
    lags = _lag_rows(weights, examined.model.declaration.step_s)
    return Findings(
        summary={
            "states": states,
            "steps": levels[0].steps,
            "drawn": name,
            "against": against_name(examined),
            "mean_spread": round(float(np.nanmean(np.concatenate(spreads))), 6),
            "levels": level_rows(scored),
            "lags": lags,
        },
        show=lambda whole: add_section(
            whole, examined, scored, lags, page, over_time.page_figure(panels, times_s),
            figures.get("attention_examples"), name,
        ),
        tables={
            "attention_levels": level_rows(scored),
            "attention_lags": lags,
            "attention_recordings": _recording_rows(examined, spreads, levels),
            "attention_distribution": level_figures.distribution_rows(np.concatenate(spreads), (0.0, 1.0)),
            "attention_over_time": over_time.series_rows(panels, times_s),
        },
        figures=figures,
        headline=headline_rows(scored),
    )  # fmt: skip


def _panels(
    examined: Examined, number: int, weights: np.ndarray, spreads: np.ndarray, levels: list[Level]
) -> list[Panel]:
    """Figure 3 from above: traces, weights, their spread; of Figure 5 the steps that each level selects."""
    chosen = np.stack([level.chosen[number].astype(float) for level in levels[1:]])
    return [
        *trace_panels(examined, number),
        weights_panel(weights),
        Lines(TITLE, "", (Curve("delta_Wa", spreads, SERIES[3], 1.3),), THRESHOLDS, (0.0, 1.0)),
        Rows("steps selected", tuple(level.name for level in levels[1:]), chosen, 0.0, 1.0),
    ]


def weights_panel(weights: np.ndarray) -> Rows:
    """Weights over time, (time, state), a row for each past state; contrast is that of full sequences."""
    names = tuple(f"−{steps}" for steps in range(1, weights.shape[1] + 1))
    full = weights[np.isfinite(weights).all(axis=1)]
    lowest, highest = (float(full.min()), float(full.max())) if len(full) else (0.0, 1.0)
    return Rows("weight of the state so many steps before", names, weights.T, lowest, highest)


def _lag_rows(weights: list[np.ndarray], step_s: float) -> list[Row]:
    """Mean weight of the state each number of steps before, over steps with a full sequence."""
    full = np.concatenate([one[np.isfinite(one).all(axis=1)] for one in weights])  # (step, state)
    means = full.mean(axis=0) if len(full) else np.full(full.shape[1], np.nan)
    return [
        {
            "steps_before": lag,
            "seconds_before": round(lag * step_s, 6),
            "mean_weight": round(float(mean), 6) if np.isfinite(mean) else None,
        }
        for lag, mean in enumerate(means, 1)
    ]


def _recording_rows(examined: Examined, spreads: list[np.ndarray], levels: list[Level]) -> list[Row]:
    """One row per recording: how unevenly attention is spread there."""
    rows: list[Row] = []
    for number, (recording, spreads_here) in enumerate(zip(examined.recordings, spreads, strict=True)):
        known = spreads_here[np.isfinite(spreads_here)]
        row: Row = {"recording": recording.name, "subject": recording.subject, "steps": len(known)}
        row["mean_spread"] = round(float(known.mean()), 6) if len(known) else None
        for level in levels[1:]:
            share = level.chosen[number].sum() / len(known) if len(known) else None
            row[f"share_{level.threshold:g}"] = None if share is None else round(float(share), 6)
        rows.append(row)
    return rows


def _offered(model: Model) -> bool:
    return model.declaration.predicts == "trace" and attended(model) > 1


ANALYSIS = Analysis(
    "attention",
    "columns attention_1, attention_2, ... among its `shown_columns`",
    _offered,
    run,
    compares=True,
    claims=lambda column: column.removeprefix(PREFIX).isdecimal(),
)
