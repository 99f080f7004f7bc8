"""Which windows make up the batch of a step: a function of seed, stage and step alone."""

from collections.abc import Iterator

import numpy as np
import torch

from emotrace.config.base import digest
from emotrace.errors import ConfigError


def seed_of(*parts: int | str) -> int:
    """A 63-bit seed from any numbers and names; the same in every process.

    Examples
    --------
    >>> seed_of(0, "joint", 1) == seed_of(0, "joint", 1) != seed_of(0, "joint", 2)
    True
    """
    return int(digest(list(parts)), 16) >> 1


def check_share(batch_size: int, processes: int) -> None:
    """Refuse a batch that processes cannot share equally.

    Raises
    ------
    ConfigError
        If `batch_size` is no multiple of `processes`.
    """
    if batch_size % processes:
        raise ConfigError(
            f"training.batch_size is {batch_size}, which {processes} processes cannot share equally; "
            f"choose a multiple of {processes}"
        )


class BatchOrder:
    """Batches of window numbers by step, without state: a resumed run sees the same ones.

    The windows are shuffled anew for every pass over them; batches are cut from the endless row of
    passes, so each holds `batch_size` windows, and one may span two passes.

    Parameters
    ----------
    windows : int
        Number of windows, >= 1.
    batch_size : int
        Windows in a batch, over all processes together.
    seed : int
    stage : str
    rank, world_size : int
        This process and how many there are; each takes every `world_size`-th window of a batch.

    Raises
    ------
    ConfigError
        If `batch_size` cannot be shared equally.

    Examples
    --------
    >>> order = BatchOrder(5, 2, seed=0, stage="joint")
    >>> sorted(int(i) for step in range(5) for i in order.batch(step))
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    """

    def __init__(
        self, windows: int, batch_size: int, *, seed: int, stage: str, rank: int = 0, world_size: int = 1
    ):
        check_share(batch_size, world_size)
        self.windows = windows
        self.batch_size = batch_size
        self.seed = seed
        self.stage = stage
        self.rank = rank
        self.world_size = world_size
        self._passes: dict[int, np.ndarray] = {}

    def batch(self, step: int) -> list[int]:
        """Window numbers of this process's share of the batch of `step` (0 is the first)."""
        places = np.arange(step * self.batch_size, (step + 1) * self.batch_size)
        shuffled = [self._pass(int(p))[o] for p, o in zip(*divmod(places, self.windows), strict=True)]
        return [int(number) for number in shuffled[self.rank :: self.world_size]]

    def from_step(self, first: int, last: int) -> Iterator[list[int]]:
        """Batches of steps `first` to `last` (excluded)."""
        return (self.batch(step) for step in range(first, last))

    def _pass(self, number: int) -> np.ndarray:
        if number not in self._passes:
            generator = torch.Generator().manual_seed(seed_of(self.seed, self.stage, "pass", number))
            self._passes = {n: order for n, order in self._passes.items() if n >= number - 1}
            self._passes[number] = torch.randperm(self.windows, generator=generator).numpy()
        return self._passes[number]
