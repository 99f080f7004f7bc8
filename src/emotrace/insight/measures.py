"""What the inside of a model is compared with, step by step: measures of the sound, and the gold standard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotrace import features
from emotrace.config.declaration import Declaration
from emotrace.errors import DataError, MissingExtraError
from emotrace.features.derived import find
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.track import Track
from emotrace.insight.examined import Examined
from emotrace.timing import step_times

SPEECH = "egemaps-lld"  # the feature that loudness and fundamental frequency are columns of
RANGE_S = 3.0  # s over which the range of energy is taken; our choice
_BLOCK_STEPS = 250  # steps of sound in memory at a time
_SNAP = 1e-6  # share of a step by which a float time may miss its grid point


@dataclass(frozen=True)
class Measure:
    """One column: what is measured at every step."""

    name: str
    title: str
    unit: str
    sound: bool  # made of the sound; else the gold standard


ENERGY = Measure("rms_energy", "RMS energy", "of full scale", True)
RANGE = Measure("rms_energy_range", "range of RMS energy", f"of full scale, over {RANGE_S:g} s", True)
LOUDNESS = Measure("loudness", "loudness", "openSMILE", True)
PITCH = Measure("f0_mean", "mean F0", "semitones above 27.5 Hz", True)
SOUND = (ENERGY, RANGE, LOUDNESS, PITCH)


class Measuring:
    """Makes the measures of the recordings of a partition.

    - RMS energy: root of the mean square of the samples of a step, of the sound as it was recorded.
    - Its range: largest less smallest RMS energy of the steps of the last 3 s, what a causal model can have
      heard; unknown before 3 s have passed.
    - Loudness and mean F0: openSMILE's ``Loudness_sma3`` and ``F0semitoneFrom27.5Hz_sma3nz`` (eGeMAPS), mean
      of the frames that start in a step; F0 over voiced frames only, unknown in steps without any.
    - The gold standard as the model learnt it: earlier by its delay, if it has one.

    Parameters
    ----------
    examined : Examined

    Attributes
    ----------
    measures : tuple of Measure
        Columns that `of` gives; one that cannot be made is NaN throughout.
    why_not : dict of str to str
        Reason why a measure could not be made, by its name; it grows as recordings are measured.

    Source
    ------
    Tzirakis et al. (2017), figure 2, which names the measures; how each is made per step: our choice.
    """

    def __init__(self, examined: Examined):
        model = examined.model
        rated = examined.dimensions if model.declaration.predicts == "trace" else ()
        gold = tuple(Measure(f"gold_{name}", f"gold {name}", "gold standard", False) for name in rated)
        self.measures = (*SOUND, *gold)
        self.why_not: dict[str, str] = {}
        self._declaration = model.declaration
        self._delay = examined.meta.delay.model_copy(update={"rule": "drop"})
        self._sound = _sound_track(model.declaration, examined.recordings)

    def of(self, recording: Any) -> np.ndarray:
        """The measures of a recording, float64 (time, measure); NaN where one is not known.

        Raises
        ------
        DataError
            If openSMILE's feature lacks the columns.
        """
        steps, step_s = features.step_count(recording, self._declaration), self._declaration.step_s
        times_s = step_times(0, steps + 1, step_s)
        found = {measure.name: np.full(steps, np.nan) for measure in self.measures}
        track = None if self._sound is None else recording.track(self._sound)
        if track is None:
            self._miss(SOUND, "no sound was prepared")
        else:
            energy = rms_energy(track, times_s)
            found[ENERGY.name] = energy
            found[RANGE.name] = trailing_range(energy, round(RANGE_S / step_s))
            try:
                found |= self._speech(recording, times_s)
            except MissingExtraError as error:
                self._miss((LOUDNESS, PITCH), str(error))
        found |= self._gold(recording, steps)
        return np.column_stack([found[measure.name] for measure in self.measures])

    def _miss(self, measures: tuple[Measure, ...], reason: str) -> None:
        for measure in measures:
            self.why_not.setdefault(measure.name, reason)

    def _speech(self, recording: Any, times_s: np.ndarray) -> dict[str, np.ndarray]:
        feature = find(SPEECH)
        name = feature.track if self._sound == feature.needs else f"{feature.track}@{self._sound}"
        source = recording if name in recording.entries else DerivedTracks(recording)
        track = source.track(name)
        if track is None:
            return {}
        columns = [_column(feature.columns, wanted) for wanted in ("Loudness_sma3", "F0semitone")]
        values = np.asarray(track.values[:], dtype=np.float64)[:, columns]
        if track.valid is not None:
            values[~track.valid] = np.nan
        values[values[:, 1] <= 0, 1] = np.nan  # unvoiced
        edges = np.searchsorted(track.timeline.seconds(), times_s - _SNAP * self._declaration.step_s)
        means = _means(values, edges)
        return {LOUDNESS.name: means[:, 0], PITCH.name: means[:, 1]}

    def _gold(self, recording: Any, steps: int) -> dict[str, np.ndarray]:
        gold = [measure.name for measure in self.measures if not measure.sound]
        if not gold:
            return {}
        labels = recording.labels
        if labels is None or labels.values.shape[0] == 0:
            self._miss(tuple(one for one in self.measures if not one.sound), "no recording is rated")
            return {}
        values = features.targets(labels, self._declaration, 0, steps).numpy().astype(np.float64)
        moved = self._delay.targets(values, self._declaration.step_s)
        return dict(zip(gold, moved.T, strict=True))


def rms_energy(track: Track, times_s: np.ndarray) -> np.ndarray:
    """Root mean square of the samples between each time and the next, read in blocks.

    Parameters
    ----------
    track : Track
        Sound, on a regular timeline.
    times_s : float64 array, shape (time + 1,), s

    Returns
    -------
    float64 array, shape (time,), of full scale
        NaN where the sound has not begun or has ended.

    Examples
    --------
    >>> from emotrace.timing import Timeline
    >>> sound = Track(np.array([1.0, -1.0, 0.5, 0.5], np.float32), Timeline.regular(4, 4.0))
    >>> rms_energy(sound, np.array([0.0, 0.5, 1.0, 1.5]))
    array([1. , 0.5, nan])
    """
    edges = np.clip(track.timeline.row_at(times_s), 0, track.timeline.length)
    blocks = [_mean_square(track, edges[first : last + 1]) for first, last in _blocks(len(edges) - 1)]
    return np.sqrt(np.concatenate(blocks))


def trailing_range(values: np.ndarray, steps: int) -> np.ndarray:
    """Largest less smallest of the last `steps` values; NaN until there are so many, and beside a NaN.

    Examples
    --------
    >>> trailing_range(np.array([1.0, 3.0, 2.0, 2.5]), 2)
    array([nan, 2. , 1. , 0.5])
    """
    found = np.full(len(values), np.nan)
    if len(values) >= steps:
        windows = np.lib.stride_tricks.sliding_window_view(values, steps)
        found[steps - 1 :] = windows.max(axis=1) - windows.min(axis=1)
    return found


def _blocks(steps: int) -> Iterator[tuple[int, int]]:
    return ((first, min(first + _BLOCK_STEPS, steps)) for first in range(0, steps, _BLOCK_STEPS))


def _mean_square(track: Track, edges: np.ndarray) -> np.ndarray:
    sound = np.asarray(track.values[int(edges[0]) : int(edges[-1])], dtype=np.float64)
    return _means(np.square(sound)[:, None], edges - edges[0])[:, 0]


def _means(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mean of the known rows from each edge to the next, (edge - 1, column); NaN without any."""
    known = np.isfinite(values)
    sums = _cumulated(np.where(known, values, 0.0))
    counts = _cumulated(known.astype(np.float64))
    within, number = np.diff(sums[edges], axis=0), np.diff(counts[edges], axis=0)
    means = np.full(within.shape, np.nan)
    np.divide(within, number, out=means, where=number > 0)
    return np.maximum(means, 0.0)  # what was subtracted may leave a rounding below 0


def _cumulated(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _column(columns: Sequence[str], wanted: str) -> int:
    for number, column in enumerate(columns):
        if column.lower().startswith(wanted.lower()):
            return number
    raise DataError(
        f"feature {SPEECH} has no column {wanted}, only {', '.join(columns[:3])} and so on; expected "
        "openSMILE's eGeMAPS low-level descriptors"
    )


def _sound_track(declaration: Declaration, recordings: tuple[Any, ...]) -> str | None:
    """The sound that the model hears, else any that was prepared, else None."""
    heard = [spec.track for spec in declaration.inputs.values() if spec.kind == "audio"]
    prepared = sorted(name for one in recordings for name in one.entries if name.startswith("audio-"))
    return next((name for name in (*heard, *prepared) if name in prepared), None)
