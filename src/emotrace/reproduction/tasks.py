"""The runs of a paper's tables: a recipe, the settings asked for and the partitions to be scored for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emotrace.config.load import load_recipe, recipe_in_words
from emotrace.config.paper import load_paper
from emotrace.errors import ConfigError
from emotrace.reproduction.plan import Plan
from emotrace.reproduction.shorter import with_share
from emotrace.reproduction.work import Task


@dataclass(frozen=True)
class Asked:
    """How all runs of a call are to be made.

    Parameters
    ----------
    prepared, folder : Path
        The prepared corpus, and the folder that each run becomes a folder in.
    in_minutes : bool
        With the paper's settings for a first look.
    overrides : sequence of str
        ``key=value`` for every recipe.
    weights : mapping of str to Path
        By the part of the model that starts from the file.
    accelerator : str
    threads : int
        Of torch, for each run.
    """

    prepared: Path
    folder: Path
    in_minutes: bool = False
    overrides: Sequence[str] = ()
    weights: Mapping[str, Path] = field(default_factory=dict)
    accelerator: str = "cpu"
    threads: int = 1


def make_tasks(plans: Sequence[Plan], asked: Asked) -> tuple[list[Task], dict[str, str]]:
    """A task for each recipe of some tables of one paper, and why others cannot be run.

    Raises
    ------
    ConfigError
        If the settings fit none of the recipes, the paper's models start from no weights in a part that
        some are given for, or there is no such file.
    """
    paper = load_paper(plans[0].paper)
    known = {one.part for one in paper.pretrained}
    for part, file in asked.weights.items():
        if part not in known:
            raise ConfigError(
                f"--weights {part}={file}: no model of {plans[0].paper} starts from given weights there; "
                f"expected one of: {', '.join(sorted(known)) or 'none, leave it out'}"
            )
        if not Path(file).is_file():
            raise ConfigError(f"--weights {part}={file}: there is no such file; give a file of weights")
    wanted = [*(paper.in_minutes if asked.in_minutes else ()), *asked.overrides]
    tasks, failed = [], {}
    for full, partitions in _partitions(plans).items():
        name = full.partition("/")[2]
        try:
            recipe = load_recipe(full, wanted)
        except ConfigError as error:
            failed[name] = str(error)
            continue
        starts = paper.weights_of(recipe.variant)
        tasks.append(
            Task(
                name,
                recipe,
                asked.prepared,
                asked.folder / name,
                partitions,
                threads=asked.threads,
                recipe_name=recipe_in_words(full, wanted),
                weights={part: file for part, file in asked.weights.items() if part in starts},
                accelerator=asked.accelerator,
            )
        )
    if not tasks:
        raise ConfigError(next(iter(failed.values())))
    return tasks, failed


def shortened(task: Task, share: float) -> Task:
    """The same run with a share of its steps."""
    told = f"{task.recipe_name}, {share:.2g} of its steps"
    return replace(task, recipe=with_share(task.recipe, share), recipe_name=told)


def _partitions(plans: Sequence[Plan]) -> dict[str, tuple[str, ...]]:
    """The partitions to be scored of each recipe, by its full name; fusions are fitted on development."""
    found: dict[str, list[str]] = {}
    for plan in plans:
        asked = [(row.job, [row.reported.partition]) for row in plan.rows]
        for fusion in plan.fusions:
            parts = ["development", *(row.partition for row in fusion.reported)]
            asked += [(source, parts) for source in fusion.sources]
        of_job = {recipe.partition("/")[2]: found.setdefault(recipe, []) for recipe in plan.recipes}
        for job, parts in asked:
            if job in of_job:
                of_job[job].extend(parts)
    return {recipe: tuple(dict.fromkeys(parts)) for recipe, parts in found.items()}
