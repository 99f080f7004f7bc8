"""What all kinds of post-processing are: steps tuned for each dimension, applied recording by recording."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from emotrace import __version__
from emotrace.config.base import Settings
from emotrace.errors import CheckpointError, InputError
from emotrace.postprocess.recordings import as_predictions, as_recordings, check_pairs
from emotrace.postprocess.stored import FORMAT, read_stored
from emotrace.postprocess.tuned import Tuned

if TYPE_CHECKING:
    from emotrace.postprocess.stream import Stream

Tune = Callable[[list[np.ndarray], list[np.ndarray], float], tuple[Tuned, Tuned]]
"""Gold and prediction of one dimension, (time,) each, and fps: steps for whole recordings and for streams."""


class DimensionSteps(Settings):
    """What was tuned for one dimension.

    Parameters
    ----------
    label : str or None
    whole : Tuned
        For whole recordings.
    online : Tuned
        The one that never looks ahead.
    """

    label: str | None
    whole: Tuned
    online: Tuned


class Postprocessor(Settings):
    """Steps that were tuned on development, stored with a run and applied unchanged to the rest.

    Each dimension has steps of its own, and each recording is taken by itself. Values are not cut to the
    range of the labels.

    Parameters
    ----------
    kind : str
        Its name in a recipe and in a stored form.
    fps : float, > 0
        Steps per second of the predictions it was tuned on; a prediction of another rate is not for it.
    columns : bool
        Whether recordings are of shape (time, dimension), not (time,).
    dimensions : tuple of DimensionSteps
    emotrace : str
        The version that tuned it.
    """

    kind: str
    fps: float
    columns: bool
    dimensions: tuple[DimensionSteps, ...]
    emotrace: str = __version__

    @classmethod
    def _fitted(
        cls, gold: Any, prediction: Any, fps: float, labels: Sequence[str] | None, tune: Tune
    ) -> Self:
        """Check what `fit` was given and tune each dimension by itself.

        Raises
        ------
        InputError
            If `gold` and `prediction` do not match, one is no list of arrays of numbers, the prediction holds
            NaN, a dimension has fewer than 2 rated steps, `fps` is not positive or `labels` do not match.
        """
        golds, predictions = as_recordings(gold, "gold"), as_predictions(prediction)
        check_pairs(golds, predictions)
        if not (isinstance(fps, (int, float, np.number)) and 0 < fps < math.inf):
            raise InputError(f"fps is {fps!r}; expected a positive number of steps per second, such as 25")
        columns = golds[0].ndim == 2
        count = golds[0].shape[1] if columns else 1
        if labels is not None and (isinstance(labels, str) or len(labels) != count):
            raise InputError(
                f"labels are {labels!r}; expected a list of {count}, one for each dimension of the prediction"
            )
        names = [None] * count if labels is None else list(labels)
        dimensions = []
        for index, name in enumerate(names):
            gold_rows = [_dimension(recording, index) for recording in golds]
            rated = sum(int((~np.isnan(row)).sum()) for row in gold_rows)
            if rated < 2:
                raise InputError(
                    f"gold of {'dimension ' + str(index) if name is None else name} has {rated} rated steps "
                    f"in {len(golds)} recordings; expected at least 2 to tune on"
                )
            whole, online = tune(gold_rows, [_dimension(part, index) for part in predictions], float(fps))
            dimensions.append(DimensionSteps(label=name, whole=whole, online=online))
        return cls.model_validate({"fps": float(fps), "columns": columns, "dimensions": tuple(dimensions)})

    def apply(self, prediction: Any) -> list[np.ndarray]:
        """Post-process recordings, each by itself.

        Parameters
        ----------
        prediction : list of float array, shape (time,) or (time, dimension) as in `fit`
            Of `fps` steps per second, without NaN.

        Returns
        -------
        list of float64 array, shapes as in `prediction`
            New arrays.

        Raises
        ------
        InputError
            If it is no list of such arrays, or holds NaN.
        """
        recordings = as_predictions(prediction)
        self.check_shape(recordings[0])
        given = []
        for recording in recordings:
            rows = [
                dimension.whole.apply(_dimension(recording, index))
                for index, dimension in enumerate(self.dimensions)
            ]
            given.append(np.stack(rows, axis=1) if self.columns else rows[0])
        return given

    def check_shape(self, recording: np.ndarray) -> None:
        """Refuse a recording of other dimensions than those it was tuned on.

        Raises
        ------
        InputError
            If its shape is not (time,) or (time, dimension) as then.
        """
        expected = (len(self.dimensions),) if self.columns else ()
        if recording.shape[1:] != expected:
            wanted = f"(time, {len(self.dimensions)})" if self.columns else "(time,)"
            raise InputError(
                f"prediction has shape {recording.shape}; expected {wanted}, as the {self.kind} was tuned on"
            )

    @property
    def labels(self) -> tuple[str | None, ...]:
        """What each dimension is called; None: nothing."""
        return tuple(dimension.label for dimension in self.dimensions)

    @property
    def look_ahead_s(self) -> float:
        """By at most how many seconds a value depends on later ones; inf: on all the rest of the recording.

        A shift, which delays the result, is not counted against it.
        """
        return max(dimension.whole.look_ahead_frames for dimension in self.dimensions) / self.fps

    def online(self) -> Self:
        """The one that never looks ahead, for streams: a causal variant, tuned by itself on development.

        As what looks back only comes later, its steps were tuned anew, so that it too never lowers CCC of
        development. Of one that is online it is the same again.
        """
        return self.model_copy(
            update={
                "dimensions": tuple(
                    dimension.model_copy(update={"whole": dimension.online}) for dimension in self.dimensions
                )
            }
        )

    def stream(self) -> "Stream":
        """Start to post-process one recording of which the future is not known.

        Raises
        ------
        InputError
            If it looks ahead.
        """
        from emotrace.postprocess.stream import Stream

        return Stream(self)

    def describe(self) -> str:
        """What it does to each dimension, in words, for a report."""
        return "; ".join(
            ("" if dimension.label is None else f"{dimension.label}: ") + dimension.whole.describe(self.fps)
            for dimension in self.dimensions
        )

    def describe_look_ahead(self) -> str:
        """Which steps look ahead, and by how much, in words; empty if none does."""
        found = [
            ("" if dimension.label is None else f"{dimension.label}: ") + ahead
            for dimension in self.dimensions
            if (ahead := dimension.whole.describe_look_ahead(self.fps))
        ]
        return "; ".join(found)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON, with the version of this form and of emotrace."""
        return {"format": FORMAT, **self.model_dump(mode="json")}

    @classmethod
    def from_dict(cls, values: Any, where: str | None = None) -> Self:
        """What `to_dict` gave, equal in every value.

        Parameters
        ----------
        values : dict
        where : str or None
            The file that they come from, for the message; None: its kind.

        Raises
        ------
        CheckpointError
            If they are of another version, or not what `to_dict` gives.
        """
        where = where or str(cls.model_fields["kind"].default)
        kind, found = cls.model_fields["kind"].default, read_stored(cls, values, where)
        if not found.dimensions or (len(found.dimensions) > 1 and not found.columns) or not found.fps > 0:
            raise CheckpointError(
                f"{where}: {len(found.dimensions)} dimensions, columns {found.columns} and fps {found.fps:g} "
                f"do not go together; expected a {kind} as it was stored, fit it again"
            )
        return found


def _dimension(recording: np.ndarray, index: int) -> np.ndarray:
    return np.ascontiguousarray(recording[:, index]) if recording.ndim == 2 else recording
