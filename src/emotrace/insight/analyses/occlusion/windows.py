"""Short stretches of a recording on which something is hidden, and what the model says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from emotrace.features import assemble
from emotrace.insight.analyses.occlusion.changes import decided
from emotrace.insight.drawn import model_step
from emotrace.insight.examined import Examined
from emotrace.models.base import Model
from emotrace.models.run import steps_at_once


@dataclass(frozen=True)
class Window:
    """Consecutive steps of a recording.

    Parameters
    ----------
    first : int
        Step of the model's own clock.
    steps : int
        That are predicted.
    inputs : mapping of str to Tensor
        ``{name: (1, time, ...)}`` with context before and look-ahead after them, and masks.
    state : object
        What the model remembers of all steps before, with everything in sight.
    prediction : float32 array, shape (step, label)
        With everything in sight; of classes, probabilities.
    """

    first: int
    steps: int
    inputs: Mapping[str, Tensor]
    state: Any
    prediction: np.ndarray


def predict(model: Model, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[np.ndarray, Any]:
    """Predictions of consecutive steps, float32 (time, label), of classes probabilities; and the state."""
    with torch.inference_mode():
        prediction, state = model.trace(inputs, state)
        if model.declaration.predicts == "class":
            prediction = prediction.softmax(dim=-1)
    return prediction[0].float().numpy(), state


def windows(examined: Examined, number: int, name: str, steps: int, most: int) -> list[Window]:
    """Windows of a recording in which an input is there, evenly spread.

    Parameters
    ----------
    examined : Examined
        Its model does not need recordings in one piece.
    number : int
        Of the recording.
    name : str
        Of the input.
    steps : int
        Of a window; fewer if the recording is shorter.
    most : int
        Windows.

    Returns
    -------
    list of Window
        None if the input is nowhere there, or the model decides for no class where it is.
    """
    there = _useful(examined, number, name)
    steps = min(steps, len(there))
    if not there.any():
        return []
    whole = np.convolve(there, np.ones(steps), "valid")  # useful steps of the window that begins there
    places = np.flatnonzero(whole == whole.max())
    chosen = {int(places[(2 * at + 1) * len(places) // (2 * most)]) for at in range(most)}
    return _at(examined, number, sorted(chosen), steps)


def _useful(examined: Examined, number: int, name: str) -> np.ndarray:
    """Steps of the model's own clock at which it was given an input and decided, bool (step,)."""
    trace = examined.traces[number]
    assert trace.observed is not None
    begin = max(0, -model_step(examined, trace, 0))  # the rows before say what was held or set to 0
    useful = np.asarray(trace.observed[name])[begin:]
    if examined.model.declaration.predicts == "class":
        useful = useful & decided(trace.values[begin:])
    return useful


def _at(examined: Examined, number: int, firsts: Sequence[int], steps: int) -> list[Window]:
    """Windows that begin at given steps, with the state that the model has there."""
    model, recording = examined.model, examined.recordings[number]
    state, done, remembers, found = None, 0, True, []
    for first in firsts:
        while remembers and done < first:
            until = min(first, done + steps_at_once(model.declaration))
            _, state = predict(model, _inputs(examined, recording, done, until), state)
            done, remembers = until, state is not None
        inputs = _inputs(examined, recording, first, first + steps)
        found.append(Window(first, steps, inputs, state, predict(model, inputs, state)[0]))
    return found


def _inputs(examined: Examined, recording: Any, first: int, last: int) -> dict[str, Tensor]:
    declaration = examined.model.declaration
    inputs = assemble(
        declaration, recording, first - declaration.context_steps, last + declaration.look_ahead_steps
    )
    return {name: value.unsqueeze(0) for name, value in inputs.items()}
