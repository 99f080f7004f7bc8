"""Scores predictions: of a run's partition, or of any folder of CSV files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.evaluation.bootstrap import SubjectBootstrap
from emotrace.evaluation.class_files import write_class_files
from emotrace.evaluation.clips import score_clips
from emotrace.evaluation.folds import write_tables
from emotrace.evaluation.groups import describe_groups, groupings
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.scored import Scored, has_raw, read_folder, read_partition
from emotrace.evaluation.traces import score_traces
from emotrace.model_card import write_card
from emotrace.writing import written_whole

TUNED_HERE = "Post-processing was tuned on these recordings: what it gains here says nothing of others."


def evaluate(
    run_path: str | Path, partition: str = "test", *, draws: int = 1000, seed: int = 0
) -> dict[str, Any]:
    """Score the predictions of a run, and write RUN/metrics.json; of folds also folds.csv and subjects.csv.

    Of classes also the confusion matrix, clips and subjects in RUN/tables; see `class_files`.

    Parameters
    ----------
    run_path : str or Path
        Run folder with predictions of the partition; of a cross-validation those that `folds.pool` put there.
    partition : {"train", "development", "test"}
    draws : int
        Bootstrap draws over subjects.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        What metrics.json holds: ``run`` (which model and split) and ``partitions``, where the other
        partitions that were evaluated before stay. Each has ``recordings``, ``subjects``,
        ``seconds``, ``interval`` (how the 95 % intervals were made, or the reason for none),
        ``warnings`` and the groups of `traces.score_traces` or `clips.score_clips`; every metric of
        ``concatenated`` and ``mean_of_recordings`` is ``{"value", "low", "high"}``, None where
        undefined. Of a cross-validation there are ``by_fold``, ``over_folds`` and ``by_subject`` of
        `groups.describe_groups`; ``subjects_shared`` is true where subjects of test are learnt from. Of
        predictions that are post-processed ``before_postprocessing`` has the metrics of ``concatenated`` as
        they were before.

    Raises
    ------
    CheckpointError
        If it is no run folder.
    InputError
        If the partition is unknown or empty.
    DataError
        If predictions are missing or damaged, or metrics.json cannot be written.

    Source
    ------
    Our choice: papers report concatenated or mean of recordings, mostly without saying which.
    """
    run = RunFolder.read(run_path)
    recordings = read_partition(run, partition)
    before = run.read_metrics() or {"partitions": {}}
    scores = _score(recordings, str(run.run["predicts"]), draws, seed)
    if has_raw(run, partition):
        before_it = _score(read_partition(run, partition, raw=True), str(run.run["predicts"]), draws, seed)
        scores["before_postprocessing"] = before_it["concatenated"]
        if partition == "development":
            scores["warnings"].append(TUNED_HERE)
    if run.subjects_shared:
        scores["subjects_shared"] = True
    if "by_fold" in scores:
        write_tables(run, scores)
    if scores["predicts"] == "class":
        write_class_files(run.files.tables, partition, scores)
    metrics = {"run": run.identity, "partitions": {**before["partitions"], partition: scores}}
    _write_json(run.files.metrics_json, metrics)
    write_card(run.path)
    return metrics


def evaluate_predictions(
    folder: str | Path,
    *,
    subjects: Mapping[str, str] | None = None,
    classes: Mapping[str, str] | None = None,
    out: str | Path | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Score anyone's predictions: a folder with one CSV per recording.

    Parameters
    ----------
    folder : str or Path
        ``<recording>.csv`` with ``time_s``, one column per label and, for traces, ``gold_<label>``
        (empty where not rated).
    subjects : mapping of recording to subject, or None
        None takes every recording as a subject of its own.
    classes : mapping of recording to class, or None
        Given, the columns are probabilities of classes, and clips are scored.
    out : str or Path or None
        JSON file to write the result to.
    draws, seed : int
        Of the bootstrap over subjects.

    Returns
    -------
    dict
        As one entry of ``partitions`` of `evaluate`.

    Raises
    ------
    DataError
        If there are no predictions, one is damaged or unknown, or `out` cannot be written.

    Source
    ------
    Our choice.
    """
    recordings = read_folder(Path(folder), subjects, classes)
    scores = _score(recordings, "trace" if classes is None else "class", draws, seed)
    if subjects is None:
        scores["warnings"].insert(0, "Subjects are not known: every recording counts as its own subject.")
    if out is not None:
        _write_json(Path(out), scores)
    return scores


def _score(recordings: Sequence[Scored], predicts: str, draws: int, seed: int) -> dict[str, Any]:
    bootstrap = SubjectBootstrap([one.subject for one in recordings], draws, seed)
    groups = groupings(recordings, predicts)
    scores = (score_clips if predicts == "class" else score_traces)(recordings, bootstrap, groups)
    if groups:
        scores |= describe_groups(scores, recordings)
    if bootstrap.rough is not None:
        scores["warnings"].append(bootstrap.rough)
    if bootstrap.undefined:
        names = ", ".join(dict.fromkeys(bootstrap.undefined))
        scores["warnings"].append(f"No interval, being undefined in more than 5 % of the draws: {names}.")
    return {
        "predicts": predicts,
        "recordings": len(recordings),
        "subjects": bootstrap.subjects,
        "seconds": _seconds(recordings),
        "interval": bootstrap.describe(),
        **scores,
    }


def _seconds(recordings: Sequence[Scored]) -> float:
    steps = [one.step_s for one in recordings]
    usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0
    lasting = [
        len(one.trace.times_s) * (step if np.isfinite(step) else usual)
        for one, step in zip(recordings, steps, strict=True)
    ]
    return round(float(np.sum(lasting)), 3)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    with written_whole(path) as part:
        part.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
