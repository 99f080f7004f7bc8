"""Adversarial losses: hand cases, the gradient penalty among them, and the paper's weights."""

import math

import pytest
import torch

from emotrace.training.losses_adversarial import (
    ANCLA,
    PAPER,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    reconstruction_loss,
)


def log_sigmoid(value: float) -> float:
    return -math.log1p(math.exp(-value))


def test_the_weights_of_the_paper_and_of_the_release():
    assert (PAPER.discriminator, PAPER.generator, PAPER.predictor) == (0.25, 0.25, 0.5)
    assert (PAPER.kind, PAPER.gradient_penalty) == ("log", 0.0)
    assert (ANCLA.kind, ANCLA.gradient_penalty, ANCLA.reconstruction, ANCLA.classes) == (
        "wasserstein",
        10.0,
        10.0,
        1.0,
    )


def test_log_losses_by_hand():
    real, made = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 3.0])
    of_real = (log_sigmoid(2) + log_sigmoid(0)) / 2
    of_made = (log_sigmoid(1) + log_sigmoid(-3)) / 2  # log (1 - D)
    assert float(discriminator_loss(real, made, "log")) == pytest.approx(-of_real - of_made)
    expected = -(log_sigmoid(-1) + log_sigmoid(3)) / 2
    assert float(generator_loss(made, "log")) == pytest.approx(expected)


def test_wasserstein_losses_by_hand():
    real, made = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 3.0])
    assert float(discriminator_loss(real, made, "wasserstein")) == 0.0
    assert float(generator_loss(made, "wasserstein")) == -1.0


def test_the_gradient_penalty_of_a_linear_critic():
    """Its gradient is its weights, (1, 2, 2) of length 3, everywhere: (3 - 1)^2."""
    weights = torch.tensor([1.0, 2.0, 2.0], requires_grad=True)
    real, made = torch.rand(4, 3), torch.rand(4, 3)
    penalty = gradient_penalty(lambda x: x @ weights, real, made)
    assert penalty.item() == pytest.approx(4.0)
    penalty.backward()  # 2 (|w| - 1) w / |w|
    torch.testing.assert_close(weights.grad, 4 / 3 * weights.detach())


def test_the_gradient_penalty_is_taken_at_the_mixture_of_each_picture():
    """The gradient of half the squared length is the picture: (3, 0) and (0, 0.5), mixed 1 and 0.25."""
    real = torch.tensor([[3.0, 0.0], [0.0, 2.0]])
    made = torch.tensor([[9.0, 9.0], [0.0, 0.0]])
    share = torch.tensor([1.0, 0.25])
    penalty = gradient_penalty(lambda x: x.square().sum(1) / 2, real, made, share)
    assert penalty.item() == pytest.approx(((3 - 1) ** 2 + (0.5 - 1) ** 2) / 2)


def test_the_gradient_penalty_sums_patches_and_draws_from_the_seed():
    critic = torch.nn.Sequential(torch.nn.Conv2d(3, 1, 2, bias=False), torch.nn.Tanh())
    real, made = torch.rand(5, 3, 6, 6), torch.rand(5, 3, 6, 6, requires_grad=True)
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        found.append(gradient_penalty(critic, real, made))
    assert found[0].item() == found[1].item()
    found[0].backward()
    assert critic[0].weight.grad.abs().sum() > 0
    assert made.grad is None  # the generator learns nothing of it


def test_reconstruction_counts_observed_steps_alone():
    clean = torch.zeros(1, 3, 3, 2, 2)
    restored = torch.tensor([0.5, 9.0, -0.1]).view(1, 3, 1, 1, 1).expand_as(clean)
    observed = torch.tensor([[True, False, True]])
    assert float(reconstruction_loss(restored, clean, observed)) == pytest.approx(0.3)
    assert float(reconstruction_loss(restored, clean, torch.zeros(1, 3, dtype=torch.bool))) == 0
