"""priyasad2019 on features that are given: an embedding of each modality, fused as pictures and sound are."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from emotrace.config.declaration import Declaration
from emotrace.models.base import Model
from emotrace.models.example import Example
from emotrace.models.layers.modality_attention import ATTENTION_SAYS, FeatureAttention, ModalityAttention
from emotrace.models.layers.standardise import Standardise
from emotrace.models.priyasad2019_config import SEGMENT_SHIFT_S, Priyasad2019Config


class TableFusion(Model):
    """Rows of features of each modality to a vector each, fused by attention or joined, and the class.

    Columns become z-scores of training, in which a missing value is the mean; each step stands for itself.
    What a modality lacks is left to the others: attention gives it no weight, concatenation zeros; a step
    without any has logits 0 and takes no part in the decision on the clip.

    Parameters
    ----------
    config : Priyasad2019Config
        Its `tables` are the modalities.
    labels : tuple of str

    Source
    ------
    Priyasad et al. (2019), section 3.4 and eqs. 5 to 7; given features in place of networks for pictures and
    sound, each embedded by one layer: our choice.
    """

    def __init__(self, config: Priyasad2019Config, labels: tuple[str, ...]):
        tables, width = config.tables, config.embedding
        inputs = {spec.name: spec for spec in tables}
        super().__init__(Declaration(inputs=inputs, step_s=SEGMENT_SHIFT_S, predicts="class"), labels)
        self.config = config
        self.names = tuple(inputs)
        self.scales = nn.ModuleList(Standardise(spec.columns) for spec in tables)
        self.embed = nn.ModuleList(
            nn.Sequential(nn.Dropout(config.dropout), nn.Linear(spec.columns, width), nn.ReLU())
            for spec in tables
        )
        self.fusion: ModalityAttention | FeatureAttention | None = None
        out = width * len(tables)
        if len(tables) > 1 and config.fusion == "attention":
            over_modalities = config.over == "modalities"
            self.fusion = (
                ModalityAttention(width) if over_modalities else FeatureAttention(len(tables), width)
            )
            out = self.fusion.features_out
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(out, len(labels))

    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> None:
        """Find mean and deviation of every column over the training rows that were observed.

        Parameters
        ----------
        train, development : sequence of Example
            Whole recordings; those of development are not looked at.
        """
        for name, scale in zip(self.names, self.scales, strict=True):
            cast(Standardise, scale).fit(example.observed(name) for example in train)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch; each stands for itself.

        Parameters
        ----------
        inputs : mapping
            ``{name: (batch, time, column)}`` of each table, NaN: missing, and masks (batch, time) bool.

        Returns
        -------
        dict
            ``prediction`` (batch, time, class), 0 for steps without a row; with attention also ``attention``
            (batch, time, table), adding up to 1, 0 for those steps.
        """
        observed = torch.stack([inputs[f"{name}_mask"] for name in self.names], dim=2)  # (batch, time, table)
        vectors = torch.stack(
            [
                embed(scale(inputs[name], inputs[f"{name}_mask"]))
                for name, scale, embed in zip(self.names, self.scales, self.embed, strict=True)
            ],
            dim=2,
        )  # (batch, time, table, feature)
        there = observed.any(dim=2, keepdim=True)  # (batch, time, 1)
        vectors = torch.where(observed.unsqueeze(3), vectors, 0)
        outputs = {}
        fused = vectors.flatten(2)
        if self.fusion is not None:
            # a step without any row is weighed as if it had all, and forgotten below
            weighed, weights = self.fusion(vectors.flatten(0, 1), (observed | ~there).flatten(0, 1))
            fused = weighed.unflatten(0, there.shape[:2])
            outputs["attention"] = torch.where(there, weights.unflatten(0, there.shape[:2]), 0)
        return {"prediction": torch.where(there, self.output(self.dropout(fused)), 0), **outputs}

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """``attention_<table>`` of each; none without attention."""
        return () if self.fusion is None else tuple(f"attention_{name}" for name in self.names)

    @property
    def shown_meaning(self) -> str:
        """What attention says, if the variant has it."""
        return ATTENTION_SAYS if self.fusion is not None else ""

    def trace_shown(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Tensor, Any]:
        """Predict consecutive steps, and the weights of the tables; NaN for steps without a row.

        Returns
        -------
        prediction : (1, time, class)
        shown : (1, time, table), in [0, 1]
            Empty, (1, time, 0), without attention.
        state : None
        """
        outputs = self(inputs)
        prediction = outputs["prediction"]
        weights = outputs.get("attention", prediction[..., :0])
        observed = torch.stack([inputs[f"{name}_mask"] for name in self.names]).any(dim=0)
        return prediction, torch.where(observed.unsqueeze(2), weights, torch.nan), None
