"""How late the labels of a corpus are behind the sound: the raters' delay, estimated over all recordings."""

from dataclasses import dataclass

import numpy as np

from emotrace.annotation.delay import Delay, estimate_delay
from emotrace.corpora import Series
from emotrace.quality.sound import BLOCK_S, SoundFacts

LONGEST_S = 10.0
_SMOOTH_S = 1.0  # raters follow the loudness of phrases, not of syllables
_RATE_HZ = 1 / BLOCK_S


@dataclass(frozen=True)
class Lateness:
    """Lag between the level of the sound and the gold standard of one dimension.

    Parameters
    ----------
    dimension : str
    recordings : int
        That were long enough.
    delay : Delay
        By the Pearson correlation.
    """

    dimension: str
    recordings: int
    delay: Delay


class LatenessMeter:
    """Collects level and labels of recordings; tells the lag of each dimension at the end."""

    def __init__(self) -> None:
        self._pairs: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}

    def add(self, sound: SoundFacts | None, gold: dict[str, Series]) -> None:
        """Take one recording; without sound, or shorter than 20 s, it does not count."""
        if sound is None or len(sound.levels_db) < 2 * LONGEST_S * _RATE_HZ:
            return
        level = _smooth(sound.levels_db.astype(np.float64))
        at_s = np.arange(len(level)) * BLOCK_S
        for dimension, series in gold.items():
            if len(series.times_s) > 1:
                values = np.interp(at_s, series.times_s, series.values, np.nan, np.nan)
                if np.isfinite(values).sum() > LONGEST_S * _RATE_HZ:
                    self._pairs.setdefault(dimension, []).append((_z(level), _z(values)))

    def results(self) -> list[Lateness]:
        """One lag per dimension that any recording could be taken for."""
        return [
            Lateness(
                dimension,
                len(pairs),
                estimate_delay(
                    [level for level, _ in pairs], [gold for _, gold in pairs], _RATE_HZ, LONGEST_S, "pcc"
                ),
            )
            for dimension, pairs in self._pairs.items()
        ]


def _smooth(level: np.ndarray) -> np.ndarray:
    width = round(_SMOOTH_S * _RATE_HZ)
    padded = np.pad(level, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), mode="valid")


def _z(values: np.ndarray) -> np.ndarray:
    """Standardised within the recording, so that loud microphones and high raters do not count."""
    spread = np.nanstd(values)
    return (values - np.nanmean(values)) / spread if spread > 0 else values - np.nanmean(values)
