"""Computes once per recording what a model makes of its inputs and a stage does not change, and keeps it on disk."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch.utilities import rank_zero_only
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.dropout import _DropoutNd

from emotrace import __version__, features
from emotrace.errors import InputError
from emotrace.features.condensed import CondensedRecording
from emotrace.models.base import CONDENSED, Model
from emotrace.store.files import NpyWriter
from emotrace.training.machine import Machine, is_first_process
from emotrace.training.parts import lies_in
from emotrace.training.plan import StagePlan
from emotrace.training.run_folder import RunFolder
from emotrace.writing import explain_write_errors

CHUNK_STEPS = 64  # steps in memory at a time
FACTS = "condensed.json"  # in the folder of a recording, written last
_OPEN_FILES = 120  # memory maps at a time; each holds a file open, and systems allow 256 or more


def condense_stage(
    model: Model, plan: StagePlan, folder: RunFolder, machine: Machine
) -> tuple[list[Any], list[Any]]:
    """The recordings of train and development as a stage reads them: condensed, if that saves anything.

    Nothing is condensed unless all parts that the model names in `condensed_by` stay as they are: their
    parameters are frozen, or they have none, and batch norm and dropout in them are at rest. What a resumed
    stage finds in the run folder is taken if it was made of the same tracks by the same parameters and buffers.
    Processes that train together begin with different recordings and take what another has finished.

    Parameters
    ----------
    model : Model
        As the stage begins with it, or goes on with it; its frozen parts at rest.
    plan : StagePlan
    folder : RunFolder
        Gets ``condensed/<stage>/<recording>/<name>.npy``.
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
    if not stands_still(model):
        return train, development
    made_by = _digest(model, plan)
    device = torch.device("cuda" if machine.accelerator != "cpu" and torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        device = torch.device("cuda", _rank() % torch.cuda.device_count())
    place = folder.condensed_of(plan.stage.name)
    everyone = [*train, *development]
    condensed: dict[int, Any] = {}
    columns = (TextColumn("condense"), TextColumn(plan.stage.name), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    shows = machine.progress and is_first_process()
    with Progress(*columns, console=Console(stderr=True), disable=not shows) as bar, _at_rest(model, device):
        first = len(everyone) * _rank() // machine.processes
        task = bar.add_task("", total=len(everyone))
        for number in [*range(first, len(everyone)), *range(first)]:
            condensed[number] = _condensed(model, everyone[number], place, made_by)
            bar.advance(task)
    in_order = [condensed[number] for number in range(len(everyone))]
    return in_order[: len(train)], in_order[len(train) :]


def remove_condensed(folder: RunFolder, stage: str) -> None:
    """Remove what was condensed for a stage; nothing happens where nothing was."""
    place = folder.condensed_of(stage)
    if not place.exists():
        return
    _opened.cache_clear()
    shutil.rmtree(place, ignore_errors=True)  # processes that trained together all do this
    with suppress(OSError):  # other stages' may be there
        place.parent.rmdir()


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


class _at_rest:  # noqa: N801 - used as a function
    """A model in evaluation mode on a device for the time being."""

    def __init__(self, model: nn.Module, device: torch.device):
        self.model, self.device = model, device

    def __enter__(self) -> None:
        self._modes = [(module, module.training) for module in self.model.modules()]
        self.model.eval().to(self.device)

    def __exit__(self, *failure: object) -> None:
        self.model.to("cpu")
        for module, training in self._modes:
            module.training = training


def _condensed(model: Model, recording: Any, place: Path, made_by: str) -> Any:
    """A recording with its condensed inputs, from disk if they lie there; as it is if it has none."""
    declaration = model.declaration
    tracks = {spec.track: recording.entries.get(spec.track) for spec in declaration.inputs.values()}
    steps = features.step_count(recording, declaration)
    text = json.dumps([made_by, recording.name, steps, tracks], sort_keys=True, default=str)
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = place / recording.name
    facts = _finished(folder, key, steps)
    if facts is None:
        with explain_write_errors(folder):
            facts = _write(model, recording, folder, key, steps)
    if not facts["replaced"]:
        return recording
    rows = {name: RowsOnDisk(folder / file, key) for name, file in facts["files"].items()}
    return CondensedRecording(recording, frozenset(facts["replaced"]), rows)


def _write(model: Model, recording: Any, folder: Path, key: str, steps: int) -> dict[str, Any]:
    """Condense a recording chunk by chunk into its folder; its facts come last and make it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Path] = {}
    replaced: list[str] = []
    try:
        with ExitStack() as stack:
            writers: dict[str, NpyWriter] = {}
            for first in range(0, steps, CHUNK_STEPS):
                last = min(first + CHUNK_STEPS, steps)
                replaced, made = _condense(model, recording, first, last)
                for name, rows in made.items():
                    if name not in writers:
                        parts[name] = folder / f"{_file_of(name)}.{_rank()}.part"
                        writer = NpyWriter(parts[name], rows.dtype, rows.shape[1:])
                        writers[name] = stack.enter_context(writer)
                    writers[name].append(rows)
        for name, part in parts.items():
            os.replace(part, folder / _file_of(name))
        facts = {"key": key, "replaced": replaced, "files": {name: _file_of(name) for name in parts}}
        parts[FACTS] = folder / f"{FACTS}.{_rank()}.part"
        parts[FACTS].write_text(json.dumps(facts), encoding="utf-8")
        os.replace(parts[FACTS], folder / FACTS)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return facts


def _condense(model: Model, recording: Any, first: int, last: int) -> tuple[list[str], dict[str, np.ndarray]]:
    """Names of the inputs that a model replaces, and by what: rows of some steps, and their masks."""
    inputs = features.assemble(model.declaration, recording, first, last)
    device = next((values.device for values in model.state_dict().values()), torch.device("cpu"))
    batch = {name: values.unsqueeze(0).to(device) for name, values in inputs.items()}
    with torch.inference_mode():
        made = model.condense(batch)
    replaced = [name for name in model.declaration.inputs if name not in made]
    new = {name: values for name, values in made.items() if name not in batch}
    masks = {name: f"{name}_mask" for name in inputs if not name.endswith("_mask")}
    _check_rules(model, new, [mask for mask in masks.values() if mask not in made], last - first)
    kept = {**new, **{masks[name]: batch[masks[name]] for name in replaced}}
    return replaced, {name: values[0].cpu().numpy() for name, values in kept.items()}


def _check_rules(model: Model, new: Mapping[str, Tensor], lost: Sequence[str], steps: int) -> None:
    for name, values in new.items():
        if not name.startswith(CONDENSED) or tuple(values.shape[:2]) != (1, steps):
            raise InputError(
                f"{type(model).__name__}.condense gave {name!r} of shape {tuple(values.shape)}; expected a name "
                f"that begins with {CONDENSED!r} and a row for each of {steps} steps, (1, {steps}, ...)"
            )
    if lost:
        raise InputError(
            f"{type(model).__name__}.condense gave no {lost[0]!r}; expected all masks as they were given"
        )


def _finished(folder: Path, key: str, steps: int) -> dict[str, Any] | None:
    """Facts of what lies in a folder, if it has that key and is whole."""
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if facts["key"] != key:
            return None
        lengths = {len(np.load(folder / file, mmap_mode="r")) for file in facts["files"].values()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return facts if lengths <= {steps} else None


def _digest(model: Model, plan: StagePlan) -> str:
    """Hash of all that decides what a model makes of given tracks."""
    config = plan.material.config.model_dump(mode="json")
    declaration = model.declaration.model_dump(mode="json")
    digest = hashlib.sha256(json.dumps([__version__, plan.name, config, declaration], sort_keys=True).encode())
    for name, values in sorted(model.state_dict().items()):
        if any(lies_in(name, part) for part in model.condensed_by):
            digest.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
            digest.update(values.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


class RowsOnDisk:
    """Rows of a ``.npy`` file that is open only while it is read often; goes to reading processes as its name.

    Parameters
    ----------
    path : Path
    key : str
        Tells it from a file that lay there before.
    """

    def __init__(self, path: Path, key: str):
        self.path, self.key = path, key

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all rows."""
        return tuple(_opened(self.path, self.key).shape)

    def __getitem__(self, rows: Any) -> np.ndarray:
        return _opened(self.path, self.key)[rows]


@lru_cache(maxsize=_OPEN_FILES)
def _opened(path: Path, key: str) -> np.ndarray:
    return np.load(path, mmap_mode="r")


def _file_of(name: str) -> str:
    return f"{name.removeprefix(CONDENSED).replace('/', '-')}.npy"


def _rank() -> int:
    return getattr(rank_zero_only, "rank", 0) or 0
