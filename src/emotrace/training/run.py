"""Trains a recipe on a prepared corpus: all its stages, into a run folder."""

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch

from emotrace.config.recipe import Recipe
from emotrace.costs import PeakMemory
from emotrace.errors import CheckpointError, ConfigError
from emotrace.lock import locked
from emotrace.model_card import write_card
from emotrace.models import load_checkpoint, save_checkpoint
from emotrace.run_files import finished_folds
from emotrace.store import open_prepared
from emotrace.training.condensing import remove_condensed
from emotrace.training.machine import Machine, check_machine, is_first_process
from emotrace.training.material import Material, gather_material
from emotrace.training.plan import StagePlan, plan_stages
from emotrace.training.postprocessing import check_postprocess, fitted_postprocess
from emotrace.training.provenance import checkpoint_meta, run_facts
from emotrace.training.run_folder import RunFolder, plain
from emotrace.training.stages import train_stage
from emotrace.training.start import starting_model
from emotrace.training.start_weights import StartWeights, check_weights
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
    weights: Mapping[str, str | Path] | None = None,
    until: str | None = None,
    recipe_name: str | None = None,
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
    weights : mapping of str to path, or None
        Files of weights to start from, by the part of the model that they are for, such as
        ``{"visual.trunk": "resnet50.pth"}``: every stage whose model has that part and takes it over from no
        earlier stage starts from them. A resumed run must be given the same.
    until : str or None
        Stop after the stage of this name; resuming goes on with the next. None: train all stages.
    recipe_name : str or None
        How the recipe was asked for (`config.load.recipe_in_words`); run.json, card and report of a new run
        name it.
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
        If the folder holds a run already and `resume` is not asked for, holds a cross-validation, a run of
        another recipe or partition, or other files; or if a file of `weights` or a checkpoint does not fit.
    EmotraceError
        If training diverges; the last good checkpoint is kept.
    """
    folder, machine = RunFolder(run_path), Machine(accelerator, devices, num_nodes, progress)
    check_machine(machine)
    material = gather_material(recipe, open_prepared(prepared_path), fold)
    check_postprocess(recipe, material.declaration)
    plans = plan_stages(recipe, material, machine)
    files = {part: Path(path) for part, path in (weights or {}).items()}
    weights_used = check_weights(files, plans)
    names = [stage.name for stage in recipe.stages]
    if until is not None and until not in names:
        raise ConfigError(f"{recipe.name} has no stage {until!r}; it has: {', '.join(names)}")
    wanted = names.index(until) + 1 if until is not None else len(names)
    with explain_write_errors(folder.path), _threads_of(folder, machine):
        if is_first_process() and not _open_folder(
            folder, recipe, material, resume, weights_used, recipe_name
        ):
            return folder.path
        with locked(folder.path) if is_first_process() else nullcontext():
            for number in range(wanted):
                _run_stage(number, recipe, plans, folder, machine, files)
            remove_condensed(folder.condensed)
            if is_first_process() and wanted == len(names):
                _fit_postprocess(recipe, material, folder, machine)
                folder.update(state="done")
                write_card(folder.path)
    return folder.path


def _open_folder(
    folder: RunFolder,
    recipe: Recipe,
    material: Material,
    resume: bool,
    weights: dict[str, Any],
    recipe_name: str | None,
) -> bool:
    """Start the folder of a run, or check the one there is; False if the run is finished."""
    facts, partition = run_facts(recipe, material, weights, recipe_name), plain(material.partition())
    if not folder.run_json.exists():
        folder.start(recipe, facts, partition)
        for warning in facts["warnings"]:
            _log.warning(warning)
        return True
    there = folder.facts()
    if finished_folds(there) is not None:
        raise CheckpointError(
            f"{folder.path}: holds a cross-validation, which has a run for each fold; go on with it by "
            f"`emotrace crossval`, or name another folder for a single training"
        )
    state = there.get("state")
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
    number: int,
    recipe: Recipe,
    plans: Sequence[StagePlan],
    folder: RunFolder,
    machine: Machine,
    weights: StartWeights,
) -> None:
    plan, is_final = plans[number], number == len(plans) - 1
    if folder.run_json.exists() and folder.facts()["stages"][number]["state"] == "done":
        return
    model = starting_model(recipe, plans, number, folder, weights)
    meta = checkpoint_meta(recipe, plan.material, plan.name)
    memory = PeakMemory()
    before, began = _cost_of(folder)["seconds"].get(plan.stage.name, 0.0), time.perf_counter()

    def tell(**facts: Any) -> None:
        stages = folder.facts()["stages"]
        stages[number] |= facts
        best = {"best": stages[number]["best"]} if is_final else {}
        seconds = _cost_of(folder)["seconds"] | {
            plan.stage.name: round(before + time.perf_counter() - began, 1)
        }
        folder.update(stages=stages, **best, cost=_cost_of(folder) | {"seconds": seconds})

    def keep_best(score: float | None, step: int) -> None:
        path = folder.best_of(plan.stage.name, is_final)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_checkpoint(path, model, meta)
        tell(best={"score": score, "step": step})

    if is_first_process():
        tell(state="running", **_origin(plan))
    ended = train_stage(model, plans, number, folder, machine, keep_best)
    if is_first_process():
        tell(state="done", ended=ended)
        training, inference = model.parameter_counts()
        counts = {"parameters_training": training, "parameters_inference": inference}
        cost, held = _cost_of(folder), memory.mb()
        held = None if held is None else max(held, cost.get("peak_memory_mb") or 0)  # of all stages
        folder.update(cost=cost | counts | {"peak_memory_mb": held, "device": machine.accelerator})


def _cost_of(folder: RunFolder) -> dict[str, Any]:
    """What training has cost so far: ``seconds`` of each stage; of one that is done parameters and memory.

    What a stage did after its latest best weights and before it was killed is not counted.
    """
    facts = folder.facts() if folder.run_json.exists() else {}
    return {"seconds": {}} | (facts.get("cost") or {})


def _fit_postprocess(recipe: Recipe, material: Material, folder: RunFolder, machine: Machine) -> None:
    """Tune what the recipe asks for on what the best weights say of the development recordings."""
    if recipe.postprocess is None:
        return
    model, _ = load_checkpoint(folder.best, recipe.name)
    model.to("cuda" if machine.accelerator != "cpu" and torch.cuda.is_available() else "cpu")
    development = {recording.name: recording for recording in material.recordings("development")}
    fitted_postprocess(folder, model, material.delay, development)


def _origin(plan: StagePlan) -> dict[str, Any]:
    """How many parameters and buffers a stage takes over from which; nothing for a first one."""
    return {"taken": dict(Counter(plan.taken.values()))} if plan.taken else {}


def _threads_of(folder: RunFolder, machine: Machine) -> AbstractContextManager[None]:
    """As many threads as the run began with.

    A new run shares torch's threads (one per core, or OMP_NUM_THREADS) out among the processes of a machine.
    """
    kept = folder.facts().get("threads") if folder.run_json.exists() else None
    return torch_threads(kept or max(1, torch.get_num_threads() // machine.devices))
