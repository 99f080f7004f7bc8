"""The runs that are compared: read, named, and refused where they do not speak of the same recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.errors import DataError, InputError
from emotrace.evaluation.compared.times import refuse_other_gold
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.scored import Scored, read_partition


@dataclass(frozen=True)
class Entrant:
    """One run with its predictions.

    Parameters
    ----------
    name : str
        Tells it from the others.
    run : RunFolder
    recordings : tuple of Scored
        Sorted by name; the same recordings for all.
    """

    name: str
    run: RunFolder
    recordings: tuple[Scored, ...]

    @property
    def system(self) -> str:
        """``system/variant``, and the preset if there is one."""
        preset = self.run.run.get("preset")
        return f"{self.run.run['system']}/{self.run.run['variant']}" + (f" ({preset})" if preset else "")

    @property
    def predicts(self) -> str:
        """``"trace"`` or ``"class"``."""
        return str(self.run.run["predicts"])

    @property
    def step_s(self) -> float:
        """Seconds from one row to the next (median of the recordings); inf if none has two rows."""
        steps = [one.step_s for one in self.recordings if len(one.trace.times_s) > 1]
        return float(np.median(steps)) if steps else float("inf")


def read_entrants(run_paths: Sequence[str | Path], partition: str = "test") -> tuple[Entrant, ...]:
    """Read the predictions of several runs for one partition.

    Parameters
    ----------
    run_paths : sequence of path
        Run folders, of single trainings, cross-validations or fusions, whose partition was evaluated.
    partition : {"train", "development", "test"}

    Raises
    ------
    InputError
        If there are fewer than two runs, one is named twice, or the partition is unknown or empty.
    CheckpointError
        If one is no run folder.
    DataError
        If predictions are missing or damaged, or the runs differ in what they predict, in the scale of
        ratings, in recordings, in subjects, in the parts of recordings that are rated, or in the gold
        standard.
    """
    folders = [Path(path) for path in run_paths]
    if len(folders) < 2:
        raise InputError(f"there is {len(folders)} run to compare; give two or more run folders")
    places = [folder.resolve() for folder in folders]
    for folder, place in zip(folders, places, strict=True):
        if places.count(place) > 1:
            raise InputError(f"{folder} is given twice; give each run once")
    runs = [RunFolder.read(folder) for folder in folders]
    entrants = tuple(
        Entrant(name, run, tuple(sorted(read_partition(run, partition), key=lambda one: one.name)))
        for name, run in zip(_names(runs, places), runs, strict=True)
    )
    for other in entrants[1:]:
        _check_same(entrants[0], other, partition)
    return entrants


def common_labels(entrants: Sequence[Entrant]) -> tuple[str, ...]:
    """Labels that all predict, in the order of the first; of classes all or nothing.

    Raises
    ------
    DataError
        If there is none, or the classes are not the same.
    """
    first = entrants[0]
    shared = [label for label in first.run.labels if all(label in one.run.labels for one in entrants)]
    for other in entrants[1:]:
        if not shared or (first.predicts == "class" and set(other.run.labels) != set(first.run.labels)):
            raise DataError(
                f"{first.run.path} predicts {', '.join(first.run.labels)}, and {other.run.path} "
                f"{', '.join(other.run.labels)}; expected "
                f"{'the same classes' if first.predicts == 'class' else 'a dimension in common'}"
            )
    return tuple(shared)


def what_differs(entrants: Sequence[Entrant]) -> list[str]:
    """What a reader must know before trusting the comparison, in sentences."""
    found = []
    if len({one.run.run.get("partition_digest") for one in entrants}) > 1:
        found += _how_partitions_differ(entrants)
    corpora = {one.name: str(one.run.run["corpus"]) for one in entrants if one.run.run.get("corpus")}
    if len(set(corpora.values())) > 1:
        told = ", ".join(f"{name} on {corpus}" for name, corpus in corpora.items())
        found.append(
            f"Prepared as corpora of other names, though recordings and gold standard agree: {told}."
        )
    small = [one.name for one in entrants if one.run.run.get("preset") == "small"]
    if small and len(small) < len(entrants):
        found.append(f"Of the small preset, which no paper used: {', '.join(small)}.")
    unfinished = [one.name for one in entrants if one.run.run.get("state", "done") != "done"]
    if unfinished:
        found.append(f"Not finished: {', '.join(unfinished)}.")
    shared = [one.name for one in entrants if one.run.subjects_shared]
    if shared:
        found.append(f"Subjects are shared between train and test (subjects shared): {', '.join(shared)}.")
    grids = {round(one.step_s, 6) for one in entrants}
    if len(grids) > 1 and entrants[0].predicts == "trace":
        steps = ", ".join(f"{one.name} every {one.step_s:g} s" for one in entrants)
        found.append(
            f"Each is scored on its own time grid: {steps}; differences are of the times of the coarser."
        )
    return found


def _how_partitions_differ(entrants: Sequence[Entrant]) -> list[str]:
    """A sentence; none for single trainings with the same recordings in each partition."""
    here = "The partitions of these runs are not the same: they are tested on the same recordings here, and"
    crossed = [one.name for one in entrants if one.run.folds is not None]
    splits = [one.run.partition for one in entrants]
    if 0 < len(crossed) < len(entrants):
        told = ", ".join(crossed)
        return [f"{here} only {told} by models of several folds, which learnt from different ones."]
    if crossed:
        same = all(split["fold_of"] == splits[0]["fold_of"] for split in splits)
        aside = "in the same folds, but set other recordings of each fold aside for development"
        return [f"{here} {aside if same else 'in other folds'}."]
    parts = [{part: set(names) for part, names in split["parts"].items()} for split in splits]
    differing = [part for part in parts[0] if any(one.get(part) != parts[0][part] for one in parts)]
    return [f"{here} differ in {' and '.join(differing)}."] if differing else []


def _names(runs: Sequence[RunFolder], places: Sequence[Path]) -> list[str]:
    """``system/variant`` of each run where that tells them apart, else the shortest ends of their paths."""
    systems = [f"{run.run['system']}/{run.run['variant']}" for run in runs]
    if len(set(systems)) == len(systems):
        return systems
    for depth in range(1, max(len(place.parts) for place in places) + 1):
        names = ["/".join(place.parts[-depth:]) for place in places]
        if len(set(names)) == len(names):
            return names
    raise AssertionError("paths that are not the same have ends that differ")


def _check_same(first: Entrant, other: Entrant, partition: str) -> None:
    where = f"{other.run.path} and {first.run.path}"
    if other.predicts != first.predicts:
        raise DataError(
            f"{other.run.path} predicts a {other.predicts} and {first.run.path} a {first.predicts}; compare "
            "like with like"
        )
    for one, whole in ((first.run, other.run), (other.run, first.run)):
        if one.run.get("fold") is not None and whole.folds is not None:
            raise DataError(
                f"{one.path} is a single fold and {whole.path} a cross-validation; compare whole "
                "cross-validations, or folds with folds"
            )
    scales = first.run.scale, other.run.scale
    if None not in scales and scales[0] != scales[1]:
        learnt, others = ("{:g} to {:g}".format(*scale) for scale in scales if scale is not None)
        raise DataError(
            f"{where}: one learnt ratings from {others} and the other from {learnt}, so their errors have "
            "other units; expected runs on the same scale"
        )
    mine, theirs = ({one.name for one in entrant.recordings} for entrant in (first, other))
    if mine != theirs:
        odd = sorted(mine ^ theirs)
        raise DataError(
            f"{where}: {len(odd)} recordings of the partition {partition} are in one and not in the other, "
            f"the first is {odd[0]}; expected runs on the same partition"
        )
    for a, b in zip(first.recordings, other.recordings, strict=True):
        if a.subject != b.subject or a.gold_class != b.gold_class:
            raise DataError(
                f"{where}: {a.name} is of {a.subject}, {a.gold_class or 'no class'} in one and of "
                f"{b.subject}, {b.gold_class or 'no class'} in the other; expected the same corpus"
            )
        if first.predicts == "trace":
            coarser, finer = (a, b) if first.step_s >= other.step_s else (b, a)
            refuse_other_gold(coarser, finer, max(first.step_s, other.step_s), where)
