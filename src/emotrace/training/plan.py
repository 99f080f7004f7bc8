"""What each stage of a recipe trains and what it starts from, checked before anything is trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emotrace.config.load import stage_model, stage_settings
from emotrace.config.recipe import Recipe, Stage, TrainingSettings
from emotrace.errors import ConfigError
from emotrace.models.base import Model
from emotrace.models.registry import build_without_weights, configure
from emotrace.training.adversarial import check_adversarial
from emotrace.training.freezing import freeze
from emotrace.training.losses import check_losses
from emotrace.training.machine import Machine
from emotrace.training.material import Material, refit_material
from emotrace.training.parts import listed, names_in, siblings
from emotrace.training.sampler import check_share

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class StagePlan:
    """One stage of a recipe, worked out.

    Parameters
    ----------
    stage : Stage
    name : str
        ``system/variant`` of the model that it trains.
    settings : TrainingSettings
    material : Material
        With the configuration, inputs and labels of that model.
    shapes : mapping of str to tuple of int
        Of all parameters and buffers of that model.
    taken : mapping of str to str
        For each parameter or buffer that is taken over, the earlier stage that it comes from.
    """

    stage: Stage
    name: str
    settings: TrainingSettings
    material: Material
    shapes: Shapes
    taken: Mapping[str, str] = field(default_factory=dict)


def plan_stages(recipe: Recipe, material: Material, machine: Machine) -> list[StagePlan]:
    """Work out all stages of a recipe, and refuse what cannot be trained before a folder is made.

    Parameters
    ----------
    recipe : Recipe
    material : Material
        Of the recipe's own model, which the last stage trains.
    machine : Machine

    Raises
    ------
    ConfigError
        If there is no stage, two have one name, a setting is wrong, a loss does not suit the model, the
        processes cannot share a batch, a part that is to be taken over or frozen is not there or has
        another shape, nothing is left to train, a stage without steps has nothing to fit, a model that reads
        whole recordings is given no length of window, the last stage trains another model than the recipe's,
        or no stage takes over anything of an earlier one.
    DataError
        If a stage's model does not suit the corpus.
    """
    names = [stage.name for stage in recipe.stages]
    if not names or len(set(names)) < len(names):
        raise ConfigError(f"{recipe.name}: stages are named {names}; expected one or more, each name once")
    plans: list[StagePlan] = []
    for stage in recipe.stages:
        plans.append(_plan(recipe, stage, material, plans))
        check_share(plans[-1].settings.batch_size, machine.processes)
    last = plans[-1]
    if (last.name, last.material.config) != (recipe.name, material.config):
        differing = ", ".join(["variant"] * (last.stage.variant is not None) + list(last.stage.model))
        raise ConfigError(
            f"{recipe.name}: the last stage, {last.stage.name!r}, trains another model than the recipe's "
            f"(it changes {differing}); expected the recipe's own, which the run is of: let the recipe say "
            "what differs, or add a stage that trains it"
        )
    used = {source for plan in plans for source in plan.taken.values()}
    unused = [plan.stage.name for plan in plans[:-1] if plan.stage.name not in used]
    if unused:
        raise ConfigError(
            f"{recipe.name}: no later stage takes over anything of stage {unused[0]!r}, which would be "
            "trained for nothing; name in `take` of a later stage the parts to keep, or remove the stage"
        )
    return plans


def _plan(recipe: Recipe, stage: Stage, material: Material, earlier: Sequence[StagePlan]) -> StagePlan:
    where = f"{recipe.name}: stage {stage.name!r}"
    settings = stage_settings(recipe, stage)
    name, overrides = stage_model(recipe, stage)
    try:
        config = configure(name, recipe.preset, overrides)
        declaration = build_without_weights(name, config).declaration
        if (name, config) != (recipe.name, material.config):
            material = refit_material(material, name, config, declaration)
        model = build_without_weights(name, config, material.labels)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    for part in stage.freeze:
        _names_in(part, shapes, where, "freeze")
    if settings.steps:
        if settings.adversarial is None:
            check_losses(settings.losses, declaration, model)
        _check_trained(where, stage, settings, model)
    elif not callable(getattr(model, "fit_on", None)):
        raise ConfigError(
            f"{where}: training.steps is 0, but {name} is trained by gradients alone; expected at least 1"
        )
    plan = StagePlan(stage, name, settings, material, shapes)
    return StagePlan(stage, name, settings, material, shapes, _taken(where, plan, earlier))


def _check_trained(where: str, stage: Stage, settings: TrainingSettings, model: Model) -> None:
    """Refuse a stage of steps that trains nothing, or trains a whole model on windows of a single step."""
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ConfigError(
            f"{where}: training.steps is {settings.steps}, but no weight of its model is trained by "
            "gradients; set training.steps=0, so that it is fitted and nothing else"
        )
    freeze(model, stage.freeze)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ConfigError(
            f"{where} freezes {listed(stage.freeze)}, so that nothing is left to train; freeze less, or take "
            "the stage out"
        )
    if settings.adversarial is not None:
        try:
            check_adversarial(settings, model, stage.freeze)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error
    if model.declaration.whole and settings.window_steps is None:
        raise ConfigError(
            f"{where}: training.window_steps is None, but its model reads whole recordings and has no window "
            "of its own; expected the length of the pieces to train on, such as 150"
        )


def _taken(where: str, plan: StagePlan, earlier: Sequence[StagePlan]) -> dict[str, str]:
    """For each parameter or buffer that the stage takes over, the name of the stage that it comes from."""
    if plan.stage.take is None:
        carries_on = bool(earlier) and _is_same_model(plan, earlier[-1])
        return dict.fromkeys(plan.shapes, earlier[-1].stage.name) if carries_on else {}
    taken, missing, unfit = {}, [], []
    wanted = [key for part in plan.stage.take for key in _names_in(part, plan.shapes, where, "take")]
    for key in dict.fromkeys(wanted):
        holders = [other for other in earlier if key in other.shapes]
        fitting = [other for other in holders if other.shapes[key] == plan.shapes[key]]
        if fitting:
            taken[key] = fitting[-1].stage.name
        elif holders:
            was = holders[-1]
            unfit.append(f"{key} (is {plan.shapes[key]}, was {was.shapes[key]} in stage {was.stage.name!r})")
        else:
            missing.append(key)
    if missing or unfit:
        stages = ", ".join(repr(other.stage.name) for other in earlier) or "none"
        problems = [f"no earlier stage (there are: {stages}) has {listed(missing)}"] * bool(missing)
        problems += [f"no earlier stage has in the same shape {listed(unfit)}"] * bool(unfit)
        raise ConfigError(
            f"{where} takes {listed(plan.stage.take)}, but {' and '.join(problems)}; take less, or let an "
            "earlier stage train it"
        )
    return taken


def _is_same_model(plan: StagePlan, other: StagePlan) -> bool:
    """Whether a stage carries on with the weights of another although neither says so."""
    mine, theirs = plan.material, other.material
    alike = mine.declaration.inputs == theirs.declaration.inputs and mine.labels == theirs.labels
    return alike and plan.shapes == other.shapes


def _names_in(part: str, shapes: Shapes, where: str, key: str) -> list[str]:
    names = names_in(part, shapes)
    if not names:
        raise ConfigError(
            f"{where}: {key} names {part!r}, but its model has no part of that name; there are: "
            f"{', '.join(siblings(part, shapes))}"
        )
    return names
