"""The training step: forward, losses, one optimiser or two."""

from typing import Any

import torch
from lightning import LightningModule
from torch import Tensor

from emotrace.config.recipe import TrainingSettings
from emotrace.errors import EmotraceError
from emotrace.models.base import Model
from emotrace.training.adversarial import adversarial_step, parameter_groups
from emotrace.training.collapse import CollapseWatch
from emotrace.training.freezing import freeze, rest
from emotrace.training.label_scale import LabelScale
from emotrace.training.learning_rate import learning_rate_of
from emotrace.training.losses import StepResult, total_loss
from emotrace.training.rmsprop_graves import RMSpropGraves


class TrainingModule(LightningModule):
    """A model with its losses and optimisers, as the trainer wants it.

    With ``settings.adversarial`` the step is `adversarial_step`, which steps an optimiser for G and P and one
    for D itself; else it is the sum of ``settings.losses``, and the trainer steps the one optimiser.

    Parameters
    ----------
    model : Model
    settings : TrainingSettings
    stage : str
        Named in messages.
    frozen : tuple of str
        Parts that are not trained, as for `freeze`.

    Attributes
    ----------
    steps_done : int
        Optimiser steps of this stage; kept in its checkpoints.
    scalars : dict of str to Tensor
        Losses of the latest step.
    scale : LabelScale or None
        Of the labels of the training recordings, for losses that look at it.
    class_counts : Tensor or None
        Of a model of classes, how many steps of the training recordings are of each.
    collapse : CollapseWatch
    kept_step : int
        Of the latest checkpoint of this stage, for messages; 0 if there is none.
    """

    def __init__(self, model: Model, settings: TrainingSettings, stage: str, frozen: tuple[str, ...] = ()):
        super().__init__()
        self.model = model
        self._at_rest = freeze(model, frozen)
        self.settings = settings
        self.stage = stage
        self.steps_done = 0
        self.kept_step = 0
        self.scalars: dict[str, Tensor] = {}
        self.scale: LabelScale | None = None
        self.class_counts: Tensor | None = None
        self.automatic_optimization = settings.adversarial is None
        self.collapse = CollapseWatch(settings.adversarial.collapse if settings.adversarial else None)

    def training_step(self, batch: tuple[dict[str, Tensor], Tensor], index: int) -> Tensor | None:
        """Loss of a batch of windows ``(inputs, target)``; None if it was an adversarial step."""
        inputs, target = batch
        if self.settings.adversarial is not None:
            assert self.scale is not None
            self.scalars = adversarial_step(
                self.model, inputs, target, self.scale, self.settings.adversarial, self._update
            )
            self.collapse.add(self.scalars)
            return None
        outputs = self.model(inputs)
        result = StepResult(inputs, outputs, target, self.model, self.scale, self.class_counts)
        loss, self.scalars = total_loss(self.settings.losses, result)
        self._check_finite(loss, "loss")
        return loss

    def _update(self, group: str, loss: Tensor) -> None:
        """Step the optimiser of a group of parameters by a loss."""
        self._check_finite(loss, f"loss of the {group}")
        optimisers: Any = self.optimizers()
        optimiser = optimisers[list(parameter_groups(self.model)).index(group)]
        optimiser.zero_grad()
        self.manual_backward(loss)
        if self.settings.clip_gradient is not None:
            self.clip_gradients(optimiser, self.settings.clip_gradient, "norm")
        optimiser.step()

    def _check_finite(self, loss: Tensor, name: str) -> None:
        if not torch.isfinite(loss):
            raise diverged(f"the {name} is {loss.item()}", self.stage, self.steps_done + 1, self.kept_step)

    def train(self, mode: bool = True) -> "TrainingModule":
        """Go into training mode, but for the frozen parts."""
        super().train(mode)
        rest(self._at_rest)
        return self

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        """Set the learning rate of the step."""
        rate = learning_rate_of(self.settings, self.steps_done)
        found: Any = self.optimizers()
        for optimiser in found if isinstance(found, list) else [found]:
            for group in optimiser.param_groups:
                group["lr"] = rate

    def on_train_batch_end(self, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Count the step."""
        self.steps_done += 1

    def configure_optimizers(self) -> Any:
        """The recipe's optimiser over all parameters that are trained; or one for each group of them."""
        if self.settings.adversarial is not None:
            return [make_optimiser(self.settings, group) for group in parameter_groups(self.model).values()]
        return make_optimiser(self.settings, [p for p in self.parameters() if p.requires_grad])

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the step."""
        checkpoint["steps_done"] = self.steps_done
        if self.settings.adversarial is not None:
            checkpoint["collapse_waited"] = self.collapse.waited

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from the step that was kept."""
        self.steps_done = int(checkpoint["steps_done"])
        self.collapse.waited = dict(checkpoint.get("collapse_waited", {}))


def diverged(
    what: str,
    stage: str,
    step: int,
    kept_step: int,
    advice: str = "lower training.learning_rate or set training.clip_gradient",
) -> EmotraceError:
    """The error of a training that went astray."""
    kept = f"the checkpoint of step {kept_step} is kept" if kept_step else "this stage has no checkpoint yet"
    return EmotraceError(
        f"training diverged: {what} at step {step} of stage {stage!r}; {kept}, {advice} and start anew"
    )


def make_optimiser(settings: TrainingSettings, parameters: list[Any]) -> torch.optim.Optimizer:
    """An optimiser from its settings."""
    rate, chosen = settings.learning_rate, settings.optimiser
    if chosen.name == "rmsprop_graves":
        return RMSpropGraves(
            parameters,
            rate,
            momentum=chosen.momentum,
            half_life_steps=chosen.half_life_steps,
            epsilon=chosen.epsilon,
            weight_decay=chosen.weight_decay,
        )
    if chosen.name == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=chosen.momentum, weight_decay=chosen.weight_decay)
    kind = torch.optim.AdamW if chosen.name == "adamw" else torch.optim.Adam
    return kind(parameters, rate, betas=chosen.betas, eps=chosen.epsilon, weight_decay=chosen.weight_decay)
