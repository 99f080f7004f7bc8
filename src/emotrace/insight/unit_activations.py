"""Runs a model over a recording, chunk by chunk, and hands out what each of its units does at every step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from emotrace.errors import CheckpointError, InputError
from emotrace.features import assemble, step_count
from emotrace.insight.examined import Examined
from emotrace.models.run import CHUNK_STEPS


@dataclass(frozen=True)
class Units:
    """The units of a model: groups such as ``layer2/forget_gate``, each with its cells, one after another.

    Examples
    --------
    >>> units = Units((("layer1/cell", 3), ("layer2/cell", 2)))
    >>> len(units), units.name(4), units.group(4)
    (5, 'layer2/cell 1', 'layer2/cell')
    """

    groups: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return sum(width for _, width in self.groups)

    def place(self, unit: int) -> tuple[str, int]:
        """Group and number of a unit in it, from 0."""
        for name, width in self.groups:
            if unit < width:
                return name, unit
            unit -= width
        raise InputError(f"unit is {unit} beyond the last; expected 0 to {len(self) - 1}")

    def group(self, unit: int) -> str:
        """Group of a unit."""
        return self.place(unit)[0]

    def name(self, unit: int) -> str:
        """Name of a unit: its group and its number in it."""
        group, number = self.place(unit)
        return f"{group} {number}"


def activation_chunks(
    examined: Examined, recording: Any, chunk_steps: int = CHUNK_STEPS
) -> Iterator[tuple[Units, np.ndarray]]:
    """What every unit does at consecutive steps of a recording.

    Parameters
    ----------
    examined : Examined
        Its model has ``activations(inputs, state) -> ({group: (1, time, unit)}, state)``.
    recording : PreparedRecording
    chunk_steps : int
        Steps in memory at a time; all of the recording for a model that needs it in one piece.

    Yields
    ------
    units : Units
    values : float32 array, shape (time, unit)

    Raises
    ------
    InputError
        If the model gives another number of steps than it was given.
    CheckpointError
        If it gives values that are not numbers.
    """
    model: Any = examined.model  # `activations` is what this analysis asks of it
    declaration = model.declaration
    steps = step_count(recording, declaration)
    size = steps if declaration.whole else chunk_steps
    state = None
    for first in range(0, steps, size):
        last = min(first + size, steps)
        inputs = assemble(
            declaration, recording, first - declaration.context_steps, last + declaration.look_ahead_steps
        )
        with torch.inference_mode():
            batch = {name: value.unsqueeze(0) for name, value in inputs.items()}
            shown, state = model.activations(batch, state)
        yield _checked(examined, recording.name, shown, last - first)


def _checked(
    examined: Examined, name: str, shown: Mapping[str, torch.Tensor], steps: int
) -> tuple[Units, np.ndarray]:
    wrong = {group: tuple(value.shape) for group, value in shown.items() if value.shape[:2] != (1, steps)}
    if wrong or not shown:
        raise InputError(
            f"{examined.meta.name}: its activations have shapes {wrong}; expected (1, {steps}, unit) for "
            "each group, one row per step"
        )
    values = torch.cat([value[0].float() for value in shown.values()], dim=1).numpy()  # (time, unit)
    if not np.isfinite(values).all():
        raise CheckpointError(
            f"{examined.files.best}: gives activations that are not numbers for {name}; its weights are "
            "damaged or training diverged, train it again"
        )
    return Units(tuple((group, value.shape[2]) for group, value in shown.items())), values


def series_of(examined: Examined, recording: Any, units: np.ndarray) -> np.ndarray:
    """What chosen units do over a whole recording, float32 (time, unit).

    Parameters
    ----------
    examined : Examined
    recording : PreparedRecording
    units : int array, shape (unit,)

    Raises
    ------
    InputError, CheckpointError
        As `activation_chunks`.
    """
    return np.concatenate([values[:, units] for _, values in activation_chunks(examined, recording)])
