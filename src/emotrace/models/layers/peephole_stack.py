"""Layers of `PeepholeLSTM` on top of each other, in one or both directions."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from emotrace.errors import InputError
from emotrace.models.layers.peephole_lstm import PeepholeLSTM, State


class PeepholeStack(nn.Module):
    """LSTM layers of given sizes, each fed with what the one below gives.

    Parameters
    ----------
    width : int
        Values per step that come in.
    sizes : sequence of int
        Cells of each layer, per direction.
    bidirectional : bool
        Each layer runs both ways, the outputs are joined (forward first); it cannot carry a state.
    peepholes, cell_clip, forget_bias
        As of `PeepholeLSTM`.

    Attributes
    ----------
    width_out : int
        Values per step that come out.

    Source
    ------
    Tzirakis et al. (2017), section III.D: two of 256 cells; Chen and Jin (2015): sizes as lists, both ways.

    Examples
    --------
    >>> stack = PeepholeStack(3, (8, 5), bidirectional=True)
    >>> stack(torch.zeros(2, 7, 3))[0].shape
    torch.Size([2, 7, 10])
    """

    def __init__(
        self,
        width: int,
        sizes: Sequence[int],
        *,
        bidirectional: bool = False,
        peepholes: bool = True,
        cell_clip: float | None = None,
        forget_bias: float = 1.0,
    ):
        super().__init__()
        self.layers, self.reversed = nn.ModuleList(), nn.ModuleList()
        for cells in sizes:
            for each in (self.layers, self.reversed)[: 1 + bidirectional]:
                each.append(
                    PeepholeLSTM(
                        width,
                        cells,
                        peepholes=peepholes,
                        cell_clip=cell_clip,
                        forget_bias=forget_bias,
                        reverse=each is self.reversed,
                    )
                )
            width = cells * (1 + bidirectional)
        self.width_out = width

    def forward(
        self, inputs: Tensor, state: Sequence[State] | None = None
    ) -> tuple[Tensor, tuple[State, ...] | None]:
        """Run over all steps.

        Parameters
        ----------
        inputs : (batch, time, width)
        state : (hidden, cell) of each layer, or None
            What the call for the steps before gave; None is zeros.

        Returns
        -------
        output : (batch, time, width_out)
        state : (hidden, cell) of each layer
            None of a bidirectional stack.

        Raises
        ------
        InputError
            If a state is given to a bidirectional stack.
        """
        output, after = inputs, []
        for number, before in enumerate(self._states(state)):
            ran = [layer(output, before) for layer in self._directions(number).values()]
            output = torch.cat([each for each, _ in ran], dim=2)
            after.append(ran[0][1])
        return output, None if self.reversed else tuple(after)

    def activations(
        self, inputs: Tensor, state: Sequence[State] | None = None
    ) -> tuple[dict[str, Tensor], tuple[State, ...] | None]:
        """What every gate and cell of every layer does, without gradients.

        Parameters
        ----------
        inputs, state
            As of `forward`.

        Returns
        -------
        shown : dict
            ``"layer1/forget_gate"`` and so on for the fields of `Activations`, (batch, time, cell) each;
            ``"layer1-reversed/..."`` of the other direction.
        state
            As of `forward`.

        Raises
        ------
        InputError
            As `forward`.
        """
        output, after = inputs, []
        shown: dict[str, Tensor] = {}
        for number, before in enumerate(self._states(state)):
            ran = {
                name: layer.activations(output, before) for name, layer in self._directions(number).items()
            }
            for name, (found, _) in ran.items():
                shown |= {f"{name}/{gate}": value for gate, value in found._asdict().items()}
            output = torch.cat([found.hidden for found, _ in ran.values()], dim=2)
            after.append(next(iter(ran.values()))[1])
        return shown, None if self.reversed else tuple(after)

    def _directions(self, number: int) -> dict[str, PeepholeLSTM]:
        """The layers that read the same, forward first, by the name of their activations."""
        name = f"layer{number + 1}"
        found = {name: cast(PeepholeLSTM, self.layers[number])}
        if self.reversed:
            found[f"{name}-reversed"] = cast(PeepholeLSTM, self.reversed[number])
        return found

    def _states(self, state: Sequence[State] | None) -> Sequence[State | None]:
        """The state before of each layer."""
        if state is None:
            return [None] * len(self.layers)
        if self.reversed:
            raise InputError(
                "state is given to a bidirectional LSTM, which begins at both ends; expected None and the "
                "whole recording at once"
            )
        return state
