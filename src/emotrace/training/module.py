"""The training step: forward, losses, optimiser."""

from typing import Any

import torch
from lightning import LightningModule
from torch import Tensor

from emotrace.config.recipe import TrainingSettings
from emotrace.errors import EmotraceError
from emotrace.models.base import Model
from emotrace.training.freezing import freeze, rest
from emotrace.training.losses import StepResult, total_loss
from emotrace.training.rmsprop_graves import RMSpropGraves


class TrainingModule(LightningModule):
    """A model with its losses and optimiser, as the trainer wants it.

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
    """

    def __init__(self, model: Model, settings: TrainingSettings, stage: str, frozen: tuple[str, ...] = ()):
        super().__init__()
        self.model = model
        self._at_rest = freeze(model, frozen)
        self.settings = settings
        self.stage = stage
        self.steps_done = 0
        self.scalars: dict[str, Tensor] = {}

    def training_step(self, batch: tuple[dict[str, Tensor], Tensor], index: int) -> Tensor:
        """Loss of a batch of windows ``(inputs, target)``."""
        inputs, target = batch
        outputs = self.model(inputs)
        result = StepResult(inputs, outputs, target, self.model)
        loss, self.scalars = total_loss(self.settings.losses, result)
        if not torch.isfinite(loss):
            raise diverged(f"the loss is {loss.item()}", self.stage, self.steps_done + 1)
        return loss

    def train(self, mode: bool = True) -> "TrainingModule":
        """Go into training mode, but for the frozen parts."""
        super().train(mode)
        rest(self._at_rest)
        return self

    def on_train_batch_end(self, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Count the step."""
        self.steps_done += 1

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The recipe's optimiser over all parameters that are trained."""
        return make_optimiser(self.settings, [p for p in self.parameters() if p.requires_grad])

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the step."""
        checkpoint["steps_done"] = self.steps_done

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from the step that was kept."""
        self.steps_done = int(checkpoint["steps_done"])


def diverged(what: str, stage: str, step: int) -> EmotraceError:
    """The error of a training that went astray."""
    return EmotraceError(
        f"training diverged: {what} at step {step} of stage {stage!r}; the last good checkpoint is kept, "
        "lower training.learning_rate or set training.clip_gradient and start anew"
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
