"""The scale of the labels and how often its parts occur in training, for losses that look at them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emotrace.training.losses_of_affect import count_bins


@dataclass(frozen=True)
class LabelScale:
    """What a loss may know of the labels beside those of a batch.

    Parameters
    ----------
    value_range : (float, float)
        Of the corpus.
    counts : int64 Tensor, shape (label, bin)
        Rated values of the training recordings in each part of the range, as `count_bins`.

    Examples
    --------
    >>> scale = LabelScale.of([np.array([[0.1], [0.9]]), np.array([[0.95]])], (0.0, 1.0))
    >>> scale.middle, scale.counts[0].tolist()
    (0.5, [0, 1, 0, 0, 0, 0, 0, 0, 0, 2])
    """

    value_range: tuple[float, float]
    counts: Tensor

    @classmethod
    def of(cls, targets: Iterable[np.ndarray], value_range: tuple[float, float]) -> "LabelScale":
        """Of the gold standard of recordings, (time, label) each, NaN: not rated; at least one of them."""
        low, high = value_range
        counts = [count_bins(torch.from_numpy(target), (low, high)) for target in targets]
        return cls((low, high), torch.stack(counts).sum(0))

    @property
    def middle(self) -> float:
        """Of the scale."""
        return sum(self.value_range) / 2
