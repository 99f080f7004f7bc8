"""A support vector machine on the features of a clip, for classes."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from emotrace.errors import DataError
from emotrace.models.base import Model
from emotrace.models.baselines.config import BaselineConfig, declare
from emotrace.models.example import Example
from emotrace.models.layers.standardise import Standardise
from emotrace.temperature import best_temperature

SOLVER_STEPS = 20_000
ABSENT = -1e3  # decision for a class that no training clip is of: its probability is next to 0


class SupportVectorClassifier(Model):
    """Linear one-against-rest SVM on z-scores of pooled features; every step says the class of the clip.

    Classes weigh the same however many clips they have. The complexity is the one of the best UAR on
    development. Logits are distances from the planes divided by a temperature, which makes the development
    clips most probable. Without development clips: the middle complexity and temperature 1, and the run says
    so.

    Parameters
    ----------
    config : BaselineConfig
    labels : tuple of str

    Source
    ------
    Our choice; temperature: see `best_temperature`.
    """

    complexity: Tensor
    temperature: Tensor

    def __init__(self, config: BaselineConfig, labels: tuple[str, ...]):
        super().__init__(declare(config), labels)
        self.config = config
        width = config.width * len(config.pooling)
        self.scale = Standardise(width)
        self.weight = nn.Parameter(torch.zeros(len(labels), width), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(len(labels)), requires_grad=False)
        for name in ("complexity", "temperature"):
            self.register_buffer(name, torch.ones(()))

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``{name: (batch, time, column)}`` with masks to logits ``prediction`` (batch, time, class)."""
        clips = self.scale(self._pool(inputs))  # (batch, column)
        logits = nn.functional.linear(clips, self.weight, self.bias) / self.temperature
        steps = next(iter(inputs.values())).shape[1]
        return {"prediction": logits.unsqueeze(1).expand(-1, steps, -1)}

    @torch.no_grad()
    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> dict[str, Any]:
        """Fit planes for every complexity and keep the best.

        Returns
        -------
        dict
            ``complexity``, ``development_uar``, ``temperature``, the number of training ``clips``; classes
            that none of them is of; whether the fit did not converge.

        Raises
        ------
        DataError
            If the training clips are all of one class.
        """
        clips, classes = self._read(train)
        present = sorted(set(classes.tolist()))
        if len(present) < 2:
            named = " ".join(self.labels[index] for index in present) or "no class"
            raise DataError(
                f"the {len(classes)} training clips are all of {named}; expected at least two classes"
            )
        self.scale.fit(clips)
        seed = int(torch.randint(2**31, ()))
        planes = [self._fit(self.scale(clips), classes, value, seed) for value in self.config.complexities]
        unseen, wanted = self._read(development)
        decisions = [nn.functional.linear(self.scale(unseen), weight, bias) for weight, bias, _ in planes]
        scores = [recall(wanted, decision.argmax(dim=1).numpy()) for decision in decisions]
        place = int(np.argmax(scores)) if len(wanted) else (len(planes) - 1) // 2
        weight, bias, converged = planes[place]
        self.weight.copy_(weight)
        self.bias.copy_(bias)
        self.complexity.fill_(self.config.complexities[place])
        facts: dict[str, Any] = {"complexity": self.config.complexities[place], "clips": len(classes)}
        if len(wanted):
            told_apart = np.isin(wanted, present)  # the others say nothing of how sure it may be
            if told_apart.any():
                decided = decisions[place].double().numpy()[told_apart][:, present]
                self.temperature.fill_(
                    best_temperature(decided, np.searchsorted(present, wanted[told_apart]))
                )
            facts["development_uar"] = round(scores[place], 4)
        else:
            facts["chosen_without_development"] = True
        facts["temperature"] = round(float(self.temperature), 4)
        absent = [label for index, label in enumerate(self.labels) if index not in present]
        if absent:
            facts["classes_without_training_clip"] = absent
        if not converged:
            facts["not_converged"] = True
        return facts

    def _pool(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Mean, deviation or both of every column over the rows that were observed, (batch, column).

        NaN for a column without any, which the scale turns into its mean.
        """
        pooled = []
        for spec in self.config.features:
            values, mask = inputs[spec.name], inputs[f"{spec.name}_mask"].unsqueeze(-1)
            known = torch.where(mask, values, torch.nan)  # (batch, time, column)
            mean = known.nanmean(dim=1)
            apart = (known - mean.unsqueeze(1)).square().nanmean(dim=1).sqrt()
            pooled += [{"mean": mean, "std": apart}[kind] for kind in self.config.pooling]
        return torch.cat(pooled, dim=-1)

    def _read(self, examples: Sequence[Example]) -> tuple[Tensor, np.ndarray]:
        """Features (clip, column) and class index (clip,) of the clips whose class is known."""
        clips, classes = [torch.empty(0, self.weight.shape[1])], []
        for example in examples:
            index = float(example.target[0, 0])
            if np.isfinite(index):
                clips.append(self._pool({name: value.unsqueeze(0) for name, value in example.inputs.items()}))
                classes.append(int(index))
        return torch.cat(clips), np.array(classes, dtype=np.int64)

    def _fit(
        self, clips: Tensor, classes: np.ndarray, complexity: float, seed: int
    ) -> tuple[Tensor, Tensor, bool]:
        """Weights (class, column) and biases (class,) of the planes; whether the solver converged."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        machine = LinearSVC(
            C=complexity, class_weight="balanced", dual="auto", max_iter=SOLVER_STEPS, random_state=seed
        )
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ConvergenceWarning)
            machine.fit(clips.numpy(), classes)
        weights, biases = machine.coef_, machine.intercept_
        if len(weights) == 1:  # of two classes it gives the plane of the second
            weights, biases = np.concatenate([-weights, weights]), np.concatenate([-biases, biases])
        weight, bias = torch.zeros_like(self.weight), torch.full_like(self.bias, ABSENT)
        weight[machine.classes_] = torch.tensor(weights).float()
        bias[machine.classes_] = torch.tensor(biases).float()
        return weight, bias, not any(issubclass(one.category, ConvergenceWarning) for one in told)


def recall(wanted: np.ndarray, said: np.ndarray) -> float:
    """Mean recall over the classes that there are, as `metrics.uar`; this room imports no other.

    Examples
    --------
    >>> recall(np.array([0, 0, 1]), np.array([0, 1, 1]))
    0.75
    """
    return float(np.mean([np.mean(said[wanted == index] == index) for index in np.unique(wanted)] or [0.0]))
