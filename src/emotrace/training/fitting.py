"""What a model finds without gradients when a stage starts, from whole recordings made one at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from emotrace import features
from emotrace.config.declaration import Declaration
from emotrace.delay import NO_DELAY, LabelDelay
from emotrace.errors import EmotraceError
from emotrace.models.base import Model
from emotrace.models.example import Example, LazyInputs, ReadInput
from emotrace.training.parts import listed
from emotrace.training.plan import StagePlan
from emotrace.training.run_folder import plain
from emotrace.training.sampler import seed_of
from emotrace.training.windows import step_targets


class Examples(Sequence[Example]):
    """Recordings as examples; each is made when it is asked for, its inputs one by one, and not kept.

    Parameters
    ----------
    recordings : sequence of PreparedRecording
    declaration : Declaration
    labels : int
        Number of labels that the model predicts.
    delay : LabelDelay
        By which the targets are moved earlier.
    """

    def __init__(
        self,
        recordings: Sequence[Any],
        declaration: Declaration,
        labels: int,
        delay: LabelDelay = NO_DELAY,
    ):
        self._recordings, self._declaration = tuple(recordings), declaration
        self._labels, self._delay = labels, delay

    def __len__(self) -> int:
        return len(self._recordings)

    def __getitem__(self, number: Any) -> Any:
        """The example of a number, or the examples of a slice."""
        if isinstance(number, slice):
            return Examples(self._recordings[number], self._declaration, self._labels, self._delay)
        recording = self._recordings[number]
        target = step_targets(recording, self._declaration, self._labels)
        moved = self._delay.targets(target, self._declaration.step_s)
        inputs = LazyInputs(self._declaration.inputs, len(target), self._reader(recording))
        return Example(recording.name, recording.subject, inputs, torch.from_numpy(moved))

    def _reader(self, recording: Any) -> ReadInput:
        def read(name: str, first: int, last: int) -> tuple[Tensor, Tensor]:
            only = self._declaration.model_copy(update={"inputs": {name: self._declaration.inputs[name]}})
            made = features.assemble(only, recording, first, last)
            return made[name], made[f"{name}_mask"]

        return read

    def __iter__(self) -> Iterator[Example]:
        return (self[number] for number in range(len(self)))


def fit_model(model: Model, plan: StagePlan, where: str, seed: int) -> dict[str, Any] | None:
    """Let a model find on the training recordings what it finds without gradients, if it does.

    Parameters
    ----------
    model : Model
        Fresh; changed in place.
    plan : StagePlan
    where : str
        Named in messages: the recipe.
    seed : int
        Of the recipe.

    Returns
    -------
    dict or None
        What the model says of what it found; None if it finds nothing.

    Raises
    ------
    EmotraceError
        Of the kind that the model raises; or if it found values that are not finite.
    """
    fit_on: Any = getattr(model, "fit_on", None)
    if not callable(fit_on):
        return None
    material = plan.material
    train, development = (
        Examples(material.recordings(part), material.declaration, len(material.labels), material.delay)
        for part in ("train", "development")
    )
    torch.manual_seed(seed_of(seed, plan.stage.name, "fit"))
    try:
        found = fit_on(train, development)
    except EmotraceError as error:
        raise type(error)(f"{where}: stage {plan.stage.name!r} cannot be fitted: {error}") from error
    broken = [name for name, values in model.state_dict().items() if not bool(torch.isfinite(values).all())]
    if broken:
        raise EmotraceError(
            f"{where}: stage {plan.stage.name!r}: fitting {plan.name} left values that are not finite in "
            f"{listed(broken)}; check the features and labels of the training recordings"
        )
    return plain(found or {})
