"""Classes of which a partition has no clip, and what that means for the scores."""

from collections.abc import Sequence

from emotrace.training.material import Material, class_of

NOWHERE = "no clip of the corpus is of {}: it cannot be learnt and plays no part in the UAR"
MEANING = {
    "train": "no training clip is of {}: it cannot be learnt, and clips of it that are tested count as wrong",
    "development": "no development clip is of {}: the UAR there is the mean over the other classes",
    "test": "no test clip is of {}: the UAR is the mean over the other classes",
}


def absent_classes(material: Material, part: str) -> tuple[str, ...]:
    """Classes that the corpus has and a partition that is not empty has no clip of, in order.

    None for a model of traces.
    """
    recordings = material.recordings(part)
    if material.declaration.predicts != "class" or not recordings:
        return ()
    there = {class_of(recording) for recording in recordings}
    return tuple(label for label in _acted(material) if label not in there)


def presence_warnings(material: Material) -> list[str]:
    """A sentence for the classes that the corpus lacks, and for each partition that lacks others."""
    absent = {part: absent_classes(material, part) for part in MEANING}
    of_parts = [MEANING[part].format(", ".join(names)) for part, names in absent.items() if names]
    return [*_nowhere(material), *of_parts]


def presence_warnings_of_folds(folds: Sequence[Material]) -> list[str]:
    """The same for all folds of a cross-validation, each sentence once with the folds that it is about."""
    nowhere = _nowhere(folds[0])
    found: dict[str, list[int]] = {}
    for fold, material in enumerate(folds):
        for text in presence_warnings(material):
            if text not in nowhere:
                found.setdefault(text, []).append(fold)
    of_folds = [
        f"fold{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}: {text}"
        for text, numbers in found.items()
    ]
    return [*nowhere, *of_folds]


def _acted(material: Material) -> list[str]:
    """Classes of which there is any clip."""
    there = {class_of(recording) for recording in material.prepared.recordings}
    return [label for label in material.labels if label in there]


def _nowhere(material: Material) -> list[str]:
    if material.declaration.predicts != "class":
        return []
    acted = _acted(material)
    absent = [label for label in material.labels if label not in acted]
    return [NOWHERE.format(", ".join(absent))] if absent else []
