"""The head of P: an LSTM that reads features beside what it remembers, and a linear output."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.models.aspandi2022.attention import Attention


class Memory(NamedTuple):
    """What the head carries from a step to the next."""

    hidden: Tensor  # (batch, cell), h
    cell: Tensor  # (batch, cell), c
    states: Tensor  # (batch, state, 2 * cell), the latest [h; c], oldest first; at most as many as it attends
    scores: Tensor  # (batch, state), of `states`; zeros without attention


class Head(nn.Module):
    """LSTM over features and context, and a linear output.

    Parameters
    ----------
    width : int
        Of the features per step, without the context.
    cells : int
    labels : int
    attended : int
        States that the context is made of: with attention; 1 without, the context is the latest state then.
    sequence : bool
        False: every step starts from a zero state with a context of zeros, so there is no memory.

    Source
    ------
    Aspandi et al. (2022), eqs. 3, 9 and 12. Before the first step there is no state to look back at, and the
    context is zeros: our choice.
    """

    def __init__(self, width: int, cells: int, labels: int, attended: int, sequence: bool = True):
        super().__init__()
        self.sequence, self.attended = sequence, attended
        self.lstm = nn.LSTMCell(width + 2 * cells, cells)
        self.output = nn.Linear(cells, labels)

    def forward(
        self, features: Tensor, attention: Attention | None = None, memory: Memory | None = None
    ) -> tuple[Tensor, Tensor, Memory | None]:
        """Predict consecutive steps.

        Parameters
        ----------
        features : (batch, time, width)
        attention : Attention or None
        memory : Memory or None
            What the steps before left; None: a sequence begins, all zeros.

        Returns
        -------
        prediction : (batch, time, label)
        weights : (batch, time, attended)
            Attention given to the state 1, 2, ... steps before; NaN where there is none.
        memory : Memory or None
            None without `sequence`.
        """
        width = features.shape[2]
        of_features, of_context = self.lstm.weight_ih.split([width, 2 * self.lstm.hidden_size], dim=1)
        gates = F.linear(
            features, of_features, self.lstm.bias_ih + self.lstm.bias_hh
        )  # (batch, time, 4 cell)
        if not self.sequence:
            hidden, _ = _step(gates, None)
            nothing = gates.new_full((*features.shape[:2], self.attended), torch.nan)
            return self.output(hidden), nothing, None
        memory = memory or self._begin(features)
        outputs, weights = [], []
        for gate in gates.unbind(1):
            if memory.states.shape[1]:
                context, share = Attention.context(memory.states, memory.scores)
                gate = gate + F.linear(context, of_context)
            else:
                share = memory.scores
            gate = gate + F.linear(memory.hidden, self.lstm.weight_hh)
            hidden, cell = _step(gate, memory.cell)
            memory = self._remember(memory, hidden, cell, attention)
            outputs.append(hidden)
            missing = self.attended - share.shape[1]
            weights.append(F.pad(share.flip(1), (0, missing), value=torch.nan))
        hidden = torch.stack(outputs, dim=1)  # (batch, time, cell)
        return self.output(hidden), torch.stack(weights, dim=1), memory

    def _begin(self, features: Tensor) -> Memory:
        batch, cells = features.shape[0], self.lstm.hidden_size
        zeros = features.new_zeros(batch, cells)
        return Memory(zeros, zeros, features.new_zeros(batch, 0, 2 * cells), features.new_zeros(batch, 0))

    def _remember(self, memory: Memory, hidden: Tensor, cell: Tensor, attention: Attention | None) -> Memory:
        state = torch.cat([hidden, cell], dim=1)
        score = hidden.new_zeros(len(hidden)) if attention is None else attention.scores(state)
        states = torch.cat([memory.states, state.unsqueeze(1)], dim=1)[:, -self.attended :]
        scores = torch.cat([memory.scores, score.unsqueeze(1)], dim=1)[:, -self.attended :]
        return Memory(hidden, cell, states, scores)


def _step(gates: Tensor, cell: Tensor | None) -> tuple[Tensor, Tensor]:
    """Hidden and cell state after gates (..., 4 * cell) in torch's order; `cell` None: zeros."""
    enter, forget, candidate, leave = gates.chunk(4, dim=-1)
    fresh = torch.sigmoid(enter) * torch.tanh(candidate)
    cell = fresh if cell is None else torch.sigmoid(forget) * cell + fresh
    return torch.sigmoid(leave) * torch.tanh(cell), cell
