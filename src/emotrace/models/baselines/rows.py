"""Rows of several features, standardised and joined."""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from emotrace.models.baselines.config import BaselineConfig
from emotrace.models.example import Example
from emotrace.models.layers.standardise import Standardise


class Rows(nn.Module):
    """Z-scores of all features of a step, side by side; what is missing is 0.

    Parameters
    ----------
    config : BaselineConfig

    Examples
    --------
    >>> Rows(BaselineConfig())({"egemaps-functionals-3s": torch.zeros(2, 5, 88)}).shape
    torch.Size([2, 5, 88])
    """

    def __init__(self, config: BaselineConfig):
        super().__init__()
        self.names = [spec.name for spec in config.features]
        self.scales = nn.ModuleList(Standardise(spec.columns) for spec in config.features)

    def fit(self, examples: Sequence[Example]) -> None:
        """Find mean and deviation of every column over all rows that were observed."""
        for name, scale in zip(self.names, self.scales, strict=True):
            cast(Standardise, scale).fit(example.observed(name) for example in examples)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """``{name: (..., column)}`` and ``{name}_mask`` (...) to (..., column of all)."""
        return torch.cat(
            [
                scale(inputs[name], inputs.get(f"{name}_mask"))
                for name, scale in zip(self.names, self.scales, strict=True)
            ],
            dim=-1,
        )

    def observed(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Whether any feature was observed, bool (...)."""
        return torch.stack([inputs[f"{name}_mask"] for name in self.names]).any(dim=0)
