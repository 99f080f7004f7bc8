"""Measures sound as it streams by: level over time, silence and clipping."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

BLOCK_S = 0.04
SILENT_DB = -60.0  # dBFS; below it a block is silent
_FULL = 0.999  # of full scale
_RUN = 3  # samples in a row at full scale: a clipped peak, not a loud one
_FLOOR_DB = -120.0


@dataclass(frozen=True)
class SoundFacts:
    """What a sound track is like.

    Parameters
    ----------
    seconds : float, s
    peak : float
        Largest absolute sample; 1 is full scale.
    clipped_share : float in [0, 1]
        Share of samples that lie in runs of three or more at full scale (0.999 or above).
    silent_share : float in [0, 1]
        Share of blocks of 40 ms below -60 dBFS.
    levels_db : float32 array, shape (block,), dBFS
        Root mean square of each block of 40 ms, -120 at least.
    """

    seconds: float
    peak: float
    clipped_share: float
    silent_share: float
    levels_db: np.ndarray


def measure_sound(chunks: Iterable[np.ndarray], rate_hz: int) -> SoundFacts:
    """Measure sound chunk by chunk.

    Parameters
    ----------
    chunks : iterable of float arrays, shape (samples,), nominally in [-1, 1]
    rate_hz : int

    Source
    ------
    Our choice; limits in the constants of this file.

    Examples
    --------
    >>> tone = np.sin(np.arange(16000) / 5) * 2
    >>> facts = measure_sound([np.clip(tone, -1, 1), np.zeros(16000)], 16000)
    >>> facts.seconds, round(facts.clipped_share, 2), facts.silent_share
    (2.0, 0.33, 0.5)
    """
    size = round(BLOCK_S * rate_hz)
    rest = np.empty(0, dtype=np.float32)
    levels, samples, clipped, peak, run = [], 0, 0, 0.0, 0
    for chunk in chunks:
        chunk = np.asarray(chunk, dtype=np.float32)
        samples += len(chunk)
        peak = max(peak, float(np.abs(chunk).max(initial=0.0)))
        added, run = _clipped(chunk, run)
        clipped += added
        joined = np.concatenate([rest, chunk])
        whole = len(joined) // size * size
        levels.append(_levels(joined[:whole].reshape(-1, size)))
        rest = joined[whole:]
    found = np.concatenate(levels) if levels else np.empty(0, dtype=np.float32)
    return SoundFacts(
        seconds=samples / rate_hz,
        peak=peak,
        clipped_share=clipped / samples if samples else 0.0,
        silent_share=float((found < SILENT_DB).mean()) if len(found) else 1.0,
        levels_db=found,
    )


def _levels(blocks: np.ndarray) -> np.ndarray:
    power = np.square(blocks, dtype=np.float64).mean(axis=1) if len(blocks) else np.empty(0)
    return np.maximum(10 * np.log10(np.maximum(power, 1e-30)), _FLOOR_DB).astype(np.float32)


def _clipped(chunk: np.ndarray, run: int) -> tuple[int, int]:
    """Samples in runs at full scale that this chunk adds, and the length of the run that it ends in.

    `run` samples at full scale came right before the chunk.
    """
    full = np.concatenate([np.ones(run, dtype=bool), np.abs(chunk) >= _FULL, [False]])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    counted = int(lengths[lengths >= _RUN].sum()) - (run if run >= _RUN else 0)
    ends = int(lengths[-1]) if len(lengths) and edges[-1] == len(full) - 1 else 0
    return counted, ends
