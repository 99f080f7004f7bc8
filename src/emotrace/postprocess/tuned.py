"""The steps that one dimension was given, and the account of all that were tried."""

import math

import numpy as np

from emotrace.config.base import Settings
from emotrace.postprocess.steps import AnyStep

ORDER = ("median_filter", "centring", "scaling", "shift")  # tzirakis2017, section V
ROUNDING = 1e-9  # a gain in CCC below this is rounding, not improvement


class Trial(Settings):
    """One step that was tried: its best form, and the CCC of development without and with it.

    In a joint search of the best chain without it and the best with it; in a stepwise one of what the kept
    steps before it give, and of the same with this step.

    Parameters
    ----------
    name : str
    step : step or None
        None: there was nothing to try, such as a scaling of a constant.
    ccc_without, ccc_with : float or None
        Of all recordings joined; None where it is not defined.
    kept : bool
    """

    name: str
    step: AnyStep | None
    ccc_without: float | None
    ccc_with: float | None
    kept: bool


class Tuned(Settings):
    """The steps of one dimension that were kept, in order, and the account of all that were tried."""

    steps: tuple[AnyStep, ...] = ()
    trials: tuple[Trial, ...] = ()

    def apply(self, values: np.ndarray) -> np.ndarray:
        """One recording of this dimension through all steps, a new array of shape (time,)."""
        values = values.copy()
        for step in self.steps:
            values = step.apply(values)
        return values

    @property
    def look_ahead_frames(self) -> float:
        """How many later steps of the prediction a value may depend on; inf: on all of them."""
        return sum(step.look_ahead_frames for step in self.steps)

    def describe_look_ahead(self, fps: float) -> str:
        """Which steps look ahead and by how much, in words; empty if none does."""
        return ", ".join(step.describe_look_ahead(fps) for step in self.steps if step.look_ahead_frames)

    def describe(self, fps: float) -> str:
        """The steps in words."""
        return ", ".join(step.describe(fps) for step in self.steps) or "nothing"


def ccc_or_none(value: float | np.ndarray) -> float | None:
    """None for a CCC that is not defined, as JSON has it."""
    return float(value) if math.isfinite(value) else None
