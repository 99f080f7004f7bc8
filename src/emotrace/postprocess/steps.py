"""The steps of post-processing, each of one dimension: four of a chain, and exponential smoothing."""

import math
from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, field_validator

from emotrace.config.base import Settings
from emotrace.postprocess.running_median import RunningMedian, SlidingMedian

Looks = Literal["around", "back"]
LOOKS: tuple[Looks, ...] = ("around", "back")
Direction = Literal["both", "forward", "backward"]
DIRECTIONS: tuple[Direction, ...] = ("both", "forward", "backward")
_MOST = 0.99  # share of a weight that never quite ends


class Step(Settings):
    """What all steps do: take one recording of one dimension, give another of the same length."""

    @abstractmethod
    def apply(self, values: np.ndarray) -> np.ndarray:
        """The step's result, a new float64 array of shape (time,)."""

    @abstractmethod
    def stream(self) -> Callable[[float], float]:
        """A function that takes one value after the other and gives what `apply` gives on all of them."""

    @property
    def look_ahead_frames(self) -> float:
        """How many later steps a result depends on; inf: on all of them."""
        return 0

    @abstractmethod
    def describe(self, fps: float) -> str:
        """What it does, in a few words."""

    def describe_look_ahead(self, fps: float) -> str:
        """By how much it looks ahead, in a few words; only for a step that does."""
        return f"the {str(getattr(self, 'step', '')).replace('_', ' ')} by {self.look_ahead_frames / fps:g} s"


class MedianFilter(Step):
    """Each value becomes the median of its window, which is cut off at both ends of the recording.

    Parameters
    ----------
    frames : int, odd, >= 3
        Width of the window.
    looks : {"around", "back"}
        ``around``: the window's middle is the step itself, so it looks ahead by half its width. ``back``: the
        window ends with the step itself; it looks ahead by nothing, and its result comes half a width later.

    Source
    ------
    tzirakis2017, section V, step (i); ends and ``back``: our choice.

    Examples
    --------
    >>> MedianFilter(frames=3, looks="around").apply(np.array([0.0, 9.0, 1.0, 2.0]))
    array([4.5, 1. , 2. , 1.5])
    """

    step: Literal["median_filter"] = "median_filter"
    frames: int = Field(ge=3)
    looks: Looks

    @field_validator("frames")
    @classmethod
    def _odd(cls, frames: int) -> int:
        if frames % 2 == 0:
            raise ValueError("expected an odd number of frames, so that the window has a middle")
        return frames

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The medians, shape (time,)."""
        return RunningMedian(values, self.frames).filtered(self.frames, self.looks)

    def stream(self) -> Callable[[float], float]:
        """Only for a window that looks back; `emotrace.postprocess.Stream` refuses the other."""
        return SlidingMedian(self.frames).push

    @property
    def look_ahead_frames(self) -> int:
        """Half the window, or 0."""
        return self.frames // 2 if self.looks == "around" else 0

    def describe(self, fps: float) -> str:
        """What it does, in a few words."""
        width = f"{self.frames / fps:g} s"
        return (
            f"median of {width} around each step" if self.looks == "around" else f"median of the last {width}"
        )


class Centring(Step):
    """Adds a number: the mean of gold minus the mean of the prediction, of all rated development steps.

    Source
    ------
    tzirakis2017, section V, step (ii).

    Examples
    --------
    >>> Centring(offset=0.5).apply(np.array([0.0, 1.0]))
    array([0.5, 1.5])
    """

    step: Literal["centring"] = "centring"
    offset: float = Field(allow_inf_nan=False)  # unit of the prediction

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The moved values, shape (time,)."""
        return values + self.offset

    def stream(self) -> Callable[[float], float]:
        """It keeps nothing from step to step."""
        return lambda value: value + self.offset

    def describe(self, fps: float) -> str:
        """What it does, in a few words."""
        return f"centring by {self.offset:+.4g}"


