"""Pictures of what a model was given at some steps, faces and sound, and figures of rows of pictures."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace.config.declaration import Declaration, FaceInput, SpectrogramInput
from emotrace.features import assemble
from emotrace.offline_page.plot_style import FAINT

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

_PAGE_DPI = 110
_SIDE = 1.02  # inches, of a picture in a figure


@dataclass(frozen=True)
class Strip:
    """A row of pictures.

    Parameters
    ----------
    title : str
        Left of it.
    pictures : sequence of uint8 array, shape (height, width, 3), or None
        None: there is none, its place stays empty.
    notes : sequence of str
        Over each picture.
    strengths : sequence of float in [0, 1]
        How strongly each is framed; empty: no frames.
    colour : str
        Of the frames.
    """

    title: str
    pictures: Sequence[np.ndarray | None]
    notes: Sequence[str] = ()
    strengths: Sequence[float] = ()
    colour: str = FAINT


def picture_inputs(declaration: Declaration) -> tuple[str, ...]:
    """Names of the inputs that can be looked at: faces and pictures of sound."""
    kinds = (FaceInput, SpectrogramInput)
    return tuple(name for name, spec in declaration.inputs.items() if isinstance(spec, kinds))


def given_pictures(
    declaration: Declaration, recording: Any, first: int, last: int
) -> Mapping[str, list[np.ndarray | None]]:
    """What the model was given at the steps `first` (included) to `last` (excluded), to be looked at.

    Parameters
    ----------
    declaration : Declaration
    recording : PreparedRecording
    first, last : int

    Returns
    -------
    mapping of input name to list of uint8 array, shape (height, width, 3), or None
        For every name of `picture_inputs`; None where the input is missing.
    """
    inputs = assemble(declaration, recording, first, last)
    found: dict[str, list[np.ndarray | None]] = {}
    for name in picture_inputs(declaration):
        there = inputs[f"{name}_mask"].tolist()
        values, spec = inputs[name].numpy(), declaration.inputs[name]
        if isinstance(spec, SpectrogramInput):
            values = values.transpose(0, 2, 1)[:, None]  # (time, 1, mel, column)
        elif isinstance(spec, FaceInput):
            low, high = spec.value_range
            values = 2 * (values - low) / (high - low) - 1
        found[name] = [
            as_picture(one, sound=one.shape[0] == 1) if given else None
            for one, given in zip(values, there, strict=True)
        ]
    return found


def as_picture(values: np.ndarray, *, sound: bool) -> np.ndarray:
    """Values of a picture as colours, uint8 (height, width, 3).

    Parameters
    ----------
    values : float array, shape (channel, height, width) in [-1, 1]
    sound : bool
        A spectrogram: low frequencies come to the bottom, and loudness is drawn from black to yellow.

    Examples
    --------
    >>> as_picture(np.full((3, 1, 1), 1.0), sound=False)[0, 0].tolist()
    [255, 255, 255]
    """
    bright = np.clip((values + 1) / 2, 0, 1)
    if not sound:
        return np.rint(255 * bright.transpose(1, 2, 0)).astype(np.uint8)
    from matplotlib import colormaps

    return np.rint(255 * colormaps["inferno"](bright[0, ::-1])[..., :3]).astype(np.uint8)


def strips_figure(strips: Sequence[Strip], heading: str) -> "StillFigure":
    """Rows of pictures as a figure; all have as many places."""
    from matplotlib.figure import Figure as StillFigure

    across = max(len(strip.pictures) for strip in strips)
    size = (1.5 + _SIDE * across, 0.45 + (_SIDE + 0.18) * len(strips))
    figure = StillFigure(figsize=size, layout="constrained")
    figure.suptitle(heading, fontsize=10)
    places = figure.subplots(len(strips), across, squeeze=False)
    for strip, row in zip(strips, places, strict=True):
        for number, place in enumerate(row):
            place.set_xticks([])
            place.set_yticks([])
            picture = strip.pictures[number] if number < len(strip.pictures) else None
            if picture is not None:
                place.imshow(picture, interpolation="nearest")
            else:
                place.set_box_aspect(1)
            if number < len(strip.notes):
                place.set_title(strip.notes[number], fontsize=7, pad=3)
            framed = bool(strip.strengths) and number < len(strip.strengths)
            for spine in place.spines.values():
                spine.set_visible(framed)
                if framed:
                    spine.set_color((*_rgb(strip.colour), max(0.05, strip.strengths[number])))
                    spine.set_linewidth(3)
        label = row[0].set_ylabel(strip.title, fontsize=8, rotation=0, ha="right", va="center")
        label.set_multialignment("right")
    return figure


def embedded(figure: "StillFigure", alternative: str) -> str:
    """A figure as an ``<img>`` that stands in the page itself; `alternative` says what it shows."""
    held = BytesIO()
    figure.savefig(held, format="png", dpi=_PAGE_DPI, metadata={"Software": "emotrace"})
    data = b64encode(held.getvalue()).decode("ascii")
    style = "max-width:100%;height:auto;display:block;margin:0 auto"
    return f'<img alt="{escape(alternative)}" style="{style}" src="data:image/png;base64,{data}">'


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
