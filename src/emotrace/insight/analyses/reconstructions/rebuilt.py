"""What a model gives back of its inputs, and how far that is off."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from emotrace.config.declaration import Declaration, FaceInput
from emotrace.errors import CheckpointError
from emotrace.features import assemble, step_count
from emotrace.insight.examined import Examined
from emotrace.models.run import steps_at_once

PIECES, LONG = 8, 8  # pieces of each recording, evenly spread, and steps of a piece


@dataclass(frozen=True)
class Rebuilt:
    """An input of consecutive steps, and what the model gives back.

    Parameters
    ----------
    first : int
        Step of the model's own clock.
    name : str
        Of the input.
    given, back : float32 array, shape (time, value)
        On a scale where differences are shares of the range of a face, or in the unit of the sound.
    there : bool array, shape (time,)
        Whether the input is there.
    """

    first: int
    name: str
    given: np.ndarray
    back: np.ndarray
    there: np.ndarray

    @property
    def error(self) -> np.ndarray:
        """Root mean square difference of each step, float64 (time,); NaN where the input is missing."""
        squares = np.square(self.back.astype(np.float64) - self.given).mean(axis=1)
        return np.where(self.there, np.sqrt(squares), np.nan)


def rebuild(examined: Examined, recording: Any, spans: Iterable[tuple[int, int]]) -> Iterator[Rebuilt]:
    """Run the whole model, decoders too, over stretches of a recording.

    Parameters
    ----------
    examined : Examined
        Its model names inputs in `rebuilds`.
    recording : PreparedRecording
    spans : iterable of (int, int)
        First step and the one after the last.

    Yields
    ------
    Rebuilt
        For each stretch one of each input in `rebuilds`.

    Raises
    ------
    CheckpointError
        If what it gives back are not numbers.
    """
    model = examined.model
    for first, last in spans:
        inputs = assemble(model.declaration, recording, first, last)
        with torch.inference_mode():
            outputs = model({name: value.unsqueeze(0) for name, value in inputs.items()})
        for name in model.rebuilds:
            scale = scale_of(model.declaration, name)
            back = outputs[f"{name}_reconstruction"][0].flatten(1).numpy() * scale
            if not np.isfinite(back).all():
                raise CheckpointError(
                    f"{examined.files.best}: gives back {name} that are not numbers for {recording.name}; "
                    "its weights are damaged or training diverged, train it again"
                )
            given = inputs[name].flatten(1).numpy() * scale
            yield Rebuilt(first, name, given, back, inputs[f"{name}_mask"].numpy())


def scale_of(declaration: Declaration, name: str) -> float:
    """What differences of an input are multiplied by: 1 over the range of a face; sound stays."""
    spec = declaration.inputs[name]
    if isinstance(spec, FaceInput):
        return 1.0 / (spec.value_range[1] - spec.value_range[0])
    return 1.0


def whole(examined: Examined, recording: Any) -> Iterator[tuple[int, int]]:
    """Spans that cover a recording."""
    steps, size = step_count(recording, examined.model.declaration), steps_at_once(examined.model.declaration)
    for first in range(0, steps, size):
        yield first, min(first + size, steps)


def pieces(examined: Examined, recording: Any) -> Iterator[tuple[int, int]]:
    """Spans of a few steps, evenly spread over a recording."""
    steps = step_count(recording, examined.model.declaration)
    long = min(LONG, steps)
    for first in sorted({(steps - long) * at // max(1, PIECES - 1) for at in range(PIECES)}):
        yield first, first + long


def summed(examined: Examined, recording: Any, name: str) -> tuple[int, float | None, float | None]:
    """How near an input comes back in the `pieces` of a recording.

    Returns
    -------
    steps : int
        That have the input.
    error : float or None
        Root mean square difference; None without a step.
    of_mean : float or None
        The same difference if the mean of these steps were given back for each of them.
    """
    found = [one for one in rebuild(examined, recording, pieces(examined, recording)) if one.name == name]
    given = np.concatenate([one.given[one.there] for one in found]).astype(np.float64)
    back = np.concatenate([one.back[one.there] for one in found])
    if len(given) == 0:
        return 0, None, None
    error, of_mean = (np.sqrt(np.square(one - given).mean()) for one in (back, given.mean(axis=0)))
    return len(given), float(error), float(of_mean)
