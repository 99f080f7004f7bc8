"""Predicts a partition of the corpus that a run was trained on, beside its gold standard."""

import json
import logging
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from emotrace.costs import PeakMemory
from emotrace.errors import DataError, InputError
from emotrace.models import load_checkpoint
from emotrace.postprocess import Fitted
from emotrace.run_files import finished_folds, refuse_folds, refuse_unfinished
from emotrace.store import changed_media, open_prepared, refuse_other_corpus
from emotrace.trace import Trace
from emotrace.training.chosen_labels import choose_labels
from emotrace.training.folds_folder import FoldsFolder
from emotrace.training.postprocessing import fitted_postprocess, traced
from emotrace.training.run_folder import RunFolder
from emotrace.training.threads import torch_threads
from emotrace.writing import written_whole

_log = logging.getLogger(__name__)


def predict_partition(
    run_path: str | Path,
    prepared_path: str | Path | None = None,
    partition: str = "test",
    *,
    device: str = "cpu",
) -> list[Path]:
    """Write ``predictions/<recording>.csv`` for every recording of a partition.

    They are post-processed if the run's recipe asks for that: as training fitted it, or fitted now on the
    development recordings where that is missing or of other weights. What the model itself says stands in
    ``predictions/raw/<recording>.csv`` then. What decided about each step stands in
    ``predictions/shown/<recording>.csv`` if the model tells it (`Model.trace_shown`).

    Parameters
    ----------
    run_path : path
        A run folder.
    prepared_path : path or None
        The prepared corpus; None: where it was when the run was trained.
    partition : {"train", "development", "test"}
    device : str
        A torch device.

    Returns
    -------
    list of Path
        The files, in the order of the recordings' names.

    Raises
    ------
    InputError
        If there is no partition of that name.
    CheckpointError
        If the run folder is damaged or that of a cross-validation, its training left no best checkpoint
        yet, or the checkpoint is of another system or gives values that are not numbers.
    DataError
        If the partition is empty, or the prepared corpus is not there, lacks one of its recordings, or one of
        development where post-processing is still to be fitted, or is not what the model was trained on
        (`store.refuse_other_corpus`).
    """
    folder = RunFolder(run_path)
    facts, parts = folder.facts(), folder.parts()
    refuse_folds(folder, facts)
    if partition not in parts:
        raise InputError(f"partition is {partition!r}; expected one of: {', '.join(parts)}")
    if not parts[partition]:
        raise DataError(f"{folder.path}: the partition {partition} of this run is empty; choose another")
    refuse_unfinished(folder, facts)
    model, meta = load_checkpoint(folder.best, f"{facts.get('system')}/{facts.get('variant')}")
    model.to(device)
    prepared = open_prepared(prepared_path if prepared_path is not None else str(facts.get("prepared")))
    there = {recording.name for recording in prepared.recordings}
    missing = [name for name in parts[partition] if name not in there]
    if missing:
        raise DataError(
            f"{prepared.path}: lacks {len(missing)} recordings of the partition {partition}, the first is "
            f"{missing[0]}; give the prepared corpus that the run was trained on"
        )
    refuse_other_corpus(prepared, meta, parts[partition], folder.partition().get("subjects") or {})
    if model.declaration.predicts == "trace":
        prepared = choose_labels(prepared, model.labels)
    by_name = {recording.name: recording for recording in prepared.recordings}
    changed = changed_media(
        [by_name[name] for name in parts[partition]], folder.partition().get("media") or {}
    )
    if changed:
        _log.warning(
            "%s: pictures or sound of %d of %d recordings are not those that the run was trained with, the "
            "first is %s; scores are of what is there now",
            prepared.path, len(changed), len(parts[partition]), changed[0],
        )  # fmt: skip
    kept = fitted_postprocess(folder, model, meta.delay, by_name)
    folder.predictions.mkdir(exist_ok=True)
    paths, blind, spent = [], [], []
    memory = PeakMemory()
    for name in parts[partition]:
        began = time.perf_counter()
        trace = traced(model, by_name[name], meta.delay, folder.best)
        lasts_s = max(by_name[name].duration_s, model.declaration.step_s)
        spent.append((time.perf_counter() - began, lasts_s))
        paths.append(_write(folder, name, trace, None if kept is None else kept.fitted))
        if trace.observed and not any(given.any() for given in trace.observed.values()):
            blind.append(name)
    if blind:
        _log.warning(
            "%d recordings have nothing of %s, so their traces are based on nothing: %s",
            len(blind), " or ".join(model.declaration.inputs), ", ".join(blind),
        )  # fmt: skip
    _write_cost(folder, device, np.array(spent), memory.mb())
    return paths


def predict_folds(
    run_path: str | Path, prepared_path: str | Path | None = None, partition: str = "test"
) -> None:
    """Predict the test of every finished fold anew, as `train_folds` did.

    Parameters
    ----------
    run_path : path
        Folder of a cross-validation.
    prepared_path : path or None
        The prepared corpus; None: where it was when the folds were trained.
    partition : {"test"}
        The only part in which every recording is once.

    Raises
    ------
    InputError
        If another partition is asked for.
    CheckpointError
        If it is no folder of a cross-validation, or a fold is damaged.
    DataError
        As `predict_partition`.
    """
    folder = FoldsFolder(run_path)
    facts = folder.facts()
    if partition != "test":
        raise InputError(
            f"partition is {partition!r}, but a cross-validation is scored on test alone; give the folder of "
            f"one fold, such as {folder.fold(0)}"
        )
    with torch_threads(int(facts.get("threads") or torch.get_num_threads())):
        for fold in finished_folds(facts) or ():
            predict_partition(folder.fold(fold), prepared_path, "test")


def _write(folder: RunFolder, name: str, trace: Trace, fitted: Fitted | None) -> Path:
    """Write what the model says, post-processed if it is to be; the raw trace then stands beside."""
    path, raw = folder.predictions / f"{name}.csv", folder.raw_predictions / f"{name}.csv"
    _write_shown(folder.shown_predictions / f"{name}.csv", trace)
    if fitted is None:
        raw.unlink(missing_ok=True)
    else:
        with written_whole(raw) as part:
            trace.to_csv(part)
        (values,) = fitted.apply([trace.values])
        trace = replace(trace, values=values.astype(np.float32))
    with written_whole(path) as part:
        trace.to_csv(part)
    return path


def _write_shown(path: Path, trace: Trace) -> None:
    """What decided about each step, if the model tells it."""
    if not trace.shown:
        path.unlink(missing_ok=True)
        return
    with written_whole(path) as part:
        trace.shown_to_csv(part)


def _write_cost(folder: RunFolder, device: str, spent: np.ndarray, memory_mb: int | None) -> None:
    """What predicting took, from prepared tracks to values: a comparison of runs shows it.

    `spent` is (recording, 2): seconds that it took, and seconds that the recording lasts. Their median is
    little moved by the first recording, with which libraries and files are loaded, and by what else the
    machine does.
    """
    cost = {
        "seconds": round(float(spent[:, 0].sum()), 3),
        "recorded_seconds": round(float(spent[:, 1].sum()), 3),
        "ms_per_second": round(1000 * float(np.median(spent[:, 0] / spent[:, 1])), 3),
        "device": device,
        "threads": torch.get_num_threads(),
        "peak_memory_mb": memory_mb,
    }
    with written_whole(folder.cost_json) as part:
        part.write_text(json.dumps(cost, indent=2), encoding="utf-8")
