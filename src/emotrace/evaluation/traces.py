"""Scores of a trace system: per recording, their mean, and all recordings end to end."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.evaluation.bootstrap import SubjectBootstrap, number
from emotrace.evaluation.groups import Grouping
from emotrace.evaluation.scored import Scored
from emotrace.metrics import Moments

LEAST_SPREAD = 0.05  # share of the gold standard's spread below which a prediction hardly moves


def score_traces(
    recordings: Sequence[Scored], bootstrap: SubjectBootstrap, groups: Mapping[str, Grouping] | None = None
) -> dict[str, Any]:
    """All metrics of one partition.

    ``concatenated``: the steps of all recordings joined end to end, then one number, so that
    differences between recordings count. ``mean_of_recordings``: one number per recording, then
    their plain mean, so that only what happens within a recording counts. ``per_recording``: those.

    Parameters
    ----------
    recordings : sequence of Scored
        All of the same labels, with gold standard.
    bootstrap : SubjectBootstrap
        Of the subjects of `recordings`.
    groups : mapping of name to Grouping, or None
        Recordings that are scored together too.

    Returns
    -------
    dict
        The three groups above, and by the name of each of `groups` the metrics of its recordings end to end.
        Metrics are ``rmse_``, ``mae_``, ``pcc_``, ``ccc_``, ``icc_`` (the form 3,1) and the dimension, and
        for two or more dimensions ``rmse_joint`` (of all of them; of arousal and valence alone the E_av of
        nguyen2020) and means over dimensions: ``rmse_mean``, ``pcc_mean``, ``ccc_mean``, ``icc_mean``.
        Undefined is None.
    """
    labels = recordings[0].trace.labels
    stacked = [
        Moments.stack([Moments.of(one.gold[:, i], one.trace.values[:, i]) for one in recordings])
        for i in range(len(labels))
    ]
    each = trace_metrics(labels, stacked)  # (recording,)
    whole = trace_metrics(labels, [moments.pool(np.ones(len(recordings))) for moments in stacked])  # ()
    drawn = trace_metrics(labels, [moments.pool(bootstrap.weights) for moments in stacked])  # (draw,)
    per_recording = {
        one.name: {
            "subject": one.subject,
            "steps": len(one.trace.times_s),
            "rated_steps": int(np.isfinite(one.gold).any(axis=1).sum()),
            "face_share": float(one.trace.face_found.mean()),
            **{name: number(values[i]) for name, values in each.items()},
        }
        for i, one in enumerate(recordings)
    }
    return {
        "concatenated": {name: bootstrap.estimate(name, whole[name], drawn[name]) for name in whole},
        "mean_of_recordings": {
            name: bootstrap.estimate(
                name, _mean(values, np.ones(len(values))), _mean(values, bootstrap.weights)
            )
            for name, values in each.items()
        },
        "per_recording": per_recording,
        **{
            name: group.rows(trace_metrics(labels, [moments.pool(group.weights) for moments in stacked]))
            for name, group in (groups or {}).items()
        },
        "warnings": _warnings(labels, stacked, per_recording),
    }


def trace_metrics(labels: Sequence[str], moments: Sequence[Moments]) -> dict[str, np.ndarray]:
    values = {
        f"{name}_{label}": getattr(moments[i], name)()
        for name in ("rmse", "mae", "pcc", "ccc", "icc")
        for i, label in enumerate(labels)
    }
    if len(labels) > 1:
        values["rmse_joint"] = np.sqrt(sum(one.rmse() ** 2 for one in moments))
        for name in ("rmse", "pcc", "ccc", "icc"):
            values[f"{name}_mean"] = np.mean([getattr(one, name)() for one in moments], axis=0)
    return values


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of the recordings in which a metric is defined, (..., recording) to (...)."""
    known = np.isfinite(values)
    total = weights @ known
    return weights @ np.where(known, values, 0.0) / np.where(total > 0, total, np.nan)


def _warnings(labels: Sequence[str], stacked: Sequence[Moments], per_recording: dict[str, Any]) -> list[str]:
    found = []
    names = list(per_recording)
    unrated = [name for name, row in per_recording.items() if row["rated_steps"] == 0]
    if len(unrated) == len(names):
        found.append("No recording is rated, so nothing is scored; choose another partition.")
    elif unrated:
        found.append(f"Not rated at all, so not scored: {', '.join(unrated)}.")
    faceless = [name for name, row in per_recording.items() if row["face_share"] < 0.5]
    if faceless and any(row["face_share"] > 0 for row in per_recording.values()):
        found.append(f"No face in more than half of the steps: {', '.join(faceless)}.")
    for label, moments in zip(labels, stacked, strict=True):
        flat = [
            name
            for name, count, variance in zip(names, moments.count, moments.target_variance, strict=True)
            if count >= 2 and variance == 0
        ]
        if flat:
            found.append(
                f"The gold standard of {label} never moves in {', '.join(flat)}: correlations undefined."
            )
        whole = moments.pool(np.ones(len(names)))
        spread, gold_spread = np.sqrt(whole.prediction_variance), np.sqrt(whole.target_variance)
        if whole.count >= 2 and spread < LEAST_SPREAD * gold_spread:
            found.append(
                f"The prediction of {label} hardly moves (standard deviation {spread:.2g}, "
                f"gold standard {gold_spread:.2g})."
            )
    return found
