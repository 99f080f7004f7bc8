"""Checkpoints: one safetensors file of weights, with all that inference needs in its metadata.

Nothing in a checkpoint is unpickled or run.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from pydantic import Field, FiniteFloat
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from emotrace.config.base import Settings, flat, validate
from emotrace.config.declaration import Declaration
from emotrace.config.media import FaceSettings
from emotrace.delay import LabelDelay
from emotrace.errors import CheckpointError, ConfigError, DataError
from emotrace.models.base import Model
from emotrace.models.registry import build_configured, find
from emotrace.writing import written_whole

FORMAT = "emotrace-checkpoint"
FORMAT_VERSION = 1
_SHOWN = 3  # wrong weights or inputs named in a message


class CheckpointMeta(Settings):
    """What a checkpoint says besides its weights."""

    name: str  # system/variant
    preset: str | None = None
    config: dict[str, Any]  # full configuration of the model
    labels: tuple[str, ...] = Field(min_length=1)  # in the order of the last axis
    value_range: tuple[FiniteFloat, FiniteFloat]  # of the labels it was trained on
    declaration: Declaration
    faces: FaceSettings = FaceSettings()  # of the corpus it was trained on
    feature_versions: dict[str, int] = Field(default_factory=dict)  # of those it learnt from, by track
    delay: LabelDelay = LabelDelay()  # by which the labels that it learnt were moved
    corpus: str = ""
    recipe_digest: str = ""
    emotrace_version: str = ""


def save_checkpoint(path: str | Path, model: Model, meta: CheckpointMeta) -> None:
    """Write a checkpoint; a file of that name is replaced at once or not at all.

    Parameters
    ----------
    path : path
        Ends in ``.safetensors``; missing folders are made.
    model : Model
        On any device.
    meta : CheckpointMeta

    Raises
    ------
    DataError
        If the file cannot be written (full disk, no permission); nothing half-written stays.
    """
    weights = _unshared(model)
    header = {"format": FORMAT, "format_version": str(FORMAT_VERSION), "meta": meta.model_dump_json()}
    with written_whole(Path(path)) as part:
        try:
            save_file(weights, part, metadata=header)
        except SafetensorError as error:
            told = re.search(r"os error (\d+)", str(error))  # the system's own number, inside a sentence
            if told:
                raise OSError(int(told[1]), os.strerror(int(told[1])), str(path)) from error
            raise DataError(
                f"{path}: the checkpoint could not be written ({error}); choose another folder"
            ) from error


def load_checkpoint(path: str | Path, name: str | None = None) -> tuple[Model, CheckpointMeta]:
    """Build the model of a checkpoint and load its weights.

    Parameters
    ----------
    path : path
    name : str or None
        The ``system/variant`` that the run of the checkpoint says it is of; None: it is not asked.

    Returns
    -------
    model : Model
        On the CPU, in evaluation mode.
    meta : CheckpointMeta

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, of another kind, of a newer emotrace, of an unknown system, or if
        its weights are not those of its system.
    """
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(
            f"{path}: there is no such checkpoint file; give a .safetensors that emotrace wrote"
        )
    try:
        with safe_open(path, framework="pt") as file:
            meta = _read_meta(path, file.metadata() or {})
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"{path}: is damaged, cut short or no safetensors file ({error}); copy or train it again"
        ) from error
    if name is not None and meta.name != name:
        raise CheckpointError(
            f"{path}: holds a model of {meta.name}, but run.json beside it says {name}; "
            "put the run's own checkpoint back"
        )
    model = _rebuild(path, meta)
    _check_weights(path, meta, model.state_dict(), weights)
    model.load_state_dict(weights)
    return model.eval(), meta


def _unshared(model: Model) -> dict[str, torch.Tensor]:
    """Weights on the CPU, each in memory of its own: one that bears several names is written under each."""
    weights: dict[str, torch.Tensor] = {}
    seen = set()
    for name, value in model.state_dict().items():
        value = value.detach().cpu().contiguous()
        memory = value.untyped_storage().data_ptr()
        weights[name] = value.clone() if memory in seen else value
        seen.add(memory)
    return weights


def _read_meta(path: Path, header: dict[str, str]) -> CheckpointMeta:
    if header.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: is a safetensors file, but not a checkpoint of emotrace; "
            "give one that `emotrace train` wrote"
        )
    version = header.get("format_version", "")
    if not version.isdecimal():
        raise CheckpointError(f"{path}: its format version is {version!r}, no number; the file is damaged")
    if int(version) > FORMAT_VERSION:
        raise CheckpointError(
            f"{path}: was written by a newer emotrace (checkpoint format {version}, this one reads up to "
            f"{FORMAT_VERSION}); update emotrace"
        )
    try:
        return validate(CheckpointMeta, json.loads(header.get("meta", "")), "its metadata")
    except (ValueError, ConfigError) as error:
        raise CheckpointError(
            f"{path}: its metadata cannot be read ({error}); the file is damaged, copy or train it again"
        ) from error


def _rebuild(path: Path, meta: CheckpointMeta) -> Model:
    try:
        system, _ = find(meta.name)
        config = validate(system.config, meta.config, f"configuration of {meta.name}")
        model = build_configured(meta.name, config, meta.labels)
    except (ConfigError, RuntimeError, MemoryError) as error:  # the latter for a size beyond all memory
        raise CheckpointError(
            f"{path}: this emotrace cannot build its model ({_first_line(error)}); it was written by "
            f"emotrace {meta.emotrace_version or 'of unknown version'}, use that one or train again"
        ) from error
    if model.declaration != meta.declaration:
        here, there = (flat(one.model_dump(mode="json")) for one in (model.declaration, meta.declaration))
        differing = [
            f"{key} is {here.get(key)!r} here and {there.get(key)!r} there"
            for key in sorted(here.keys() | there.keys())
            if here.get(key) != there.get(key)
        ]
        raise CheckpointError(
            f"{path}: was trained with another {meta.name} than that of this emotrace: {_few(differing)}; "
            "train again"
        )
    return model


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _few(problems: list[str]) -> str:
    more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return f"{', '.join(problems[:_SHOWN])}{more}"


def _check_weights(
    path: Path, meta: CheckpointMeta, wanted: dict[str, torch.Tensor], got: dict[str, torch.Tensor]
) -> None:
    problems = [f"lacks {name}" for name in wanted if name not in got]
    problems += [f"has {name}, which is not known" for name in got if name not in wanted]
    problems += [
        f"{name} has shape {tuple(got[name].shape)}, expected {tuple(wanted[name].shape)}"
        for name in wanted
        if name in got and got[name].shape != wanted[name].shape
    ]
    if problems:
        raise CheckpointError(
            f"{path}: its weights are not those of {meta.name}: {_few(problems)}; train again with this "
            "emotrace"
        )
