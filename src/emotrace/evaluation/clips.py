"""Scores of a class system: one class per clip, the largest mean probability."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.evaluation.bootstrap import SubjectBootstrap, number
from emotrace.evaluation.groups import Grouping
from emotrace.evaluation.scored import Scored
from emotrace.metrics import class_recalls, confusion


def score_clips(
    recordings: Sequence[Scored], bootstrap: SubjectBootstrap, groups: Mapping[str, Grouping] | None = None
) -> dict[str, Any]:
    """All metrics of one partition of clips.

    Parameters
    ----------
    recordings : sequence of Scored
        All of the same classes; a clip without a known class is left out.
    bootstrap : SubjectBootstrap
        Of the subjects of `recordings`.
    groups : mapping of name to Grouping, or None
        Clips that are scored together too.

    Returns
    -------
    dict
        ``concatenated``: accuracy, uar and ``recall_<class>`` of all clips together; ``confusion``:
        counts, rows are the known and columns the predicted classes, in the order of ``classes``;
        ``per_recording``: known and predicted class and the mean probabilities; and by the name of each of
        `groups` the metrics of its clips.

    Raises
    ------
    DataError
        If the class of no clip is known.
    """
    classes = recordings[0].trace.labels
    unknown = [one.name for one in recordings if one.gold_class is None]
    if len(unknown) == len(recordings):
        raise DataError(
            f"classes names none of {len(unknown)} clips; expected the class of each, by clip name"
        )
    per_recording: dict[str, Any] = {}
    counts = np.zeros((len(recordings), len(classes), len(classes)))  # (clip, class, class)
    for i, one in enumerate(recordings):
        mean = one.trace.values.astype(np.float64).mean(axis=0)  # (class,)
        predicted = classes[int(mean.argmax())]
        counts[i] = confusion([one.gold_class], [predicted], classes)
        per_recording[one.name] = {
            "subject": one.subject,
            "gold": one.gold_class,
            "predicted": predicted,
            "face_share": float(one.trace.face_found.mean()),
            "probabilities": {
                name: round(float(value), 6) for name, value in zip(classes, mean, strict=True)
            },
        }
    whole = counts.sum(axis=0)
    value = _metrics(classes, whole)
    drawn = _metrics(classes, np.tensordot(bootstrap.weights, counts, axes=1))  # (draw, class, class)
    return {
        "classes": list(classes),
        "concatenated": {name: bootstrap.estimate(name, value[name], drawn[name]) for name in value},
        "confusion": whole.astype(int).tolist(),
        "chance_uar": number(1 / len(classes)),
        "per_recording": per_recording,
        **{
            name: group.rows(_metrics(classes, np.tensordot(group.weights, counts, axes=1)))
            for name, group in (groups or {}).items()
        },
        "warnings": [f"No class is known, so not scored: {', '.join(unknown)}."] if unknown else [],
    }


def _metrics(classes: Sequence[str], counts: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics of confusion matrices (..., class, class)."""
    total = counts.sum(axis=(-2, -1))
    right = np.trace(counts, axis1=-2, axis2=-1)
    recalls = class_recalls(counts)  # (..., class)
    known = np.isfinite(recalls)
    present = known.sum(axis=-1)
    values = {
        "accuracy": right / np.where(total > 0, total, np.nan),
        "uar": np.where(known, recalls, 0.0).sum(axis=-1) / np.where(present > 0, present, np.nan),
    }
    return values | {f"recall_{name}": recalls[..., i] for i, name in enumerate(classes)}
