"""RMSprop in Graves' form with Nesterov momentum."""

from collections.abc import Callable, Iterable
from typing import Any

import torch


class RMSpropGraves(torch.optim.Optimizer):
    """RMSprop that divides by the running standard deviation of the gradient, with Nesterov momentum.

    For each parameter p with gradient g, all starting at 0, and decay d = 2 ** (-1 / half_life_steps)::

        mean     = d * mean   + (1 - d) * g
        square   = d * square + (1 - d) * g ** 2
        step     = lr * g / sqrt(max(square - mean ** 2, 0) + epsilon)
        velocity = momentum * velocity - step
        p        = p + momentum * velocity - step

    A gradient that stays the same is divided by little more than the root of `epsilon`: steps grow.

    Parameters
    ----------
    parameters : iterable
        As of every torch optimiser.
    lr : float, > 0
    momentum : float in [0, 1)
    half_life_steps : float, > 0
        Steps after which a gradient counts half in the running means.
    epsilon : float, > 0
        Under the root.
    weight_decay : float, >= 0
        This share of a parameter is added to its gradient.

    Source
    ------
    Graves (2013), Generating sequences with recurrent neural networks, eqs 38-41 (there d is 0.95 and epsilon
    1e-4); Sutskever et al. (2013) for the momentum, as Bengio et al. (2013), eq. 7, write it. chen2015 names
    momentum 0.9, learning rate 1e-4 and theanets, whose half-life is 14 steps and epsilon 1e-8.
    The difference is kept from rounding below 0: our choice.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimiser = RMSpropGraves([weight], lr=0.1)
    >>> weight.square().sum().backward()
    >>> optimiser.step()
    >>> round(weight.item(), 4)
    0.1138
    """

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 1e-4,
        *,
        momentum: float = 0.9,
        half_life_steps: float = 14.0,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        settings = {
            "lr": lr,
            "momentum": momentum,
            "half_life_steps": half_life_steps,
            "epsilon": epsilon,
            "weight_decay": weight_decay,
        }
        super().__init__(parameters, settings)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        """Move every parameter that has a gradient.

        Parameters
        ----------
        closure : callable or None
            Computes the loss and gradients anew.

        Returns
        -------
        object or None
            What `closure` gave.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            decay = 2.0 ** (-1.0 / group["half_life_steps"])
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                gradient = parameter.grad
                if group["weight_decay"]:
                    gradient = gradient.add(parameter, alpha=group["weight_decay"])
                state = self.state[parameter]
                if not state:
                    for name in ("mean", "square", "velocity"):
                        state[name] = torch.zeros_like(parameter)
                mean, square, velocity = state["mean"], state["square"], state["velocity"]
                mean.mul_(decay).add_(gradient, alpha=1 - decay)
                square.mul_(decay).addcmul_(gradient, gradient, value=1 - decay)
                spread = (square - mean.square()).clamp_(min=0).add_(group["epsilon"]).sqrt_()
                step = group["lr"] * gradient / spread
                velocity.mul_(group["momentum"]).sub_(step)
                parameter.add_(velocity, alpha=group["momentum"]).sub_(step)
        return loss
