"""What each recording adds to a metric of several recordings, so that any choice of them is scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotrace.evaluation.bootstrap import SubjectBootstrap
from emotrace.evaluation.clips import class_metrics, score_clips
from emotrace.evaluation.compared.entrants import Entrant
from emotrace.evaluation.traces import trace_metrics
from emotrace.metrics import Moments

CHUNK = 500  # draws at a time


@dataclass(frozen=True)
class Sums:
    """Of each recording its moments, or its place in the confusion matrix.

    Parameters
    ----------
    labels : tuple of str
        Dimensions or classes.
    moments : tuple of tuple of Moments
        (label, recording); empty for classes.
    counts : float array, shape (recording, class, class + 1), or None
        The last column: nothing was predicted.
    """

    labels: tuple[str, ...]
    moments: tuple[tuple[Moments, ...], ...] = ()
    counts: np.ndarray | None = None

    @classmethod
    def of(cls, entrant: Entrant, labels: Sequence[str]) -> "Sums":
        """Those of a run."""
        labels = tuple(labels)
        if entrant.predicts == "class":
            return cls(labels, counts=_counts(entrant, labels))
        columns = [entrant.run.labels.index(label) for label in labels]
        return cls(
            labels,
            tuple(
                tuple(Moments.of(one.gold[:, at], one.trace.values[:, at]) for one in entrant.recordings)
                for at in columns
            ),
        )

    def __add__(self, other: "Sums") -> "Sums":
        """The recordings of both."""
        if self.counts is not None and other.counts is not None:
            return Sums(self.labels, counts=np.concatenate([self.counts, other.counts]))
        joined = (mine + theirs for mine, theirs in zip(self.moments, other.moments, strict=True))
        return Sums(self.labels, tuple(joined))

    def metrics(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Metrics of recordings end to end, each taken as often as its weight says.

        Parameters
        ----------
        weights : float array, shape (draw, recording)

        Returns
        -------
        dict
            Of each metric an array (draw,); NaN where undefined.
        """
        stacked = [Moments.stack(of_label) for of_label in self.moments]
        found = []
        for first in range(0, len(weights), CHUNK):
            some = weights[first : first + CHUNK]
            if self.counts is not None:
                found.append(class_metrics(self.labels, np.tensordot(some, self.counts, axes=1)))
            else:
                found.append(trace_metrics(self.labels, [one.pool(some) for one in stacked]))
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def _counts(entrant: Entrant, classes: Sequence[str]) -> np.ndarray:
    """One place in a confusion matrix for each clip; none where the class is not known."""
    clips = score_clips(
        entrant.recordings, SubjectBootstrap([one.subject for one in entrant.recordings], draws=1)
    )["per_recording"]
    counts = np.zeros((len(entrant.recordings), len(classes), len(classes) + 1))
    for row, one in enumerate(entrant.recordings):
        clip = clips[one.name]
        if clip["gold"] is not None:
            said = len(classes) if clip["predicted"] is None else classes.index(clip["predicted"])
            counts[row, classes.index(clip["gold"]), said] = 1
    return counts
