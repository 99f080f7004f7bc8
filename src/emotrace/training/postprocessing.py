"""Fits a run's post-processing on its development recordings; nothing else is read for it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emotrace import metrics, postprocess
from emotrace.config.declaration import Declaration
from emotrace.config.postprocess import CalibrationSettings, PostprocessSettings
from emotrace.config.recipe import Recipe
from emotrace.delay import LabelDelay
from emotrace.errors import CheckpointError, ConfigError, DataError, InputError
from emotrace.models.base import Model
from emotrace.postprocess import Calibration, RunPostprocess
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.postprocess.of_run import refuse_unfit, wanted
from emotrace.trace import Trace
from emotrace.training.run_folder import RunFolder
from emotrace.training.tracing import trace_prepared
from emotrace.training.windows import step_targets

_log = logging.getLogger(__name__)

NO_DEVELOPMENT = "there is no development partition to fit post-processing on: predictions stay as they are"
"""The warning of a run that asks for post-processing and can have none."""


def check_postprocess(recipe: Recipe, declaration: Declaration) -> None:
    """Refuse post-processing of traces where there are classes, and of classes where there are traces.

    Raises
    ------
    ConfigError
        If it does not suit what the model predicts.
    """
    if recipe.postprocess is None:
        return
    kind, for_classes = recipe.postprocess.kind, isinstance(recipe.postprocess, CalibrationSettings)
    if declaration.predicts == "class" and not for_classes:
        raise ConfigError(
            f"postprocess.kind is {kind}, but {recipe.name} predicts the class of a clip; "
            "expected a system that predicts a trace, or calibration, or no postprocess"
        )
    if declaration.predicts == "trace" and for_classes:
        raise ConfigError(
            f"postprocess.kind is {kind}, but {recipe.name} predicts a trace, which has no probabilities; "
            "expected a system that predicts a class, or chain or smoothing, or no postprocess"
        )


def fitted_postprocess(
    folder: RunFolder, model: Model, delay: LabelDelay, recordings: Mapping[str, Any]
) -> RunPostprocess | None:
    """The post-processing of a run's best weights: what is there already, else fitted and written now.

    Parameters
    ----------
    folder : RunFolder
    model : Model
        With the run's best weights, on any device.
    delay : LabelDelay
        Of the labels that the model learnt.
    recordings : mapping of name to PreparedRecording
        Those of the development partition are read.

    Returns
    -------
    RunPostprocess or None
        None: the recipe asks for none. Where it cannot be fitted it says why, and the run is given a warning.

    Raises
    ------
    DataError
        If a development recording is missing, or the file cannot be written.
    CheckpointError
        If what is stored is damaged or was tuned on other steps or labels, or the model gives values that are
        not numbers.
    """
    facts = folder.facts()
    settings = wanted(facts, folder.run_json)
    if settings is None:
        return None
    kept = RunPostprocess.current(folder, facts)
    if kept is not None:
        if kept.fitted is not None:
            refuse_unfit(kept.fitted, model.declaration.step_s, model.labels, str(folder.best))
        return kept
    names = folder.parts().get("development", [])
    missing = [name for name in names if name not in recordings]
    if missing:
        raise DataError(
            f"{folder.path}: post-processing is fitted on development, but the prepared corpus lacks "
            f"{len(missing)} recordings of it, the first is {missing[0]}; give the corpus that the run was "
            "trained on"
        )
    traces = [traced(model, recordings[name], delay, folder.best) for name in names]
    found = _fit(settings, traces, model, RunPostprocess(settings=settings, best=facts.get("best")))
    found = found.model_copy(update={"recordings": tuple(names)})
    found.write(folder)
    if found.reason is not None and found.reason not in facts.get("warnings", []):
        folder.update(warnings=[*facts.get("warnings", []), found.reason])
        _log.warning(found.reason)
    return found


def traced(model: Model, recording: Any, delay: LabelDelay, checkpoint: Path) -> Trace:
    """A model's trace of a prepared recording, as it is, with the gold standard beside.

    Parameters
    ----------
    model : Model
    recording : PreparedRecording
    delay : LabelDelay
    checkpoint : Path
        For the message.

    Raises
    ------
    CheckpointError
        If the model gives values that are not numbers.
    """
    trace = trace_prepared(model, recording, delay)
    if not np.isfinite(trace.values).all():
        raise CheckpointError(
            f"{checkpoint}: gives values that are not numbers for {recording.name}; its weights are damaged "
            "or training diverged, train it again"
        )
    gold = gold_standard(model, recording)
    return replace(trace, gold=gold[len(gold) - len(trace.times_s) :])  # a delay may drop the first rows


def gold_standard(model: Model, recording: Any) -> np.ndarray:
    """Gold standard (time, label); for classes 1 in the column of the clip's class, else 0."""
    target = step_targets(recording, model.declaration, len(model.labels))
    if model.declaration.predicts == "trace":
        return target
    gold = (target == np.arange(len(model.labels))).astype(float)  # (time, class)
    gold[np.isnan(target[:, 0])] = np.nan
    return gold


def _fit(
    settings: PostprocessSettings, traces: list[Trace], model: Model, unfitted: RunPostprocess
) -> RunPostprocess:
    if not traces:
        return unfitted.model_copy(update={"reason": NO_DEVELOPMENT})
    gold = [np.asarray(trace.gold, dtype=np.float64) for trace in traces]
    prediction = [trace.values for trace in traces]
    scores = _class_scores if model.declaration.predicts == "class" else _scores
    try:
        fitted = postprocess.fit(settings, gold, prediction, 1 / model.declaration.step_s, model.labels)
    except InputError as error:  # the labels of development are not enough
        return unfitted.model_copy(update={"reason": f"there is no post-processing: {error}"})
    return unfitted.model_copy(
        update={
            "fitted": fitted,
            "reason": (fitted.describe_doubt() or None) if isinstance(fitted, Calibration) else None,
            "before": scores(gold, prediction, model.labels),
            "after": scores(gold, fitted.apply(prediction), model.labels),
        }
    )


def _scores(
    gold: list[np.ndarray], prediction: list[np.ndarray], labels: tuple[str, ...]
) -> dict[str, float | None]:
    """CCC of each label, all recordings joined; None where it is not defined."""
    target, values = np.concatenate(gold), np.concatenate(prediction)
    scores = {label: metrics.ccc(target[:, i], values[:, i]) for i, label in enumerate(labels)}
    return {label: float(score) if np.isfinite(score) else None for label, score in scores.items()}


def _class_scores(
    gold: list[np.ndarray], prediction: list[np.ndarray], labels: tuple[str, ...]
) -> dict[str, float | None]:
    """Negative log-likelihood and calibration error of the clips that are rated and have a class."""
    indices = [float(one[0].argmax()) if np.isfinite(one[0]).all() else np.nan for one in gold]
    votes = [majority_vote(one) for one in prediction]
    pairs = [
        (index, vote)
        for index, vote in zip(indices, votes, strict=True)
        if np.isfinite(index) and vote.winner is not None
    ]
    losses = metrics.log_losses([index for index, _ in pairs], [vote.probabilities for _, vote in pairs])
    right = [vote.winner == index for index, vote in pairs]
    error = metrics.calibration_error(right, [vote.confidence for _, vote in pairs])
    return {"nll": float(losses.mean()), "ece": error}
