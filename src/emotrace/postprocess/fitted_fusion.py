"""What was fitted on some recordings: a smoothing for each system, and the late fusion of what they give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emotrace.config.fusion import FusionSettings
from emotrace.config.postprocess import ChainSettings, SmoothingSettings
from emotrace.errors import CheckpointError
from emotrace.postprocess.late_fusion import LateFusion
from emotrace.postprocess.registry import Fitted, fit, from_dict

_SMOOTHERS: dict[str, SmoothingSettings | ChainSettings] = {
    "exponential": SmoothingSettings(),
    "chain": ChainSettings(),
}


@dataclass(frozen=True)
class FittedFusion:
    """A fusion with the smoothing of each system before it.

    Parameters
    ----------
    fusion : LateFusion
    fitted_on : tuple of str
        Recordings.
    smoothing : dict of system to Postprocessor
        Empty: none.
    """

    fusion: LateFusion
    fitted_on: tuple[str, ...]
    smoothing: dict[str, Fitted] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        names: Sequence[str],
        gold: Sequence[np.ndarray],
        values: Sequence[np.ndarray],
        fps: float,
        systems: Sequence[str],
        labels: Sequence[str],
        settings: FusionSettings,
        groups: Sequence[str],
    ) -> "FittedFusion":
        """Fit smoothing and fusion on the same recordings.

        Parameters
        ----------
        names : sequence of str
            Of the recordings.
        gold : list of float array, shape (time, label)
            One for each recording. NaN: not rated.
        values : list of float array, shape (time, system, label)
            NaN: the system says nothing.
        fps : float, > 0
            Steps per second.
        systems, labels : sequence of str
        settings : FusionSettings
        groups : sequence of str
            Of each recording.

        Raises
        ------
        InputError
            As `LateFusion.fit` and `Smoothing.fit`.
        """
        smoothing: dict[str, Fitted] = {}
        if settings.smooth != "none":
            for index, system in enumerate(systems):
                said = [_filled(one[:, index]) for one in values]
                pairs = [(g, one) for g, one in zip(gold, said, strict=True) if one is not None]
                if pairs:
                    smoothing[system] = fit(
                        _SMOOTHERS[settings.smooth],
                        [g for g, _ in pairs],
                        [one for _, one in pairs],
                        fps,
                        labels,
                    )
        smooth = [_smoothed(one, systems, smoothing) for one in values]
        fusion = LateFusion.fit(gold, smooth, systems, labels, settings, groups)
        return cls(fusion, tuple(names), smoothing)

    def apply(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Fused traces, each (time, label), of arrays (time, system, label) in which NaN says nothing."""
        return self.fusion.apply([_smoothed(one, self.fusion.systems, self.smoothing) for one in values])

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return {
            "in_words": self.fusion.describe(),
            "fitted_on": list(self.fitted_on),
            "smoothing": {name: one.to_dict() for name, one in self.smoothing.items()},
            "fusion": self.fusion.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Any, where: str) -> "FittedFusion":
        """What `to_dict` gave.

        Raises
        ------
        CheckpointError
            If it is something else.
        """
        if not isinstance(values, dict) or not {"fitted_on", "smoothing", "fusion"} <= values.keys():
            raise CheckpointError(f"{where}: lacks fitted_on, smoothing or fusion; run `emotrace fuse` again")
        return cls(
            LateFusion.from_dict(values["fusion"], where),
            tuple(values["fitted_on"]),
            {name: from_dict(one, where) for name, one in values["smoothing"].items()},
        )


def _smoothed(values: np.ndarray, systems: Sequence[str], smoothing: dict[str, Fitted]) -> np.ndarray:
    """Each system of a recording as its smoothing makes it; what was missing stays so."""
    smooth = values.copy()
    for index, system in enumerate(systems):
        filled = _filled(values[:, index])
        if system in smoothing and filled is not None:
            given = smoothing[system].apply([filled])[0]
            smooth[:, index] = np.where(np.isfinite(values[:, index]), given, np.nan)
    return smooth


def _filled(values: np.ndarray) -> np.ndarray | None:
    """One system, (time, label), with gaps bridged by straight lines; None if it says nothing at all."""
    filled, times = values.copy(), np.arange(len(values))
    for column in filled.T:  # views
        known = np.isfinite(column)
        if not known.any():
            return None
        column[~known] = np.interp(times[~known], times[known], column[known])
    return filled
