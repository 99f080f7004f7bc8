"""Scores a model on the development recordings, by whole traces."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from emotrace import metrics
from emotrace.config.declaration import Declaration
from emotrace.delay import NO_DELAY, LabelDelay
from emotrace.models.base import Model
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.training.tracing import trace_prepared
from emotrace.training.windows import step_targets


class Development:
    """The development recordings and how a model is scored on them.

    Parameters
    ----------
    recordings : sequence of PreparedRecording
    declaration : Declaration
    labels : tuple of str
    delay : LabelDelay
        Of the labels that the model learns; scores are against labels as they are.
    """

    def __init__(
        self,
        recordings: Sequence[Any],
        declaration: Declaration,
        labels: tuple[str, ...],
        delay: LabelDelay = NO_DELAY,
    ):
        self.delay = delay
        self.recordings = tuple(recordings)
        self.labels = labels
        self.predicts = declaration.predicts
        self.targets = [step_targets(recording, declaration, len(labels)) for recording in self.recordings]

    def score(self, model: Model) -> dict[str, float]:
        """Score a model; processes that train together share the recordings out.

        Returns
        -------
        dict
            For traces ``development_ccc_<dimension>``, CCC over the concatenation of all recordings;
            for classes ``development_uar``, each clip taking the class that most of its steps vote for,
            and none where no step votes. ``development_score``, higher is better: the mean of the CCCs
            that are defined, or the UAR; NaN where none is. Empty without development recordings.
        """
        if not self.recordings:
            return {}
        predictions = self._predict(model)
        if self.predicts == "class":
            return self._class_scores(predictions)
        return self._trace_scores(predictions)

    def _predict(self, model: Model) -> list[np.ndarray]:
        rank, processes = 0, 1
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            rank, processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
        numbers = range(rank, len(self.recordings), processes)
        mine = {
            number: trace_prepared(model, self.recordings[number], self.delay).values for number in numbers
        }
        if processes == 1:
            return [mine[number] for number in range(len(self.recordings))]
        of_all: list[Any] = [None] * processes
        torch.distributed.all_gather_object(of_all, mine)
        return [of_all[number % processes][number] for number in range(len(self.recordings))]

    def _trace_scores(self, predictions: list[np.ndarray]) -> dict[str, float]:
        target = np.concatenate(  # (time of all recordings, label), without first rows that are dropped
            [whole[len(whole) - len(said) :] for whole, said in zip(self.targets, predictions, strict=True)]
        )
        prediction = np.concatenate(predictions)
        values = [metrics.ccc(target[:, i], prediction[:, i]) for i in range(len(self.labels))]
        scores = {f"development_ccc_{label}": value for label, value in zip(self.labels, values, strict=True)}
        defined = [value for value in values if np.isfinite(value)]
        return {**scores, "development_score": float(np.mean(defined)) if defined else float("nan")}

    def _class_scores(self, predictions: list[np.ndarray]) -> dict[str, float]:
        target = [float(clip[0, 0]) for clip in self.targets]
        votes = [majority_vote(clip) for clip in predictions]
        prediction = [float(-1 if vote.winner is None else vote.winner) for vote in votes]
        uar = metrics.uar(target, prediction)
        return {"development_uar": uar, "development_score": uar}


def score_columns(declaration: Declaration, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the scores that `Development` gives."""
    own = [f"development_ccc_{label}" for label in labels]
    return (*(own if declaration.predicts == "trace" else ["development_uar"]), "development_score")
