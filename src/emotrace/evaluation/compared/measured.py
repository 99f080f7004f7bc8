"""The numbers of a comparison: metrics with intervals, paired tests, differences per recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from emotrace.evaluation.bootstrap import SubjectBootstrap
from emotrace.evaluation.compared.entrants import Entrant
from emotrace.evaluation.compared.paired import exchanges, holm, least_p, p_value
from emotrace.evaluation.compared.sums import Sums

Row = dict[str, Any]

LEVEL = 0.05


@dataclass(frozen=True)
class Measured:
    """What a comparison found.

    Parameters
    ----------
    labels : tuple of str
        Dimensions or classes that all predict.
    headlines : tuple of str
        The metrics that are tested.
    metrics : dict of run name to dict of metric to estimate
        Each ``{"value", "low", "high"}``, of all recordings end to end.
    tests : list of dict
        Of each pair of runs and each of `headlines`: ``a``, ``b``, ``metric``, ``difference`` (a - b) with
        ``low`` and ``high``, ``p`` and ``p_holm``.
    recordings : list of dict
        Of each recording and metric the value of every run; of clips the class that each predicts.
    subjects : int
    least_p : float
        The smallest p that so few subjects allow.
    reason : str or None
        Why there are no intervals.
    """

    labels: tuple[str, ...]
    headlines: tuple[str, ...]
    metrics: dict[str, dict[str, dict[str, float | None]]]
    tests: list[Row]
    recordings: list[Row]
    subjects: int
    least_p: float
    reason: str | None


def measure(
    entrants: Sequence[Entrant], labels: Sequence[str], *, draws: int = 1000, seed: int = 0
) -> Measured:
    """Score all runs, and test every pair.

    Of each pair, each subject's predictions are exchanged between the two, all recordings of the subject
    together, and the metric of all recordings end to end is computed anew: how often do runs that are
    exchanged at random differ as much as the two do? All exchanges are tried with 13 subjects or fewer, else
    9,999 drawn ones. Holm's correction is for all pairs and metrics that are tested here.

    Parameters
    ----------
    entrants : sequence of Entrant
    labels : sequence of str
    draws, seed : int
        Of the bootstrap over subjects, which is the same for all runs, and of the exchanges.
    """
    subjects = [one.subject for one in entrants[0].recordings]
    bootstrap = SubjectBootstrap(subjects, draws, seed)
    sums = [Sums.of(one, labels) for one in entrants]
    once = np.ones((1, len(subjects)))
    whole = [one.metrics(once) for one in sums]
    drawn = [one.metrics(bootstrap.weights) for one in sums]
    headlines = _headlines(entrants[0].predicts, labels)
    metrics = {
        one.name: {metric: bootstrap.estimate(metric, of[metric][0], over[metric]) for metric in of}
        for one, of, over in zip(entrants, whole, drawn, strict=True)
    }
    swapped = _swaps(subjects, seed)
    tests: list[Row] = []
    for a, b in combinations(range(len(entrants)), 2):
        found = _trials(sums[a], sums[b], swapped, headlines)
        for metric in headlines:
            difference = bootstrap.estimate(
                metric, whole[a][metric][0] - whole[b][metric][0], drawn[a][metric] - drawn[b][metric]
            )
            tests.append(
                {
                    "a": entrants[a].name,
                    "b": entrants[b].name,
                    "metric": metric,
                    "difference": difference["value"],
                    "low": difference["low"],
                    "high": difference["high"],
                    "p": p_value(found[metric]),
                }
            )
    for test, corrected in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_holm"] = corrected
    return Measured(
        labels=tuple(labels),
        headlines=headlines,
        metrics=metrics,
        tests=tests,
        recordings=_per_recording(entrants, sums, headlines),
        subjects=bootstrap.subjects,
        least_p=least_p(bootstrap.subjects),
        reason=bootstrap.reason,
    )


def _headlines(predicts: str, labels: Sequence[str]) -> tuple[str, ...]:
    if predicts == "class":
        return ("uar", "accuracy", "macro_f1")
    return (*(f"ccc_{label}" for label in labels), *(["ccc_mean"] if len(labels) > 1 else []))


def _swaps(subjects: Sequence[str], seed: int) -> np.ndarray:
    """Recordings that are exchanged in every trial, bool (trial, recording)."""
    names, index = np.unique(np.asarray(subjects), return_inverse=True)
    return exchanges(len(names), seed=seed)[:, index]


def _trials(a: Sums, b: Sums, swapped: np.ndarray, headlines: Sequence[str]) -> dict[str, np.ndarray]:
    """Difference of each metric in every trial, (trial,)."""
    both = a + b
    first = both.metrics(np.concatenate([~swapped, swapped], axis=1).astype(float))
    second = both.metrics(np.concatenate([swapped, ~swapped], axis=1).astype(float))
    return {metric: first[metric] - second[metric] for metric in headlines}


def _per_recording(entrants: Sequence[Entrant], sums: Sequence[Sums], headlines: Sequence[str]) -> list[Row]:
    each = np.eye(len(entrants[0].recordings))
    rows: list[Row] = []
    if entrants[0].predicts == "class":
        for at, one in enumerate(entrants[0].recordings):
            said = {entrant.name: _said(of, at) for entrant, of in zip(entrants, sums, strict=True)}
            rows.append(
                {"recording": one.name, "subject": one.subject, "metric": "class", "gold": one.gold_class}
                | said
            )
        return rows
    values = [of.metrics(each) for of in sums]
    for metric in headlines:
        for at, one in enumerate(entrants[0].recordings):
            scores = {
                entrant.name: float(of[metric][at]) for entrant, of in zip(entrants, values, strict=True)
            }
            rows.append({"recording": one.name, "subject": one.subject, "metric": metric} | scores)
    return rows


def _said(sums: Sums, at: int) -> str | None:
    """The class that a run predicts for a clip; None: none, or the class is not known."""
    assert sums.counts is not None
    column = sums.counts[at].sum(axis=0).argmax()
    known = sums.counts[at].any()
    return sums.labels[column] if known and column < len(sums.labels) else None
