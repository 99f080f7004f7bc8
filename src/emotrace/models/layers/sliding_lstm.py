"""Runs an LSTM over every window of a sequence without copying the windows."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor


def last_of_windows(lstm: Any, features: Tensor, window: int) -> Tensor:
    """Output of an LSTM at the last step of every window, each started from a zero state.

    The same as cutting the sequence into overlapping windows and running `lstm` on them, but what
    the first layer makes of a step's features is computed once and used by all windows that hold
    the step.

    Parameters
    ----------
    lstm : nn.LSTM
        One direction, with biases, `batch_first`.
    features : float tensor, shape (time, feature)
    window : int
        Steps per window, 1 to time.

    Returns
    -------
    float tensor, shape (time - window + 1, hidden)
        Row i belongs to the window of steps i to i + window - 1.
    """
    count = len(features) - window + 1
    weight, recurrent, bias, recurrent_bias = lstm.all_weights[0]
    projected = torch.addmm(bias + recurrent_bias, features, weight.T)  # (time, 4 * hidden)
    # step i of all windows at once is a slice, one row per window
    outputs = _run_layer(recurrent, (projected[step : step + count] for step in range(window)))
    for weight, recurrent, bias, recurrent_bias in lstm.all_weights[1:]:
        outputs = _run_layer(recurrent, _project(weight, bias + recurrent_bias, outputs))
    for output in outputs:
        last = output
    return last  # (window count, hidden)


def _project(weight: Tensor, offset: Tensor, inputs: Iterator[Tensor]) -> Iterator[Tensor]:
    for step in inputs:
        yield torch.addmm(offset, step, weight.T)


def _run_layer(recurrent: Tensor, gates: Iterator[Tensor]) -> Iterator[Tensor]:
    """Hidden states, step after step, of one layer whose input part of the gates is given."""
    hidden = cell = None
    for gate in gates:
        if hidden is not None:
            gate = torch.addmm(gate, hidden, recurrent.T)
        keep_in, forget, candidate, out = gate.chunk(4, dim=1)  # torch's order
        fresh = torch.sigmoid(keep_in) * torch.tanh(candidate)
        cell = fresh if cell is None else torch.sigmoid(forget) * cell + fresh
        hidden = torch.sigmoid(out) * torch.tanh(cell)
        yield hidden
