"""One temperature for the probabilities of classes, found on development: confidence that can be believed."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np

from emotrace import __version__
from emotrace.config.base import Settings
from emotrace.errors import CheckpointError, InputError
from emotrace.postprocess.majority_vote import majority_vote, voting
from emotrace.postprocess.recordings import as_predictions, as_recordings, check_pairs
from emotrace.postprocess.stored import FORMAT, read_stored
from emotrace.temperature import (
    LEAST_TEMPERATURE,
    MOST_TEMPERATURE,
    at_temperature,
    best_temperature_of_clips,
)


class Calibration(Settings):
    """A temperature by which the logits of every step are divided, stored with a run.

    It is chosen so that the mean over the segments of a clip that vote says most of the clip's class. No
    segment changes its vote, and segments that say nothing go on saying nothing. Nothing looks ahead.

    Parameters
    ----------
    kind : str
    labels : tuple of str
        The classes.
    temperature : float in [0.01, 100]
        Above 1: the model was too sure.
    clips : int
        Clips that it was found on.
    wrong : int or None
        Those of them that the model votes wrong; None: not known, of a version before.
    fps : float, > 0
        Steps per second of the predictions it was found on.
    emotrace : str
        The version that found it.
    """

    kind: Literal["calibration"] = "calibration"
    labels: tuple[str, ...]
    temperature: float
    clips: int
    wrong: int | None = None
    fps: float
    emotrace: str = __version__

    @classmethod
    def fit(cls, gold: Any, prediction: Any, fps: float, labels: Sequence[str]) -> Self:
        """Find the temperature on clips whose class is known; where all are right it makes nothing surer.

        Parameters
        ----------
        gold : list of float array, shape (time, class)
            1 in the column of the clip's class, else 0; NaN: not known.
        prediction : list of float array, shape (time, class), in [0, 1]
            Probabilities, without NaN.
        fps : float, > 0
            Steps per second.
        labels : sequence of str

        Raises
        ------
        InputError
            If `gold` and `prediction` do not match each other or `labels`, or no clip of a known class has a
            segment that votes.

        Source
        ------
        Guo et al. (2017), On Calibration of Modern Neural Networks; with pooling: see
        `best_temperature_of_clips`. At least 1 where no clip is wrong: our choice, for such clips would have
        any model as sure as can be, and say nothing of those that it gets wrong.

        Examples
        --------
        >>> sure = [np.array([[0.98, 0.02]]) for _ in range(10)]
        >>> known = [np.array([[1.0, 0.0]]) for _ in range(7)] + [np.array([[0.0, 1.0]]) for _ in range(3)]
        >>> calibration = Calibration.fit(known, sure, 1.0, ("calm", "angry"))
        >>> calibration.apply(sure)[0].round(1)
        array([[0.7, 0.3]])
        """
        golds, predictions = as_recordings(gold, "gold"), as_predictions(prediction)
        check_pairs(golds, predictions)
        _check_columns(predictions, labels)
        clips, wanted, wrong = [], [], 0
        for known, said in zip(golds, predictions, strict=True):
            rows, votes = known[np.isfinite(known).all(axis=1)], voting(said)
            if len(rows) and votes.any():
                clips.append(said[votes])
                wanted.append(int(rows[0].argmax()))
                wrong += majority_vote(said).winner != wanted[-1]
        if not clips:
            raise InputError(
                f"none of {len(golds)} clips has both a known class and a segment that says something; "
                "expected one at least to find a temperature on"
            )
        found = best_temperature_of_clips(clips, np.array(wanted))
        found = found if wrong else max(found, 1.0)
        return cls(labels=tuple(labels), temperature=found, clips=len(clips), wrong=wrong, fps=float(fps))

    def apply(self, prediction: Any) -> list[np.ndarray]:
        """Probabilities at the temperature.

        Parameters
        ----------
        prediction : list of float array, shape (time, class), in [0, 1]
            Without NaN.

        Returns
        -------
        list of float64 array, shapes as in `prediction`
            New arrays; rows sum to 1.

        Raises
        ------
        InputError
            If it is no list of such arrays.
        """
        predictions = as_predictions(prediction)
        _check_columns(predictions, self.labels)
        return [at_temperature(one, self.temperature) for one in predictions]

    def online(self) -> Self:
        """Itself: it never looks ahead."""
        return self

    def stream(self) -> "CalibrationStream":
        """Start to calibrate one recording of which the future is not known."""
        return CalibrationStream(self)

    @property
    def look_ahead_s(self) -> float:
        """0: no value depends on later ones."""
        return 0.0

    def describe(self) -> str:
        """What it does, in words, for a report.

        Examples
        --------
        >>> Calibration(labels=("calm", "angry"), temperature=1.5, clips=40, fps=1.0).describe()
        'temperature 1.5: less sure than the model, by 40 development clips'
        """
        way = "less sure than" if self.temperature > 1 else "surer than"
        if 0.995 < self.temperature < 1.005:
            way = "as sure as"
        clips = "1 development clip" if self.clips == 1 else f"{self.clips} development clips"
        if self.temperature > 0.99 * MOST_TEMPERATURE:
            most = f"temperature {self.temperature:.3g}, the most that is tried"
            return f"{most}: on {clips} the model is no better than chance"
        return f"temperature {self.temperature:.3g}: {way} the model, by {clips}"

    def describe_doubt(self) -> str:
        """What to beware of in confidence at this temperature, in words; empty for nothing.

        Examples
        --------
        >>> Calibration(labels=("calm", "angry"), temperature=1.0, clips=9, wrong=0, fps=1.0).describe_doubt()
        'none of 9 development clips is wrong, so how sure the model may be is not known'
        """
        if self.wrong != 0:
            return ""
        return f"none of {self.clips} development clips is wrong, so how sure the model may be is not known"

    def describe_look_ahead(self) -> str:
        """Nothing: it never looks ahead."""
        return ""

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
        found = read_stored(cls, values, where)
        if not (LEAST_TEMPERATURE / 2 <= found.temperature <= 2 * MOST_TEMPERATURE) or not found.labels:
            raise CheckpointError(
                f"{where or found.kind}: temperature {found.temperature:g} of {len(found.labels)} classes is "
                "none that is fitted; expected a calibration as it was stored, fit it again"
            )
        return found


class CalibrationStream:
    """What ``calibration.apply`` gives on a whole recording, given block by block as it comes.

    Parameters
    ----------
    calibration : Calibration

    Examples
    --------
    >>> calibration = Calibration(labels=("calm", "angry"), temperature=2.0, clips=40, fps=1.0)
    >>> calibration.online().stream().push([[0.8, 0.2]]).round(3)
    array([[0.667, 0.333]])
    """

    def __init__(self, calibration: Calibration):
        self.calibration = calibration

    def push(self, block: Any) -> np.ndarray:
        """The next steps of the recording at the temperature, float64 (time, class)."""
        return self.calibration.apply([block])[0]


def _check_columns(predictions: Sequence[np.ndarray], labels: Sequence[str]) -> None:
    shape = predictions[0].shape
    if shape[1:] != (len(labels),):
        raise InputError(
            f"prediction has shape {shape}; expected (time, {len(labels)}), the probability of each of "
            f"{', '.join(labels)}"
        )
