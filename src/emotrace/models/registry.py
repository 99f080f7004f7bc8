"""Finds the systems in this room, lists them, and builds a model by name."""

import importlib
import pkgutil
from functools import cache
from typing import Any

import torch

from emotrace.config.base import Settings, validate
from emotrace.config.declaration import Declaration
from emotrace.config.load import merge
from emotrace.errors import ConfigError
from emotrace.models.base import Model, System


@cache
def systems() -> dict[str, System]:
    """Every system, by name: each module of this room that declares ``SYSTEM``."""
    import emotrace.models as room

    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(room.__path__)):
        system = getattr(importlib.import_module(f"{room.__name__}.{module}"), "SYSTEM", None)
        if isinstance(system, System):
            found[system.name] = system
    return found


def find(name: str) -> tuple[System, str]:
    """The system and variant that ``system/variant`` names.

    Raises
    ------
    ConfigError
        If there is none of that name; the message lists those there are.
    """
    system_name, _, variant = name.partition("/")
    known = systems()
    if system_name not in known:
        raise ConfigError(f"no system is named {system_name!r}; there are: {', '.join(known)}")
    system = known[system_name]
    if variant not in system.variants:
        variants = ", ".join(system.variants)
        raise ConfigError(f"{system_name} has no variant {variant!r}; it has: {variants}")
    return system, variant


def configure(name: str, preset: str | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """The full configuration of a variant: preset, then variant, then `overrides`.

    Mappings are merged key by key, as those of recipes: `overrides` may name one field of one input.

    Raises
    ------
    ConfigError
        For an unknown system, variant, preset or key, or a bad value.
    """
    system, variant = find(name)
    preset = preset or system.default_preset
    if preset not in system.presets:
        raise ConfigError(f"{name} has no preset {preset!r}; it has: {', '.join(system.presets)}")
    values = merge(dict(system.presets[preset]), dict(system.variants[variant].overrides))
    values = merge(values, overrides or {})
    return validate(system.config, values, f"model settings of {name} ({preset})")


def build(
    name: str, preset: str | None = None, labels: tuple[str, ...] | None = None, **overrides: Any
) -> Model:
    """Build a model with fresh weights.

    Parameters
    ----------
    name : str
        ``"system/variant"``, one of `available`.
    preset : str or None
        A named set of sizes; None takes the system's first, the paper's.
    labels : tuple of str or None
        Dimensions or classes to predict; None takes those of the variant's paper.
    **overrides
        Single fields of the system's configuration, as `configure` takes them.

    Returns
    -------
    Model

    Raises
    ------
    ConfigError
        For an unknown name, preset or field.

    Examples
    --------
    >>> build("nguyen2020/1dconv-lstm", preset="small").labels
    ('arousal', 'valence')
    """
    return build_configured(name, configure(name, preset, overrides), labels)


def build_configured(name: str, config: Settings, labels: tuple[str, ...] | None = None) -> Model:
    """Build a model from a full configuration, as a checkpoint stores it; `labels` as for `build`.

    Raises
    ------
    ConfigError
        For an unknown name, a configuration of another system, or labels that are none or not unique.
    """
    system, variant = find(name)
    if labels is None:
        labels = system.variants[variant].labels
    if not isinstance(config, system.config):
        raise ConfigError(
            f"the configuration for {name} is a {type(config).__name__}; expected {system.config.__name__}, "
            "which `configure` gives"
        )
    if isinstance(labels, str) or not labels or len(set(labels)) != len(labels):
        raise ConfigError(f"labels is {labels!r}; expected at least one name, each once")
    return system.build(config, tuple(labels))


def available() -> list[str]:
    """All ``system/variant`` names.

    Examples
    --------
    >>> "nguyen2020/2d1dconv-ae-lstm" in available()
    True
    """
    return [f"{system.name}/{variant}" for system in systems().values() for variant in system.variants]


def describe() -> list[dict[str, Any]]:
    """One entry per variant and preset: name, preset, parameter counts, inputs, source.

    Parameters are counted with the labels of the variant's paper, which are in the entry too.
    """
    entries = []
    for name in available():
        system, variant = find(name)
        for preset in system.presets:
            config = configure(name, preset)
            model = build_without_weights(name, config)
            training, inference = model.parameter_counts()
            entries.append(
                {
                    "name": name,
                    "preset": preset,
                    "summary": system.variants[variant].summary,
                    "parameters_training": training,
                    "parameters_inference": inference,
                    "inputs": {
                        key: spec.model_dump(mode="json") for key, spec in model.declaration.inputs.items()
                    },
                    "predicts": model.declaration.predicts,
                    "labels": list(model.labels),
                    "source": f"{system.source}, {system.variants[variant].source}".rstrip(", "),
                }
            )
    return entries


def declare(name: str, preset: str | None = None, overrides: dict[str, Any] | None = None) -> Declaration:
    """What a variant needs and gives, without memory for its weights.

    Raises
    ------
    ConfigError
        As `configure`.
    """
    return build_without_weights(name, configure(name, preset, overrides)).declaration


def build_without_weights(name: str, config: Settings, labels: tuple[str, ...] | None = None) -> Model:
    """As `build_configured`, with the names and shapes of weights but no memory for them.

    Raises
    ------
    ConfigError
        As `build_configured`.
    """
    with torch.device("meta"):
        return build_configured(name, config, labels)
