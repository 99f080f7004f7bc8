"""The analysis of cells: correlate, choose, draw."""

import numpy as np

from emotrace.errors import DataError
from emotrace.insight.analyses.cells.chosen import Best, choose, typical_recording
from emotrace.insight.analyses.cells.correlate import Correlated, correlate
from emotrace.insight.analyses.cells.figures import Panel, page_figure, series_rows, still_figure
from emotrace.insight.analyses.cells.section import add_section
from emotrace.insight.analyses.cells.tables import best_rows, recording_rows, summary, top_rows, unit_rows
from emotrace.insight.analysis import Analysis, Findings
from emotrace.insight.comoments import Comoments
from emotrace.insight.examined import Examined
from emotrace.insight.measures import Measuring
from emotrace.insight.unit_activations import series_of
from emotrace.models.base import Model
from emotrace.timing import step_times


def run(examined: Examined) -> Findings:
    """Correlate the cells and gates of a model with sound and gold standard, on its recordings.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no unit moves with any measure.
    DataError, InputError, CheckpointError
        As `correlate`.
    """
    found = correlate(examined)
    best = choose(found)
    if not best:
        raise DataError(
            f"{examined.files.path}: none of the {len(found.units)} cells and gates moves with any measure "
            f"on {examined.partition}; expected a trained model and sound or labels that vary"
        )
    number = typical_recording(found, best)
    if examined.drawn is not None:
        number = found.recordings.index(examined.drawn)
    drawn = found.recordings[number]
    panels, times_s = _panels(examined, found, best, number)
    still = still_figure(panels, times_s, f"{examined.meta.name}, {drawn}")
    return Findings(
        summary=summary(found, best, drawn),
        show=lambda page: add_section(page, found, best, drawn, page_figure(panels, times_s)),
        tables={
            "cells_best": best_rows(found, best),
            "cells_top": top_rows(found, best),
            "cells_recordings": recording_rows(found, best),
            "cells_units": unit_rows(found),
            "cells_over_time": series_rows(panels, times_s),
        },
        figures={"cells_over_time": still},
        headline=best_rows(found, best),
        warnings=tuple(_warnings(found)),
    )


def _panels(
    examined: Examined, found: Correlated, best: list[Best], number: int
) -> tuple[list[Panel], np.ndarray]:
    """A panel per measure for one recording, and the times of its steps."""
    recording = examined.recordings[number]
    measuring = Measuring(examined)
    values = measuring.of(recording)
    series = series_of(examined, recording, np.array([one.unit for one in best]))
    panels = []
    for place, one in enumerate(best):
        measured, activation = values[:, measuring.measures.index(one.measure)], series[:, place]
        pair = Comoments.of(activation[:, None], measured[:, None])
        panels.append(
            Panel(
                measure=one.measure.title,
                unit=found.units.name(one.unit),
                name=one.measure.name,
                correlation=float(pair.correlation()[0, 0]),
                sign=1 if one.correlation >= 0 else -1,
                values=measured,
                activation=activation,
            )
        )
    return panels, step_times(0, len(values), examined.model.declaration.step_s)


def _warnings(found: Correlated) -> list[str]:
    warnings = [f"{title} is missing: {reason}" for title, reason in found.why_not.items()]
    if found.halves is None:
        warnings.append(
            "all recordings are of one subject: the choice of the best units cannot be checked on others"
        )
    return warnings


def _offered(model: Model) -> bool:
    return callable(getattr(model, "activations", None))


ANALYSIS = Analysis("cells", "a method `activations` that shows its cells and gates", _offered, run)
