"""Scores by fold and by subject: each metric over the recordings of a group, end to end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.evaluation.bootstrap import number
from emotrace.evaluation.scored import Scored


class Grouping:
    """Which recordings belong to which group.

    Parameters
    ----------
    keys : sequence of str or int
        Group of each recording; groups go in sorted order.

    Attributes
    ----------
    names : list of str
    weights : float64 array, shape (group, recording)
        1 where the recording is in the group, else 0.

    Examples
    --------
    >>> Grouping(["b", "a", "b"]).weights
    array([[0., 1., 0.],
           [1., 0., 1.]])
    """

    def __init__(self, keys: Sequence[str] | Sequence[int]):
        found, index = np.unique(np.asarray(keys), return_inverse=True)
        self.names = [str(name) for name in found.tolist()]
        self.weights = (index[None, :] == np.arange(len(found))[:, None]).astype(np.float64)

    def rows(self, values: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
        """Metrics of each group, from arrays of shape (group,)."""
        return {
            name: {metric: number(of_groups[i]) for metric, of_groups in values.items()}
            for i, name in enumerate(self.names)
        }


def groupings(recordings: Sequence[Scored], predicts: str = "trace") -> dict[str, Grouping]:
    """By fold and by subject, where every recording was tested in a fold; else classes by subject alone."""
    folds = [one.fold for one in recordings if one.fold is not None]
    by_subject = {"by_subject": Grouping([one.subject for one in recordings])}
    if len(folds) < len(recordings):
        return by_subject if predicts == "class" else {}
    return {"by_fold": Grouping(folds), **by_subject}


def describe_groups(scores: dict[str, Any], recordings: Sequence[Scored]) -> dict[str, Any]:
    """Counts beside the metrics of each group, and the spread of each metric over folds.

    Parameters
    ----------
    scores : dict
        With ``by_subject``, and ``by_fold`` where there are folds.
    recordings : sequence of Scored

    Returns
    -------
    dict
        ``by_fold``: of each its recordings, subjects and metrics; ``over_folds``: of each metric the plain
        mean and the standard deviation (1/n) over the folds where it is defined, and how many they are;
        ``by_subject``: of each its recordings, folds and metrics. Without folds nothing speaks of them.
    """
    if "by_fold" not in scores:
        counts = Counter(one.subject for one in recordings)
        return {
            "by_subject": {
                name: {"recordings": counts[name], **metrics}
                for name, metrics in scores["by_subject"].items()
            }
        }
    by_fold = {
        name: {
            "recordings": sum(str(one.fold) == name for one in recordings),
            "subjects": len({one.subject for one in recordings if str(one.fold) == name}),
            **metrics,
        }
        for name, metrics in scores["by_fold"].items()
    }
    by_subject = {
        name: {
            "recordings": sum(one.subject == name for one in recordings),
            "folds": sorted({one.fold for one in recordings if one.subject == name}),
            **metrics,
        }
        for name, metrics in scores["by_subject"].items()
    }
    over_folds = {}
    for metric in next(iter(scores["by_fold"].values())):
        values = [row[metric] for row in scores["by_fold"].values() if row[metric] is not None]
        over_folds[metric] = {
            "mean": float(np.mean(values)) if values else None,
            "standard_deviation": float(np.std(values)) if values else None,
            "folds": len(values),
        }
    return {"by_fold": by_fold, "over_folds": over_folds, "by_subject": by_subject}
