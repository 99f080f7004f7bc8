"""What each recording or subject adds to a metric of several, so that any choice of them is scored."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from emotrace.evaluation.bootstrap import SubjectBootstrap
from emotrace.evaluation.clips import class_metrics, score_clips
from emotrace.evaluation.scored import Scored
from emotrace.evaluation.traces import trace_metrics
from emotrace.metrics import Moments

CHUNK = 500  # draws at a time


@dataclass(frozen=True)
class Sums:
    """Of each part, a recording or a subject, its moments or its counts in the confusion matrix.

    Parameters
    ----------
    labels : tuple of str
        Dimensions or classes.
    moments : tuple of Moments
        One per label, each of shape (part,); empty for classes.
    counts : float array, shape (part, class, class + 1), or None
        The last column: nothing was predicted.
    """

    labels: tuple[str, ...]
    moments: tuple[Moments, ...] = ()
    counts: np.ndarray | None = None

    @classmethod
    def of(cls, recordings: Sequence[Scored], predicts: str, labels: Sequence[str]) -> "Sums":
        """Those of the recordings of a run."""
        labels = tuple(labels)
        if predicts == "class":
            return cls(labels, counts=_counts(recordings, labels))
        columns = [recordings[0].trace.labels.index(label) for label in labels]
        return cls(
            labels,
            tuple(
                Moments.stack([Moments.of(one.gold[:, at], one.trace.values[:, at]) for one in recordings])
                for at in columns
            ),
        )

    def __add__(self, other: "Sums") -> "Sums":
        """The parts of both."""
        if self.counts is not None and other.counts is not None:
            return Sums(self.labels, counts=np.concatenate([self.counts, other.counts]))
        return Sums(self.labels, tuple(map(_joined, self.moments, other.moments)))

    def by(self, names: Sequence[str]) -> "Sums":
        """Parts of the same name summed, in the order of the sorted names."""
        groups = np.unique(np.asarray(names, dtype=str))
        member = (groups[:, None] == np.asarray(names, dtype=str)).astype(float)  # (group, part)
        if self.counts is not None:
            return Sums(self.labels, counts=np.tensordot(member, self.counts, axes=1))
        return Sums(self.labels, tuple(one.pool(member) for one in self.moments))

    def each(self) -> dict[str, np.ndarray]:
        """Metrics of every part by itself, of each metric an array (part,); NaN where undefined."""
        if self.counts is not None:
            return class_metrics(self.labels, self.counts)
        return trace_metrics(self.labels, self.moments)

    def metrics(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Metrics of parts end to end, each taken as often as its weight says.

        Parameters
        ----------
        weights : float array, shape (draw, part)

        Returns
        -------
        dict
            Of each metric an array (draw,); NaN where undefined.
        """
        found = []
        for first in range(0, len(weights), CHUNK):
            some = weights[first : first + CHUNK]
            if self.counts is not None:
                found.append(class_metrics(self.labels, np.tensordot(some, self.counts, axes=1)))
            else:
                found.append(trace_metrics(self.labels, [one.pool(some) for one in self.moments]))
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def _joined(one: Moments, other: Moments) -> Moments:
    values = ([getattr(part, field.name) for part in (one, other)] for field in fields(Moments))
    return Moments(*map(np.concatenate, values))


def _counts(recordings: Sequence[Scored], classes: Sequence[str]) -> np.ndarray:
    """One place in a confusion matrix for each clip; none where the class is not known."""
    clips = score_clips(recordings, SubjectBootstrap([one.subject for one in recordings], draws=1))[
        "per_recording"
    ]
    counts = np.zeros((len(recordings), len(classes), len(classes) + 1))
    for row, one in enumerate(recordings):
        clip = clips[one.name]
        if clip["gold"] is not None:
            said = len(classes) if clip["predicted"] is None else classes.index(clip["predicted"])
            counts[row, classes.index(clip["gold"]), said] = 1
    return counts