class Scaling(Step):
    """Multiplies what departs from a fixed value: deviation of gold over that of the prediction.

    Parameters
    ----------
    gain : float, > 0
        Ratio of the standard deviations of all rated development steps.
    about : float, unit of the prediction
        The value that stays as it is: the mean of the prediction there. With 0 instead, scaling would undo
        centring.

    Source
    ------
    tzirakis2017, section V, step (iii); `about`: our choice.

    Examples
    --------
    >>> Scaling(gain=2.0, about=1.0).apply(np.array([0.0, 1.0, 2.0]))
    array([-1.,  1.,  3.])
    """

    step: Literal["scaling"] = "scaling"
    gain: float = Field(gt=0, allow_inf_nan=False)
    about: float = Field(allow_inf_nan=False)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The scaled values, shape (time,)."""
        return self.about + self.gain * (values - self.about)

    def stream(self) -> Callable[[float], float]:
        """It keeps nothing from step to step."""
        return lambda value: self.about + self.gain * (value - self.about)

    def describe(self, fps: float) -> str:
        """What it does, in a few words."""
        return f"scaling by {self.gain:.4g} about {self.about:.4g}"


class Shift(Step):
    """Moves a recording forward in time: each value is given `frames` steps later.

    Raters react late, so a gold standard comes after what it describes and the prediction waits for it. The
    first `frames` steps repeat the first value, and the last `frames` values are lost; nothing moves into
    another recording.

    Source
    ------
    tzirakis2017, section V, step (iv); what fills the start: our choice, as `emotrace.delay` has it.

    Examples
    --------
    >>> Shift(frames=2).apply(np.array([1.0, 2.0, 3.0, 4.0]))
    array([1., 1., 1., 2.])
    """

    step: Literal["shift"] = "shift"
    frames: int = Field(ge=1)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The moved values, shape (time,)."""
        return values[np.maximum(np.arange(len(values)) - self.frames, 0)]

    def stream(self) -> Callable[[float], float]:
        """It keeps the last `frames` values."""
        waiting: list[float] = []

        def later(value: float) -> float:
            if not waiting:
                waiting.extend([value] * self.frames)
            waiting.append(value)
            return waiting.pop(0)

        return later

    def describe(self, fps: float) -> str:
        """What it does, in a few words."""
        return f"shift {self.frames / fps:g} s later"


class ExponentialSmoothing(Step):
    """Each value becomes ``alpha`` of itself and the rest of the smoothed value before it.

    Parameters
    ----------
    alpha : float in (0, 1)
        The smaller, the smoother.
    direction : {"both", "forward", "backward"}
        From the start of the recording to its end, the other way, or forward and then backward.

    Source
    ------
    chen2015, equation (7), with the first smoothed value the first value; ``both``: our choice.

    Examples
    --------
    >>> ExponentialSmoothing(alpha=0.5, direction="forward").apply(np.array([0.0, 4.0, 0.0]))
    array([0., 2., 1.])
    """

    step: Literal["exponential_smoothing"] = "exponential_smoothing"
    alpha: float = Field(gt=0, lt=1)
    direction: Direction

    def apply(self, values: np.ndarray) -> np.ndarray:
        """The smoothed values, shape (time,)."""
        if self.direction != "backward":
            values = self._forward(values)
        return values if self.direction == "forward" else self._forward(values[::-1])[::-1].copy()

    def _forward(self, values: np.ndarray) -> np.ndarray:
        from scipy.signal import lfilter  # slow to import

        rest = 1.0 - self.alpha
        smoothed, _ = lfilter([self.alpha], [1.0, -rest], values, zi=rest * values[:1])
        return smoothed

    def stream(self) -> Callable[[float], float]:
        """Only for the forward direction; `emotrace.postprocess.Stream` refuses the others."""
        before: list[float] = []

        def smooth(value: float) -> float:
            smoothed = self.alpha * value + (1.0 - self.alpha) * (before[0] if before else value)
            before[:] = [smoothed]
            return smoothed

        return smooth

    @property
    def look_ahead_frames(self) -> float:
        """All the rest, or 0."""
        return 0 if self.direction == "forward" else math.inf

    def describe(self, fps: float) -> str:
        """What it does, in a few words."""
        way = "forward and then backward" if self.direction == "both" else self.direction
        return f"exponential smoothing (alpha {self.alpha:g}) {way}"

    def describe_look_ahead(self, fps: float) -> str:
        """To the end, and where nearly all of the weight of later values lies."""
        frames = math.ceil(math.log(1 - _MOST) / math.log(1 - self.alpha))
        return (
            f"the exponential smoothing to the end of the recording, {_MOST:.0%} of the later weight within "
            f"{frames / fps:g} s"
        )


AnyStep = Annotated[
    MedianFilter | Centring | Scaling | Shift | ExponentialSmoothing, Field(discriminator="step")
]
"""Any of them, told apart by its name in a stored form."""
