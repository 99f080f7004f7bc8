"""The analysis of a gate: how it is spread, errors where it leans to one side, figures, examples."""

import numpy as np

from emotrace.errors import DataError
from emotrace.insight import level_figures, over_time
from emotrace.insight.analyses.attention.run import weights_panel
from emotrace.insight.analyses.attention.spread import attended, weights_of
from emotrace.insight.analyses.gate.examples import example_strips
from emotrace.insight.analyses.gate.leaning import COLUMN, THRESHOLDS, gate_levels, gate_of
from emotrace.insight.analyses.gate.section import add_section
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import against_name, drawn_recording, trace_panels
from emotrace.insight.examined import Examined
from emotrace.insight.levels import headline_rows, level_rows, score_levels
from emotrace.insight.over_time import Curve, Lines, Panel
from emotrace.insight.pictures import strips_figure
from emotrace.models.base import Model
from emotrace.offline_page.plot_style import SERIES

CLOSER = "the same, closer"
MARKS = (*THRESHOLDS, 0.5, *(1 - threshold for threshold in THRESHOLDS))


def run(examined: Examined) -> Findings:
    """Look at which modality a gate takes, on a run's recordings.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no step has both modalities.
    CheckpointError
        As `Examined.traces`.
    """
    first, second = list(examined.model.declaration.inputs)[:2]
    traces = examined.traces
    gates = [gate_of(trace, first, second) for trace in traces]
    joined = np.concatenate(gates)
    if not np.isfinite(joined).any():
        raise DataError(
            f"{examined.files.path}: no step of the partition {examined.partition} has both {first} and "
            f"{second}, so the gate has nothing to choose from; expected recordings with both, choose "
            "another partition"
        )
    levels = gate_levels(gates, first, second)
    others = None if examined.against is None else examined.against.traces
    scored = score_levels(traces, levels, others)
    number = drawn_recording(examined)
    panels = _panels(examined, number, gates[number], first)
    name, times_s = examined.recordings[number].name, traces[number].times_s
    heading = f"{examined.meta.name}, {name}"
    title = f"share of the {first}"
    strips = example_strips(examined, number, gates[number], (first, second))
    figures = {
        "gate_over_time": over_time.still_figure(panels, times_s, heading),
        "gate_levels": level_figures.still_figure(scored, joined, (0.0, 1.0), title, MARKS),
    }
    if strips:
        figures["gate_examples"] = strips_figure(strips, heading)
    facts = _facts(joined, len(joined))
    page = level_figures.page_figure(scored, joined, (0.0, 1.0), title, MARKS)
    return Findings(
        summary={
            "first": first,
            "second": second,
            "drawn": name,
            "against": against_name(examined),
            **facts,
            "levels": level_rows(scored),
        },
        show=lambda whole: add_section(
            whole, examined, scored, facts, (first, second), page, over_time.page_figure(panels, times_s),
            figures.get("gate_examples"), name,
        ),
        tables={
            "gate_levels": level_rows(scored),
            "gate_recordings": _recording_rows(examined, gates),
            "gate_distribution": level_figures.distribution_rows(joined, (0.0, 1.0)),
            "gate_over_time": over_time.series_rows([one for one in panels if one.title != CLOSER], times_s),
        },
        figures=figures,
        headline=headline_rows(scored),
    )  # fmt: skip


def _panels(examined: Examined, number: int, gate: np.ndarray, first: str) -> list[Panel]:
    """Figure 6 from above: traces, gate, attention; the gate once more on an axis as wide as it is."""
    whole = Curve(first, gate, SERIES[4], 1.3)
    panels: list[Panel] = [
        *trace_panels(examined, number),
        Lines(f"gate: share of the {first}", "", (whole,), MARKS, (0.0, 1.0)),
        Lines(CLOSER, "", (whole,)),
    ]
    states = attended(examined.model)
    if states:
        panels.append(weights_panel(weights_of(examined.traces[number], states)))
    return panels


def _facts(gates: np.ndarray, steps: int) -> dict[str, float | int]:
    """Number of steps that have both modalities, of all, and how the gate is spread over them."""
    known = gates[np.isfinite(gates)]
    numbers = {
        "mean": known.mean(),
        "deviation": known.std(),
        "lowest": known.min(),
        "highest": known.max(),
    }
    rounded = {name: round(float(number), 6) for name, number in numbers.items()}
    return {"steps": len(known), "steps_with_one_missing": steps - len(known), **rounded}


def _recording_rows(examined: Examined, gates: list[np.ndarray]) -> list[Row]:
    """One row per recording: how its gate is spread; empty where it never had both modalities."""
    rows: list[Row] = []
    for recording, gate in zip(examined.recordings, gates, strict=True):
        facts = _facts(gate, len(gate)) if np.isfinite(gate).any() else {"steps": 0}
        empty = dict.fromkeys(("steps", "steps_with_one_missing", "mean", "deviation", "lowest", "highest"))
        rows.append({"recording": recording.name, "subject": recording.subject, **empty, **facts})
    return rows


def _offered(model: Model) -> bool:
    return (
        model.declaration.predicts == "trace"
        and COLUMN in model.shown_columns
        and len(model.declaration.inputs) >= 2
    )


ANALYSIS = Analysis(
    "gate",
    "two inputs and a column gate among its `shown_columns`",
    _offered,
    run,
    compares=True,
    claims=lambda column: column == COLUMN,
)
