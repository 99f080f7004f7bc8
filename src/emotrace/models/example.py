"""An example: one whole recording as `Model.fit_on` sees it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

AT_ONCE = 64  # steps that `Example.rows` reads at a time
KEPT_BYTES = 2**26  # an input of at most this size is kept once it was read

ReadInput = Callable[[str, int, int], tuple[Tensor, Tensor]]


class LazyInputs(Mapping[str, Tensor]):
    """Inputs of a recording that are read one at a time, when they are asked for.

    Parameters
    ----------
    names : iterable of str
        Of the inputs; there is also ``{name}_mask`` of each.
    steps : int
        Of the recording.
    read : callable
        ``read(name, first, last) -> (values, mask)`` of the steps `first` to `last` (excluded).

    Notes
    -----
    What is small, and every mask that was asked for, is kept; a wide input is read anew each time.

    Examples
    --------
    >>> inputs = LazyInputs(["voice"], 3, lambda name, first, last: (torch.zeros(3, 1), torch.ones(3) > 0))
    >>> list(inputs), inputs["voice"].shape
    (['voice', 'voice_mask'], torch.Size([3, 1]))
    """

    def __init__(self, names: Iterable[str], steps: int, read: ReadInput):
        self.read, self._steps = read, steps
        self._names = {key: name for name in names for key in (name, f"{name}_mask")}
        self._kept: dict[str, Tensor] = {}

    def __getitem__(self, key: str) -> Tensor:
        if key in self._kept:
            return self._kept[key]
        name = self._names[key]
        values, mask = self.read(name, 0, self._steps)
        self._kept[f"{name}_mask"] = mask
        if values.nbytes <= KEPT_BYTES:
            self._kept[name] = values
        return values if key == name else mask

    def __contains__(self, key: object) -> bool:
        return key in self._names  # without reading it

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Example:
    """Inputs and gold standard of every step of one recording, on the CPU.

    Parameters
    ----------
    name : str
        Of the recording.
    subject : str
    inputs : mapping of str to Tensor
        ``{name: (time, ...)}`` for every declared input and ``{name}_mask`` (time,) bool, as `Model.forward`
        gets them but for the batch axis. In training `LazyInputs`.
    target : float32 Tensor, shape (time, label)
        Moved earlier by the delay of the labels, as in training; (time, 1), the index of the class, for a
        model of classes. NaN: not rated.

    Examples
    --------
    >>> values, mask = torch.tensor([[1.0], [0.0], [3.0]]), torch.tensor([True, False, True])
    >>> example = Example("clip", "Ann", {"voice": values, "voice_mask": mask}, torch.zeros(3, 1))
    >>> example.observed("voice")
    tensor([[1.],
            [3.]])
    >>> [rows.tolist() for rows in example.rows("voice", every=2)]
    [[[1.0], [3.0]]]
    """

    name: str
    subject: str
    inputs: Mapping[str, Tensor]
    target: Tensor

    def observed(self, name: str) -> Tensor:
        """The rows of an input where it was observed, (row, ...), all at once: meant for narrow inputs."""
        return self.inputs[name][self.inputs[f"{name}_mask"]]

    def rows(self, name: str, every: int = 1) -> Iterator[Tensor]:
        """The rows of an input where it was observed, a piece at a time: meant for wide inputs.

        Parameters
        ----------
        name : str
        every : int, >= 1
            Look at the steps 0, `every`, twice `every` and so on only; others are not even read.

        Yields
        ------
        Tensor, shape (row, ...)
            With at least one row.
        """
        steps = torch.arange(0, len(self.target), every)
        for wanted in steps.split(AT_ONCE):
            values, mask = self._piece(name, wanted.tolist(), every)
            if mask.any():
                yield values[mask]

    def _piece(self, name: str, steps: list[int], every: int) -> tuple[Tensor, Tensor]:
        if not isinstance(self.inputs, LazyInputs):
            return self.inputs[name][steps], self.inputs[f"{name}_mask"][steps]
        if every == 1:
            return self.inputs.read(name, steps[0], steps[-1] + 1)
        read = [self.inputs.read(name, step, step + 1) for step in steps]
        return torch.cat([values for values, _ in read]), torch.cat([mask for _, mask in read])
