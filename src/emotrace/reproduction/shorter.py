"""A recipe with fewer steps, for a first look within minutes."""

import math
from typing import Any

from emotrace.config.base import validate
from emotrace.config.recipe import Recipe
from emotrace.reproduction.pace import stage_steps

LEAST_STEPS = 2
VALIDATIONS = 5  # of a stage: each costs as much as many steps


def most_steps(recipe: Recipe) -> int:
    """Steps of the recipe's longest stage.

    Examples
    --------
    >>> from emotrace.config.load import load_recipe
    >>> most_steps(load_recipe("nguyen2020/demo"))
    200
    """
    return max(steps for _, steps, _ in stage_steps(recipe))


def with_share(recipe: Recipe, share: float, validations: int = VALIDATIONS) -> Recipe:
    """The recipe with a share of the steps of every stage, validated a few times in each.

    Parameters
    ----------
    recipe : Recipe
    share : float, > 0
        At most 1 counts; a stage that is trained keeps at least 2 steps.
    validations : int
        Of a stage, at most.

    Examples
    --------
    >>> from emotrace.config.load import load_recipe
    >>> shorter = with_share(load_recipe("nguyen2020/demo"), 0.1)
    >>> shorter.training.steps, shorter.training.validate_every
    (20, 4)
    """
    values = recipe.model_dump(mode="json")
    steps = recipe.training.steps
    values["training"] |= _scaled(steps, recipe.training.validate_every, share, validations)
    for stage in values["stages"]:
        own: dict[str, Any] = stage["set"]
        if "steps" in own or "validate_every" in own:
            every = int(own.get("validate_every", recipe.training.validate_every))
            stage["set"] = own | _scaled(int(own.get("steps", steps)), every, share, validations)
    return validate(Recipe, values, recipe.name)


def _scaled(steps: int, every: int, share: float, validations: int) -> dict[str, int]:
    if steps == 0:
        return {"steps": 0, "validate_every": every}
    fewer = min(steps, max(LEAST_STEPS, round(steps * min(share, 1.0))))
    return {"steps": fewer, "validate_every": min(every, max(1, math.ceil(fewer / validations)))}
