"""Windows: which steps of which recording a model sees at once, and a data set that reads them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from emotrace import features
from emotrace.config.declaration import Declaration
from emotrace.delay import NO_DELAY, LabelDelay


def window_starts(
    steps: int, declaration: Declaration, window_steps: int | None, stride_steps: int
) -> np.ndarray:
    """First step of every window of a recording, int64 (window,).

    Parameters
    ----------
    steps : int
        Steps in the recording, >= 1.
    declaration : Declaration
    window_steps : int or None
        Length of a window. None: the model's own window, one for every `stride_steps`-th step,
        with its context before (so the first starts below 0) and its look-ahead after.
    stride_steps : int
        Steps between the starts of two windows.

    Returns
    -------
    int64 array
        With a given length: 0, stride, ... while the window fits, and one more that ends with the
        recording, so that every step is seen; a recording shorter than a window gives one window,
        which runs past its end.

    Source
    ------
    Our choice.

    Examples
    --------
    >>> own = Declaration(inputs={}, context_steps=2)
    >>> window_starts(4, own, None, 1)
    array([-2, -1,  0,  1])
    >>> window_starts(8, own, 5, 2)
    array([0, 2, 3])
    """
    if window_steps is None:
        return np.arange(0, steps, stride_steps, dtype=np.int64) - declaration.context_steps
    last = max(0, steps - window_steps)
    starts = np.arange(0, last + 1, stride_steps, dtype=np.int64)
    return starts if starts[-1] == last else np.append(starts, last)


def step_targets(recording: Any, declaration: Declaration, labels: int) -> np.ndarray:
    """Gold standard at every step of a recording, by `features.targets`.

    Parameters
    ----------
    recording : PreparedRecording
    declaration : Declaration
    labels : int
        Number of labels that the model predicts.

    Returns
    -------
    float32 array, shape (time, label)
        For a system of classes (time, 1), the index of the clip's class. NaN: not rated; all of it
        for a recording without labels.
    """
    steps = features.step_count(recording, declaration)
    if recording.labels is None:
        return np.full((steps, 1 if declaration.predicts == "class" else labels), np.nan, dtype=np.float32)
    return features.targets(recording.labels, declaration, 0, steps).numpy()


class WindowDataset(Dataset):
    """All windows of some recordings that hold at least one rated step.

    Parameters
    ----------
    recordings : sequence of PreparedRecording
    declaration : Declaration
    labels : int
        As for `step_targets`.
    window_steps : int or None
        As for `window_starts`.
    stride_steps : int
    delay : LabelDelay
        By which the targets are moved earlier.

    Notes
    -----
    An item is ``(inputs, target)``: what `features.assemble` gives, and float32 (time, label).
    Steps before the start or past the end of a recording have NaN targets.
    """

    def __init__(
        self,
        recordings: Sequence[Any],
        declaration: Declaration,
        labels: int,
        window_steps: int | None = None,
        stride_steps: int = 1,
        delay: LabelDelay = NO_DELAY,
    ):
        self.recordings = tuple(recordings)
        self.declaration = declaration
        self.window_steps = window_steps or declaration.window_steps
        self.targets = [
            delay.targets(step_targets(recording, declaration, labels), declaration.step_s)
            for recording in self.recordings
        ]
        owners, firsts = [], []
        for owner, target in enumerate(self.targets):
            starts = window_starts(len(target), declaration, window_steps, stride_steps)
            starts = starts[self._rated_steps(target, starts) > 0]
            owners.append(np.full(len(starts), owner, dtype=np.int64))
            firsts.append(starts)
        self.owner = np.concatenate(owners) if owners else np.zeros(0, np.int64)
        self.first = np.concatenate(firsts) if firsts else np.zeros(0, np.int64)

    def _rated_steps(self, target: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """Rated steps in each window, int64 (window,)."""
        rated = np.isfinite(target).any(axis=1)
        before = np.concatenate([[0], np.cumsum(rated)])
        ends = np.clip(starts + self.window_steps, 0, len(target))
        return before[ends] - before[np.clip(starts, 0, len(target))]

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, index: int) -> tuple[dict[str, Tensor], Tensor]:
        owner, first = int(self.owner[index]), int(self.first[index])
        last = first + self.window_steps
        inputs = features.assemble(self.declaration, self.recordings[owner], first, last)
        return inputs, self._target(owner, first, last)

    def _target(self, owner: int, first: int, last: int) -> Tensor:
        whole = self.targets[owner]
        window = np.full((last - first, whole.shape[1]), np.nan, dtype=np.float32)
        inside = slice(max(first, 0), min(last, len(whole)))
        window[inside.start - first : inside.stop - first] = whole[inside]
        return torch.from_numpy(window)  # (time, label)
