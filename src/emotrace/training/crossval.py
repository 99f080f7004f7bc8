"""Cross-validation: every fold of a recipe's partition trained into a run folder and its test predicted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from emotrace.config.base import digest
from emotrace.config.recipe import Recipe
from emotrace.errors import ConfigError, InputError
from emotrace.lock import locked
from emotrace.store import open_prepared, split_all
from emotrace.training.class_presence import presence_warnings, presence_warnings_of_folds
from emotrace.training.fold import FoldTask
from emotrace.training.fold_processes import outcomes
from emotrace.training.folds_folder import FoldsFolder
from emotrace.training.machine import Machine, check_machine
from emotrace.training.material import Material, candidates, gather_material
from emotrace.training.plan import plan_stages
from emotrace.training.postprocessing import check_postprocess
from emotrace.training.provenance import run_facts, shared_warning
from emotrace.training.run_folder import plain
from emotrace.training.start_weights import StartWeights, check_weights
from emotrace.writing import DiskFullError, explain_write_errors


@dataclass(frozen=True)
class FoldResult:
    """What became of a fold.

    Parameters
    ----------
    fold : int
    state : {"trained", "left", "failed"}
        "left": it was finished before.
    error : str or None
        Of a failed one, in a sentence.
    """

    fold: int
    state: str
    error: str | None = None


def train_folds(
    recipe: Recipe,
    prepared_path: str | Path,
    run_path: str | Path,
    *,
    folds: Sequence[int] | None = None,
    weights: Mapping[str, str | Path] | None = None,
    recipe_name: str | None = None,
    accelerator: str = "cpu",
    jobs: int = 1,
    progress: bool = True,
    tell: Callable[[str], None] = lambda _: None,
) -> list[FoldResult]:
    """Train all folds of a recipe and predict what each tests; called again, it goes on where it stopped.

    Finished folds are left as they are, unfinished ones are resumed; killed and called again it ends with
    exactly the weights and predictions of one call. A fold that fails stops no other.

    Parameters
    ----------
    recipe : Recipe
        With a partition scheme of folds.
    prepared_path : path
    run_path : path
        Folder to write or go on with; fold ``k`` is an ordinary run in ``fold_<k>``.
    folds : sequence of int or None
        The folds to work on now; None: all.
    weights, recipe_name, accelerator
        As for `train`.
    jobs : int, >= 1
        Folds worked on at the same time, each in a process of its own. A new cross-validation shares torch's
        threads out among them, and keeps their number later.
    progress : bool
        Show a bar for each stage; not with more than one job.
    tell : callable
        Called with a sentence about each fold.

    Returns
    -------
    list of FoldResult
        One for each of `folds`, by number.

    Raises
    ------
    ConfigError
        If the recipe cannot be trained as it stands, or its partition scheme has no folds.
    InputError
        If there is no such fold, or `jobs` is below 1.
    DataError
        If the prepared corpus does not fit, another process works in the folder, or the disk is full.
    CheckpointError
        If the folder holds a cross-validation of another recipe or partition, or something else.
    """
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; expected at least 1")
    folder = FoldsFolder(run_path)
    files = {part: Path(path) for part, path in (weights or {}).items()}
    material, parts, used = _plan(recipe, prepared_path, Machine(accelerator, 1, 1, progress), files)
    wanted = _wanted(folds, len(parts))
    with explain_write_errors(folder.path):
        _open(folder, recipe, material, parts, jobs, used, recipe_name)
        with locked(folder.path):
            threads = folder.facts()["threads"]
            task = FoldTask(
                recipe, Path(prepared_path), folder.path, 0, accelerator, threads, True, files, recipe_name
            )
            results = {fold: FoldResult(fold, "left") for fold in wanted if folder.is_done(fold)}
            for fold in results:
                tell(f"fold {fold}: finished before, left as it is")
            tasks = [
                replace(task, fold=fold, folder=folder.fold(fold), progress=progress and jobs == 1)
                for fold in wanted
                if fold not in results
            ]
            for outcome in outcomes(
                tasks, jobs, lambda fold: tell(f"fold {fold}: begun, the last is {len(parts) - 1}")
            ):
                fold = outcome.fold
                if outcome.error is None:
                    folder.finish(fold, state="done", best=outcome.best, error=None)
                    results[fold] = FoldResult(fold, "trained")
                    tell(f"fold {fold}: done{_score(outcome.best)}")
                    continue
                folder.finish(fold, state="failed", error=outcome.error)
                results[fold] = FoldResult(fold, "failed", outcome.error)
                tell(f"fold {fold}: failed")
                if outcome.disk_full:  # nothing else can be written
                    raise DiskFullError(outcome.error)
    return [results[fold] for fold in sorted(results)]


def _plan(
    recipe: Recipe, prepared_path: str | Path, machine: Machine, weights: StartWeights
) -> tuple[Material, list[dict[str, tuple[str, ...]]], dict[str, Any]]:
    """The material of the first fold, who is where in every fold, and facts of the weights to start from.

    All that can be checked is checked.
    """
    if recipe.partition.scheme == "fixed":
        raise ConfigError(
            "the partition scheme of the recipe is fixed, which has no folds; choose one with "
            "--set partition.scheme=kfold (or loso, session, clips), or use `emotrace train`"
        )
    check_machine(machine)
    material = gather_material(recipe, open_prepared(prepared_path), 0)
    check_postprocess(recipe, material.declaration)
    used = check_weights(weights, plan_stages(recipe, material, machine))
    split = candidates(recipe, material.prepared, material.declaration)
    return material, split_all(split, recipe.partition), used


def _wanted(folds: Sequence[int] | None, count: int) -> list[int]:
    unknown = [fold for fold in folds or () if not 0 <= fold < count]
    if unknown or (folds is not None and not folds):
        raise InputError(
            f"folds is {', '.join(map(str, folds or ())) or 'empty'}; expected numbers from 0 to {count - 1}"
            f", the partition has {count} folds"
        )
    return sorted(set(range(count) if folds is None else folds))


def _open(
    folder: FoldsFolder,
    recipe: Recipe,
    material: Material,
    parts: list[dict[str, tuple[str, ...]]],
    jobs: int,
    weights: Mapping[str, Any],
    recipe_name: str | None,
) -> None:
    """Start the folder of a cross-validation, or check the one there is."""
    facts, partition = (
        _facts(recipe, material, parts, jobs, weights, recipe_name),
        _partition(material, parts),
    )
    if not folder.run_json.exists():
        folder.start(recipe, facts, partition)
        return
    folder.facts()
    folder.check_same(recipe, plain(partition), facts)
    folder.update(prepared=facts["prepared"])


def _facts(
    recipe: Recipe,
    material: Material,
    parts: list[dict[str, tuple[str, ...]]],
    jobs: int,
    weights: Mapping[str, Any],
    recipe_name: str | None,
) -> dict[str, Any]:
    facts = run_facts(recipe, material, weights, recipe_name)
    if material.splitting.shares_subjects:
        shared = {who for one in parts for who in replace(material, parts=one).shared_subjects()}
        own = shared_warning(material.shared_subjects())
        facts["warnings"] = [shared_warning(shared) if text == own else text for text in facts["warnings"]]
    all_folds = [replace(material, parts=one) for one in parts]
    first = presence_warnings(material)
    facts["warnings"] = [text for text in facts["warnings"] if text not in first]
    facts["warnings"] += presence_warnings_of_folds(all_folds)
    return facts | {
        "partition_digest": digest([one.partition_digest() for one in all_folds]),
        "fold": None,
        "threads": max(1, torch.get_num_threads() // jobs),
        "stages": [{"name": stage.name} for stage in recipe.stages],
        "folds": [{"fold": fold, "state": "waiting", "best": None} for fold in range(len(parts))],
    }


def _partition(material: Material, parts: list[dict[str, tuple[str, ...]]]) -> dict[str, Any]:
    fold_of = {name: fold for fold, one in enumerate(parts) for name in one["test"]}
    return {
        **material.partition(),
        "fold": None,
        "folds": len(parts),
        "parts": {"train": [], "development": [], "test": sorted(fold_of)},
        "fold_of": fold_of,
    }


def _score(best: dict[str, Any] | None) -> str:
    if best is None or best.get("score") is None:
        return ""
    return f", development score {best['score']:.3f} at step {best['step']}"
