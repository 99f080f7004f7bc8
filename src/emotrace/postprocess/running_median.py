"""Medians of a window that slides over one recording and is cut off at its ends."""

from bisect import bisect_left, insort

import numpy as np


class RunningMedian:
    """Medians of windows of any odd width over one recording, the ends prepared once for all widths.

    Parameters
    ----------
    values : float64 array, shape (time,), finite
    widest : int, frames
        The widest window that will be asked for.

    Notes
    -----
    A window that reaches over an end of the recording is cut off there: nothing is made up, nothing comes
    from another recording, and a window wider than the recording gives the median of all of it. An even
    number of values has the mean of the middle two as its median.

    Source
    ------
    Our choice; the papers do not say what happens at the ends.

    Examples
    --------
    >>> median = RunningMedian(np.array([5.0, 1.0, 3.0, 4.0]), 3)
    >>> median.filtered(3, "around")
    array([3. , 3. , 3. , 3.5])
    """

    def __init__(self, values: np.ndarray, widest: int):
        self.values = values
        reach = min(widest, len(values))
        self._from_start = _growing(values[:reach])
        self._to_end = _growing(values[::-1][:reach])

    def filtered(self, frames: int, looks: str) -> np.ndarray:
        """Median of the window around each step or back from it, shape (time,); 0 frames: the values.

        Examples
        --------
        >>> RunningMedian(np.array([5.0, 1.0, 3.0, 4.0]), 3).filtered(3, "back")
        array([5., 3., 3., 3.])
        """
        return self.filtered_both(frames)[looks]

    def filtered_both(self, frames: int) -> dict[str, np.ndarray]:
        """`filtered` of both kinds by name, at the price of one; 0 frames: the values."""
        length = len(self.values)
        every = self._every(frames) if frames else self.values
        return {"around": every[frames // 2 : frames // 2 + length], "back": every[:length]}

    def _every(self, frames: int) -> np.ndarray:
        """Row j: median of frames j - frames + 1 to j, as far as they exist, shape (time + frames - 1,)."""
        length = len(self.values)
        cut = min(frames, length) - 1
        if frames > length:
            whole = np.full(frames - length + 1, self._from_start[length - 1])
        else:
            from scipy.ndimage import median_filter  # slow to import

            half = frames // 2
            whole = median_filter(self.values, frames, mode="nearest")[half : length - half]
        return np.concatenate([self._from_start[:cut], whole, self._to_end[:cut][::-1]])


class SlidingMedian:
    """Median of the last `frames` values, one value after the other, as a window that looks back gives it.

    Examples
    --------
    >>> median = SlidingMedian(3)
    >>> [median.push(value) for value in (5.0, 1.0, 3.0, 4.0)]
    [5.0, 3.0, 3.0, 3.0]
    """

    def __init__(self, frames: int):
        self.frames = frames
        self._recent: list[float] = []
        self._ordered: list[float] = []

    def push(self, value: float) -> float:
        """Take the next value, give the median."""
        if len(self._recent) == self.frames:
            oldest = self._recent.pop(0)
            del self._ordered[bisect_left(self._ordered, oldest)]
        self._recent.append(value)
        insort(self._ordered, value)
        return _middle(self._ordered)


def _growing(values: np.ndarray) -> np.ndarray:
    """Median of the first 1, 2, ... values, shape (time,)."""
    ordered: list[float] = []
    medians = []
    for value in values.tolist():
        insort(ordered, value)
        medians.append(_middle(ordered))
    return np.array(medians)


def _middle(ordered: list[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
