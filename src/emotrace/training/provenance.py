"""Where a run comes from: what run.json says of it, and what every checkpoint of it carries."""

import platform
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch

import emotrace
from emotrace.commit import current_commit
from emotrace.config.recipe import Recipe
from emotrace.features.derived import versions_of
from emotrace.models import CheckpointMeta
from emotrace.models.registry import find
from emotrace.training.class_presence import presence_warnings
from emotrace.training.material import Material
from emotrace.training.postprocessing import NO_DEVELOPMENT


def run_facts(
    recipe: Recipe,
    material: Material,
    weights: Mapping[str, Any] | None = None,
    recipe_name: str | None = None,
) -> dict[str, Any]:
    """What run.json holds at the start of a run.

    Parameters
    ----------
    recipe : Recipe
    material : Material
    weights : mapping or None
        As `start_weights.weight_facts` gives them.
    recipe_name : str or None
        As the recipe was asked for, for people to read.
    """
    facts: dict[str, Any] = {
        "system": recipe.system,
        "variant": recipe.variant,
        "preset": _preset(recipe),
        "labels": list(material.labels),
        "predicts": material.declaration.predicts,
        "inputs": {name: spec.kind for name, spec in material.declaration.inputs.items()},
        "step_s": material.declaration.step_s,
        **({"recipe": recipe_name} if recipe_name else {}),
        "recipe_digest": recipe.digest(),
        "partition_digest": material.partition_digest(),
        "prepared": str(Path(material.prepared.path).resolve()),
        "corpus": material.prepared.name,
        "licence": material.prepared.licence,
        "own_partitions": material.prepared.own_partitions,
        "value_range": list(material.prepared.value_range),
        "commit": current_commit(),
        "versions": _versions(),
        "seed": recipe.training.seed,
        "fold": material.fold,
        "threads": torch.get_num_threads(),
        "state": "running",
        "stages": [{"name": stage.name, "state": "waiting", "best": None} for stage in recipe.stages],
        "best": None,
        "warnings": [],
    }
    if weights:
        facts["weights"] = dict(weights)
    if recipe.delay.seconds:
        facts["delay"] = recipe.delay.model_dump(mode="json")
    if recipe.postprocess is not None:
        facts["postprocess"] = recipe.postprocess.model_dump(mode="json")
    if material.splitting.shares_subjects:
        facts["warnings"].append(shared_warning(material.shared_subjects()))
    if not material.parts["development"]:
        facts["warnings"].append(
            "there is no development partition: nothing is validated, the weights of the latest step are used"
        )
        if recipe.postprocess is not None:
            facts["warnings"].append(NO_DEVELOPMENT)
    facts["warnings"] += presence_warnings(material)
    left_out = material.left_out()
    if left_out:
        facts["warnings"].append(
            f"{len(left_out)} recordings are in no partition, the first is {left_out[0]}"
        )
    return facts


def shared_warning(subjects: Collection[str]) -> str:
    """What must stand beside the scores of a partition that shares subjects."""
    if not subjects:
        return "subjects shared: the partition allows it, but nobody in test is in train or development too"
    return (
        f"subjects shared: {len(subjects)} of the subjects of test are in train or development too, so the "
        "scores say little about people who were not seen"
    )


def checkpoint_meta(recipe: Recipe, material: Material, name: str) -> CheckpointMeta:
    """What inference must know of a model that a run trained, `name`, stored with its weights."""
    return CheckpointMeta(
        name=name,
        preset=_preset(recipe),
        config=material.config.model_dump(mode="json"),
        labels=material.labels,
        value_range=tuple(material.prepared.value_range),
        declaration=material.declaration,
        faces=material.prepared.settings,
        feature_versions=versions_of(material.declaration.inputs.values()),
        corpus=material.prepared.name,
        delay=recipe.delay,
        recipe_digest=recipe.digest(),
        emotrace_version=emotrace.__version__,
    )


def _preset(recipe: Recipe) -> str:
    return recipe.preset or find(recipe.name)[0].default_preset


def _versions() -> dict[str, str]:
    import lightning
    import numpy

    return {
        "emotrace": emotrace.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "lightning": lightning.__version__,
        "numpy": numpy.__version__,
    }
