"""Support vector regression, one line through the features of a step for each dimension."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from emotrace.models.base import Model
from emotrace.models.baselines.config import BaselineConfig, declare
from emotrace.models.baselines.constant import check_rated
from emotrace.models.baselines.rows import Rows
from emotrace.models.example import Example

SOLVER_STEPS = 1000  # the default of liblinear; with thousands of columns each takes a tenth of a second


class SupportVectorRegression(Model):
    """Linear SVR on z-scores; each dimension takes the complexity that is best on development.

    Squared epsilon-insensitive loss on a gold standard in z-scores; CCC chooses. Without a rated step in
    development the middle of the complexities is taken, and the run says so.

    Parameters
    ----------
    config : BaselineConfig
    labels : tuple of str

    Source
    ------
    Tzirakis et al. (2017), Table III; loss, grid and scaling: our choice.
    """

    complexity: Tensor

    def __init__(self, config: BaselineConfig, labels: tuple[str, ...]):
        super().__init__(declare(config), labels)
        self.config = config
        self.rows = Rows(config)
        self.weight = nn.Parameter(torch.zeros(len(labels), config.width), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(len(labels)), requires_grad=False)
        self.register_buffer("complexity", torch.zeros(len(labels)))

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``{name: (batch, time, column)}`` with masks to ``prediction`` (batch, time, label)."""
        return {"prediction": nn.functional.linear(self.rows(inputs), self.weight, self.bias)}

    @torch.no_grad()
    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> dict[str, Any]:
        """Fit a line for every complexity and keep the best of each dimension.

        Returns
        -------
        dict
            ``complexity`` and ``development_ccc`` of each dimension; the ``rows`` learnt from, every
            ``stride``-th of those that are rated; how many fits did not converge.

        Raises
        ------
        DataError
            If a dimension is nowhere rated.
        """
        self.rows.fit(train)
        features, gold, stride = self._thinned(train)
        check_rated(self.labels, gold.isfinite().sum(dim=0))
        seed = int(torch.randint(2**31, ()))
        fits = [self._fit(features, gold[:, label], seed) for label in range(len(self.labels))]
        weights = torch.stack([weight for weight, _, _ in fits])  # (label, complexity, column)
        biases = torch.stack([bias for _, bias, _ in fits])  # (label, complexity)
        scores = self._score(development, weights, biases)  # (label, complexity)
        chosen = [_best(of_label) for of_label in scores]
        for label, place in enumerate(chosen):
            self.weight[label], self.bias[label] = weights[label, place], biases[label, place]
            self.complexity[label] = self.config.complexities[place]
        best = [float(of_label[place]) for of_label, place in zip(scores, chosen, strict=True)]
        facts: dict[str, Any] = {
            "complexity": {
                name: self.config.complexities[place] for name, place in zip(self.labels, chosen, strict=True)
            },
            "development_ccc": {
                name: round(score, 4) if np.isfinite(score) else None
                for name, score in zip(self.labels, best, strict=True)
            },
            "rows": len(features),
            "stride": stride,
        }
        astray = sum(not converged for _, _, converged in fits)
        if astray:
            facts["dimensions_not_converged"] = astray
        if not np.isfinite(best).all():
            facts["chosen_without_development"] = True
        return facts

    def _thinned(self, train: Sequence[Example]) -> tuple[Tensor, Tensor, int]:
        """Z-scores (row, column) and gold standard (row, label) to learn from, and every how manyth it is."""
        total = sum(int(self._usable(example).sum()) for example in train)
        stride = max(1, -(-total // self.config.most_rows))
        next_one = int(torch.randint(stride, ()))
        features, gold = [torch.empty(0, self.config.width)], [torch.empty(0, len(self.labels))]
        for example in train:
            usable = self._usable(example).nonzero().squeeze(1)
            kept = usable[next_one::stride]
            next_one = (next_one - len(usable)) % stride
            features.append(self.rows({name: values[kept] for name, values in example.inputs.items()}))
            gold.append(example.target[kept])
        return torch.cat(features), torch.cat(gold), stride

    def _usable(self, example: Example) -> Tensor:
        """Steps that are rated and of which anything was observed, bool (time,)."""
        return example.target.isfinite().any(dim=1) & self.rows.observed(example.inputs)

    def _fit(self, features: Tensor, gold: Tensor, seed: int) -> tuple[Tensor, Tensor, bool]:
        """Weights (complexity, column) and biases (complexity,) of one dimension; whether all converged."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVR

        rated = gold.isfinite()
        read, target = features[rated].numpy(), gold[rated].double().numpy()
        mean, std = target.mean(), target.std()
        if std == 0:
            count = len(self.config.complexities)
            return torch.zeros(count, self.config.width), torch.full((count,), float(mean)), True
        weights, biases, converged = [], [], True
        for complexity in self.config.complexities:
            machine = LinearSVR(
                C=complexity,
                epsilon=self.config.tube,
                loss="squared_epsilon_insensitive",
                dual="auto",
                max_iter=SOLVER_STEPS,
                random_state=seed,
            )
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", ConvergenceWarning)
                machine.fit(read, (target - mean) / std)
            converged &= not any(issubclass(one.category, ConvergenceWarning) for one in told)
            weights.append(machine.coef_.ravel() * std)
            biases.append(float(np.ravel(machine.intercept_)[0]) * std + mean)
        return torch.tensor(np.array(weights)).float(), torch.tensor(biases).float(), converged

    def _score(self, development: Sequence[Example], weights: Tensor, biases: Tensor) -> np.ndarray:
        """CCC of every line on all development recordings end to end, float64 (label, complexity)."""
        said: list[np.ndarray] = []
        gold: list[np.ndarray] = []
        for example in development:
            lines = nn.functional.linear(self.rows(example.inputs), weights.flatten(0, 1), biases.flatten())
            said.append(lines.unflatten(1, biases.shape).numpy())  # (time, label, complexity)
            gold.append(example.target.numpy())
        if not gold:
            return np.full(biases.shape, np.nan)
        lines_of_all, gold_of_all = np.concatenate(said), np.concatenate(gold)
        return np.array(
            [
                [
                    agreement(gold_of_all[:, label], lines_of_all[:, label, place])
                    for place in range(len(of_label))
                ]
                for label, of_label in enumerate(biases)
            ]
        )


def agreement(gold: np.ndarray, said: np.ndarray) -> float:
    """CCC with population moments (1/n), as `metrics.ccc`; this room imports no other.

    Examples
    --------
    >>> round(agreement(np.array([0.0, 1.0, 2.0, np.nan]), np.array([0.0, 1.0, 1.0, 9.0])), 4)
    0.6667
    """
    rated = np.isfinite(gold)
    x, y = gold[rated].astype(float), said[rated].astype(float)
    if len(x) < 2:
        return float("nan")
    below = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    return float(2 * np.mean((x - x.mean()) * (y - y.mean())) / below) if below > 0 else float("nan")


def _best(scores: np.ndarray) -> int:
    """Place of the highest score, the smaller complexity where two are equal; the middle without any."""
    return int(np.nanargmax(scores)) if np.isfinite(scores).any() else (len(scores) - 1) // 2
