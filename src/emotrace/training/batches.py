"""Batches for the trainer: read ahead by worker processes, with the time spent waiting for them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, default_collate

from emotrace.errors import EmotraceError
from emotrace.training.sampler import BatchOrder

READ_AHEAD = 4  # batches per worker


class TrainingBatches:
    """What the trainer iterates over: each iteration gives the batches up to the next validation.

    One stream of batches runs through the whole stage, so the workers go on reading while the
    model is validated.

    Parameters
    ----------
    dataset : WindowDataset
    order : BatchOrder
    at_step : callable
        ``at_step() -> int``: steps trained so far; an iteration begins there.
    steps : int
        Steps of the stage.
    every : int
        Steps between validations.
    workers : int
        Reading processes; 0 reads in the training process.
    pin : bool
        Whether batches go to page-locked memory, for a GPU.
    """

    def __init__(
        self,
        dataset: Dataset,
        order: BatchOrder,
        at_step: Callable[[], int],
        *,
        steps: int,
        every: int,
        workers: int,
        pin: bool = False,
    ):
        self.dataset = dataset
        self.order = order
        self.at_step = at_step
        self.steps = steps
        self.every = every
        self.workers = workers
        self.pin = pin
        self._waited_s = 0.0
        self._began = time.perf_counter()
        self._stream: Iterator[Any] = iter(())
        self._position = -1

    def __iter__(self) -> Iterator[Any]:
        first = self.at_step()
        last = min(self.steps, (first // self.every + 1) * self.every)
        if self._position != first:
            self._open(first)
        while self._position < last:
            asked = time.perf_counter()
            batch = next(self._stream)
            self._waited_s += time.perf_counter() - asked
            if isinstance(batch, EmotraceError):
                raise batch
            self._position += 1
            yield batch

    def _open(self, first: int) -> None:
        loader = DataLoader(
            _Reporting(self.dataset),
            collate_fn=_collate,
            batch_sampler=_Steps(self.order, first, self.steps),
            num_workers=self.workers,
            prefetch_factor=READ_AHEAD if self.workers else None,
            pin_memory=self.pin,
            generator=torch.Generator().manual_seed(0),  # leaves the model's random numbers alone
        )
        self._stream = iter(loader)
        self._position = first

    def restart_clock(self) -> None:
        """Begin to measure `wait_share` and `seconds` now."""
        self._waited_s = 0.0
        self._began = time.perf_counter()

    def seconds(self) -> float:
        """Seconds since the clock was restarted."""
        return time.perf_counter() - self._began

    def wait_share(self) -> float:
        """Share in [0, 1] of the time since the clock was restarted that was spent waiting for batches."""
        passed = self.seconds()
        return min(1.0, self._waited_s / passed) if passed > 0 else 0.0

    def close(self) -> None:
        """End the workers."""
        self._stream = iter(())
        self._position = -1


class _Steps:
    """Batches of window numbers from one step to another, as a batch sampler."""

    def __init__(self, order: BatchOrder, first: int, last: int):
        self.order, self.first, self.last = order, first, last

    def __iter__(self) -> Iterator[list[int]]:
        return self.order.from_step(self.first, self.last)

    def __len__(self) -> int:
        return self.last - self.first


class _Reporting(Dataset):
    """Gives an error as an item, so that it leaves a worker as the one sentence that it is."""

    def __init__(self, dataset: Dataset):
        self.dataset = dataset

    def __getitem__(self, index: int) -> Any:
        try:
            return self.dataset[index]
        except EmotraceError as error:
            return error


def _collate(items: list[Any]) -> Any:
    failed = next((item for item in items if isinstance(item, EmotraceError)), None)
    return failed or default_collate(items)
