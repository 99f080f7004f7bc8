"""What each run cost: parameters, training time, milliseconds per second of recording, memory."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.evaluation.compared.entrants import Entrant
from emotrace.run_files import RunFiles, finished_folds, is_fused

COLUMNS = {
    "parameters_training": "parameters in training",
    "parameters_inference": "in inference",
    "training_seconds": "training (s)",
    "training_memory_mb": "memory, training (MB)",
    "training_device": "trained on",
    "ms_per_second": "predicting a second of recording (ms)",
    "prediction_memory_mb": "memory, predicting (MB)",
    "prediction_device": "predicted on",
    "threads": "threads",
}

HINT = (
    "As each run measured it on its machine: to be compared only if that was the same and as busy. "
    "Predicting: from prepared tracks to values, the median of the recordings. Memory: the most that the "
    "whole process held meanwhile, with its libraries and what earlier work left. A dash: not measured."
)

Cost = dict[str, Any]


def cost_rows(entrants: Sequence[Entrant]) -> list[Cost]:
    """One row per run: ``run`` and the keys of `COLUMNS`; None where the run does not say.

    Of a cross-validation the training time is the sum of all folds, that of predicting their median, and the
    rest the highest. Of a fusion parameters and times are the sums of its sources, None where one is not
    known, and memory and threads the highest.
    """
    return [{"run": one.name} | _cost(one.run.path) for one in entrants]


def cost_notes(entrants: Sequence[Entrant]) -> list[str]:
    """How the costs of folds and fusions come about, and why some are not known, in sentences."""
    found = []
    folds = [one.name for one in entrants if one.run.folds is not None]
    if folds:
        found.append(
            f"Of the folds of {', '.join(folds)} training is the sum, predicting the median, the rest the "
            "highest."
        )
    for one in entrants:
        if is_fused(one.run.run):
            lost = [str(source.get("name")) for source in _sources(one.run.run) if not _is_same(source)]
            found.append(
                f"Of {one.name}, a fusion, the costs are not known: of its sources {', '.join(lost)} "
                f"{'is' if len(lost) == 1 else 'are'} gone, trained anew, or no run."
                if lost
                else f"Of {one.name}, a fusion, parameters and times are the sums of its sources where all "
                "are known, the rest the highest."
            )
    return found


def _cost(path: Path) -> Cost:
    facts, files = _read(RunFiles(path).run_json), RunFiles(path)
    if is_fused(facts):
        sources = _sources(facts)
        if not all(map(_is_same, sources)):
            return dict.fromkeys(COLUMNS)
        return _together([_cost(Path(source["path"])) for source in sources], sum, sum, sum)
    folds = finished_folds(facts)
    if folds is not None:
        return _together([_cost(files.fold(fold)) for fold in folds], max, sum, _median)
    trained, predicted = facts.get("cost") or {}, _read(files.cost_json)
    seconds = trained.get("seconds")
    return {
        "parameters_training": trained.get("parameters_training"),
        "parameters_inference": trained.get("parameters_inference"),
        "training_seconds": round(sum(seconds.values()), 1) if seconds else None,
        "training_memory_mb": trained.get("peak_memory_mb"),
        "training_device": trained.get("device"),
        "ms_per_second": predicted.get("ms_per_second"),
        "prediction_memory_mb": predicted.get("peak_memory_mb"),
        "prediction_device": predicted.get("device"),
        "threads": predicted.get("threads"),
    }


def _together(
    costs: Sequence[Cost],
    parameters: Callable[[list], float],
    training: Callable[[list], float],
    predicting: Callable[[list], float],
) -> Cost:
    """The costs of several models as one; None where that of one is not known."""
    ways: dict[str, Callable[[list], Any]] = {
        "parameters_training": parameters,
        "parameters_inference": parameters,
        "training_seconds": training,
        "training_device": _listed,
        "ms_per_second": predicting,
        "prediction_device": _listed,
    }
    found = {}
    for name in COLUMNS:
        values = [cost[name] for cost in costs]
        value = None if None in values or not values else ways.get(name, max)(values)
        found[name] = round(value, 3) if isinstance(value, float) else value
    return found


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _sources(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return facts.get("sources") or []


def _is_same(source: dict[str, Any]) -> bool:
    """Whether the run that was fused is still there."""
    there = _read(RunFiles(str(source.get("path"))).run_json)
    return bool(there) and there.get("recipe_digest") == source.get("recipe_digest")


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; of a run made before costs were kept, an empty one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
