"""The gate: how much of each of two modalities goes into the fused features, per value and step."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Gated(NamedTuple):
    """What a gate gives."""

    fused: Tensor  # (..., width); zeros where both modalities are missing
    share: Tensor  # (..., width) in [0, 1] of the first modality; NaN where both are missing


class Gate(nn.Module):
    """Gated multimodal unit with weights of its own.

    Parameters
    ----------
    width : int
        Of each modality's features and of the fused ones.

    Source
    ------
    Aspandi et al. (2022), eqs. 5 to 8, which have no biases.
    """

    def __init__(self, width: int):
        super().__init__()
        self.share = nn.Linear(2 * width, width, bias=False)
        self.first = nn.Linear(width, width, bias=False)
        self.second = nn.Linear(width, width, bias=False)

    def forward(self, first: Tensor, second: Tensor, has_first: Tensor, has_second: Tensor) -> Gated:
        """Fuse two modalities.

        Parameters
        ----------
        first, second : (..., width)
        has_first, has_second : (...) bool
            False: that modality is missing, and the other is taken.
        """
        share = torch.sigmoid(self.share(torch.cat([first, second], dim=-1)))
        return choose(share, self.first(first), self.second(second), has_first, has_second)


def choose(share: Tensor, first: Tensor, second: Tensor, has_first: Tensor, has_second: Tensor) -> Gated:
    """Equation 5, where a modality that is missing leaves all to the other.

    Parameters
    ----------
    share : (..., width) in [0, 1]
        Of the first modality.
    first, second : (..., width)
        Before tanh.
    has_first, has_second : (...) bool

    Examples
    --------
    >>> row = torch.full((3, 1), 0.5)
    >>> yes, no = torch.tensor([True, True, False]), torch.tensor([True, False, False])
    >>> choose(torch.full((3, 1), 0.25), row, -row, yes, no).share.flatten().tolist()
    [0.25, 1.0, nan]
    """
    has_first, has_second = has_first.unsqueeze(-1), has_second.unsqueeze(-1)
    share = torch.where(has_second, torch.where(has_first, share, 0.0), 1.0)
    fused = share * torch.tanh(first) + (1 - share) * torch.tanh(second)
    neither = ~(has_first | has_second)
    return Gated(fused.masked_fill(neither, 0.0), share.masked_fill(neither, torch.nan))
