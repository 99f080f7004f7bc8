"""Losses of a generator and a discriminator against each other, and how they are weighted."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from emotrace.config.adversarial import AdversarialSettings

Kind = Literal["log", "wasserstein"]


PAPER = AdversarialSettings()
"""Equation 13."""
ANCLA = AdversarialSettings(
    kind="wasserstein",
    discriminator=1.0,
    generator=1.0,
    predictor=1.0,
    reconstruction=10.0,
    classes=1.0,
    gradient_penalty=10.0,
    collapse=None,
)
"""The authors' earlier release."""


def discriminator_loss(real: Tensor, made: Tensor, kind: Kind) -> Tensor:
    """What D is to make small, about real and made pictures.

    Parameters
    ----------
    real, made : Tensor
        Scores of D, before any sigmoid, of any shape.
    kind : {"log", "wasserstein"}
        ``-E[log D(F)] - E[log(1 - D(G(F)))]``, or the difference of the means.

    Source
    ------
    Aspandi et al. (2022), eq. 13; Arjovsky et al. (2017).

    Examples
    --------
    >>> scores = torch.zeros(4)
    >>> round(float(discriminator_loss(scores, scores, "log")), 4)  # 2 log 2
    1.3863
    >>> float(discriminator_loss(scores + 3, scores, "wasserstein"))
    -3.0
    """
    if kind == "wasserstein":
        return made.mean() - real.mean()
    return F.softplus(-real).mean() + F.softplus(made).mean()


def generator_loss(made: Tensor, kind: Kind) -> Tensor:
    """What G is to make small, about pictures that it made.

    Parameters as of `discriminator_loss`. ``log`` is ``-E[log D(G(F))]``, which has the optimum of eq. 13's
    ``E[log(1 - D(G(F)))]`` and still a gradient where D sees through all: our choice, after Goodfellow et al.
    (2014).

    Examples
    --------
    >>> float(generator_loss(torch.tensor([1.0, 3.0]), "wasserstein"))
    -2.0
    """
    return -made.mean() if kind == "wasserstein" else F.softplus(-made).mean()


def reconstruction_loss(restored: Tensor, clean: Tensor, observed: Tensor) -> Tensor:
    """Mean absolute difference of restored and clean pictures, over the steps that have one.

    Parameters
    ----------
    restored, clean : Tensor, shape (batch, time, 3, size, size)
    observed : bool Tensor, shape (batch, time)

    Returns
    -------
    Tensor, scalar >= 0
        0 if no step is observed.

    Source
    ------
    The authors' earlier release.
    """
    off = (restored - clean).abs().flatten(2).mean(2)  # (batch, time)
    return torch.where(observed, off, 0.0).sum() / observed.sum().clamp(min=1)


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, made: Tensor, share: Tensor | None = None
) -> Tensor:
    """Mean square of how far the critic's gradient is from length 1, between real and made pictures.

    Parameters
    ----------
    critic : callable
        Pictures to scores; those of one picture are summed, as in the authors' earlier release.
    real, made : Tensor, shape (picture, ...)
    share : Tensor, shape (picture,), or None
        Of the real picture in each mixture; None: drawn evenly from [0, 1) by torch's generator of the CPU.

    Returns
    -------
    Tensor, scalar >= 0
        With gradients for the parameters of `critic`.

    Source
    ------
    Gulrajani et al. (2017), Improved Training of Wasserstein GANs.

    Examples
    --------
    >>> pictures = torch.zeros(2, 1, 1, 4)
    >>> float(gradient_penalty(lambda x: 2 * x.sum((1, 2, 3)), pictures, pictures))  # gradient (2, 2, 2, 2)
    9.0
    """
    if share is None:
        share = torch.rand(len(real), device="cpu").to(real)
    share = share.view(-1, *(1 for _ in real.shape[1:]))
    mixed = (share * real.detach() + (1 - share) * made.detach()).requires_grad_()
    (gradient,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()
