"""Z-scores of rows, by the recording that they are of or by all recordings of its subject."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from emotrace.errors import DataError
from emotrace.features.track import Track, TrackSource

ROWS_AT_ONCE = 4096
RESOLUTION = 1e-6  # share of its mean below which a float32 column's deviation is noise of rounding


@dataclass(frozen=True)
class Moments:
    """Moments of columns, float64 (column,) each: how many values are known, their mean, squares about it."""

    count: np.ndarray
    mean: np.ndarray
    squares: np.ndarray

    @property
    def std(self) -> np.ndarray:
        """Standard deviation with population moments (1/n); 0 for a column that is constant or not known."""
        std = np.sqrt(self.squares / np.maximum(self.count, 1))
        return np.where(std > RESOLUTION * np.abs(self.mean), std, 0.0)

    def joined(self, other: "Moments") -> "Moments":
        """Moments of the values of both."""
        total = np.maximum(self.count + other.count, 1)
        apart = other.mean - self.mean
        return Moments(
            self.count + other.count,
            self.mean + apart * other.count / total,
            self.squares + other.squares + apart**2 * self.count * other.count / total,
        )


_FOUND: MutableMapping[Any, dict[tuple[Any, ...], Moments]] = WeakKeyDictionary()
"""By recording: what was found of its tracks, by track and `normalise`, `alike` and `among` of `RowInput`."""


def z_scores(rows: np.ndarray, spec: Any, source: TrackSource) -> np.ndarray:
    """Rows of a recording less the mean and divided by the standard deviation of each column.

    Parameters
    ----------
    rows : float array, shape (row, column)
        Of the track that `spec` names. NaN: missing, and stays so.
    spec : TableInput or FeatureInput
        Its `normalise` says over what: the whole recording, or all in the `of_subject` of `source`, where it
        has some; else the recording alone. Its `clip` cuts. Of its `alike` columns in a row, such as the
        frames of a picture, mean and deviation are found together; of the rows that count `among` all.
    source : TrackSource
        The recording. What is found is kept as long as it lives.

    Returns
    -------
    float32 array, shape (row, column)
        0 in columns that are constant.

    Raises
    ------
    DataError
        If the recordings of a subject have another number of columns, or `among` another number of rows.

    Source
    ------
    Chen and Jin (2015), section 4, z-score each set of speakers by itself; by subject: our choice. All rows
    of the track count the same, whatever the step of the model.

    Examples
    --------
    >>> from emotrace.config.declaration import TableInput
    >>> from emotrace.features import Track
    >>> from emotrace.timing import Timeline
    >>> class Recording:
    ...     duration_s = 2.0
    ...     def track(self, name):
    ...         return Track(np.array([[1.0, 7.0], [3.0, 7.0]]), Timeline.regular(2, 1.0))
    >>> wanted = TableInput(name="heart", columns=2, normalise="recording")
    >>> z_scores(np.array([[3.0, 7.0], [np.nan, 7.0]]), wanted, Recording())
    array([[ 1.,  0.],
           [nan,  0.]], dtype=float32)
    """
    moments = _moments(spec, source)
    mean, std = (np.repeat(values, spec.alike) for values in (moments.mean, moments.std))
    scale = np.divide(1.0, std, out=np.zeros_like(std), where=std > 0)
    scores = (rows.astype(np.float64) - mean) * scale
    if spec.clip is not None:
        scores = np.clip(scores, -spec.clip, spec.clip)
    return scores.astype(np.float32)


def _moments(spec: Any, source: TrackSource) -> Moments:
    found = _FOUND.setdefault(source, {})
    key = spec.track, spec.normalise, spec.alike, spec.among
    if key not in found:
        own: Sequence[TrackSource] = [source]
        others = getattr(source, "of_subject", ()) if spec.normalise == "subject" else ()
        found[key] = _of_all(spec, others or own)
    return found[key]


def _of_all(spec: Any, sources: Sequence[TrackSource]) -> Moments:
    """Moments over recordings, each of which is read once for all of its subject."""
    zeros = np.zeros(spec.columns // spec.alike)
    total = nothing = Moments(zeros, zeros, zeros)
    for source in sources:
        found = _FOUND.setdefault(source, {})
        key = spec.track, "recording", spec.alike, spec.among
        if key not in found:
            track = source.track(spec.track)
            found[key] = nothing if track is None else _of_track(spec, track, _counted(spec, source, track))
        total = total.joined(found[key])
    return total


def _counted(spec: Any, source: TrackSource, track: Track) -> np.ndarray:
    """Rows that make mean and deviation, bool (row,)."""
    counted = np.ones(track.timeline.length, dtype=bool)
    if track.valid is not None:
        counted &= np.asarray(track.valid)
    among = None if spec.among is None else source.track(spec.among)
    if among is None:
        return counted
    if among.timeline.length != len(counted):
        raise DataError(
            f"track {spec.among}, which says what counts in {spec.track}, has {among.timeline.length} rows; "
            f"expected {len(counted)}, as many; prepare the recording again"
        )
    first: np.ndarray = np.asarray(among.values[:]).reshape(len(counted), -1)[:, 0]
    return counted & (first > 0.5)


def _of_track(spec: Any, track: Track, counted: np.ndarray) -> Moments:
    if tuple(track.values.shape[1:]) != (spec.columns,):
        raise DataError(
            f"track {spec.track} of another recording of the subject has rows of shape "
            f"{tuple(track.values.shape[1:])}; expected ({spec.columns},) in all of them"
        )
    zeros = np.zeros(spec.columns // spec.alike)
    total = Moments(zeros, zeros, zeros)
    for first in range(0, track.timeline.length, ROWS_AT_ONCE):
        rows = np.asarray(track.values[first : first + ROWS_AT_ONCE], dtype=np.float64)
        known = np.isfinite(rows) & counted[first : first + ROWS_AT_ONCE, None]
        rows, known = (_by_quantity(values, spec.alike) for values in (rows, known))
        count = known.sum(axis=0).astype(np.float64)
        mean = np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1)
        squares = np.square(np.where(known, rows - mean, 0.0)).sum(axis=0)
        total = total.joined(Moments(count, mean, squares))
    return total


def _by_quantity(values: np.ndarray, alike: int) -> np.ndarray:
    """(row, column) to (row * alike, quantity), whose columns are `alike` columns in a row each."""
    if alike == 1:
        return values
    return values.reshape(len(values), -1, alike).swapaxes(1, 2).reshape(len(values) * alike, -1)
