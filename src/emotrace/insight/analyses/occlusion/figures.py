"""Maps of occlusion: over a face or sound as a picture, and over bands and time of raw sound."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace.insight.analyses.occlusion.covered import Covered
from emotrace.insight.analyses.occlusion.silenced import Silenced
from emotrace.offline_page.plot_style import FAINT, GOLD, PREDICTED, SERIES

if TYPE_CHECKING:
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure as StillFigure

CHANGE, ABSOLUTE = "change", "absolute change"
_SIDE = 2.1  # inches
_LEAST = 1e-12  # of a scale, where nothing moves


def covered_figure(found: Covered, targets: Sequence[str], heading: str) -> "StillFigure":
    """A typical picture, and over it for each target the change and the absolute change.

    Parameters
    ----------
    found : Covered
    targets : sequence of str
    heading : str
    """
    from matplotlib.figure import Figure as StillFigure

    across = 1 + len(targets)
    figure = StillFigure(figsize=(_SIDE * across + 1.0, 2 * _SIDE + 0.9), layout="constrained")
    figure.suptitle(f"{heading}: {found.name}", fontsize=10)
    places = figure.subplots(2, across, squeeze=False)
    picture, sound = _drawn_picture(found), found.view.kind == "sound"
    low = "lower" if sound else "upper"
    for row, (title, values) in enumerate(((CHANGE, found.change), (ABSOLUTE, found.absolute))):
        cells = found.cells(values)
        colours, most = _colours(title), max(float(np.nanmax(np.abs(cells))), _LEAST)
        scale = {"vmin": -most if title == CHANGE else 0.0, "vmax": most}
        for column, place in enumerate(places[row]):
            place.set_xticks([])
            place.set_yticks([])
            place.imshow(picture, cmap="gray", origin=low, aspect="auto", extent=(0, 1, 0, 1))
            place.set_box_aspect(1)
            if column == 0:
                place.set_title("a typical picture", fontsize=8)
                place.set_xlabel(found.view.across, fontsize=7, color=FAINT)
                place.set_ylabel(found.view.upward, fontsize=7, color=FAINT)
                continue
            of_target = cells[..., column - 1]
            drawn = place.imshow(
                of_target, cmap=colours, origin=low, aspect="auto", extent=(0, 1, 0, 1),
                alpha=0.25 + 0.65 * np.abs(of_target) / most, interpolation="nearest", **scale,
            )  # fmt: skip
            drawn.set_label(title)
            place.set_title(f"{targets[column - 1]}: {title}", fontsize=8)
        _bar(figure, places[row, 1:].tolist(), colours, scale)
    return figure


def silenced_figure(found: Silenced, targets: Sequence[str], heading: str) -> "StillFigure":
    """For each target the change and the absolute change, a row per band, over time since the silence.

    Parameters
    ----------
    found : Silenced
    targets : sequence of str
    heading : str
    """
    from matplotlib.figure import Figure as StillFigure

    figure = StillFigure(figsize=(1.6 + 3.2 * len(targets), 5.2), layout="constrained")
    figure.suptitle(f"{heading}: {found.name}", fontsize=10)
    places = figure.subplots(2, len(targets), squeeze=False, sharex=True, sharey=True)
    step_s = float(found.times_s[1] - found.times_s[0]) if len(found.times_s) > 1 else found.silent_s
    bands = len(found.bands)
    for row, (title, values) in enumerate(((CHANGE, found.change), (ABSOLUTE, found.absolute))):
        known = values[np.isfinite(values)]
        colours, most = _colours(title), max(float(np.abs(known).max(initial=0.0)), _LEAST)
        scale = {"vmin": -most if title == CHANGE else 0.0, "vmax": most}
        for column, place in enumerate(places[row]):
            place.imshow(
                values[..., column], cmap=colours, aspect="auto", interpolation="nearest", **scale,
                extent=(0, float(found.times_s[-1]) + step_s, bands - 0.5, -0.5),
            )  # fmt: skip
            place.axvline(found.silent_s, color=FAINT, linewidth=0.8, linestyle=":")
            place.set_yticks(range(bands), found.bands, fontsize=7)
            place.tick_params(axis="x", labelsize=7)
            place.set_title(f"{targets[column]}: {title}", fontsize=8)
            if row == 1:
                place.set_xlabel("time since the silence began (s)", fontsize=7)
        _bar(figure, places[row].tolist(), colours, scale)
    return figure


def _drawn_picture(found: Covered) -> np.ndarray:
    """The picture in shades of its own range, (height, width) in [0, 1]; of sound the first channel."""
    shades = found.picture[0] if found.view.kind == "sound" else found.picture.mean(axis=0)
    low, high = np.percentile(shades, (2, 98))
    return np.clip((shades - low) / max(float(high - low), _LEAST), 0.0, 1.0)


def _colours(title: str) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    ends = [PREDICTED, "#ffffff", GOLD] if title == CHANGE else ["#ffffff", SERIES[3]]
    return LinearSegmentedColormap.from_list(title, ends)


def _bar(figure: "StillFigure", places: Sequence[Any], colours: "Colormap", scale: dict[str, float]) -> None:
    """The scale of colours, without the transparency that the maps have."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = ScalarMappable(Normalize(scale["vmin"], scale["vmax"]), colours)
    bar = figure.colorbar(shown, ax=list(places), shrink=0.85, pad=0.02)
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)  # type: ignore[operator]
