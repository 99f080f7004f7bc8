"""A recipe with fewer steps, for a first look within minutes."""

import math
from typing import Any

from emotrace.config.base import validate
from emotrace.config.recipe import Recipe

LEAST_STEPS = 2


def most_steps(recipe: Recipe) -> int:
    """Steps of the recipe's longest stage.

    Examples
    --------
    >>> from emotrace.config.load import load_recipe
    >>> most_steps(load_recipe("nguyen2020/demo"))
    200
    """
    return max(int(stage.set.get("steps", recipe.training.steps)) for stage in recipe.stages)


def with_share(recipe: Recipe, share: float) -> Recipe:
    """The recipe with a share of the steps of every stage, validated about ten times in each.

    Parameters
    ----------
    recipe : Recipe
    share : float, > 0
        At most 1 counts; a stage that is trained keeps at least 2 steps.

    Examples
    --------
    >>> from emotrace.config.load import load_recipe
    >>> shorter = with_share(load_recipe("nguyen2020/demo"), 0.1)
    >>> shorter.training.steps, shorter.training.validate_every
    (20, 2)
    """
    values = recipe.model_dump(mode="json")
    steps = recipe.training.steps
    values["training"] |= _scaled(steps, recipe.training.validate_every, share)
    for stage in values["stages"]:
        own: dict[str, Any] = stage["set"]
        if "steps" in own or "validate_every" in own:
            every = int(own.get("validate_every", recipe.training.validate_every))
            stage["set"] = own | _scaled(int(own.get("steps", steps)), every, share)
    return validate(Recipe, values, recipe.name)


def _scaled(steps: int, every: int, share: float) -> dict[str, int]:
    if steps == 0:
        return {"steps": 0, "validate_every": every}
    fewer = min(steps, max(LEAST_STEPS, round(steps * min(share, 1.0))))
    return {"steps": fewer, "validate_every": min(every, max(1, math.ceil(fewer / 10)))}
