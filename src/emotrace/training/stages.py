"""Trains one stage of a recipe with Lightning."""

import copy
import math
import pickle
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from lightning import Trainer
from lightning.pytorch.accelerators import CPUAccelerator
from lightning.pytorch.strategies import DDPStrategy
from torch.utils.data import default_collate

from emotrace.config.recipe import TrainingSettings
from emotrace.errors import CheckpointError, DataError
from emotrace.models.base import Model
from emotrace.training.adversarial import step_columns
from emotrace.training.bar import StageBar
from emotrace.training.batches import TrainingBatches
from emotrace.training.class_weights import count_classes
from emotrace.training.condensing import condense_stage
from emotrace.training.development import Development, score_columns
from emotrace.training.journal import Journal
from emotrace.training.keeper import TIMES, StageKeeper
from emotrace.training.label_scale import LabelScale
from emotrace.training.losses import StepResult, term_name, total_loss
from emotrace.training.machine import Machine, is_first_process, quiet_lightning
from emotrace.training.module import TrainingModule
from emotrace.training.plan import StagePlan
from emotrace.training.run_folder import RunFolder
from emotrace.training.sampler import BatchOrder
from emotrace.training.windows import WindowDataset


def log_columns(plans: Sequence[StagePlan]) -> list[str]:
    """Columns of metrics.csv after stage and step: those of all stages."""
    trained = [plan for plan in plans if plan.settings.steps]
    terms = [column for plan in trained for column in _columns_of_steps(plan)]
    scores = [
        column
        for plan in plans
        if plan.material.parts["development"]
        for column in score_columns(plan.material.declaration, plan.material.labels)
    ]
    of_steps = ["loss", *dict.fromkeys(terms), *TIMES] if trained else []
    return [*of_steps, *dict.fromkeys(scores)]


def _columns_of_steps(plan: StagePlan) -> list[str]:
    adversarial = plan.settings.adversarial
    if adversarial is None:
        return [term_name(term) for term in plan.settings.losses]
    return step_columns(adversarial, list(plan.material.declaration.inputs))


def train_stage(
    model: Model,
    plans: Sequence[StagePlan],
    number: int,
    folder: RunFolder,
    machine: Machine,
    keep_best: Any,
) -> str:
    """Train stage `number` of a recipe, from its last checkpoint where there is one.

    A stage of 0 steps keeps what `Model.fit_on` found: it is scored and saved, and nothing is trained.

    Parameters
    ----------
    model : Model
        What the stage starts from. Changed in place; ends with the weights of the latest step.
    plans : sequence of StagePlan
        Of all stages.
    number : int
    folder : RunFolder
    machine : Machine
    keep_best : callable
        As for `StageKeeper`.

    Returns
    -------
    str
        Why it ended: "steps", "early", or "fitted" if it has none.

    Raises
    ------
    DataError
        If no window of the training recordings is rated.
    CheckpointError
        If the stage's last checkpoint is damaged.
    EmotraceError
        If the loss or a weight is not finite any more.
    """
    plan = plans[number]
    stage, settings, material = plan.stage, plan.settings, plan.material
    if not settings.steps:
        _keep_fitted(model, plans, number, folder, keep_best)
        return "fitted"
    last = folder.last_of(stage.name)
    module = TrainingModule(model, settings, stage.name, stage.freeze)
    done = _steps_done(last, module)
    if done:  # what recordings are condensed by is that of the checkpoint
        module.load_state_dict(torch.load(last, weights_only=True, mmap=True)["state_dict"])
    train, scored = condense_stage(model, plan, folder, machine)
    windows = WindowDataset(
        train,
        material.declaration,
        len(material.labels),
        settings.window_steps,
        settings.window_stride_steps,
        material.delay,
    )
    if not len(windows):
        raise DataError(
            f"{material.prepared.path}: no window of the train partition holds a rated step; check the "
            "labels, or choose a smaller training.window_stride_steps"
        )
    if material.declaration.predicts == "trace":
        module.scale = LabelScale.of(windows.targets, material.prepared.value_range)
    else:
        module.class_counts = count_classes(windows.targets, len(material.labels))
    with quiet_lightning():
        trainer = _make_trainer(settings, machine, _strategy(module, windows, machine), folder)
        batches = _make_batches(windows, module, trainer)
        development = _development(plan, scored)
        journal = _journal(plans, number, folder, from_step=done, writes=trainer.is_global_zero)
        keeper = StageKeeper(stage.name, settings, development, journal, batches, last, keep_best)
        callbacks: list[Any] = [keeper]
        if machine.progress and trainer.is_global_zero:
            callbacks.append(StageBar(stage.name, settings.steps, keeper))
        # only now, for they had to know the rank of this process
        trainer.callbacks = callbacks  # type: ignore[attr-defined]
        try:
            _fit(trainer, module, batches, last if done else None)
        finally:
            batches.close()
            journal.close()
        trainer.strategy.barrier("stage")
    return "early" if keeper.out_of_patience and module.steps_done < settings.steps else "steps"


