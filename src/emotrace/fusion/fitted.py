"""What was fitted on some recordings: a smoothing for each system, and the late fusion of what they give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emotrace.config.fusion import FusionSettings
from emotrace.config.postprocess import ChainSettings, SmoothingSettings
from emotrace.errors import CheckpointError
from emotrace.fusion.align import Aligned
from emotrace.postprocess import Postprocessor, fit, from_dict
from emotrace.postprocess.late_fusion import LateFusion

_SMOOTHERS: dict[str, SmoothingSettings | ChainSettings] = {
    "exponential": SmoothingSettings(),
    "chain": ChainSettings(),
}


@dataclass(frozen=True)
class Fitted:
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
    smoothing: dict[str, Postprocessor] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        recordings: Sequence[Aligned],
        systems: Sequence[str],
        labels: Sequence[str],
        settings: FusionSettings,
        groups: Sequence[str],
    ) -> "Fitted":
        """Fit smoothing and fusion on the same recordings.

        Parameters
        ----------
        recordings : sequence of Aligned
        systems, labels : sequence of str
        settings : FusionSettings
        groups : sequence of str
            Of each recording.

        Raises
        ------
        InputError
            As `LateFusion.fit` and `Smoothing.fit`.
        """
        gold = [one.gold for one in recordings]
        smoothing = {}
        if settings.smooth != "none":
            for index, system in enumerate(systems):
                said = [_filled(one.values[:, index]) for one in recordings]
                pairs = [(g, values) for g, values in zip(gold, said, strict=True) if values is not None]
                if pairs:
                    smoothing[system] = fit(
                        _SMOOTHERS[settings.smooth],
                        [g for g, _ in pairs],
                        [values for _, values in pairs],
                        _rate(recordings),
                        labels,
                    )
        values = [_smoothed(one.values, systems, smoothing) for one in recordings]
        fusion = LateFusion.fit(gold, values, systems, labels, settings, groups)
        return cls(fusion, tuple(one.name for one in recordings), smoothing)

    def apply(self, recordings: Sequence[Aligned]) -> list[np.ndarray]:
        """Fused traces, each (time, label)."""
        return self.fusion.apply(
            [_smoothed(one.values, self.fusion.systems, self.smoothing) for one in recordings]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return {
            "in_words": self.fusion.describe(),
            "fitted_on": list(self.fitted_on),
            "smoothing": {name: one.to_dict() for name, one in self.smoothing.items()},
            "fusion": self.fusion.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Any, where: str) -> "Fitted":
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


def _rate(recordings: Sequence[Aligned]) -> float:
    steps = [float(np.median(np.diff(one.times_s))) for one in recordings if len(one.times_s) > 1]
    return 1 / float(np.median(steps)) if steps else 1.0


def _smoothed(values: np.ndarray, systems: Sequence[str], smoothing: dict[str, Postprocessor]) -> np.ndarray:
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
