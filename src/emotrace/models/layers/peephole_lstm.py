"""An LSTM layer with peepholes, cell clip and one bias, as fast as torch's own; and what it shows inside."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from emotrace.errors import InputError

State = tuple[Tensor, Tensor]
"""Hidden state and cell, (batch, cell) each."""


class Activations(NamedTuple):
    """What the gates and cells of a layer did, each (batch, time, cell).

    `input_gate`, `forget_gate` and `output_gate` in [0, 1]; `candidate` and `hidden` in [-1, 1]; `cell` in
    the clip where there is one.
    """

    input_gate: Tensor
    forget_gate: Tensor
    candidate: Tensor
    output_gate: Tensor
    cell: Tensor
    hidden: Tensor


class PeepholeLSTM(nn.Module):
    """One LSTM layer, one direction; the state is carried by whoever asks.

    With input x, hidden state h and cell c::

        i = sigmoid(W_i x + U_i h + b_i + p_i * c)
        f = sigmoid(W_f x + U_f h + b_f + p_f * c)
        c' = clip(f * c + i * tanh(W_g x + U_g h + b_g))
        o = sigmoid(W_o x + U_o h + b_o + p_o * c')
        h' = o * tanh(c')

    Parameters
    ----------
    width : int
        Values per step that come in.
    cells : int
    peepholes : bool
        Without, the terms with p are left out.
    cell_clip : float or None
        Cells stay within plus and minus this; outside, no gradient passes.
    forget_bias : float
        Start of b_f.
    reverse : bool
        Run from the last step to the first; the output is in the order of the input all the same.

    Attributes
    ----------
    weight_input (4 * cells, width), weight_hidden (4 * cells, cells), bias (4 * cells,)
        Gates in the order input, forget, candidate, output, which is torch's.
    peephole : (3, cells) or None
        Of the input, forget and output gate, each a diagonal.

    Source
    ------
    Gers et al. (2002); Chen and Jin (2015), eq. 2; the release of Tzirakis et al. (2017), which runs
    TensorFlow's LSTMCell: one bias, clipped before the output gate looks.

    Examples
    --------
    >>> output, (hidden, cell) = PeepholeLSTM(3, 5)(torch.zeros(2, 7, 3))
    >>> output.shape, cell.shape
    (torch.Size([2, 7, 5]), torch.Size([2, 5]))
    """

    def __init__(
        self,
        width: int,
        cells: int,
        *,
        peepholes: bool = True,
        cell_clip: float | None = None,
        forget_bias: float = 1.0,
        reverse: bool = False,
    ):
        super().__init__()
        self.width, self.cells, self.cell_clip = width, cells, cell_clip
        self.forget_bias, self.reverse = forget_bias, reverse
        self.weight_input = nn.Parameter(torch.empty(4 * cells, width))
        self.weight_hidden = nn.Parameter(torch.empty(4 * cells, cells))
        self.bias = nn.Parameter(torch.empty(4 * cells))
        self.peephole = nn.Parameter(torch.empty(3, cells)) if peepholes else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw fresh weights as TensorFlow does: Glorot-uniform, over both matrices as one; zero biases."""
        cells = self.cells
        bound = (6 / (self.width + cells + 4 * cells)) ** 0.5
        nn.init.uniform_(self.weight_input, -bound, bound)
        nn.init.uniform_(self.weight_hidden, -bound, bound)
        nn.init.zeros_(self.bias)
        nn.init.constant_(self.bias[cells : 2 * cells], self.forget_bias)
        if self.peephole is not None:
            nn.init.uniform_(self.peephole, -((3 / cells) ** 0.5), (3 / cells) ** 0.5)

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Run over all steps.

        Parameters
        ----------
        inputs : (batch, time, width)
            At least one step.
        state : (hidden, cell), (batch, cells) each, or None
            What the call for the steps before gave; None is zeros.

        Returns
        -------
        output : (batch, time, cells)
        state : (hidden, cell)
            After the last step that was run.

        Raises
        ------
        InputError
            If the shape of `inputs` does not fit, or there is no step.
        """
        projected, hidden, cell = self._prepare(inputs, state)
        learnt = [projected, self.weight_hidden, self.peephole, hidden, cell]
        if torch.is_grad_enabled() and any(each is not None and each.requires_grad for each in learnt):
            outputs, cell = _PeepholeSequence.apply(*learnt, self.cell_clip)
        else:
            outputs, cells, _ = _run(
                projected, self.weight_hidden, self.peephole, hidden, cell, self.cell_clip
            )
            cell = cells[-1]
        return self._finish(outputs), (outputs[-1], cell)

    @torch.no_grad()
    def activations(self, inputs: Tensor, state: State | None = None) -> tuple[Activations, State]:
        """What every gate and cell does; parameters and state as of `forward`, without gradients."""
        projected, hidden, cell = self._prepare(inputs, state)
        outputs, cells, gates = _run(
            projected, self.weight_hidden, self.peephole, hidden, cell, self.cell_clip
        )
        shown = [*gates.chunk(4, dim=2), cells, outputs]
        return Activations(*(self._finish(each) for each in shown)), (outputs[-1], cells[-1])

    def extra_repr(self) -> str:
        """What print shows."""
        return (
            f"{self.width}, {self.cells}, peepholes={self.peephole is not None}, "
            f"cell_clip={self.cell_clip}, reverse={self.reverse}"
        )

    def _prepare(self, inputs: Tensor, state: State | None) -> tuple[Tensor, Tensor, Tensor]:
        """The input's part of all gates (time, batch, 4 * cells), in one product, and the first state."""
        if inputs.dim() != 3 or inputs.shape[2] != self.width or not inputs.shape[1]:
            raise InputError(
                f"inputs has shape {tuple(inputs.shape)}; expected (batch, time, {self.width}) with one step "
                "or more"
            )
        steps = inputs.transpose(0, 1)  # (time, batch, width)
        projected = F.linear(steps.flip(0) if self.reverse else steps, self.weight_input, self.bias)
        if state is None:
            zeros = projected.new_zeros(inputs.shape[0], self.cells)
            state = (zeros, zeros)
        return projected, state[0], state[1]

    def _finish(self, steps: Tensor) -> Tensor:
        """(time, batch, cell), in the order of running, to (batch, time, cell) in that of the input."""
        return (steps.flip(0) if self.reverse else steps).transpose(0, 1)


