"""Some steps of a recording as they were given and as the model gives them back: faces, and sound."""

from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace.config.declaration import FaceInput
from emotrace.features import step_count
from emotrace.insight.analyses.reconstructions.rebuilt import Rebuilt, rebuild
from emotrace.insight.examined import Examined
from emotrace.insight.pictures import Strip, as_picture, strips_figure
from emotrace.offline_page.plot_style import GOLD, PREDICTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

EXAMPLES = 8


def example_figures(examined: Examined, number: int, heading: str) -> dict[str, "StillFigure"]:
    """A figure for each input that a recording has.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.
    heading : str

    Returns
    -------
    dict of str to matplotlib Figure
        By the name of the input.
    """
    recording = examined.recordings[number]
    steps = step_count(recording, examined.model.declaration)
    chosen = sorted({(2 * at + 1) * steps // (2 * EXAMPLES) for at in range(EXAMPLES)})
    found = list(rebuild(examined, recording, [(step, step + 1) for step in chosen]))
    figures = {}
    for name in examined.model.rebuilds:
        of_input = [one for one in found if one.name == name and one.there[0]]
        if of_input:
            spec = examined.model.declaration.inputs[name]
            draw = _faces if isinstance(spec, FaceInput) else _sounds
            figures[name] = draw(of_input, spec, examined.model.declaration.step_s, heading)
    return figures


def _faces(found: list[Rebuilt], spec: Any, step_s: float, heading: str) -> "StillFigure":
    low = spec.value_range[0] / (spec.value_range[1] - spec.value_range[0])

    def picture(values: np.ndarray) -> np.ndarray:
        shape = (3, spec.size, spec.size)
        return as_picture(2 * (values.reshape(shape) - low) - 1, sound=False)

    strips = [
        Strip(
            "given",
            [picture(one.given[0]) for one in found],
            [f"{one.first * step_s:.2f} s" for one in found],
        ),
        Strip(
            "rebuilt",
            [picture(one.back[0]) for one in found],
            [f"off by {one.error[0]:.3f}" for one in found],
        ),
        Strip("difference", [picture(np.abs(one.back[0] - one.given[0]) + low) for one in found]),
    ]
    return strips_figure(strips, heading)


def _sounds(found: list[Rebuilt], spec: Any, step_s: float, heading: str) -> "StillFigure":
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(10, 3.6), layout="constrained")
    figure.suptitle(heading, fontsize=10)
    places = figure.subplots(2, -(-EXAMPLES // 2), squeeze=False, sharex=True, sharey=True).ravel()
    for place in places[len(found) :]:
        place.set_visible(False)
    for one, place in zip(found, places, strict=False):
        times_ms = np.arange(one.given.shape[1]) / spec.rate_hz * 1000
        place.plot(times_ms, one.given[0], color=GOLD, linewidth=1.2, label="given")
        place.plot(times_ms, one.back[0], color=PREDICTED, linewidth=0.8, label="rebuilt")
        place.set_title(f"{one.first * step_s:.2f} s, off by {one.error[0]:.2f}", fontsize=7)
        place.tick_params(labelsize=6)
        place.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("ms", fontsize=7)
    handles, labels = places[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, fontsize=7, frameon=False)
    return figure
