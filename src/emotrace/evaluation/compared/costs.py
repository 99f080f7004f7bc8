"""What each run cost: parameters, training time, milliseconds per step, memory."""

import json
from collections.abc import Sequence
from typing import Any

from emotrace.evaluation.compared.entrants import Entrant
from emotrace.run_files import RunFiles

COLUMNS = {
    "parameters_training": "parameters in training",
    "parameters_inference": "in inference",
    "training_seconds": "training (s)",
    "training_memory_mb": "memory, training (MB)",
    "ms_per_step": "ms per step",
    "prediction_memory_mb": "memory, predicting (MB)",
    "threads": "threads",
}


def cost_rows(entrants: Sequence[Entrant]) -> list[dict[str, Any]]:
    """One row per run: ``run`` and the keys of `COLUMNS`; None where the run does not say.

    Of a cross-validation the training time is of all folds, parameters of one, memory the highest.
    """
    return [{"run": one.name} | _cost(one) for one in entrants]


def _cost(entrant: Entrant) -> dict[str, Any]:
    files = entrant.run.files
    folders = [files]
    if entrant.run.folds is not None:
        folders = [RunFiles(files.fold(entry["fold"])) for entry in entrant.run.folds]
    trained = [_read(folder.run_json).get("cost") or {} for folder in folders]
    predicted = [_read(folder.cost_json) for folder in folders]
    seconds = [sum(one["seconds"].values()) for one in trained if one.get("seconds")]
    steps = sum(one.get("steps", 0) for one in predicted)
    spent = sum(one.get("seconds", 0.0) for one in predicted)
    return {
        "parameters_training": _highest(trained, "parameters_training"),
        "parameters_inference": _highest(trained, "parameters_inference"),
        "training_seconds": round(sum(seconds), 1) if seconds else None,
        "training_memory_mb": _highest(trained, "peak_memory_mb"),
        "ms_per_step": round(1000 * spent / steps, 3) if steps else None,
        "prediction_memory_mb": _highest(predicted, "peak_memory_mb"),
        "threads": _highest(predicted, "threads"),
    }


def _highest(costs: Sequence[dict[str, Any]], key: str) -> int | None:
    return max((one[key] for one in costs if one.get(key) is not None), default=None)


def _read(path: Any) -> dict[str, Any]:
    """A JSON object; of a run made before costs were kept, or of a fusion, an empty one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
