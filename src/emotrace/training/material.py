"""What a run is made from: a prepared corpus that fits the model, split into partitions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration
from emotrace.config.recipe import PartitionSettings, Recipe
from emotrace.delay import NO_DELAY, LabelDelay
from emotrace.errors import ConfigError, DataError
from emotrace.features import step_count
from emotrace.models.registry import available, configure, declare
from emotrace.store import media_digest, partition_digest, refuse_other_versions, split
from emotrace.store.table_remarks import want_of
from emotrace.training.chosen_labels import choose_labels


@dataclass(frozen=True)
class Material:
    """A prepared corpus, ready for a recipe.

    Parameters
    ----------
    prepared : PreparedCorpus
    config : Settings
        Full configuration of the model.
    declaration : Declaration
    labels : tuple of str
        Dimensions or classes that the model is to predict.
    parts : mapping of str to tuple of str
        Names of the recordings of train, development and test.
    fold : int or None
    splitting : PartitionSettings
    delay : LabelDelay
        Of the labels that are learnt.
    """

    prepared: Any
    config: Settings
    declaration: Declaration
    labels: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    fold: int | None
    splitting: PartitionSettings
    delay: LabelDelay = NO_DELAY

    def recordings(self, part: str) -> list[Any]:
        """The recordings of a partition, sorted by name."""
        by_name = {recording.name: recording for recording in self.prepared.recordings}
        return [by_name[name] for name in self.parts[part]]

    def left_out(self) -> list[str]:
        """Names of the recordings that are in no partition, sorted."""
        used = {name for names in self.parts.values() for name in names}
        return sorted(recording.name for recording in self.prepared.recordings if recording.name not in used)

    def partition(self) -> dict[str, Any]:
        """What partition.json holds."""
        facts: dict[str, Any] = {
            "scheme": self.splitting.scheme,
            "fold": self.fold,
            "parts": {part: list(names) for part, names in self.parts.items()},
            "subjects": {recording.name: recording.subject for recording in self.prepared.recordings},
            "media": {recording.name: media_digest(recording) for recording in self.prepared.recordings},
        }
        if self.splitting.by != "subject":
            facts["by"] = self.splitting.by
        if self.splitting.shares_subjects:
            facts["subjects_shared"] = True
        if self.prepared.classes:
            facts["classes"] = {recording.name: class_of(recording) for recording in self.prepared.recordings}
        return facts

    def shared_subjects(self) -> list[str]:
        """Subjects of test that are in train or development too, sorted."""
        subject = {recording.name: recording.subject for recording in self.prepared.recordings}
        tested, learnt = (
            {subject[name] for part in parts for name in self.parts[part]}
            for parts in (("test",), ("train", "development"))
        )
        return sorted(tested & learnt)

    def partition_digest(self) -> str:
        """Hash of who is in which partition."""
        return partition_digest(self.parts)


def class_of(recording: Any) -> str | None:
    """Class of a clip; None if it has none."""
    return None if recording.labels is None else recording.labels.attributes.get("class")


def gather_material(recipe: Recipe, prepared: Any, fold: int | None) -> Material:
    """Split a prepared corpus and check that a recipe's model can be trained on it.

    Parameters
    ----------
    recipe : Recipe
    prepared : PreparedCorpus
    fold : int or None

    Raises
    ------
    ConfigError
        If the model cannot be configured, the partition scheme does not suit the corpus, or the delay or the
        labels do not suit the model.
    DataError
        If the corpus lacks labels that are to be learnt, has classes where the model predicts a trace or
        the other way round, a partition is empty, no training recording is rated, a track is missing, or
        a recording is too short for its delay.
    """
    config = configure(recipe.name, recipe.preset, recipe.model)
    declaration = declare(recipe.name, recipe.preset, recipe.model)
    if recipe.labels is not None:
        if declaration.predicts == "class":
            raise ConfigError(
                f"labels is {', '.join(recipe.labels) or 'empty'}, but {recipe.name} predicts the class of a "
                "clip; expected no labels, for it learns all classes of the corpus"
            )
        prepared = choose_labels(prepared, recipe.labels)
    labels = fitting_labels(recipe.name, declaration, prepared)
    parts = split(candidates(recipe, prepared, declaration), recipe.partition, fold)
    material = Material(prepared, config, declaration, labels, parts, fold, recipe.partition, recipe.delay)
    return _checked(material, recipe.name)


def refit_material(material: Material, name: str, config: Settings, declaration: Declaration) -> Material:
    """The same recordings for another model, which a stage trains before that of the recipe.

    Raises
    ------
    ConfigError, DataError
        As `gather_material`.
    """
    labels = fitting_labels(name, declaration, material.prepared)
    return _checked(replace(material, config=config, declaration=declaration, labels=labels), name)


def _checked(material: Material, name: str) -> Material:
    """The same material, of which the model of that name can be trained."""
    prepared, declaration = material.prepared, material.declaration
    training = material.recordings("train")
    if not training:
        raise DataError(f"{prepared.path}: the train partition is empty; expected at least one recording")
    if not any(_is_rated(recording, declaration) for recording in training):
        raise DataError(
            f"{prepared.path}: none of the {len(training)} recordings of the train partition is rated; "
            f"expected labels of {', '.join(material.labels)}, prepare a corpus with labels"
        )
    _check_tracks(name, declaration, prepared, training)
    refuse_other_versions(prepared.path, declaration.inputs.values(), prepared.recordings)
    _check_delay(material)
    return material


def candidates(recipe: Recipe, prepared: Any, declaration: Declaration) -> list[Any]:
    """The recordings that are split: unrated ones can neither train nor test a fold."""
    found = list(prepared.recordings)
    if recipe.partition.scheme == "fixed":
        return found
    return [one for one in found if _is_rated(one, declaration)] or found


def fitting_labels(name: str, declaration: Declaration, prepared: Any) -> tuple[str, ...]:
    """Labels that a model learns from a corpus: its dimensions for a trace, its classes for a class.

    Raises
    ------
    DataError
        If the corpus has none of that kind.
    """
    dimensions, classes = tuple(prepared.dimensions), tuple(prepared.classes)
    labels, others = (classes, dimensions) if declaration.predicts == "class" else (dimensions, classes)
    if labels:
        return labels
    kind, other, wanted = "dimensions over time", "trace", "classes"
    if declaration.predicts == "trace":
        kind, other, wanted = "one class per clip", "class", "rated dimensions"
    has = f"{kind} ({', '.join(others)})" if others else "no labels"
    fitting = f", or a system that does, such as {_systems_for(other)}" if others else ""
    raise DataError(
        f"{prepared.path}: the corpus has {has}, but {name} predicts a {declaration.predicts} and needs "
        f"{wanted}; choose a corpus that fits{fitting}"
    )


def _systems_for(predicts: str) -> str:
    """A variant of each system that predicts a trace, or a class."""
    of_system: dict[str, str] = {}
    for name in available():
        if declare(name).predicts == predicts:
            of_system.setdefault(name.partition("/")[0], name)
    return ", ".join(of_system.values())


def _is_rated(recording: Any, declaration: Declaration) -> bool:
    if recording.labels is None:
        return False
    if declaration.predicts == "class":
        return class_of(recording) is not None
    return bool(np.isfinite(np.asarray(recording.labels.values)).any())


def _check_delay(material: Material) -> None:
    delay, declaration = material.delay, material.declaration
    if delay.seconds == 0:
        return
    if declaration.predicts == "class":
        raise ConfigError(
            f"delay.seconds is {delay.seconds:g}, but the model predicts the class of a whole clip, which "
            "has no delay; expected 0"
        )
    delay.steps(declaration.step_s)
    for recording in (one for part in material.parts for one in material.recordings(part)):
        delay.check_length(step_count(recording, declaration), declaration.step_s, recording.name)
    for recording in material.recordings("train"):
        if recording.duration_s <= delay.seconds:
            raise ConfigError(
                f"delay.seconds is {delay.seconds:g}, but {recording.name} lasts {recording.duration_s:g} s; "
                "expected a delay shorter than every training recording"
            )


def _check_tracks(name: str, declaration: Declaration, prepared: Any, recordings: list[Any]) -> None:
    specs = {spec.track: spec for spec in declaration.inputs.values()}
    for track in sorted(specs):
        if any(track not in recording.entries for recording in recordings):
            raise DataError(
                f"{prepared.path}: was prepared without the track {track}, which {name} needs; run `emotrace "
                "prepare` again with `--for` this recipe and the `--set` that you train with"
            )
        if all(recording.track(track) is None for recording in recordings):
            raise DataError(
                f"{prepared.path}: no training recording has the modality of the track {track}, which {name} "
                f"needs, for want of {want_of([specs[track]], recordings)}; choose another preset, variant "
                "or corpus"
            )
