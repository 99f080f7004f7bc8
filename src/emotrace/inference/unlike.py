"""How a file differs from what a model takes where it still goes on, in sentences: rates, sizes, colours."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from emotrace.config.declaration import Declaration
from emotrace.features import Track
from emotrace.features.assemble import REACH
from emotrace.features.derived import origin_of
from emotrace.timing import step_count

if TYPE_CHECKING:
    from torch import Tensor

REPEATED = 0.1  # share of steps that may show the picture of the step before unsaid
SLOWER = 0.95  # share of the samples per second that a model hears, which a file must have
ENLARGED = 0.75  # share of the side of a model's pictures of faces, which a face must have
FACELESS = 0.5  # share of the frames that must show a face
BEYOND = 0.1  # share of the scale by which values may lie outside of it
OFF = 0.05  # share of values that may lie further outside unsaid
GREY = 2 / 255  # mean difference of the strongest and the weakest colour of a face that counts as none


def unlike_inputs(
    declaration: Declaration, faces: Track | None, duration_s: float, sound_rate_hz: int | None
) -> list[str]:
    """A sentence for each way in which pictures or sound fall short of what a model takes.

    What is more than it takes needs no word: of more frames the one nearest to a step is taken, sound is
    resampled and its channels are averaged, larger faces are scaled down.

    Parameters
    ----------
    declaration : Declaration
    faces : Track or None
        Where faces were looked for: box in px first.
    duration_s : float, s
    sound_rate_hz : int or None
        Samples per second of the file's sound; None: it has none.

    Source
    ------
    Our choice, after demo clips that were thinned out, shrunk and resampled: a face enlarged 1.4 times moves
    valence by half its range there, 10 frames per second by a hundredth.
    """
    tracks = [origin_of(spec.track) for spec in declaration.inputs.values()]
    found = []
    if faces is not None and faces.timeline.length:
        found += _slow_pictures(declaration, faces, duration_s)
        sizes = [int(made["size"]) for track in tracks if (made := re.match(r"face-(?P<size>\d+)", track))]
        found += _small_faces(faces, max(sizes, default=0))
        found += _rare_faces(faces)
    rates = [int(track.removeprefix("audio-")) for track in tracks if track.startswith("audio-")]
    if rates and sound_rate_hz and sound_rate_hz < SLOWER * max(rates):
        found.append(
            f"the sound has {sound_rate_hz} samples per second and the model hears {max(rates)}: above "
            f"{sound_rate_hz / 2000:g} kHz there is nothing to hear"
        )
    return found


def off_the_scale(values: np.ndarray, value_range: tuple[float, float]) -> list[str]:
    """A sentence where a trace leaves the scale of the ratings that its model learnt.

    Parameters
    ----------
    values : float array, shape (time, label)
    value_range : tuple of float
        Lowest and highest rating.

    Examples
    --------
    >>> off_the_scale(np.array([[0.2], [9.2]]), (1.0, 9.0))
    []
    """
    low, high = value_range
    margin = BEYOND * (high - low)
    off = float(np.mean((values < low - margin) | (values > high + margin))) if values.size else 0.0
    if off <= OFF:
        return []
    return [
        f"{off:.0%} of the values lie off the scale from {low:g} to {high:g} on which the model was trained: "
        "it has not learnt that scale, or this file is unlike all that it has seen"
    ]


class Colours:
    """Passes a model's inputs on, and notes whether its pictures of faces have any colour.

    Parameters
    ----------
    declaration : Declaration
    assemble_chunk : callable
        As `models.trace_recording` takes it; one face of each chunk is looked at.

    Examples
    --------
    >>> import torch
    >>> from emotrace.config.declaration import FaceInput
    >>> faces = {"face": torch.full((2, 3, 8, 8), 0.5), "face_mask": torch.tensor([False, True])}
    >>> colours = Colours(Declaration(inputs={"face": FaceInput(size=8)}), lambda first, last: faces)
    >>> _ = colours(0, 2)
    >>> colours.notes()
    ['the faces have no colour: a model that learnt coloured ones may take them for somebody else']
    """

    def __init__(
        self, declaration: Declaration, assemble_chunk: Callable[[int, int], "Mapping[str, Tensor]"]
    ):
        self._assemble = assemble_chunk
        self._ranges = {
            name: spec.value_range for name, spec in declaration.inputs.items() if spec.kind == "face"
        }
        self._strongest: float | None = None  # mean difference of colours, share of the range

    def __call__(self, first: int, last: int) -> "Mapping[str, Tensor]":
        """Inputs of the steps `first` (included) to `last` (excluded), as they are."""
        inputs = self._assemble(first, last)
        for name, (low, high) in self._ranges.items():
            shown = inputs[f"{name}_mask"].nonzero()
            if len(shown):
                face = inputs[name][int(shown[0])]  # (3, height, width)
                difference = float((face.amax(0) - face.amin(0)).mean()) / (high - low)
                self._strongest = max(difference, self._strongest or 0.0)
        return inputs

    def notes(self) -> list[str]:
        """A sentence if faces were seen, and none had colour."""
        if self._strongest is None or self._strongest > GREY:
            return []
        return ["the faces have no colour: a model that learnt coloured ones may take them for somebody else"]


def _slow_pictures(declaration: Declaration, faces: Track, duration_s: float) -> list[str]:
    """Steps that show the picture of the step before, as `features.assemble` takes pictures."""
    step_s, timeline = declaration.step_s, faces.timeline
    steps = np.arange(step_count(duration_s, step_s))
    rows = timeline.nearest(steps * step_s, REACH * max(step_s, timeline.period_s or 0.0))
    repeated = (rows[1:] == rows[:-1]) & (rows[1:] >= 0)
    share = float(repeated.mean()) if len(repeated) else 0.0
    if share <= REPEATED or timeline.length < 2:
        return []
    seconds = timeline.seconds()
    rate = (timeline.length - 1) / max(float(seconds[-1] - seconds[0]), step_s)
    return [
        f"the video has {rate:.3g} frames per second and the model takes {1 / step_s:.3g}: {share:.0%} of "
        "its steps see the picture of the step before again, and quick movement is lost"
    ]


def _small_faces(faces: Track, size: int) -> list[str]:
    """Faces that are enlarged for the model; `size` is the side of its pictures in px, 0 for none."""
    boxes = np.asarray(faces.values)[:, :4]
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    sides = sides[np.isfinite(sides)]
    if not len(sides) or np.median(sides) >= ENLARGED * size:
        return []
    return [
        f"the face is about {np.median(sides):.0f} px tall, and the model takes pictures of {size} px: "
        "enlarged it is blurred, and the trace says less"
    ]


def _rare_faces(faces: Track) -> list[str]:
    """A face in few of the frames; none at all is told elsewhere."""
    share = 1.0 if faces.valid is None else float(np.mean(faces.valid))
    if share == 0 or share >= FACELESS:
        return []
    return [f"a face was found in {share:.0%} of the frames only: in the others the model goes without"]
