"""Quadrants: their order, the middle of the scale, and the loss of a coarse estimate."""

import pytest
import torch
from torch.nn import functional as F

from emotrace.errors import InputError
from emotrace.training.losses_of_quadrants import QUADRANTS, quadrant_loss, quadrants


def test_the_order_and_the_middle():
    valence_first = torch.tensor([[0.0, 0.0], [-0.1, 0.0], [-0.1, -0.1], [0.0, -0.1]])
    assert quadrants(valence_first, ("valence", "arousal")).tolist() == [0, 1, 2, 3]
    assert quadrants(valence_first.flip(1), ("arousal", "valence")).tolist() == [0, 1, 2, 3]
    assert quadrants(valence_first + 0.5, ("valence", "arousal"), 0.5).tolist() == [0, 1, 2, 3]
    assert quadrants(torch.tensor([[[torch.nan, 1.0]]]), ("valence", "arousal")).tolist() == [[-1]]
    assert len(QUADRANTS) == 4


def test_labels_without_valence_are_refused():
    with pytest.raises(InputError, match="labels is arousal, liking; expected valence and arousal"):
        quadrants(torch.zeros(1, 2), ("arousal", "liking"))


def test_the_loss_is_the_cross_entropy_of_four_quadrants():
    torch.manual_seed(0)
    scores, target = torch.randn(3, 5, 2), torch.rand(3, 5, 2)  # 0..1
    signs = torch.tensor([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])  # of valence, arousal
    logits = F.logsigmoid(scores.unsqueeze(2) * signs).sum(-1)  # log probability of each quadrant
    number = quadrants(target, ("valence", "arousal"), 0.5)
    literal = F.cross_entropy(logits.flatten(0, 1), number.flatten())
    assert float(quadrant_loss(scores, target, 0.5)) == pytest.approx(float(literal), rel=1e-5)
    target[0] = torch.nan
    known = F.cross_entropy(logits[1:].flatten(0, 1), number[1:].flatten())
    assert float(quadrant_loss(scores, target, 0.5)) == pytest.approx(float(known), rel=1e-5)
    assert float(quadrant_loss(scores, torch.full_like(target, torch.nan))) == 0
