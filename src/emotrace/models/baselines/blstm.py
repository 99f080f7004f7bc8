"""A bidirectional LSTM on features."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from emotrace.models.base import Model
from emotrace.models.baselines.config import BaselineConfig, declare
from emotrace.models.baselines.rows import Rows
from emotrace.models.example import Example
from emotrace.models.layers.initialise import initialise_as_tensorflow
from emotrace.models.layers.peephole_stack import PeepholeStack


class BidirectionalLSTM(Model):
    """Z-scores of features, bidirectional LSTM layers, a linear output.

    It learns from pieces of recordings, and traces a recording in one piece.

    Parameters
    ----------
    config : BaselineConfig
    labels : tuple of str

    Source
    ------
    Tzirakis et al. (2017), Table III; sizes: our choice.
    """

    def __init__(self, config: BaselineConfig, labels: tuple[str, ...]):
        super().__init__(declare(config), labels)
        self.config = config
        self.rows = Rows(config)
        self.dropout = nn.Dropout(config.dropout)
        self.recurrent = PeepholeStack(config.width, config.cells, bidirectional=True, peepholes=False)
        self.output = nn.Linear(self.recurrent.width_out, len(labels))
        initialise_as_tensorflow(self.output, forget_bias=0.0)

    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> None:
        """Find mean and deviation of every column."""
        self.rows.fit(train)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``{name: (batch, time, column)}`` with masks to ``prediction`` (batch, time, label)."""
        return {"prediction": self.output(self._hidden(inputs))}

    def _hidden(self, inputs: Mapping[str, Tensor]) -> Tensor:
        hidden, _ = self.recurrent(self.dropout(self.rows(inputs)))
        return hidden  # (batch, time, 2 * cell)

    @torch.no_grad()
    def activations(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[dict[str, Tensor], Any]:
        """What the cells and gates do, as of `Tzirakis2017.activations`; a whole recording at once."""
        return self.recurrent.activations(self.rows(inputs), state)
