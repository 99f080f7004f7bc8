"""Recipes: found by name or path, put together from their bases and `--set`, and checked."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from emotrace.config.base import validate
from emotrace.config.recipe import Recipe, Stage, TrainingSettings
from emotrace.config.yaml_text import parse_yaml
from emotrace.errors import ConfigError

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
PAPER = "paper"  # stem of the file, beside recipes, that tells a paper's tables
LONGEST_CHAIN = 5  # files: a recipe, its base, the base's base ...
_SUFFIXES = (".yaml", ".yml")


def list_recipes() -> list[str]:
    """Names of the packaged recipes, ``system/variant``; bases and lists of tables are left out.

    Examples
    --------
    >>> "nguyen2020/2d1dconv-ae-lstm" in list_recipes()
    True
    """
    files = sorted(RECIPES.glob("*/*.yaml"), key=lambda file: (file.parent.name, file.stem))
    return [f"{file.parent.name}/{file.stem}" for file in files if file.stem not in ("base", PAPER)]


def load_recipe(name_or_path: str | Path, overrides: Iterable[str] = ()) -> Recipe:
    """Read a recipe: its base first, then what it says itself, then the overrides.

    Mappings are merged key by key; lists and single values are replaced.

    Parameters
    ----------
    name_or_path : str or path
        A packaged recipe, ``system/variant``, or a YAML file (``.yaml``, ``.yml``). ``base:`` in a file
        names one other file, relative to it, or a packaged recipe.
    overrides : iterable of str
        ``key.key=value``; the value is YAML, e.g. ``training.learning_rate=1e-3``.

    Returns
    -------
    Recipe
        Without its base: all values resolved.

    Raises
    ------
    ConfigError
        If there is no such recipe, a file is not readable as YAML, a key is unknown or a value wrong, bases
        go in a circle or too deep, or an override is not ``key=value``.
    """
    overrides = list(overrides)
    file = _find(str(name_or_path))
    values = _resolve(file)
    for override in overrides:
        values = merge(values, _parse_override(override, values))
    where = f"recipe {name_or_path}" + "".join(f" --set {override}" for override in overrides)
    recipe = validate(Recipe, values, where)
    for stage in recipe.stages:
        stage_settings(recipe, stage, where)
    return recipe


def recipe_in_words(name_or_path: str | Path, overrides: Iterable[str] = ()) -> str:
    """The name of a recipe, of a file without its folders, and what was changed of it.

    Examples
    --------
    >>> recipe_in_words("nguyen2020/2d1dconv-ae-lstm", ["preset=small"])
    'nguyen2020/2d1dconv-ae-lstm with preset=small'
    >>> recipe_in_words("experiments/mine.yaml")
    'mine.yaml'
    """
    name, changes = str(name_or_path), ", ".join(overrides)
    if name.endswith(_SUFFIXES):
        name = Path(name).name
    return f"{name} with {changes}" if changes else name


def stage_settings(recipe: Recipe, stage: Stage, where: str | None = None) -> TrainingSettings:
    """The recipe's training settings with what a stage changes.

    Parameters
    ----------
    recipe : Recipe
    stage : Stage
    where : str or None
        Named in the message; None: the recipe's name.

    Raises
    ------
    ConfigError
        For an unknown key or a bad value.
    """
    values = merge(recipe.training.model_dump(mode="json"), stage.set)
    return validate(TrainingSettings, values, f"{where or recipe.name}: stage {stage.name!r}")


def stage_model(recipe: Recipe, stage: Stage) -> tuple[str, dict[str, Any]]:
    """``system/variant`` of the model that a stage trains, and what differs from its preset and variant."""
    return f"{recipe.system}/{stage.variant or recipe.variant}", merge(recipe.model, stage.model)


def dump_recipe(recipe: Recipe) -> str:
    """The recipe as YAML with every value; `load_recipe` reads it back to an equal recipe."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes`: mappings merged key by key, all else replaced; neither is changed.

    Examples
    --------
    >>> merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}})
    {'a': {'b': 1, 'c': [3]}}
    """
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def _find(name: str) -> Path:
    if name.endswith(_SUFFIXES):
        return Path(name)
    if name not in list_recipes():
        raise ConfigError(f"no recipe is named {name!r}; give a YAML file or one of: {_nearest(name)}")
    return RECIPES / f"{name}.yaml"


def _nearest(name: str) -> str:
    """The recipes whose names are most like one that is not there, and where all are listed."""
    names = list_recipes()
    own = [each for each in names if each.startswith(f"{name.partition('/')[0]}/")]
    near = get_close_matches(name, own or names, n=5, cutoff=0.0)
    return f"{', '.join(near)} (`emotrace systems` lists all {len(names)})"


def _resolve(file: Path, users: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Values of a recipe file merged over those of its base; `users` are the files that led to it."""
    chain = (*users, file.resolve())
    route = " -> ".join(str(step) for step in chain)
    if file.resolve() in users:
        raise ConfigError(f"{users[0]}: its bases go in a circle ({route}); take one `base:` out")
    if len(chain) > LONGEST_CHAIN:
        raise ConfigError(
            f"{users[0]}: has a chain of more than {LONGEST_CHAIN} files ({route}); put some together"
        )
    values = _read(file, users)
    base = values.pop("base", None)
    if base is None:
        return values
    if not isinstance(base, str):
        raise ConfigError(f"{file}: base is {base!r}; expected one file or recipe name")
    base_file = file.parent / base if base.endswith(_SUFFIXES) else _find(base)
    return merge(_resolve(base_file, chain), values)


def _read(file: Path, users: tuple[Path, ...]) -> dict[str, Any]:
    named = f", which {users[-1]} names as its base," if users else ""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file}: the recipe file{named} cannot be read ({error}); give a readable YAML file or one of: "
            f"{_nearest(file.stem)}"
        ) from error
    values = parse_yaml(text, str(file))
    if not isinstance(values, dict):
        raise ConfigError(f"{file}: holds {type(values).__name__}; expected a recipe, keys with values")
    return values


def _parse_override(override: str, values: dict[str, Any]) -> dict[str, Any]:
    """``a.b=c`` as ``{"a": {"b": c}}``."""
    path, equals, text = override.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ConfigError(f"--set {override!r} is not understood; expected key=value or key.key=value")
    inner: Any = values
    for depth, key in enumerate(keys):
        if not isinstance(inner, dict) and inner is not None:
            raise ConfigError(
                f"--set {override!r}: {'.'.join(keys[:depth])} holds {inner!r}, which has no keys; "
                "set it as a whole"
            )
        inner = (inner or {}).get(key)
    change = parse_yaml(text, f"--set {override!r}")
    for key in reversed(keys):
        change = {key: change}
    return change
