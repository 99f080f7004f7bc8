"""How long a run will take, by what a few steps of it took."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from emotrace.config.recipe import Recipe
from emotrace.run_files import RunFiles


@dataclass(frozen=True)
class Pace:
    """Seconds of a run.

    Parameters
    ----------
    step, validation : mapping of str to float
        Of one, by stage.
    fixed : float
        Of all else in training, whatever the number of steps.
    """

    step: Mapping[str, float]
    validation: Mapping[str, float]
    fixed: float

    @classmethod
    def of(cls, run: Path, recipe: Recipe, training: float) -> "Pace":
        """By the log of a run of a recipe that took `training` seconds; a stage's first row is warming up."""
        step, validation = {}, {}
        rows = _rows(run)
        for stage in recipe.stages:
            own = [row for row in rows if row["stage"] == stage.name]
            step[stage.name] = median(_numbers(own[1:] or own, "step_seconds") or [0.0])
            validation[stage.name] = median(_numbers(own, "validation_seconds") or [0.0])
        pace = cls(step, validation, 0.0)
        return cls(step, validation, max(0.0, training - pace.training(recipe)))

    def training(self, recipe: Recipe) -> float:
        """Seconds that training a recipe of the same stages takes.

        Examples
        --------
        >>> from emotrace.config.load import load_recipe
        >>> Pace({"joint": 0.5}, {"joint": 3.0}, 10.0).training(load_recipe("nguyen2020/demo"))
        122.0
        """
        return self.fixed + sum(
            steps * self.step[name] + math.ceil(steps / every) * self.validation[name]
            for name, steps, every in stage_steps(recipe)
        )


def stage_steps(recipe: Recipe) -> list[tuple[str, int, int]]:
    """Name, steps and steps between validations of each stage."""
    training = recipe.training
    return [
        (
            stage.name,
            int(stage.set.get("steps", training.steps)),
            int(stage.set.get("validate_every", training.validate_every)),
        )
        for stage in recipe.stages
    ]


def _rows(run: Path) -> list[dict[str, str]]:
    path = RunFiles(run).metrics_csv
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _numbers(rows: list[dict[str, str]], column: str) -> list[float]:
    return [float(row[column]) for row in rows if row.get(column)]
