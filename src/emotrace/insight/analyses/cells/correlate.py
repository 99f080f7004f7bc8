"""One pass over the recordings: every unit's correlation with every measure, and what chance would give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.insight.comoments import Comoments, joined, spearman
from emotrace.insight.examined import Examined
from emotrace.insight.measures import Measure, Measuring
from emotrace.insight.unit_activations import Units, activation_chunks

MOST_STEPS = 2000  # of a recording, evenly spread, for ranks and for chance
SHIFTS = 99  # turns of the measures, for chance
_LEAST_STEPS = 20  # a shorter recording cannot be turned


@dataclass(frozen=True)
class Correlated:
    """Correlations of measures with units.

    Parameters
    ----------
    units : Units
    measures : tuple of Measure
        Those that are known somewhere and do not stand still.
    why_not : dict of str to str
        Reason why other measures are missing, by title.
    recordings, subjects : tuple of str
    steps : int
        Of all recordings.
    known : int array, shape (measure,)
        Steps at which a measure is known.
    pooled : float array, shape (measure, unit)
        Over all steps of all recordings; NaN where the unit stands still.
    by_recording : float32 array, shape (recording, measure, unit)
        NaN where one of both stands still in that recording.
    ranked : float array, shape (measure, unit)
        Spearman's, mean of recordings, over at most `MOST_STEPS` steps of each.
    halves : tuple of two float arrays, shape (measure, unit), or None
        Each over the recordings of every other subject; None with a single subject.
    chance : float array, shape (shift, measure)
        Largest magnitude of all units when each recording's measures are turned against its units by a
        random time, at least a tenth of its length; NaN where all recordings are too short for that.
    """

    units: Units
    measures: tuple[Measure, ...]
    why_not: dict[str, str]
    recordings: tuple[str, ...]
    subjects: tuple[str, ...]
    steps: int
    known: np.ndarray
    pooled: np.ndarray
    by_recording: np.ndarray
    ranked: np.ndarray
    halves: tuple[np.ndarray, np.ndarray] | None
    chance: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Mean of the correlations within recordings, (measure, unit); NaN without any."""
        return mean_known(self.by_recording)


@dataclass
class _Sums:
    """What grows from recording to recording."""

    halves: list[Comoments | None] = field(default_factory=lambda: [None, None])
    turned: Comoments | None = None
    by_recording: list[np.ndarray] = field(default_factory=list)
    ranked: list[np.ndarray] = field(default_factory=list)


def correlate(examined: Examined) -> Correlated:
    """Correlate every unit of a model with every measure.

    Memory does not grow with the length of recordings, but for the measures of one of them, nor with their
    number, but for one number per recording, measure and unit.

    Parameters
    ----------
    examined : Examined
        Its model offers ``activations``.

    Raises
    ------
    DataError
        If no measure can be made: no sound was prepared and nothing is rated.
    InputError, CheckpointError
        As `activation_chunks`.
    """
    measuring = Measuring(examined)
    sums, units, steps = _Sums(), Units(()), 0
    halves = half_of([recording.subject for recording in examined.recordings])
    rng = np.random.default_rng(0)
    total = len(examined.recordings)
    for number, (recording, half) in enumerate(zip(examined.recordings, halves, strict=True)):
        examined.progress(number, total, recording.name)
        units, length = _add(sums, examined, recording, measuring, half, rng)
        steps += length
    examined.progress(total, total, "")
    first, second = sums.halves
    assert first is not None and sums.turned is not None  # half_of puts the first subject there
    whole = first if second is None else first.joined(second)
    moving = whole.square_y > 0
    _refuse_nothing(examined, measuring, moving)
    maxima = np.fmax.reduce(np.abs(sums.turned.correlation()), axis=1).reshape(SHIFTS, -1)
    return Correlated(
        units=units,
        measures=tuple(one for one, moves in zip(measuring.measures, moving, strict=True) if moves),
        why_not={
            one.title: measuring.why_not.get(one.name, "it is nowhere known, or the same at every step")
            for one, moves in zip(measuring.measures, moving, strict=True)
            if not moves
        },
        recordings=tuple(recording.name for recording in examined.recordings),
        subjects=tuple(recording.subject for recording in examined.recordings),
        steps=steps,
        known=whole.count[moving].astype(int),
        pooled=whole.correlation()[moving],
        by_recording=np.stack(sums.by_recording)[:, moving],
        ranked=mean_known(np.stack(sums.ranked)[:, moving]),
        halves=None if second is None else (first.correlation()[moving], second.correlation()[moving]),
        chance=maxima[:, moving],
    )


def half_of(subjects: Sequence[str]) -> list[int]:
    """Which half each recording belongs to, 0 or 1: every other subject, by name; our choice.

    Examples
    --------
    >>> half_of(["b", "a", "c", "a"])
    [1, 0, 0, 0]
    """
    place = {subject: number % 2 for number, subject in enumerate(sorted(set(subjects)))}
    return [place[subject] for subject in subjects]


def mean_known(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is known, NaN where nothing is.

    Examples
    --------
    >>> mean_known(np.array([[1.0, np.nan], [2.0, np.nan]]))
    array([1.5, nan])
    """
    known = np.isfinite(values)
    number = known.sum(axis=0)
    found = np.full(values.shape[1:], np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=0), number, out=found, where=number > 0)
    return found


def turned(measures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Measures turned round in time, as many as `SHIFTS` times, (time, shift * measure).

    What leaves at the end comes back at the start, so each keeps its values and its slowness and loses only
    its place. A recording of fewer than 20 steps gives NaN, which takes no part.

    Parameters
    ----------
    measures : float array, shape (time, measure)
    rng : numpy Generator
    """
    steps = len(measures)
    if steps < _LEAST_STEPS:
        return np.full((steps, SHIFTS * measures.shape[1]), np.nan)
    by = rng.integers(steps // 10, steps - steps // 10, SHIFTS)
    return np.concatenate([np.roll(measures, shift, axis=0) for shift in by], axis=1)


def _add(
    sums: _Sums, examined: Examined, recording: Any, measuring: Measuring, half: int, rng: np.random.Generator
) -> tuple[Units, int]:
    """Add one recording; its units and number of steps."""
    measures = measuring.of(recording)  # (time, measure)
    stride = -(-len(measures) // MOST_STEPS)
    own: Comoments | None = None
    units, first, thinned = Units(()), 0, []
    for shown, values in activation_chunks(examined, recording):
        last = first + len(values)
        own = joined(own, Comoments.of(values, measures[first:last]))
        thinned.append(values[-first % stride :: stride])
        units, first = shown, last
    assert own is not None  # a recording has a step at least
    sums.halves[half] = joined(sums.halves[half], own)
    sums.by_recording.append(own.correlation().astype(np.float32))
    spread, few = np.concatenate(thinned), measures[::stride]
    sums.ranked.append(spearman(spread, few).astype(np.float32))
    sums.turned = joined(sums.turned, Comoments.of(spread, turned(few, rng)))
    return units, first


def _refuse_nothing(examined: Examined, measuring: Measuring, moving: np.ndarray) -> None:
    if not moving.any():
        reasons = "; ".join(dict.fromkeys(measuring.why_not.values())) or "all stand still"
        raise DataError(
            f"{examined.files.path}: there is nothing to compare its cells with in the partition "
            f"{examined.partition} ({reasons}); give a prepared corpus with sound or a gold "
            "standard, or another partition"
        )
