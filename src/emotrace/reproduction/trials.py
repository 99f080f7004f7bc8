"""Trials: a few steps of every run, to see how long it takes; kept for a call that goes on after a kill."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

from emotrace.config.base import digest
from emotrace.config.recipe import Recipe
from emotrace.reproduction.plan import has_folds
from emotrace.reproduction.shorter import most_steps, with_share
from emotrace.reproduction.work import Spent, Task, make_run
from emotrace.writing import written_whole

TRIED_STEPS = 4


def trial_of(task: Task, folder: Path) -> Task:
    """The same run of a few steps, of a cross-validation one fold, validated twice in each stage."""
    recipe = with_share(task.recipe, tried_share(task.recipe), validations=2)
    folds = (0,) if has_folds(task.recipe) else None
    return replace(task, recipe=recipe, folder=folder / task.name, folds=folds)


def tried_share(recipe: Recipe) -> float:
    """Share of a recipe's steps that its trial takes.

    Examples
    --------
    >>> from emotrace.config.load import load_recipe
    >>> tried_share(load_recipe("nguyen2020/demo"))
    0.02
    """
    steps = most_steps(recipe)
    return min(1.0, TRIED_STEPS / steps) if steps else 1.0


def try_run(trial: Task) -> Spent:
    """What a trial took, or took in an earlier call; one that was killed half-way begins anew.

    Raises
    ------
    EmotraceError
        As `make_run`.
    """
    file = trial.folder / "spent.json"
    conditions = digest([trial.recipe.digest(), str(trial.prepared.resolve()), trial.threads])
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["conditions"] == conditions:
            return Spent(kept["training"], kept["scoring"])
    shutil.rmtree(trial.folder, ignore_errors=True)
    spent = make_run(trial)
    trial.folder.mkdir(parents=True, exist_ok=True)
    with written_whole(file) as part:
        part.write_text(json.dumps({"conditions": conditions} | asdict(spent)), encoding="utf-8")
    return spent
