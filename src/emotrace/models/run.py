"""Runs a model over a recording of any length, chunk by chunk: training and inference both do."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from emotrace.config.declaration import Declaration
from emotrace.errors import InputError
from emotrace.models.base import Model

CHUNK_STEPS = 250  # steps in memory at a time, at most
CHUNK_S = 10.0  # s of them, at most: a step of a second may hold as many faces as 25 steps of 40 ms

AssembleChunk = Callable[[int, int], Mapping[str, Tensor]]


class Traced(NamedTuple):
    """What a model says of a recording."""

    values: np.ndarray
    """float32, (time, label): values of a trace; of a system that predicts a class, probabilities."""

    shown: dict[str, np.ndarray]
    """float32, (time,) for each of `Model.shown_columns`: what decided about each step."""


def trace_recording(
    model: Model, assemble_chunk: AssembleChunk, n_steps: int, chunk_steps: int = CHUNK_STEPS
) -> np.ndarray:
    """The values of `trace_and_show`."""
    return trace_and_show(model, assemble_chunk, n_steps, chunk_steps).values


def trace_and_show(
    model: Model, assemble_chunk: AssembleChunk, n_steps: int, chunk_steps: int = CHUNK_STEPS
) -> Traced:
    """Predict every step of a recording; the result does not depend on the chunk size.

    A model that declares `whole` gets the recording in one piece, whatever `chunk_steps`: what it takes as
    inputs, once `Model.condense` has replaced what it can, is in memory then, all at once.

    Parameters
    ----------
    model : Model
        On any device; put into evaluation mode for the time being.
    assemble_chunk : callable
        ``assemble_chunk(first, last)`` gives the inputs of steps `first` to `last` (excluded) without
        a batch axis, ``{name: (time, ...)}`` and ``{name}_mask`` (time,). `first` is negative at the
        start by the model's context, `last` beyond `n_steps` at the end by its look-ahead. A model without
        inputs is given ``step`` (time,), the numbers of the steps, in place of what this gives.
    n_steps : int, >= 1
    chunk_steps : int, >= 1
        Steps predicted, and held in memory, at a time; fewer where they are longer than 10 s. Not for a model
        that declares `whole`.

    Returns
    -------
    Traced

    Raises
    ------
    InputError
        If `n_steps` or `chunk_steps` is below 1, or the model's `trace_shown` gives another number of
        steps than asked for, or of columns than it names.
    """
    if n_steps < 1 or chunk_steps < 1:
        raise InputError(f"n_steps is {n_steps}, chunk_steps is {chunk_steps}; expected at least 1 each")
    declaration = model.declaration
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    chunk_steps = n_steps if declaration.whole else min(chunk_steps, steps_at_once(declaration))
    columns = model.shown_columns
    chunks, told, state = [], [], None
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            for first in range(0, n_steps, chunk_steps):
                last = min(first + chunk_steps, n_steps)
                batch = _condensed(
                    model, assemble_chunk, first - declaration.context_steps,
                    last + declaration.look_ahead_steps, device,
                )  # fmt: skip
                if not declaration.inputs:  # it would not know how many steps are asked for
                    batch = {"step": torch.arange(first, last, device=device).unsqueeze(0)}
                prediction, shown, state = model.trace_shown(batch, state)  # (1, time, label or column)
                _check_shape(model, "prediction", prediction, last - first, model.labels)
                _check_shape(model, "shown", shown, last - first, columns)
                if declaration.predicts == "class":
                    prediction = prediction.softmax(dim=-1)
                chunks.append(prediction[0].float().cpu().numpy())
                told.append(shown[0].float().cpu().numpy())
    finally:
        for part, training in modes:
            part.training = training
    rows = np.concatenate(told)  # (time, column)
    return Traced(np.concatenate(chunks), {name: rows[:, i] for i, name in enumerate(columns)})


def steps_at_once(declaration: Declaration) -> int:
    """Steps of 10 s, 250 at most; as many as a window has at least, for a chunk comes with its context.

    Examples
    --------
    >>> steps_at_once(Declaration(inputs={})), steps_at_once(Declaration(inputs={}, step_s=0.3))
    (250, 33)
    """
    return min(CHUNK_STEPS, max(1, round(CHUNK_S / declaration.step_s), declaration.window_steps))


def _check_shape(model: Model, what: str, given: Tensor, steps: int, columns: tuple[str, ...]) -> None:
    expected = (1, steps, len(columns))
    if tuple(given.shape) != expected:
        raise InputError(
            f"{type(model).__name__}.trace gave {what} of shape {tuple(given.shape)}; expected {expected}, "
            f"one row per step without context and look-ahead, and columns {', '.join(columns) or 'none'}"
        )


def _condensed(
    model: Model, assemble_chunk: AssembleChunk, first: int, last: int, device: torch.device
) -> dict[str, Tensor]:
    """Inputs of some steps as a batch of one, condensed; of a whole recording a piece at a time."""
    pieces = []
    size = (
        steps_at_once(model.declaration) if model.declaration.whole and model.condensed_by else last - first
    )
    for begin in range(first, last, size):
        inputs = assemble_chunk(begin, min(begin + size, last))
        batch = {name: value.unsqueeze(0).to(device) for name, value in inputs.items()}
        pieces.append(dict(model.condense(batch)))
    if len(pieces) == 1:
        return pieces[0]
    return {name: torch.cat([piece[name] for piece in pieces], dim=1) for name in pieces[0]}
