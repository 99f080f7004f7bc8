"""Weights that the user gives a part of a model to start from, such as a trunk trained on ImageNet."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from emotrace.errors import CheckpointError, ConfigError
from emotrace.models import load_trunk
from emotrace.models.base import Model
from emotrace.models.registry import build_configured
from emotrace.training.parts import names_in, siblings
from emotrace.training.plan import StagePlan

StartWeights = Mapping[str, Path]
"""Files by the part of the model that they are for, such as ``{"visual.trunk": Path("resnet50.pth")}``."""


def check_weights(weights: StartWeights, plans: Sequence[StagePlan]) -> dict[str, dict[str, str]]:
    """Refuse files that do not fit, before anything is trained.

    Returns
    -------
    dict
        What run.json says of each: the file's name, and the hash that a resumed run is checked by.

    Raises
    ------
    ConfigError
        If no stage's model has a part of that name.
    CheckpointError
        If a file cannot be read or does not fit its part; the message names the keys.
    """
    facts = {}
    for part, path in weights.items():
        users = [plan for plan in plans if _starts_from(plan, part)]
        if not users:
            known = {name: () for plan in plans for name in plan.shapes}
            raise ConfigError(
                f"--weights {part}={path}: no stage's model has a part of that name; there are: "
                f"{', '.join(siblings(part, known))}"
            )
        facts[part] = {"file": path.name, "sha256": _digest(part, path)}
        for plan in users:
            fresh = build_configured(plan.name, plan.material.config, plan.material.labels)
            load_trunk(fresh.get_submodule(part), path)
    return facts


def load_weights(model: Model, plan: StagePlan, weights: StartWeights) -> None:
    """Load those files that a stage starts from.

    Raises
    ------
    CheckpointError
        As `check_weights`.
    """
    for part, path in weights.items():
        if _starts_from(plan, part):
            load_trunk(model.get_submodule(part), path)


def _starts_from(plan: StagePlan, part: str) -> bool:
    """Whether a stage's model has a module of that name, not wholly taken over from earlier stages."""
    has = any(name.startswith(f"{part}.") for name in plan.shapes)
    return has and not plan.taken.keys() >= set(names_in(part, plan.shapes))


def _digest(part: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(
            f"--weights {part}={path}: cannot be read ({error.strerror}); give a file of weights"
        ) from error
