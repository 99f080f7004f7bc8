"""The model that a stage starts from: fresh, with the user's weights, with what earlier stages learnt."""

from collections.abc import Sequence
from typing import Any

import torch

from emotrace.config.base import Settings, validate
from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError
from emotrace.models import load_checkpoint
from emotrace.models.base import Model
from emotrace.models.registry import build_configured, find
from emotrace.training.fitting import fit_model
from emotrace.training.machine import is_first_process
from emotrace.training.parts import listed
from emotrace.training.plan import StagePlan
from emotrace.training.run_folder import RunFolder
from emotrace.training.sampler import seed_of
from emotrace.training.start_weights import StartWeights, load_weights


def starting_model(
    recipe: Recipe, plans: Sequence[StagePlan], number: int, folder: RunFolder, weights: StartWeights
) -> Model:
    """Build the model of a stage; what it starts from depends on the recipe and on files alone.

    What it finds without gradients is fitted first, unless all is taken over; run.json says what came of it.
    A stage that was begun goes on from its last checkpoint, which holds every weight: nothing is fitted or
    read here.

    Raises
    ------
    CheckpointError
        If the best checkpoint of an earlier stage is missing, damaged or of another model, or a file of
        `weights` does not fit.
    EmotraceError
        As `fit_model`.
    """
    plan, seed = plans[number], recipe.training.seed
    # later stages draw anew, for a stage's fresh layers should not begin as copies of another's
    torch.manual_seed(seed_of(seed, plan.stage.name, "start") if number else seed)
    model = build_configured(plan.name, plan.material.config, plan.material.labels)
    if folder.last_of(plan.stage.name).exists():
        return model
    if not plan.taken.keys() >= plan.shapes.keys():
        _tell(folder, number, fit_model(model, plan, recipe.name, seed))
    load_weights(model, plan, weights)
    values = model.state_dict()
    with torch.no_grad():
        for earlier in plans[:number]:
            mine = [name for name, source in plan.taken.items() if source == earlier.stage.name]
            held = _best_of(earlier, folder) if mine else {}
            for name in mine:
                values[name].copy_(held[name])
    return model


def _tell(folder: RunFolder, number: int, fitted: dict[str, Any] | None) -> None:
    """Write into run.json what a stage's model says of what it found."""
    if fitted is None or not is_first_process():
        return
    stages = folder.facts()["stages"]
    stages[number]["fitted"] = fitted
    folder.update(stages=stages)


def _best_of(plan: StagePlan, folder: RunFolder) -> dict[str, torch.Tensor]:
    """Weights of the best checkpoint of a finished stage that is not the last.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, or holds another model than the stage trains.
    """
    path = folder.best_of(plan.stage.name, False)
    model, meta = load_checkpoint(path)
    wanted = _facts(plan.name, plan.material.config, plan.material.labels)
    config = validate(find(meta.name)[0].config, meta.config, str(path))
    got = _facts(meta.name, config, meta.labels)
    differing = [
        f"{key} {got.get(key)!r} for {value!r}" for key, value in wanted.items() if got.get(key) != value
    ]
    if differing:
        raise CheckpointError(
            f"{path}: is not of the model that stage {plan.stage.name!r} trains, it has {listed(differing)}; "
            "put the stage's own file back, or train into a new folder"
        )
    return model.state_dict()


def _facts(name: str, config: Settings, labels: tuple[str, ...]) -> dict[str, Any]:
    return {"model": name, **config.model_dump(mode="json"), "labels": list(labels)}
