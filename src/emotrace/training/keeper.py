"""Keeps a stage: logs it, validates it, keeps its best and last checkpoint, stops it in time."""

import math
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from lightning import Trainer
from lightning.pytorch.callbacks import Checkpoint

from emotrace.config.recipe import TrainingSettings
from emotrace.training.batches import TrainingBatches
from emotrace.training.development import Development
from emotrace.training.journal import Journal
from emotrace.training.module import diverged
from emotrace.training.sampler import seed_of
from emotrace.writing import part_of

LOG_EVERY = 50  # steps between rows of metrics.csv, at most
TIMES = ("data_wait_share", "step_seconds", "validation_seconds")
"""What a stage logs of time: share of a step spent waiting for data, s per step since the row before, s of a
validation. They are of the machine: a run made again has others."""
LESS_OF_D = "lower training.adversarial.discriminator or training.learning_rate"


class StageKeeper(Checkpoint):
    """At every validation: score, log, keep the best weights, keep all to resume from, maybe stop.

    Parameters
    ----------
    stage : str
    settings : TrainingSettings
    development : Development
    journal : Journal
    batches : TrainingBatches
    last : Path
        Checkpoint to resume from.
    keep_best : callable
        ``keep_best(score, step)`` saves the weights as the best so far; called in the first process.
    """

    def __init__(
        self,
        stage: str,
        settings: TrainingSettings,
        development: Development,
        journal: Journal,
        batches: TrainingBatches,
        last: Path,
        keep_best: Callable[[float | None, int], None],
    ):
        self.stage = stage
        self.settings = settings
        self.development = development
        self.journal = journal
        self.batches = batches
        self.last = last
        self.keep_best = keep_best
        self.log_every = max(1, min(LOG_EVERY, settings.validate_every // 5))
        self.best_score = -math.inf
        self.best_step = 0
        self.waited = 0  # validations without a gain
        self.validated_at = 0  # step
        self._written_at = 0  # step; the latest row

    @property
    def out_of_patience(self) -> bool:
        """Whether early stopping ends the stage."""
        stopping = self.settings.early_stopping
        return stopping is not None and bool(self.development.recordings) and self.waited >= stopping.patience

    def on_train_start(self, trainer: Trainer, module: Any) -> None:
        """Stay stopped if the stage was stopped before it was resumed."""
        trainer.should_stop = self.out_of_patience
        module.kept_step = self._written_at = self.validated_at

    def on_train_epoch_start(self, trainer: Trainer, module: Any) -> None:
        """Leave validation out of the share of time spent waiting for data."""
        self.batches.restart_clock()

    def on_train_batch_start(self, trainer: Trainer, module: Any, batch: Any, batch_idx: int) -> None:
        """Make the random numbers of a step (dropout) a function of seed, stage, step and process."""
        torch.manual_seed(
            seed_of(self.settings.seed, self.stage, "step", module.steps_done, trainer.global_rank)
        )

    def on_train_batch_end(
        self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Log every `log_every` steps; the row of a validation is written with its scores."""
        self.journal.add(module.scalars)
        step = module.steps_done + 1  # the module counts after its callbacks
        if step % self.log_every == 0 and step % self.settings.validate_every and step < self.settings.steps:
            self._write(step, self._step_times(step))

    def on_train_epoch_end(self, trainer: Trainer, module: Any) -> None:
        """Validate and keep."""
        step = module.steps_done
        if step == self.validated_at:
            return
        if not all(bool(torch.isfinite(values).all()) for values in module.state_dict().values()):
            raise diverged("a weight is not finite", self.stage, step, module.kept_step)
        collapsed = module.collapse.judge()
        if collapsed is not None:
            raise diverged(collapsed, self.stage, step, module.kept_step, LESS_OF_D)
        times = self._step_times(step)  # before validation, which is no part of a step
        began = time.perf_counter()
        scores = self.development.score(module.model)
        self._write(step, times | {"validation_seconds": time.perf_counter() - began} | scores)
        self._judge(trainer, scores.get("development_score"), step)
        self.validated_at = step
        self._keep_last(trainer)
        module.kept_step = step
        trainer.should_stop = self.out_of_patience

    def _step_times(self, step: int) -> dict[str, float]:
        seconds = self.batches.seconds() / max(1, step - self._written_at)
        return {"data_wait_share": self.batches.wait_share(), "step_seconds": seconds}

    def _write(self, step: int, more: Mapping[str, float]) -> None:
        self.journal.write(step, more)
        self._written_at = step
        self.batches.restart_clock()

    def _judge(self, trainer: Trainer, score: float | None, step: int) -> None:
        """Keep the weights if they are the best so far; without development the latest are."""
        if score is None:
            self.best_step = step
        else:
            value = score if math.isfinite(score) else -math.inf
            least = self.settings.early_stopping.least_gain if self.settings.early_stopping else 0.0
            gained = value > self.best_score + least
            better = value > self.best_score or self.best_step == 0
            self.waited = 0 if gained else self.waited + 1
            if not better:
                return
            self.best_score, self.best_step = value, step
        if trainer.is_global_zero:
            self.keep_best(score if score is not None and math.isfinite(score) else None, step)

    def _keep_last(self, trainer: Trainer) -> None:
        part = part_of(self.last)
        if trainer.is_global_zero:
            self.last.parent.mkdir(parents=True, exist_ok=True)
        try:
            trainer.save_checkpoint(part)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        if trainer.is_global_zero:
            os.replace(part, self.last)
        trainer.strategy.barrier("last checkpoint")

    def state_dict(self) -> dict[str, Any]:
        """What a resumed stage must know."""
        names = ("best_score", "best_step", "waited", "validated_at")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from `state_dict`."""
        for name, value in state_dict.items():
            setattr(self, name, value)