def _keep_fitted(
    model: Model, plans: Sequence[StagePlan], number: int, folder: RunFolder, keep_best: Any
) -> None:
    """Score, log and save a model that is not trained by gradients."""
    journal = _journal(plans, number, folder, from_step=-1, writes=is_first_process())
    try:
        plan = plans[number]
        scores = _development(plan, plan.material.recordings("development")).score(model)
        journal.write(0, scores)
    finally:
        journal.close()
    score = scores.get("development_score")
    if is_first_process():
        keep_best(score if score is not None and math.isfinite(score) else None, 0)


def _development(plan: StagePlan, recordings: Sequence[Any]) -> Development:
    material = plan.material
    return Development(recordings, material.declaration, material.labels, material.delay)


def _journal(
    plans: Sequence[StagePlan], number: int, folder: RunFolder, *, from_step: int, writes: bool
) -> Journal:
    return Journal(
        folder,
        plans[number].stage.name,
        log_columns(plans),
        from_step=from_step,
        later_stages=[later.stage.name for later in plans[number + 1 :]],
        writes=writes,
    )


def _steps_done(last: Path, module: TrainingModule) -> int:
    """Steps of a stage that its last checkpoint holds; 0 without one.

    Raises
    ------
    CheckpointError
        If it is damaged, holds more than numbers, or is not of this model and stage.
    """
    if not last.exists():
        return 0
    try:
        held = torch.load(last, weights_only=True, mmap=True)
        steps, weights = held["steps_done"], {name: value.shape for name, value in held["state_dict"].items()}
        if not {"optimizer_states", "callbacks", "loops"} <= held.keys():
            raise LookupError("it lacks the state of the optimiser or of the loops")
        if weights != {name: value.shape for name, value in module.state_dict().items()}:
            raise LookupError("its weights are those of another model")
        if not isinstance(steps, int) or not 0 < steps <= module.settings.steps:
            raise LookupError(f"it says {steps!r} steps of {module.settings.steps}")
    except (OSError, RuntimeError, LookupError, TypeError, AttributeError, EOFError) as error:
        raise _damaged(last, (str(error).splitlines() or ["cut short"])[0]) from error
    except pickle.UnpicklingError as error:  # not its own words: they advise to run what it holds
        raise _damaged(last, "it is no checkpoint, or holds code, which is not run") from error
    return steps


def _damaged(last: Path, why: str) -> CheckpointError:
    return CheckpointError(f"{last}: is damaged ({why}); remove it to train this stage from its beginning")


def _make_trainer(
    settings: TrainingSettings, machine: Machine, strategy: DDPStrategy | str, folder: RunFolder
) -> Trainer:
    """Lightning's loops, devices and processes; validation, logs and checkpoints are the keeper's."""
    return Trainer(
        accelerator=machine.accelerator,
        devices=machine.devices,
        num_nodes=machine.nodes,
        strategy=strategy,
        max_epochs=math.ceil(settings.steps / settings.validate_every),
        # an adversarial step clips by itself
        gradient_clip_val=None if settings.adversarial else settings.clip_gradient,
        use_distributed_sampler=False,
        num_sanity_val_steps=0,
        limit_val_batches=0,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder.path,
    )


def _make_batches(windows: WindowDataset, module: TrainingModule, trainer: Trainer) -> TrainingBatches:
    """The batches of this process."""
    settings = module.settings
    order = BatchOrder(
        len(windows),
        settings.batch_size,
        seed=settings.seed,
        stage=module.stage,
        rank=trainer.global_rank,
        world_size=trainer.world_size,
    )
    return TrainingBatches(
        windows,
        order,
        lambda: module.steps_done,
        steps=settings.steps,
        every=settings.validate_every,
        workers=settings.workers,
        pin=not isinstance(trainer.accelerator, CPUAccelerator),
    )


def _fit(trainer: Trainer, module: TrainingModule, batches: TrainingBatches, last: Path | None) -> None:
    """Fit; Ctrl-C stays a KeyboardInterrupt, where Lightning ends the program and ignores the next one."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        trainer.fit(module, train_dataloaders=batches, ckpt_path=last, weights_only=True)
    except SystemExit as end:
        if not isinstance(end.__context__, KeyboardInterrupt):
            raise
        signal.signal(signal.SIGINT, handler)
        raise KeyboardInterrupt from None


def _strategy(module: TrainingModule, windows: WindowDataset, machine: Machine) -> DDPStrategy | str:
    """How processes train together; DDP must know whether the losses leave any weight without gradient."""
    if machine.processes == 1:
        return "auto"
    if module.settings.adversarial is not None:  # G goes without a gradient while D is trained
        return DDPStrategy(find_unused_parameters=True)
    model = copy.deepcopy(module.model)
    inputs, target = default_collate([windows[0]])
    loss, _ = total_loss(
        module.settings.losses,
        StepResult(inputs, model(inputs), target, model, module.scale, module.class_counts),
    )
    loss.backward()
    unused = any(weight.requires_grad and weight.grad is None for weight in model.parameters())
    return DDPStrategy(find_unused_parameters=unused)
