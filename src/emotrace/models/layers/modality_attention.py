"""Attention that weighs modalities, or the single features of all of them, by how telling they are."""

import torch
from torch import Tensor, nn

ATTENTION_SAYS = "attention: how much each modality counts, in all 1"


class ModalityAttention(nn.Module):
    """A weighted sum of the feature vectors of several modalities; the weights add up to 1.

    Score of each vector c_t: ``|tanh(W c_t + b)|`` times a learnt context vector; softmax over the modalities
    that were observed.

    Parameters
    ----------
    width : int
        Features of each modality.

    Source
    ------
    Priyasad et al. (2019), eqs. 5 to 7, with t running over the modalities and W shared by them (our reading:
    with one merged vector per segment, a softmax would be over a single element).

    Examples
    --------
    >>> vectors = torch.zeros(1, 2, 3)
    >>> fused, weights = ModalityAttention(3)(vectors, torch.tensor([[True, True]]))
    >>> fused.shape, weights.tolist()
    (torch.Size([1, 3]), [[0.5, 0.5]])
    """

    def __init__(self, width: int):
        super().__init__()
        self.project = nn.Linear(width, width)
        self.context = nn.Parameter(torch.randn(width) / width**0.5)
        self.features_out = width

    def forward(self, vectors: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
        """Fuse.

        Parameters
        ----------
        vectors : (batch, modality, feature)
        observed : bool (batch, modality)
            False: that modality is missing and gets no weight. One at least is True in each row.

        Returns
        -------
        fused : (batch, feature)
        weights : (batch, modality), in [0, 1]
        """
        scores = torch.tanh(self.project(vectors)).abs() @ self.context  # (batch, modality)
        weights = scores.masked_fill(~observed, -torch.inf).softmax(dim=1)
        return (weights.unsqueeze(2) * vectors).sum(dim=1), weights


class FeatureAttention(nn.Module):
    """Every feature of the joined modalities times its own weight, which is 1 on average.

    Source
    ------
    Priyasad et al. (2019), eqs. 5 to 7, with t running over the features of the merged vector: the other
    reading. The context then is a number per feature, features are weighed but not summed up, and weights are
    softmax times the number of features, lest everything shrinks at the start (our choice).

    Parameters
    ----------
    modalities : int
    width : int
        Features of each modality.

    Examples
    --------
    >>> fused, weights = FeatureAttention(2, 3)(torch.ones(1, 2, 3), torch.tensor([[True, False]]))
    >>> fused.shape, weights.round(decimals=3).tolist()
    (torch.Size([1, 6]), [[1.0, 0.0]])
    """

    def __init__(self, modalities: int, width: int):
        super().__init__()
        self.features_out = modalities * width
        self.project = nn.Linear(self.features_out, self.features_out)
        self.context = nn.Parameter(torch.randn(self.features_out))

    def forward(self, vectors: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
        """Fuse; parameters as of `ModalityAttention`.

        Returns
        -------
        fused : (batch, modality * feature)
        weights : (batch, modality), in [0, 1]
            Of all features of a modality together.
        """
        merged = vectors.flatten(1)  # (batch, modality * feature)
        scores = torch.tanh(self.project(merged)).abs() * self.context
        there = observed.unsqueeze(2).expand_as(vectors)
        weights = scores.masked_fill(~there.flatten(1), -torch.inf).softmax(dim=1)
        count = there.flatten(1).sum(dim=1, keepdim=True)
        return weights * count * merged, weights.view_as(vectors).sum(dim=2)
