"""The unit that follows each measure best, and how much of that is luck."""

from dataclasses import dataclass

import numpy as np

from emotrace.insight.analyses.cells.correlate import Correlated
from emotrace.insight.measures import Measure

TOP = 10  # units listed per measure


@dataclass(frozen=True)
class HeldOut:
    """A unit chosen on one half of the subjects, looked at on the other.

    Parameters
    ----------
    unit : int
    chosen, other : float
        Its correlation in the half where it was the best, and in the other.
    """

    unit: int
    chosen: float
    other: float

    @property
    def agreement(self) -> float:
        """The correlation in the other half, negative if its sign is not that of where it was chosen."""
        return float(np.copysign(1.0, self.chosen) * self.other)


@dataclass(frozen=True)
class Best:
    """The units that follow a measure best.

    Parameters
    ----------
    measure : Measure
    top : tuple of int
        Units by magnitude of their correlation over all steps, the largest first; at least one.
    correlation : float
        Of the first.
    by_recording : float array, shape (recording,)
        Of the first.
    held_out : tuple of HeldOut
        Two, one for each half in which the choice was made; none with a single subject.
    chance : float
        The magnitude that the best of all units exceeds by chance alone in 5 of 100 cases; NaN if not known.
    share : float in (0, 1]
        Share of chance cases, this one among them, that are at least as large as the correlation.
    """

    measure: Measure
    top: tuple[int, ...]
    correlation: float
    by_recording: np.ndarray
    held_out: tuple[HeldOut, ...]
    chance: float
    share: float

    @property
    def unit(self) -> int:
        """The best unit."""
        return self.top[0]

    @property
    def held_out_mean(self) -> float:
        """Mean agreement of the units chosen on either half; NaN without halves."""
        return float(np.mean([one.agreement for one in self.held_out])) if self.held_out else float("nan")


def choose(found: Correlated) -> list[Best]:
    """The best units of every measure that any unit can be correlated with, in the order of measures."""
    return [_best(found, row) for row in range(len(found.measures)) if np.isfinite(found.pooled[row]).any()]


def _best(found: Correlated, row: int) -> Best:
    pooled = found.pooled[row]
    order = np.argsort(-np.nan_to_num(np.abs(pooled), nan=-1.0), kind="stable")
    top = tuple(int(unit) for unit in order[:TOP] if np.isfinite(pooled[unit]))
    size = abs(float(pooled[top[0]]))
    chance = found.chance[:, row]
    turned = np.isfinite(chance).all()
    return Best(
        measure=found.measures[row],
        top=top,
        correlation=float(pooled[top[0]]),
        by_recording=found.by_recording[:, row, top[0]].astype(float),
        held_out=_held_out(found, row),
        chance=float(np.quantile(chance, 0.95)),
        share=float((1 + (chance >= size).sum()) / (1 + len(chance))) if turned else float("nan"),
    )


def _held_out(found: Correlated, row: int) -> tuple[HeldOut, ...]:
    if found.halves is None:
        return ()
    pairs = []
    for here, there in (found.halves, found.halves[::-1]):
        size = np.nan_to_num(np.abs(here[row]), nan=-1.0)
        unit = int(size.argmax())
        if size[unit] >= 0 and np.isfinite(there[row, unit]):
            pairs.append(HeldOut(unit, float(here[row, unit]), float(there[row, unit])))
    return tuple(pairs)


def typical_recording(found: Correlated, best: list[Best]) -> int:
    """The recording in which the best units do as in the middle of all, not best, not worst; our choice."""
    signed = np.array([np.sign(one.correlation) * one.by_recording for one in best])  # (measure, recording)
    known = np.isfinite(signed)
    scores = np.where(known, signed, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    full = np.flatnonzero(known.sum(axis=0) == known.sum(axis=0).max())
    order = full[np.argsort(scores[full], kind="stable")]
    return int(order[len(order) // 2])
