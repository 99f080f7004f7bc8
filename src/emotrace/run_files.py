"""Where things lie in a run folder: training writes it, evaluation and inference read it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emotrace.errors import CheckpointError

FUSION = "fusion"  # the system, in run.json, of a run that was fused of others
_ADVICE = "give the folder that `emotrace train ... -o` wrote, or train again"


class RunFiles:
    """Paths of the files of a run; none of them need be there.

    Parameters
    ----------
    path : path
        The run folder.

    Examples
    --------
    >>> RunFiles("run").best.as_posix()
    'run/checkpoints/best.safetensors'
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.run_json = self.path / "run.json"
        self.recipe_yaml = self.path / "recipe.yaml"
        self.partition_json = self.path / "partition.json"
        self.checkpoints = self.path / "checkpoints"
        self.best = self.checkpoints / "best.safetensors"
        self.logs = self.path / "logs"
        self.metrics_csv = self.logs / "metrics.csv"  # of training
        self.card_md = self.path / "card.md"  # what the run is, for a person
        self.postprocess_json = self.path / "postprocess.json"  # fitted on development
        self.predictions = self.path / "predictions"
        self.raw_predictions = self.predictions / "raw"  # before post-processing, where the run has it
        self.shown_predictions = self.predictions / "shown"  # what decided, where the model tells it
        self.cost_json = self.predictions / "cost.json"  # what predicting took
        self.fusion_json = self.path / "fusion.json"  # of a fused run, what it was fused of and how
        self.metrics_json = self.path / "metrics.json"  # of evaluation
        self.folds_csv = self.path / "folds.csv"  # of evaluation, of a cross-validation
        self.subjects_csv = self.path / "subjects.csv"
        self.tables = self.path / "tables"  # of evaluation, of classes: confusion matrix, clips, subjects

    def fold(self, number: int) -> Path:
        """Run folder of a fold of a cross-validation."""
        return self.path / f"fold_{number}"


def finished_folds(facts: Mapping[str, Any]) -> list[int] | None:
    """Folds that are trained and predicted, by what run.json says; None for the run of a single training.

    Raises
    ------
    CheckpointError
        If run.json says it in another form.

    Examples
    --------
    >>> finished_folds({"folds": [{"fold": 0, "state": "done"}, {"fold": 1, "state": "waiting"}]})
    [0]
    """
    if "folds" not in facts:
        return None
    try:
        return [int(entry["fold"]) for entry in facts["folds"] if entry["state"] == "done"]
    except (TypeError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"run.json: its folds are {facts['folds']!r:.80}; expected a fold and a state for each, put back "
            "what `emotrace crossval` wrote"
        ) from error


def folds_done(facts: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Of a cross-validation the finished folds, each with its number and best step; else None.

    Raises
    ------
    CheckpointError
        As `finished_folds`.
    """
    done = finished_folds(facts)
    if done is None:
        return None
    entries = {entry["fold"]: entry for entry in facts["folds"]}
    return [{"fold": fold, "best": entries[fold].get("best")} for fold in done]


def identity(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What of run.json must be equal for two evaluations to speak of the same model and split.

    Raises
    ------
    CheckpointError
        As `finished_folds`.
    """
    keys = ("system", "variant", "preset", "corpus", "fold", "recipe_digest", "partition_digest", "best")
    folds = folds_done(facts)
    return {key: facts.get(key) for key in keys} | ({} if folds is None else {"folds": folds})


def refuse_folds(run: RunFiles, facts: Mapping[str, Any]) -> None:
    """Refuse the folder of a cross-validation where one model is needed.

    Raises
    ------
    CheckpointError
        Naming the folder of a fold to use.
    """
    done = finished_folds(facts)
    if done is None:
        return
    example = run.fold(done[0] if done else 0)
    raise CheckpointError(
        f"{run.path}: is a cross-validation and has a model for each fold; give the folder of one fold, such "
        f"as {example}"
    )


def refuse_unfinished(run: RunFiles, facts: Mapping[str, Any]) -> None:
    """Refuse a run that has no weights of its last stage, and say what it lacks.

    Raises
    ------
    CheckpointError
        Naming the stages that are done, and those that are still to be trained.
    """
    if run.best.is_file():
        return
    stages = facts.get("stages")
    known = [one for one in stages if isinstance(one, dict)] if isinstance(stages, list) else []
    waiting = [str(one.get("name")) for one in known if one.get("state") != "done"]
    done = [str(one.get("name")) for one in known if one.get("state") == "done"]
    if waiting or facts.get("state") != "done":
        before = f" ({', '.join(done)} done)" if done else ""
        lacking = f": {', '.join(waiting)} still to be trained{before}" if waiting else ""
        raise CheckpointError(
            f"{run.path}: training has not come to an end{lacking}, so there are no weights to use yet; "
            "finish it with `emotrace train ... --resume`"
        )
    raise CheckpointError(
        f"{run.best}: does not exist, though run.json says that training is {facts.get('state')!r}; put it "
        "back, or train again in a new folder"
    )


def read_json(path: Path, keys: Iterable[str] = (), advice: str = _ADVICE) -> dict[str, Any]:
    """The object in a JSON file of a run.

    Parameters
    ----------
    path : Path
    keys : iterable of str
        What it must have.
    advice : str
        What to do about a wrong file; ends the message.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, no object, or lacks a key.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        gone = isinstance(error, FileNotFoundError)
        reason = "there is no such file" if gone else str(error).splitlines()[0]
        raise CheckpointError(f"{path}: not readable ({reason}); {advice}") from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{path}: holds no JSON object; {advice}")
    missing = [key for key in keys if key not in values]
    if missing:
        raise CheckpointError(f"{path}: lacks {' and '.join(missing)}; {advice}")
    return values


def is_fused(facts: Mapping[str, Any]) -> bool:
    """Whether a run is a fusion of others, by what its run.json says.

    Examples
    --------
    >>> is_fused({"system": "nguyen2020"})
    False
    """
    return facts.get("system") == FUSION
