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
from emotrace.evaluation.compared.times import at_common_times

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
        The metrics that are shown first.
    tested : tuple of str
        Those of them that are tested; see `measure`.
    metrics : dict of run name to dict of metric to estimate
        Each ``{"value", "low", "high"}``, of all recordings end to end.
    tests : list of dict
        Of each pair of runs and each of `tested`: ``a``, ``b``, ``metric``, ``difference`` (a - b, at the
        times of the coarser run) with ``low`` and ``high``, ``p`` and ``p_holm``.
    recordings : list of dict
        Of each recording and metric the value of every run; of clips the class that each predicts.
    subjects : int
    least_p : float
        The smallest p that so few subjects allow.
    reason, rough : str or None
        Why there are no intervals, or why not to rely on them.
    """

    labels: tuple[str, ...]
    headlines: tuple[str, ...]
    tested: tuple[str, ...]
    metrics: dict[str, dict[str, dict[str, float | None]]]
    tests: list[Row]
    recordings: list[Row]
    subjects: int
    least_p: float
    reason: str | None
    rough: str | None

    @property
    def least_corrected(self) -> float:
        """The smallest p that so few subjects and so many tests allow after Holm's correction."""
        return min(1.0, self.least_p * len(self.tests))


def measure(
    entrants: Sequence[Entrant], labels: Sequence[str], *, draws: int = 1000, seed: int = 0
) -> Measured:
    """Score all runs, and test every pair.

    Of each pair, each subject's predictions are exchanged between the two, all recordings of the subject
    together, and the metric of all recordings end to end is computed anew: how often do runs that are
    exchanged at random differ as much as the two do? All exchanges are tried with 13 subjects or fewer, else
    9,999 drawn ones. Runs of unlike time grids are both read at the times of the coarser for this, so that
    every exchanged rating weighs the same; the metrics of each run are of its own grid.

    Tested are the CCC of each dimension, or the unweighted average recall of classes. Means over dimensions,
    accuracy and F1 sum up the same answers: to test them too would cost power and decide nothing new. Holm's
    correction is for all pairs and all dimensions that are tested here, one family.

    Parameters
    ----------
    entrants : sequence of Entrant
    labels : sequence of str
    draws, seed : int
        Of the bootstrap over subjects, which is the same for all runs, and of the exchanges.
    """
    subjects = [one.subject for one in entrants[0].recordings]
    bootstrap = SubjectBootstrap(sorted(set(subjects)), draws, seed)
    predicts = entrants[0].predicts
    sums = [Sums.of(one.recordings, predicts, labels) for one in entrants]
    headlines, tested = _headlines(predicts, labels)
    metrics = {
        one.name: _estimates(of.by(subjects), bootstrap) for one, of in zip(entrants, sums, strict=True)
    }
    swapped = exchanges(bootstrap.subjects, seed=seed)
    tests: list[Row] = []
    for a, b in combinations(range(len(entrants)), 2):
        pair = sums[a], sums[b]
        if predicts == "trace":
            pair = _at_common_times(entrants[a], entrants[b], labels)
        tests += [
            {"a": entrants[a].name, "b": entrants[b].name} | row
            for row in _tests(pair[0].by(subjects), pair[1].by(subjects), tested, swapped, bootstrap)
        ]
    for test, corrected in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_holm"] = corrected
    return Measured(
        labels=tuple(labels),
        headlines=headlines,
        tested=tested,
        metrics=metrics,
        tests=tests,
        recordings=_per_recording(entrants, sums, headlines),
        subjects=bootstrap.subjects,
        least_p=least_p(bootstrap.subjects),
        reason=bootstrap.reason,
        rough=bootstrap.rough,
    )


def _headlines(predicts: str, labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The metrics that are shown first, and those of them that are tested."""
    if predicts == "class":
        return ("uar", "accuracy", "macro_f1"), ("uar",)
    tested = tuple(f"ccc_{label}" for label in labels)
    return (*tested, *(["ccc_mean"] if len(labels) > 1 else [])), tested


def _estimates(of_subjects: Sums, bootstrap: SubjectBootstrap) -> dict[str, dict[str, float | None]]:
    whole = of_subjects.metrics(np.ones((1, bootstrap.subjects)))
    drawn = of_subjects.metrics(bootstrap.weights)
    return {metric: bootstrap.estimate(metric, whole[metric][0], drawn[metric]) for metric in whole}


def _at_common_times(a: Entrant, b: Entrant, labels: Sequence[str]) -> tuple[Sums, Sums]:
    mine, theirs = at_common_times(a.recordings, b.recordings, (a.step_s, b.step_s), labels)
    return Sums.of(mine, "trace", labels), Sums.of(theirs, "trace", labels)


def _tests(
    a: Sums, b: Sums, tested: Sequence[str], swapped: np.ndarray, bootstrap: SubjectBootstrap
) -> list[Row]:
    """Of each metric the difference of two runs, its interval and p; `a`, `b` are of subjects."""
    both = a + b
    first = both.metrics(np.concatenate([~swapped, swapped], axis=1).astype(float))  # (trial,) each
    second = both.metrics(np.concatenate([swapped, ~swapped], axis=1).astype(float))
    mine, theirs = a.metrics(bootstrap.weights), b.metrics(bootstrap.weights)
    rows = []
    for metric in tested:
        trials = first[metric] - second[metric]  # the first exchanges nothing
        of = bootstrap.estimate(metric, trials[0], mine[metric] - theirs[metric])
        rows.append(
            {"metric": metric, "difference": of["value"], "low": of["low"], "high": of["high"]}
            | {"p": p_value(trials)}
        )
    return rows


def _per_recording(entrants: Sequence[Entrant], sums: Sequence[Sums], headlines: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    if entrants[0].predicts == "class":
        for at, one in enumerate(entrants[0].recordings):
            said = {entrant.name: _said(of, at) for entrant, of in zip(entrants, sums, strict=True)}
            rows.append(
                {"recording": one.name, "subject": one.subject, "metric": "class", "gold": one.gold_class}
                | said
            )
        return rows
    values = [of.each() for of in sums]
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
