"""Quadrants of valence and arousal, and the loss of a coarse estimate of them."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from emotrace.errors import InputError

QUADRANTS = ("V>=0 A>=0", "V<0 A>=0", "V<0 A<0", "V>=0 A<0")
"""In the order of their numbers, where 0 is the middle of the scale."""


def quadrants(values: Tensor, labels: Sequence[str], middle: float = 0.0) -> Tensor:
    """Number of the quadrant of each step, 0 to 3 as in `QUADRANTS`; -1 where valence or arousal is NaN.

    Parameters
    ----------
    values : Tensor, shape (..., label)
        Gold standard, prediction or scores of a discriminator.
    labels : sequence of str
        Their names; ``valence`` and ``arousal`` count.
    middle : float
        Of the scale: 0 for scores and for -1 to 1, 0.5 for a corpus of 0 to 1.

    Returns
    -------
    int64 Tensor, shape (...)

    Raises
    ------
    InputError
        If valence or arousal is not among the labels.

    Source
    ------
    Aspandi et al. (2022), section 3.1, after Russell (1980).

    Examples
    --------
    >>> quadrants(torch.tensor([[0.9, 0.9], [0.1, 0.9], [0.1, 0.1], [0.9, 0.1]]), ["valence", "arousal"], 0.5)
    tensor([0, 1, 2, 3])
    """
    missing = {"valence", "arousal"} - set(labels)
    if missing:
        raise InputError(f"labels is {', '.join(labels)}; expected valence and arousal, for quadrants")
    valence, arousal = (values[..., list(labels).index(name)] for name in ("valence", "arousal"))
    high, awake = valence >= middle, arousal >= middle
    number = torch.where(awake, torch.where(high, 0, 1), torch.where(high, 3, 2))
    return torch.where(torch.isfinite(valence) & torch.isfinite(arousal), number, -1)


def quadrant_loss(scores: Tensor, target: Tensor, middle: float = 0.0) -> Tensor:
    """Cross-entropy of the pattern of signs of coarse scores, averaged over steps that are rated.

    With valence and arousal this is the cross-entropy of the four quadrants, whose logarithms of probability
    are the sums of those of the two signs. Any labels will do; a step with one of two rated counts for that.

    Parameters
    ----------
    scores, target : Tensor, shape (..., label)
        NaN in `target`: not rated. A target at `middle` or above wants a score above 0.
    middle : float
        Of the scale of the labels.

    Returns
    -------
    Tensor, scalar >= 0
        In nat per rated step; 0 without one.

    Source
    ------
    Aspandi et al. (2022), eq. 2; as signs of two scores: the size of D that Table 11 follows from.

    Examples
    --------
    >>> round(float(quadrant_loss(torch.zeros(5, 2), torch.ones(5, 2))), 4)  # log 4
    1.3863
    """
    rated = torch.isfinite(target)
    upper = (target >= middle).to(scores)
    losses = torch.where(rated, F.binary_cross_entropy_with_logits(scores, upper, reduction="none"), 0.0)
    return losses.sum() / rated.any(-1).sum().clamp(min=1)
