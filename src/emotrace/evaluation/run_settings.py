"""The recipe of a run, and what is otherwise than in the packaged one whose numbers a paper reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotrace.config.base import flat, validate
from emotrace.config.load import list_recipes, load_recipe
from emotrace.config.paper import load_paper, papers
from emotrace.config.recipe import Recipe
from emotrace.errors import ConfigError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.offline_page.words import plural
from emotrace.run_files import RunFiles

_NAMED = 6
_NOT_SETTINGS = {"reported", "reported_by_others", "partition"}  # splits are looked at by themselves
_OF_NO_ACCOUNT = ("training.seed", "training.workers")


@dataclass(frozen=True)
class RunSettings:
    """How a run, or runs that were fused to one, differ from the recipe that makes the paper's numbers.

    Parameters
    ----------
    apart : tuple of str
        What differs, a sentence each.
    known : bool
        Whether that recipe is known.
    """

    apart: tuple[str, ...] = ()
    known: bool = True

    @classmethod
    def joined(cls, several: Iterable["RunSettings"]) -> "RunSettings":
        """Of runs that were fused: what differs in any of them."""
        several = list(several)
        apart = dict.fromkeys(text for one in several for text in one.apart)
        return cls(tuple(apart), all(one.known for one in several))


AS_IN_RECIPE = RunSettings()


def settings_of(run: RunFolder) -> RunSettings:
    """Settings of a trained run.

    Raises
    ------
    ConfigError
        If its recipe.yaml is not a recipe.
    """
    recipe, told = read_recipe(run.path), run.run.get("recipe")
    apart = []
    if run.run.get("preset") == "small":
        apart.append("the preset is small here")
    if run.folds is None and run.run.get("state", "done") != "done":
        apart.append("training is not finished here")
    name = packaged(told)
    if recipe is None or name is None:
        return RunSettings(tuple(apart), known=False)
    changed = settings_apart(recipe, told)
    if changed is not None:
        apart.append(f"settings differ: {changed}")
    return RunSettings((*apart, *_weights_apart(run, recipe, name)))


def _weights_apart(run: RunFolder, recipe: Recipe, name: str) -> list[str]:
    """Parts of a model that the paper starts from given weights, and this run did not."""
    paper = name.partition("/")[0]
    there = load_paper(paper).weights_of(recipe.variant) if paper in papers() else {}
    return [
        f"{part} starts from weights of {learnt_on} there and from none here"
        for part, learnt_on in there.items()
        if part not in (run.run.get("weights") or {})
    ]


def read_recipe(run_path: Path) -> Recipe | None:
    """RUN/recipe.yaml; None: a run that was not trained has none.

    Raises
    ------
    ConfigError
        If the file is not a recipe.
    """
    import yaml

    path = RunFiles(run_path).recipe_yaml
    if not path.is_file():
        return None
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path}: not readable YAML ({reason}); expected the recipe of the run") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: holds {type(values).__name__}; expected the keys of a recipe")
    return validate(Recipe, values, str(path))


def settings_apart(recipe: Recipe, told: str | None) -> str | None:
    """The settings that differ, in words; None: none does.

    Parameters
    ----------
    recipe : Recipe
        Of the run.
    told : str or None
        The recipe's name and changes as run.json keeps them; what is no packaged recipe is not compared.

    Examples
    --------
    >>> name = "nguyen2020/2d1dconv-ae-lstm"
    >>> changed = load_recipe(name, ["training.steps=20", "training.seed=1"])
    >>> settings_apart(changed, f"{name} with training.steps=20, training.seed=1")
    'training.steps is 20 here and 50000 in the recipe'
    """
    name = packaged(told)
    if name is None:
        return None
    here, there = (
        flat(one.model_dump(mode="json", exclude=_NOT_SETTINGS)) for one in (recipe, load_recipe(name))
    )
    ignored = (*_OF_NO_ACCOUNT, "preset") if recipe.preset == "small" else _OF_NO_ACCOUNT  # small is said
    apart = [
        f"{key} is {_plain(here.get(key))} here and {_plain(there.get(key))} in the recipe"
        for key in (*here, *(key for key in there if key not in here))
        if here.get(key) != there.get(key) and key not in ignored
    ]
    if not apart:
        return None
    more = f" and {plural(len(apart) - _NAMED, 'other setting')}" if len(apart) > _NAMED else ""
    return ", ".join(apart[:_NAMED]) + more


def packaged(told: str | None) -> str | None:
    """Name of the packaged recipe in what run.json says of the recipe; None: it is none of those."""
    name = (told or "").partition(" with ")[0].partition(",")[0]
    return name if name in list_recipes() else None


def _plain(value: Any) -> str:
    return "unset" if value is None else str(value)
