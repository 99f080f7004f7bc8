"""The constant baseline."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from emotrace.errors import DataError
from emotrace.models.base import Model
from emotrace.models.baselines.config import BaselineConfig, declare
from emotrace.models.example import Example


class Constant(Model):
    """Says the mean of the training gold standard in every step: CCC 0, and an RMSE to beat.

    Parameters
    ----------
    config : BaselineConfig
    labels : tuple of str
    """

    def __init__(self, config: BaselineConfig, labels: tuple[str, ...]):
        super().__init__(declare(config), labels)
        self.config = config
        self.mean = nn.Parameter(torch.zeros(len(labels)), requires_grad=False)

    @torch.no_grad()
    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> dict[str, Any]:
        """Take the mean over all rated steps of all training recordings; each step weighs the same.

        Raises
        ------
        DataError
            If a label is nowhere rated.
        """
        total, count = (torch.zeros(len(self.labels), dtype=torch.float64) for _ in range(2))
        for example in train:
            total += example.target.double().nan_to_num().sum(dim=0)
            count += example.target.isfinite().sum(dim=0)
        check_rated(self.labels, count)
        self.mean.copy_(total / count)
        return {"mean": dict(zip(self.labels, self.mean.tolist(), strict=True))}

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """(batch, time, ...) of any name to ``prediction`` (batch, time, label)."""
        batch, time = next(iter(inputs.values())).shape[:2]
        return {"prediction": self.mean.expand(batch, time, -1)}


def check_rated(labels: Sequence[str], count: Tensor) -> None:
    """Refuse to learn a label that no training step is rated for; `count` is (label,)."""
    unrated = [label for label, steps in zip(labels, count.tolist(), strict=True) if not steps]
    if unrated:
        raise DataError(
            f"no training step with features is rated for {', '.join(unrated)}; expected labels of every "
            "dimension that the corpus names, prepare it with them or without that dimension"
        )
