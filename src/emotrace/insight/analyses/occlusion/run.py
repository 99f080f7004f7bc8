"""The analysis of occlusion: inputs left out, patches covered, sound silenced, on one recording."""

from collections.abc import Sequence

from emotrace.config.declaration import AudioInput
from emotrace.errors import DataError
from emotrace.insight import over_time
from emotrace.insight.analyses.occlusion.changes import single_answer, target_names
from emotrace.insight.analyses.occlusion.covered import Covered, cover_everywhere
from emotrace.insight.analyses.occlusion.figures import covered_figure, silenced_figure
from emotrace.insight.analyses.occlusion.left_out import LeftOut, leave_out
from emotrace.insight.analyses.occlusion.section import (
    add_covered,
    add_head,
    add_inputs,
    add_silenced,
    answer_words,
)
from emotrace.insight.analyses.occlusion.silenced import Silenced, silence_everywhere
from emotrace.insight.analyses.occlusion.tables import covered_rows, input_rows, silenced_rows
from emotrace.insight.analyses.occlusion.views import view_of
from emotrace.insight.analysis import Analysis, Findings
from emotrace.insight.drawn import drawn_recording, known_class, prediction_panels
from emotrace.insight.examined import Examined
from emotrace.insight.over_time import Curve, Lines, Panel
from emotrace.models.base import Model
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import SERIES


def run(examined: Examined) -> Findings:
    """Hide parts of what a model is given of one recording, and see how its predictions change.

    Takes as long as tracing the recording once for each input and group, and some 1,600 steps for each input
    that is a picture or sound: seconds for small models, a few minutes for the largest on two cores. Pictures
    are not covered for a model that needs recordings in one piece.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If the drawn recording has none of the inputs.
    CheckpointError
        As `Examined.traces`.
    """
    model, targets = examined.model, target_names(examined.model)
    number = drawn_recording(examined)
    drawn, trace = examined.recordings[number].name, examined.traces[number]
    left_out = list(leave_out(examined, number))
    if not left_out:
        raise DataError(
            f"{examined.files.path}: the recording {drawn} has none of the inputs "
            f"{', '.join(model.declaration.inputs)}, so nothing can be hidden; choose another with "
            "--recording"
        )
    covered, silenced = _hidden(examined, number)
    heading = f"{examined.meta.name}, {drawn}"
    maps = {one.name: covered_figure(one, targets, heading) for one in covered}
    maps |= {one.name: silenced_figure(one, targets, heading) for one in silenced}
    rows = input_rows(trace, left_out, targets)
    tables = {
        "occlusion_inputs": rows,
        **{f"occlusion_map_{one.name}": covered_rows(one, targets) for one in covered},
        **{f"occlusion_map_{one.name}": silenced_rows(one, targets) for one in silenced},
    }
    figures = {f"occlusion_map_{name}": figure for name, figure in maps.items()}
    drawn_over_time = None
    said = answer_words(trace, known_class(examined.recordings[number]))
    if not single_answer(model, trace.values):
        panels = _panels(examined, number, left_out, targets)
        tables["occlusion_over_time"] = over_time.series_rows(panels, trace.times_s)
        figures["occlusion_over_time"] = over_time.still_figure(panels, trace.times_s, heading)
        drawn_over_time = over_time.page_figure(panels, trace.times_s)
        said = "Below the predictions: by how much they change at each step."

    def show(page: Page) -> None:
        add_head(page, drawn, model.declaration.predicts == "class")
        add_inputs(page, rows, said, drawn_over_time)
        for one in covered:
            add_covered(page, one, targets, maps[one.name])
        for other in silenced:
            add_silenced(page, other, targets, maps[other.name])

    return Findings(
        summary={"drawn": drawn, "left_out": rows, "maps": sorted(maps)},
        show=show,
        tables=tables,
        figures=figures,
        headline=rows,
    )


def _hidden(examined: Examined, number: int) -> tuple[list[Covered], list[Silenced]]:
    """Maps of every input that is a picture, and of every one that is raw sound."""
    covered, silenced = [], []
    declaration = examined.model.declaration
    if declaration.whole:
        return [], []
    for name, spec in declaration.inputs.items():
        if view_of(spec) is not None:
            covered.append(cover_everywhere(examined, number, name))
        elif isinstance(spec, AudioInput):
            silenced.append(silence_everywhere(examined, number, name))
    return [one for one in covered if one is not None], [one for one in silenced if one is not None]


def _panels(
    examined: Examined, number: int, left_out: Sequence[LeftOut], targets: Sequence[str]
) -> list[Panel]:
    """The predictions, and below them by how much they change without each whole input."""
    whole = [one for one in left_out if one.part.columns is None]
    return [
        *prediction_panels(examined, number),
        *(
            Lines(
                f"change of {target} without",
                "",
                tuple(
                    Curve(one.part.name, one.change[:, column], SERIES[(at + 2) % len(SERIES)], 1.3)
                    for at, one in enumerate(whole)
                ),
                (0.0,),
            )
            for column, target in enumerate(targets)
        ),
    ]


def _offered(model: Model) -> bool:
    kind = type(model)
    predicts = kind.trace is not Model.trace or kind.forward is not Model.forward
    return bool(model.declaration.inputs) and predicts


ANALYSIS = Analysis("occlusion", "inputs, of which something can be hidden", _offered, run)
