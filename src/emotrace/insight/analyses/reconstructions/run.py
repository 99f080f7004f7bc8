"""The analysis of reconstructions: errors over time and by recording, and examples."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emotrace.config.declaration import FaceInput
from emotrace.errors import DataError
from emotrace.insight import over_time
from emotrace.insight.analyses.reconstructions.examples import example_figures
from emotrace.insight.analyses.reconstructions.rebuilt import rebuild, summed, whole
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import drawn_recording, model_step, prediction_panels
from emotrace.insight.examined import Examined
from emotrace.insight.over_time import Curve, Lines, Panel
from emotrace.insight.pictures import embedded
from emotrace.models.base import Model
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import SERIES, Figure
from emotrace.offline_page.tables import table, value

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

MOST = 20  # recordings in the table, evenly spread


def run(examined: Examined) -> Findings:
    """Compare what a model was given with what it gives back.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no recording has an input that is given back.
    CheckpointError
        As `rebuild`.
    """
    rows = _recording_rows(examined)
    if not any(row["steps"] for row in rows):
        raise DataError(
            f"{examined.files.path}: no recording of the partition {examined.partition} has "
            f"{' or '.join(examined.model.rebuilds)}, which the model gives back; choose another partition"
        )
    number = drawn_recording(examined)
    drawn, times_s = examined.recordings[number].name, examined.traces[number].times_s
    panels = _panels(examined, number)
    heading = f"{examined.meta.name}, {drawn}"
    examples = example_figures(examined, number, heading)
    means = _means(rows, examined.model.rebuilds)
    return Findings(
        summary={"drawn": drawn, "means": means},
        show=lambda page: _add_section(page, means, over_time.page_figure(panels, times_s), examples, drawn),
        tables={
            "reconstructions_means": means,
            "reconstructions_recordings": rows,
            "reconstructions_over_time": over_time.series_rows(panels, times_s),
        },
        figures={
            "reconstructions_over_time": over_time.still_figure(panels, times_s, heading),
            **{f"reconstructions_of_{name}": figure for name, figure in examples.items()},
        },
        headline=means,
    )


def _panels(examined: Examined, number: int) -> list[Panel]:
    """The predictions, and below them the error of each input that is given back, at the same steps."""
    recording, trace = examined.recordings[number], examined.traces[number]
    errors: dict[str, list[np.ndarray]] = {name: [] for name in examined.model.rebuilds}
    for one in rebuild(examined, recording, whole(examined, recording)):
        errors[one.name].append(one.error)
    steps = np.array([model_step(examined, trace, row) for row in range(len(trace.times_s))])
    panels = prediction_panels(examined, number)
    for place, (name, found) in enumerate(errors.items()):
        of_steps = np.concatenate(found)
        values = np.where(steps >= 0, of_steps[np.maximum(steps, 0)], np.nan)
        curve = Curve(name, values, SERIES[place + 2], 1.3)
        panels.append(Lines(f"error of the rebuilt {name}, {_unit(examined.model, name)}", "", (curve,)))
    return panels


def _unit(model: Model, name: str) -> str:
    spec = model.declaration.inputs[name]
    if isinstance(spec, FaceInput):
        return "of a range of 1"
    return "in deviations" if getattr(spec, "normalise", "") == "recording" else "in its own unit"


def _recording_rows(examined: Examined) -> list[Row]:
    every = len(examined.recordings)
    rows: list[Row] = []
    for number in sorted({at * every // min(MOST, every) for at in range(min(MOST, every))}):
        recording = examined.recordings[number]
        examined.progress(number, every, recording.name)
        for name in examined.model.rebuilds:
            steps, error, of_mean = summed(examined, recording, name)
            rows.append(
                {
                    "recording": recording.name,
                    "subject": recording.subject,
                    "input": name,
                    "unit": _unit(examined.model, name),
                    "steps": steps,
                    "rmse": None if error is None else round(error, 6),
                    "rmse_of_mean": None if of_mean is None else round(of_mean, 6),
                }
            )
    examined.progress(every, every, "")
    return rows


def _means(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Mean over recordings of each input."""
    means: list[Row] = []
    for name in names:
        of_input = [row for row in rows if row["input"] == name and row["rmse"] is not None]
        row: Row = {
            "input": name,
            "recordings": len(of_input),
            "unit": of_input[0]["unit"] if of_input else "",
        }
        for column in ("rmse", "rmse_of_mean"):
            known = [one[column] for one in of_input if one[column] is not None]
            row[column] = round(float(np.mean(known)), 6) if known else None
        means.append(row)
    return means


def _add_section(
    page: Page,
    means: Sequence[Row],
    over: Figure,
    examples: Mapping[str, "StillFigure"],
    drawn: str,
) -> None:
    page.body.append("<h2>What the auto-encoders give back</h2>")
    page.body.append(
        '<p class="hint">Encoders make a few numbers of each face and each piece of sound, from which the '
        "prediction is made; decoders, which only training needs, rebuild face and sound from the same "
        "numbers (Nguyen et al. 2020, Figure 2). What does not come back was not worth keeping, or could not "
        "be kept. The pictures show people who were recorded: share this page only as their consent and the "
        "corpus' licence allow.</p>"
    )
    rows = [
        [
            escape(str(row["input"])),
            f"{row['recordings']}",
            f'<b>{value(row["rmse"])}</b><span class="interval">{escape(str(row["unit"]))}</span>',
            value(row["rmse_of_mean"]),
        ]
        for row in means
    ]
    grid = table(["input", "recordings", "error", "error of the mean"], rows)
    hint = (
        "Root mean square difference from what was given, mean over recordings; beside it that of the mean "
        "picture of a recording, or of silence: a decoder that is no nearer knows the person, or that there "
        "is sound, and nothing of the moment."
    )
    page.body.append(f'<div class="card"><h3>How much comes back</h3><p class="hint">{hint}</p>{grid}</div>')
    for name, figure in examples.items():
        shown = embedded(figure, f"{name} as given and as rebuilt")
        page.body.append(f'<div class="card"><h3>{escape(name)}: {escape(drawn)}</h3>{shown}</div>')
    hint = (
        "Below the predictions the error of each step. The recording is the one with the middle error, "
        "unless it was asked for."
    )
    page.body.append(
        f'<div class="card"><h3>Over time: {escape(drawn)}</h3><p class="hint">{hint}</p>'
        f"{page.figure(over)}</div>"
    )


def _offered(model: Model) -> bool:
    return bool(model.rebuilds)


ANALYSIS = Analysis(
    "reconstructions", "inputs that it gives back, which it names in `rebuilds`", _offered, run
)
