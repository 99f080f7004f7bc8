"""Trains a recipe on a prepared corpus: all its stages, into a run folder."""

import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.utilities import rank_zero_only

from emotrace.config.load import stage_settings
from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError, ConfigError
from emotrace.lock import locked
from emotrace.models import load_checkpoint, save_checkpoint
from emotrace.models.base import Model
from emotrace.models.registry import build_configured
from emotrace.store import open_prepared
from emotrace.training.losses import check_losses
from emotrace.training.machine import Machine, check_machine
from emotrace.training.material import Material, gather_material
from emotrace.training.provenance import checkpoint_meta, run_facts
from emotrace.training.run_folder import RunFolder, plain
from emotrace.training.sampler import check_share
from emotrace.training.stages import train_stage
from emotrace.training.threads import torch_threads
from emotrace.writing import explain_write_errors

_log = logging.getLogger(__name__)


def train(
    recipe: Recipe,
    prepared_path: str | Path,
    run_path: str | Path,
    *,
    fold: int | None = None,
    resume: bool = False,
    accelerator: str = "cpu",
    devices: int = 1,
    num_nodes: int = 1,
    progress: bool = True,
) -> Path:
    """Train a recipe and leave a run folder.

    Every number follows from the recipe, the prepared corpus and the seed: a run that was killed and
    resumed ends, on one device, with exactly the weights of one that was not.

    Parameters
    ----------
    recipe : Recipe
        From `config.load.load_recipe`.
    prepared_path : path
        A prepared corpus.
    run_path : path
        The run folder: a new one, or one to resume.
    fold : int or None
        Of a partition with folds.
    resume : bool
        Go on where the run in `run_path` stopped; starts it where there is none, and leaves a
        finished one as it is.
    accelerator : str
        Lightning's name of the hardware: "cpu", "gpu", "auto".
    devices, num_nodes : int
        Processes on a machine, and machines; more than one process trains with DDP, sharing out each batch.
    progress : bool
        Show a bar on standard error.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    ConfigError
        If the recipe cannot be trained as it stands.
    DataError
        If the prepared corpus does not fit, another process trains into the folder, or the disk is full.
    CheckpointError
        If the folder holds a run already and `resume` is not asked for, holds a run of another recipe or
        partition, or holds other files.
    EmotraceError
        If training diverges; the last good checkpoint is kept.
    """
    folder, machine = RunFolder(run_path), Machine(accelerator, devices, num_nodes, progress)
    check_machine(machine)
    material = gather_material(recipe, open_prepared(prepared_path), fold)
    torch.manual_seed(recipe.training.seed)
    model = build_configured(recipe.name, material.config, material.labels)
    check_stages(recipe, material, model, machine)
    with explain_write_errors(folder.path), _threads_of(folder, machine):
        if _is_first_process() and not _open_folder(folder, recipe, material, resume):
            return folder.path
        with locked(folder.path) if _is_first_process() else nullcontext():
            for number, stage in enumerate(recipe.stages):
                _run_stage(number, model, recipe, material, folder, machine)
                best = folder.best_of(stage.name, number == len(recipe.stages) - 1)
                model.load_state_dict(load_checkpoint(best)[0].state_dict())
            if _is_first_process():
                folder.update(state="done")
    return folder.path


def _is_first_process() -> bool:
    return (getattr(rank_zero_only, "rank", 0) or 0) == 0


def check_stages(recipe: Recipe, material: Material, model: Model, machine: Machine) -> None:
    """Refuse stages that cannot be trained, before a folder is made.

    Raises
    ------
    ConfigError
        If there is none, two have one name, a setting is wrong, a loss does not suit the model, or the
        processes cannot share a batch.
    """
    names = [stage.name for stage in recipe.stages]
    if not names or len(set(names)) < len(names):
        raise ConfigError(f"{recipe.name}: stages are named {names}; expected one or more, each name once")
    for stage in recipe.stages:
        settings = stage_settings(recipe, stage)
        check_losses(settings.losses, material.declaration, model)
        check_share(settings.batch_size, machine.processes)


def _open_folder(folder: RunFolder, recipe: Recipe, material: Material, resume: bool) -> bool:
    """Start the folder of a run, or check the one there is; False if the run is finished."""
    facts, partition = run_facts(recipe, material), plain(material.partition())
    if not folder.run_json.exists():
        folder.start(recipe, facts, partition)
        for warning in facts["warnings"]:
            _log.warning(warning)
        return True
    state = folder.facts().get("state")
    if not resume:
        raise CheckpointError(
            f"{folder.path}: holds {'a finished' if state == 'done' else 'an unfinished'} run already; "
            "resume it with --resume, or name another folder"
        )
    folder.check_same(recipe, partition, facts)
    if state == "done":
        _log.warning("%s: is a finished run of this recipe, nothing is left to train", folder.path)
        return False
    folder.update(prepared=facts["prepared"])
    return True


def _run_stage(
    number: int, model: Model, recipe: Recipe, material: Material, folder: RunFolder, machine: Machine
) -> None:
    stage = recipe.stages[number]
    is_final = number == len(recipe.stages) - 1
    if folder.run_json.exists() and folder.facts()["stages"][number]["state"] == "done":
        return
    meta = checkpoint_meta(recipe, material)

    def tell(**facts: Any) -> None:
        stages = folder.facts()["stages"]
        stages[number] |= facts
        best = {"best": stages[number]["best"]} if is_final else {}
        folder.update(stages=stages, **best)

    def keep_best(score: float | None, step: int) -> None:
        path = folder.best_of(stage.name, is_final)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(path, model, meta)
        tell(best={"score": score, "step": step})

    ended = train_stage(model, recipe, number, material, folder, machine, keep_best)
    if _is_first_process():
        tell(state="done", ended=ended)


def _threads_of(folder: RunFolder, machine: Machine) -> AbstractContextManager[None]:
    """As many threads as the run began with.

    A new run shares torch's threads (one per core, or OMP_NUM_THREADS) out among the processes of a machine.
    """
    kept = folder.facts().get("threads") if folder.run_json.exists() else None
    return torch_threads(kept or max(1, torch.get_num_threads() // machine.devices))
