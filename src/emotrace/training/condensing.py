"""Computes once per recording what a model makes of its inputs and a stage does not change."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.dropout import _DropoutNd

from emotrace import __version__, features
from emotrace.errors import InputError
from emotrace.models.base import CONDENSED, Model
from emotrace.training.condensed_files import RowsOnDisk, finished, forget_open_files, write_rows
from emotrace.training.machine import Machine, is_first_process, process_number
from emotrace.training.parts import lies_in
from emotrace.training.plan import StagePlan
from emotrace.training.run_folder import RunFolder

CHUNK_STEPS = 64  # steps in memory at a time


def condense_stage(
    model: Model, plan: StagePlan, folder: RunFolder, machine: Machine
) -> tuple[list[Any], list[Any]]:
    """The recordings of train and development as a stage reads them: condensed, if that saves anything.

    Nothing is condensed unless all parts that the model names in `condensed_by` stay as they are: their
    parameters are frozen, or they have none, and batch norm and dropout in them are at rest. Recordings to
    train on are condensed only if the model `learns_condensed`. What a stage finds in the run folder, when it
    is resumed or of the stage before, is taken if it was made of the same tracks by the same parameters and
    buffers. Processes that train together begin with different recordings and take what another has finished.

    Parameters
    ----------
    model : Model
        As the stage begins with it, or goes on with it; its frozen parts at rest.
    plan : StagePlan
    folder : RunFolder
        Gets ``condensed/<recording>/<name>.npy``; a stage replaces what it cannot use.
    machine : Machine

    Returns
    -------
    train, development : list of PreparedRecording or CondensedRecording

    Raises
    ------
    InputError
        If what `Model.condense` gives breaks its rules.
    DiskFullError
        If the disk is full; what was finished is kept for a resumed run.
    """
    material = plan.material
    train, development = material.recordings("train"), material.recordings("development")
    forget_open_files()  # of the stage before, which may be replaced
    if not stands_still(model):
        return train, development
    made_by = _digest(model, plan)
    device = torch.device("cuda" if machine.accelerator != "cpu" and torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        device = torch.device("cuda", process_number() % torch.cuda.device_count())
    learnt = len(train) if model.learns_condensed else 0
    everyone = [*train[:learnt], *development]
    condensed: dict[int, Any] = {}
    columns = (TextColumn("condense"), TextColumn(plan.stage.name), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    shows = machine.progress and is_first_process()
    with Progress(*columns, console=Console(stderr=True), disable=not shows) as bar, _at_rest(model, device):
        first = len(everyone) * process_number() // machine.processes
        task = bar.add_task("", total=len(everyone))
        for number in [*range(first, len(everyone)), *range(first)]:
            condensed[number] = _condensed(model, everyone[number], folder.condensed, made_by)
            bar.advance(task)
    in_order = [condensed[number] for number in range(len(everyone))]
    return in_order[:learnt] + train[learnt:], in_order[learnt:]


def remove_condensed(place: Path) -> None:
    """Remove the folder of what was condensed; nothing happens where nothing was."""
    forget_open_files()
    shutil.rmtree(place, ignore_errors=True)  # processes that trained together all do this


def stands_still(model: Model) -> bool:
    """Whether a model condenses, and nothing that it condenses by changes or draws by chance in training."""
    parts = [model.get_submodule(name) for name in model.condensed_by]
    trained = any(parameter.requires_grad for part in parts for parameter in part.parameters())
    moving = any(
        module.training and isinstance(module, _NormBase | _DropoutNd)
        for part in parts
        for module in part.modules()
    )
    return bool(parts) and not trained and not moving


@contextmanager
def _at_rest(model: Model, device: torch.device) -> Iterator[None]:
    """A model in evaluation mode on a device for the time being."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval().to(device)
    try:
        yield
    finally:
        model.to("cpu")
        for module, training in modes:
            module.training = training


def _condensed(model: Model, recording: Any, place: Path, made_by: str) -> Any:
    """A recording with its condensed inputs, from disk if they lie there; as it is if it has none."""
    declaration = model.declaration
    specs = declaration.inputs.values()
    by_subject = any(getattr(spec, "normalise", None) == "subject" for spec in specs)
    tracks = [  # of the others too, where these decide on its z-scores
        {spec.track: one.entries.get(spec.track) for spec in specs}
        for one in (recording, *(getattr(recording, "of_subject", ()) if by_subject else ()))
    ]
    steps = features.step_count(recording, declaration)
    text = json.dumps([made_by, recording.name, steps, tracks], sort_keys=True, default=str)
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = place / recording.name
    files = finished(folder, key, steps)
    if files is None:
        pieces = (
            _condense(model, recording, first, min(first + CHUNK_STEPS, steps))
            for first in range(0, steps, CHUNK_STEPS)
        )
        files = write_rows(folder, key, pieces, process_number())
    replaced = frozenset(name for name in declaration.inputs if f"{name}_mask" in files)
    rows = {name: RowsOnDisk(file, key) for name, file in files.items()}
    return features.CondensedRecording(recording, replaced, rows) if rows else recording


def _condense(model: Model, recording: Any, first: int, last: int) -> dict[str, np.ndarray]:
    """What a model puts in place of inputs at some steps, (time, ...) each, and the masks of those inputs."""
    inputs = features.assemble(model.declaration, recording, first, last)
    device = next((values.device for values in model.state_dict().values()), torch.device("cpu"))
    batch = {name: values.unsqueeze(0).to(device) for name, values in inputs.items()}
    with torch.inference_mode():
        made = model.condense(batch)
    new = {name: values for name, values in made.items() if name not in batch}
    _check_rules(model, new, [name for name in batch if name not in made], last - first)
    masks = [f"{name}_mask" for name in model.declaration.inputs if name not in made]
    kept = new | {mask: batch[mask] for mask in masks}
    return {name: values[0].cpu().numpy() for name, values in kept.items()}


def _check_rules(model: Model, new: Mapping[str, Tensor], gone: Sequence[str], steps: int) -> None:
    for name, values in new.items():
        if not name.startswith(CONDENSED) or tuple(values.shape[:2]) != (1, steps):
            raise InputError(
                f"{type(model).__name__}.condense gave {name!r} of shape {tuple(values.shape)}; expected a "
                f"name that begins with {CONDENSED!r} and a row for each step, (1, {steps}, ...)"
            )
    lost = [name for name in gone if name not in model.declaration.inputs]
    if lost:
        raise InputError(
            f"{type(model).__name__}.condense gave no {lost[0]!r}; expected all masks, unchanged"
        )


def _digest(model: Model, plan: StagePlan) -> str:
    """Hash of all that decides what a model makes of given tracks."""
    config = plan.material.config.model_dump(mode="json")
    declaration = model.declaration.model_dump(mode="json")
    digest = hashlib.sha256(
        json.dumps([__version__, plan.name, config, declaration], sort_keys=True).encode()
    )
    for name, values in sorted(model.state_dict().items()):
        if any(lies_in(name, part) for part in model.condensed_by):
            digest.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
            digest.update(values.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
