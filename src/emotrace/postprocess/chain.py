"""The chain of post-processing: tuned on development, stored with a run, applied unchanged to the rest."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace import __version__
from emotrace.config.base import Settings, validate
from emotrace.errors import CheckpointError, ConfigError, InputError
from emotrace.postprocess.recordings import as_predictions, as_recordings, check_pairs
from emotrace.postprocess.tuned import Tuned
from emotrace.postprocess.tuning import SEARCHES, Search, tune

if TYPE_CHECKING:
    from emotrace.postprocess.stream import Stream

FORMAT = 1


class DimensionChain(Settings):
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


class Chain(Settings):
    """Median filter, centring, scaling and shift in time, each kept only if it raised CCC on development.

    Each dimension has a chain of its own. CCC, means and deviations are of all development recordings joined
    (1/n), steps without gold left out. The median filter and the shift work on each recording by itself.
    Values are not cut to the range of the labels.

    Only the median filter looks ahead, by half its window; centring and scaling add and multiply fixed
    numbers, and the shift is a delay. `online` gives the chain that never looks ahead.

    Parameters
    ----------
    fps : float, > 0
        Steps per second of the predictions it was tuned on; a prediction of another rate is not for it.
    columns : bool
        Whether recordings are of shape (time, dimension), not (time,).
    dimensions : tuple of DimensionChain
    emotrace : str
        The version that tuned it.

    Source
    ------
    tzirakis2017, section V: steps, their order and ranges, and that each is kept if it raises CCC. It leaves
    open the grids, the ends, odd windows, whose moments, about which value to scale and whether steps are
    fitted together: our choices stand with each step and in `fit`.

    Examples
    --------
    >>> gold = [np.sin(np.arange(300) / 20), np.sin(np.arange(200) / 30)]
    >>> chain = Chain.fit(gold, [0.5 * part + 0.3 for part in gold])
    >>> print(chain.describe())
    centring by -0.2631, scaling by 2 about 0.07371
    >>> bool(np.allclose(chain.apply([0.5 * gold[0] + 0.3])[0], gold[0]))
    True
    """

    fps: float
    columns: bool
    dimensions: tuple[DimensionChain, ...]
    emotrace: str = __version__

    @classmethod
    def fit(
        cls,
        gold: Any,
        prediction: Any,
        fps: float = 25,
        labels: Sequence[str] | None = None,
        search: Search = "joint",
    ) -> "Chain":
        """Tune a chain on development; the chain for streams is tuned beside it.

        Parameters
        ----------
        gold : list of float array, shape (time,) or (time, dimension)
            One for each development recording. NaN: not rated, left out.
        prediction : list of float array, shapes as in `gold`
            Without NaN, for every step whether it is rated or not.
        fps : float, > 0
            Steps per second.
        labels : sequence of str, one for each dimension
        search : {"joint", "stepwise"}
            ``joint``: the best of all chains, window and shift chosen together; a step is in it only if no
            chain without it comes as far. ``stepwise``: each step by itself, on what the kept ones before it
            give, as the paper can be read; a median filter is then kept to mend, badly, what a shift or a
            scaling would mend well, and a known delay or too large a gain is not recovered.

        Returns
        -------
        Chain
            Its CCC on these recordings is never below that of the prediction as it is. Where there is
            nothing to gain, such as with a constant prediction or constant gold, it changes nothing.

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
        if search not in SEARCHES:
            raise InputError(f"search is {search!r}; expected one of: {', '.join(SEARCHES)}")
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
                    f"in {len(golds)} recordings; expected at least 2 to tune a chain on"
                )
            whole, online = tune(
                gold_rows, [_dimension(part, index) for part in predictions], float(fps), search
            )
            dimensions.append(DimensionChain(label=name, whole=whole, online=online))
        return cls(fps=float(fps), columns=columns, dimensions=tuple(dimensions))

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
        """Refuse a recording of other dimensions than the chain was tuned on.

        Raises
        ------
        InputError
            If its shape is not (time,) or (time, dimension) as then.
        """
        expected = (len(self.dimensions),) if self.columns else ()
        if recording.shape[1:] != expected:
            wanted = f"(time, {len(self.dimensions)})" if self.columns else "(time,)"
            raise InputError(
                f"prediction has shape {recording.shape}; expected {wanted}, as the chain was tuned on"
            )

    @property
    def look_ahead_s(self) -> float:
        """By how many seconds a value may depend on later ones: half the widest median window, or 0."""
        return max(dimension.whole.look_ahead_frames for dimension in self.dimensions) / self.fps

    def online(self) -> "Chain":
        """The chain that never looks ahead, for streams: a causal variant, tuned by itself on development.

        Its median filter looks back only; as that delays the result by half a window, its window, gain and
        shift were tuned anew, so that it too never lowers CCC of development. Of a chain that is online it
        is the chain itself.
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
            If the chain looks ahead.
        """
        from emotrace.postprocess.stream import Stream

        return Stream(self)

    def describe(self) -> str:
        """What the chain does, in words, for a report.

        Examples
        --------
        >>> Chain.fit([[0.0, 1.0, 0.0]], [[0.0, 1.0, 0.0]], labels=["arousal"]).describe()
        'arousal: nothing'
        """
        return "; ".join(
            ("" if dimension.label is None else f"{dimension.label}: ") + dimension.whole.describe(self.fps)
            for dimension in self.dimensions
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON, with the version of this form and of emotrace."""
        return {"format": FORMAT, **self.model_dump(mode="json")}

    @classmethod
    def from_dict(cls, values: Any, where: str = "chain") -> "Chain":
        """The chain that `to_dict` gave, equal in every value.

        Parameters
        ----------
        values : dict
        where : str
            The file that they come from, for the message.

        Raises
        ------
        CheckpointError
            If they are of another version, or not what `to_dict` gives.

        Examples
        --------
        >>> chain = Chain.fit([[0.0, 1.0, 0.0]], [[0.0, 2.0, 0.5]], fps=10)
        >>> Chain.from_dict(chain.to_dict()) == chain
        True
        """
        if not isinstance(values, dict):
            raise CheckpointError(
                f"{where}: holds a {type(values).__name__}; expected the values of a chain, fit it again"
            )
        if values.get("format") != FORMAT:
            raise CheckpointError(
                f"{where}: its form is {values.get('format')!r}, written by emotrace "
                f"{values.get('emotrace', 'of unknown version')}; expected {FORMAT}, fit the chain "
                "again or use that version"
            )
        try:
            chain = validate(cls, {key: value for key, value in values.items() if key != "format"}, where)
        except ConfigError as error:
            raise CheckpointError(f"{error}; expected a chain as it was stored, fit it again") from error
        if not chain.dimensions or (len(chain.dimensions) > 1 and not chain.columns) or not chain.fps > 0:
            raise CheckpointError(
                f"{where}: {len(chain.dimensions)} dimensions, columns {chain.columns} and fps {chain.fps:g} "
                "do not go together; expected a chain as it was stored, fit it again"
            )
        return chain


def _dimension(recording: np.ndarray, index: int) -> np.ndarray:
    return np.ascontiguousarray(recording[:, index]) if recording.ndim == 2 else recording
