"""B: scores past states of the LSTM and gives their weighted mean, the context."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Location-based attention: a state's score follows from that state alone.

    So a state is scored once, when it is made, and not again at each step that looks back at it.

    Parameters
    ----------
    width : int
        Of a state [h; c].
    with_current : bool
        Hold the weights of eq. 10, which scores the current state together with a past one. What the
        current state adds is the same for all past ones, and so cancels in the softmax, and eq. 11 leaves it
        out: these weights are counted in Table 11 and never matter.

    Source
    ------
    Aspandi et al. (2022), eqs. 10 to 12. The layer with tanh before the score: our reading of the size
    that Table 11 gives. Eq. 12 divides the weighted sum by the number of states once more; here it is the
    weighted mean.
    """

    def __init__(self, width: int, with_current: bool = False):
        super().__init__()
        self.with_current = with_current
        self.key = nn.Linear(width, width)
        self.score = nn.Linear(2 * width, 1) if with_current else nn.Linear(width, 1, bias=False)

    def scores(self, states: Tensor) -> Tensor:
        """(batch, width) to (batch,)."""
        keys = torch.tanh(self.key(states))
        weight = self.score.weight[:, -self.key.out_features :]  # of eq. 10, the half of the past state
        return F.linear(keys, weight).squeeze(-1)

    @staticmethod
    def context(states: Tensor, scores: Tensor) -> tuple[Tensor, Tensor]:
        """Weighted mean of past states.

        Parameters
        ----------
        states : (batch, state, width)
        scores : (batch, state)

        Returns
        -------
        context : (batch, width)
        weights : (batch, state)
            They sum to 1.

        Examples
        --------
        >>> states = torch.tensor([[[0.0, 4.0], [8.0, 0.0]]])
        >>> context, weights = Attention.context(states, torch.tensor([[0.0, 3.0]]).log1p())
        >>> context, weights
        (tensor([[6.4000, 0.8000]]), tensor([[0.2000, 0.8000]]))
        """
        weights = scores.softmax(dim=1)
        return (weights.unsqueeze(2) * states).sum(1), weights