def _run(
    projected: Tensor,
    weight: Tensor,
    peephole: Tensor | None,
    hidden: Tensor,
    cell: Tensor,
    clip: float | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states and cells (time, batch, cell) and opened gates (time, batch, 4 * cell)."""
    size = cell.shape[1]
    turned = weight.T
    outputs, cells, opened = [], [], []
    for step in projected.unbind(0):
        gates = torch.addmm(step, hidden, turned)  # (batch, 4 * cell): memory of its own, changed below
        first, second = gates[:, : 2 * size], gates[:, 2 * size :]
        if peephole is not None:
            first.unflatten(1, (2, size)).addcmul_(cell.unsqueeze(1), peephole[:2])
        keep, forget = first.sigmoid_().chunk(2, dim=1)
        candidate, out = second.chunk(2, dim=1)
        cell = torch.addcmul(forget * cell, keep, candidate.tanh_())
        if clip is not None:
            cell = cell.clamp_(-clip, clip)
        if peephole is not None:
            out.addcmul_(cell, peephole[2])
        hidden = out.sigmoid_() * torch.tanh(cell)
        outputs.append(hidden)
        cells.append(cell)
        opened.append(gates)
    return torch.stack(outputs), torch.stack(cells), torch.stack(opened)


class _PeepholeSequence(torch.autograd.Function):
    """`_run` with its gradient written out: per step of time only what depends on the step after it.

    Gives all hidden states (time, batch, cell) and the last cell (batch, cell).
    """

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        projected: Tensor,
        weight: Tensor,
        peephole: Tensor | None,
        hidden: Tensor,
        cell: Tensor,
        clip: float | None,
    ) -> tuple[Tensor, Tensor]:
        outputs, cells, gates = _run(projected, weight, peephole, hidden, cell, clip)
        ctx.save_for_backward(weight, peephole, hidden, cell, outputs, cells, gates)
        ctx.clip = clip
        return outputs, cells[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor, d_last_cell: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        weight, peephole, hidden, cell, outputs, cells, gates = ctx.saved_tensors
        before = torch.cat([cell.unsqueeze(0), cells[:-1]])  # each step's cell at its beginning
        keep, forget, candidate, out = gates.chunk(4, dim=2)
        seen = torch.tanh(cells)

        # d gate / d cell for input, forget, candidate; d output gate / d hidden
        from_cell = torch.stack(
            [
                candidate * keep * (1 - keep),
                before * forget * (1 - forget),
                keep * (1 - candidate * candidate),
            ],
            dim=2,
        )  # (time, batch, 3, cell)
        from_hidden = seen * out * (1 - out)
        cell_from_hidden = out * (1 - seen * seen)
        cell_from_next = forget
        if peephole is not None:
            cell_from_hidden = cell_from_hidden + from_hidden * peephole[2]
            cell_from_next = forget + from_cell[:, :, 0] * peephole[0] + from_cell[:, :, 1] * peephole[1]
        if ctx.clip is not None:  # a clipped cell hands no gradient on
            within = cells.abs() < ctx.clip
            cell_from_next, from_cell = cell_from_next * within, from_cell * within.unsqueeze(2)

        d_gates = torch.empty_like(gates)
        by_gate = d_gates.unflatten(2, (4, -1))
        d_hidden, d_cell = torch.zeros_like(hidden), d_last_cell
        for step in range(len(cells) - 1, -1, -1):
            d_hidden = d_hidden + d_outputs[step]
            d_cell = torch.addcmul(d_cell, d_hidden, cell_from_hidden[step])
            torch.mul(d_cell.unsqueeze(1), from_cell[step], out=by_gate[step, :, :3])
            torch.mul(d_hidden, from_hidden[step], out=by_gate[step, :, 3])
            d_cell = d_cell * cell_from_next[step]
            d_hidden = d_gates[step] @ weight

        d_peephole = None
        if peephole is not None:
            looked = torch.stack([before, before, cells], dim=2)  # at which cell each gate looked
            d_peephole = (by_gate[:, :, [0, 1, 3]] * looked).sum(dim=(0, 1))
        earlier = torch.cat([hidden.unsqueeze(0), outputs[:-1]])
        d_weight = d_gates.flatten(0, 1).T @ earlier.flatten(0, 1)
        return d_gates, d_weight, d_peephole, d_hidden, d_cell, None
