"""Scores of a class system: one class per clip, the majority vote of its segments."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.evaluation.bootstrap import SubjectBootstrap, number
from emotrace.evaluation.groups import Grouping
from emotrace.evaluation.scored import Scored
from emotrace.metrics import calibration_error, class_f1, class_recalls, log_losses
from emotrace.postprocess.majority_vote import Vote, majority_vote

MOST_NAMES = 5  # clips that a warning names


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
        ``concatenated``: accuracy, uar, macro_f1, nll, ece and ``recall_<class>`` of all clips together. A
        clip none of whose segments votes has no class and counts as wrong; ece leaves it out, and has no
        interval, for draws with replacement are less calibrated than what they are drawn from.
        ``confusion``: counts, rows are the known and columns the predicted classes, in the order of
        ``classes``; ``undecided``: clips of each known class that have no class.
        ``per_recording``: known and predicted class, the confidence (mean probability of the predicted one),
        ``share`` of the votes, ``votes`` of each class, whether they ``tied``, ``abstentions``, and the mean
        probabilities of the segments that vote; and by the name of each of `groups` the metrics of its clips.

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
    votes = [majority_vote(one.trace.values) for one in recordings]
    gold = np.array(
        [np.nan if one.gold_class is None else classes.index(one.gold_class) for one in recordings]
    )
    known = np.isfinite(gold)
    counts = np.zeros((len(recordings), len(classes), len(classes) + 1))  # (clip, known, predicted or none)
    for i, vote in enumerate(votes):
        if known[i]:
            counts[i, int(gold[i]), -1 if vote.winner is None else vote.winner] = 1
    losses = np.where(known, log_losses(gold, [vote.probabilities for vote in votes]), 0.0)
    whole = counts.sum(axis=0)
    value = class_metrics(classes, whole) | {"nll": losses.sum() / known.sum()}
    drawn = class_metrics(
        classes, np.tensordot(bootstrap.weights, counts, axes=1)
    )  # (draw, known, predicted)
    scored = bootstrap.weights @ known
    drawn["nll"] = (bootstrap.weights @ losses) / np.where(scored > 0, scored, np.nan)
    scores = {name: bootstrap.estimate(name, value[name], drawn[name]) for name in value}
    scores["ece"] = {"value": number(_calibration_error(votes, gold)), "low": None, "high": None}
    order = [*HEADLINES, *(name for name in scores if name not in HEADLINES)]
    return {
        "classes": list(classes),
        "concatenated": {name: scores[name] for name in order},
        "confusion": whole[:, :-1].astype(int).tolist(),
        "undecided": whole[:, -1].astype(int).tolist(),
        "chance_uar": number(1 / np.count_nonzero(whole.sum(axis=1))),  # of classes that have clips
        "per_recording": {
            one.name: _decision(one, vote, classes) for one, vote in zip(recordings, votes, strict=True)
        },
        **{
            name: group.rows(class_metrics(classes, np.tensordot(group.weights, counts, axes=1)))
            for name, group in (groups or {}).items()
        },
        "warnings": _warnings(recordings, votes, unknown),
    }


HEADLINES = ("accuracy", "uar", "macro_f1", "nll", "ece")
"""Metrics in the order in which they are shown; recalls of the classes follow."""


def _decision(one: Scored, vote: Vote, classes: Sequence[str]) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "gold": one.gold_class,
        "predicted": None if vote.winner is None else classes[vote.winner],
        "confidence": None if vote.confidence is None else round(vote.confidence, 6),
        "share": round(vote.share, 6),
        "votes": {name: int(count) for name, count in zip(classes, vote.votes, strict=True)},
        "tied": vote.tied,
        "abstentions": vote.abstentions,
        "face_share": float(one.trace.face_found.mean()),
        "probabilities": {
            name: round(float(value), 6) for name, value in zip(classes, vote.probabilities, strict=True)
        },
    }


def _warnings(recordings: Sequence[Scored], votes: Sequence[Vote], unknown: Sequence[str]) -> list[str]:
    warnings = [f"No class is known, so not scored: {', '.join(unknown)}."] if unknown else []
    silent = [one.name for one, vote in zip(recordings, votes, strict=True) if vote.winner is None]
    if silent:
        more = "" if len(silent) <= MOST_NAMES else f" and {len(silent) - MOST_NAMES} more"
        one = len(silent) == 1
        warnings.append(
            f"{'1 clip has' if one else f'{len(silent)} clips have'} no class, for no segment votes, and "
            f"{'counts' if one else 'count'} as wrong: "
            f"{', '.join(silent[:MOST_NAMES])}{more}."
        )
    return warnings


def _calibration_error(votes: Sequence[Vote], gold: np.ndarray) -> float:
    pairs = [(vote.winner == wanted, vote.confidence) for vote, wanted in zip(votes, gold, strict=True)
             if vote.winner is not None and np.isfinite(wanted)]  # fmt: skip
    return calibration_error([right for right, _ in pairs], [sure for _, sure in pairs])


def class_metrics(classes: Sequence[str], counts: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics of confusion matrices (..., class, class + 1), the last column for clips without a class."""
    total = counts.sum(axis=(-2, -1))
    right = np.trace(counts, axis1=-2, axis2=-1)
    recalls = class_recalls(counts)  # (..., class)
    values = {
        "accuracy": right / np.where(total > 0, total, np.nan),
        "uar": _mean_of_defined(recalls),
        "macro_f1": _mean_of_defined(class_f1(counts)),
    }
    return values | {f"recall_{name}": recalls[..., i] for i, name in enumerate(classes)}


def _mean_of_defined(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis without NaN; NaN where there is nothing else."""
    defined = np.isfinite(values)
    count = defined.sum(axis=-1)
    return np.where(defined, values, 0.0).sum(axis=-1) / np.where(count > 0, count, np.nan)
