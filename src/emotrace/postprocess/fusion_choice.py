"""Which systems a fusion takes and with what penalty: by CCC of recordings left out of the fitting."""

from collections.abc import Sequence

import numpy as np

from emotrace.config.fusion import FusionSettings
from emotrace.postprocess.fusion_weights import plain_weights, standard_weights
from emotrace.postprocess.joint_moments import JointMoments

PENALTIES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Of ridge; with the last, a weight is all but the system's own correlation with the gold standard."""

Choice = tuple[tuple[int, ...], float, float]
"""Systems, penalty, and CCC of recordings left out."""


def penalties(settings: FusionSettings) -> tuple[float, ...]:
    """Penalties to choose from."""
    return PENALTIES if settings.regression == "ridge" else (0.0,)


def choose(folds: Sequence[JointMoments], systems: Sequence[int], settings: FusionSettings) -> Choice:
    """Systems and penalty with the highest CCC of recordings left out; of equal ones the simplest.

    Parameters
    ----------
    folds : sequence of JointMoments, at least 2
        Of the systems and, last, the gold standard: each fold is predicted by what the others say.
    systems : sequence of int
        Those that move; at least one.
    settings : FusionSettings

    Source
    ------
    chen2015 chose subsystems by hand on development; the forward selection, the penalties and the inner folds
    are our choice.
    """
    others = [
        JointMoments.total(other for other in folds if other is not fold) for fold in folds
    ]  # what a fold is predicted from
    if settings.choose == "all":
        return _best_penalty(folds, others, tuple(systems), settings)
    chosen: Choice | None = None
    while True:
        taken = () if chosen is None else chosen[0]
        trials = [
            _best_penalty(folds, others, (*taken, system), settings)
            for system in systems
            if system not in taken
        ]
        best = max(trials, key=lambda trial: trial[2], default=None)
        if best is None or (chosen is not None and not best[2] > chosen[2]):
            break
        chosen = best
    assert chosen is not None  # the first trial is always taken
    return tuple(sorted(chosen[0])), chosen[1], chosen[2]


def _best_penalty(
    folds: Sequence[JointMoments],
    others: Sequence[JointMoments],
    systems: tuple[int, ...],
    settings: FusionSettings,
) -> Choice:
    trials = [
        (systems, penalty, left_out_ccc(folds, others, systems, penalty, settings))
        for penalty in penalties(settings)
    ]
    return max(trials, key=lambda trial: trial[2])


def left_out_ccc(
    folds: Sequence[JointMoments],
    others: Sequence[JointMoments],
    systems: Sequence[int],
    penalty: float,
    settings: FusionSettings,
) -> float:
    """CCC of all folds joined, each predicted with the weights of `others`; -1 where it is undefined.

    Parameters
    ----------
    folds, others : sequence of JointMoments, as many of each
    systems : sequence of int
    penalty : float
    settings : FusionSettings
    """
    chosen, steps, sums = list(systems), 0.0, np.zeros(5)  # p, y, p p, y y, p y
    for fold, other in zip(folds, others, strict=True):
        standard = standard_weights(other.correlation, chosen, penalty, settings)
        moving = other.deviation[chosen] > 0
        deviation = np.where(other.deviation > 0, other.deviation, 1.0)
        weights, intercept = plain_weights(np.where(moving, standard, 0.0), chosen, other.mean, deviation)
        total, gold = weights @ fold.sums[chosen], fold.sums[-1]
        square = weights @ fold.products[np.ix_(chosen, chosen)] @ weights
        cross = weights @ fold.products[chosen, -1]
        steps += fold.count
        sums += (
            total + fold.count * intercept,
            gold,
            square + 2 * intercept * total + fold.count * intercept**2,
            fold.products[-1, -1],
            cross + intercept * gold,
        )
    p, y, pp, yy, py = sums / steps
    bottom = (pp - p * p) + (yy - y * y) + (p - y) ** 2
    return float(2 * (py - p * y) / bottom) if bottom > 0 else -1.0
