"""Percentile intervals by bootstrapping over subjects.

Steps of one recording, and recordings of one person, are not independent; people are. So each draw
takes as many subjects as there are, with replacement, each with all their recordings.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emotrace.errors import InputError

LEVEL = 0.95
LEAST_SUBJECTS = 3
FEW_SUBJECTS = 6  # with fewer, the draws are so few and alike that intervals are too narrow
LEAST_DEFINED = 0.95  # share of draws in which a metric must be defined to have an interval


class SubjectBootstrap:
    """Draws of subjects, the same for every metric.

    Parameters
    ----------
    subjects : sequence of str
        Subject of each recording.
    draws : int, >= 1
    seed : int

    Raises
    ------
    InputError
        If `draws` is less than 1.

    Notes
    -----
    `reason` says why there are no intervals, and `rough` why not to rely on them; None otherwise.

    Source
    ------
    Efron and Tibshirani (1993), chapter 13 (percentile interval); subjects as the unit: our choice.
    """

    def __init__(self, subjects: Sequence[str], draws: int = 1000, seed: int = 0):
        if draws < 1:
            raise InputError(f"draws is {draws}; expected at least 1")
        names, index = np.unique(np.asarray(subjects, dtype=str), return_inverse=True)
        n = len(names)
        counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
        self.subjects = n
        self.draws, self.seed = draws, seed
        self.weights = counts[:, index].astype(np.float64)  # (draw, recording)
        self.undefined: list[str] = []
        self.reason: str | None = None
        self.rough: str | None = None
        if n < LEAST_SUBJECTS:
            people = "1 subject" if n == 1 else f"{n} subjects"
            self.reason = f"{people}, and an interval over subjects needs at least {LEAST_SUBJECTS}"
        elif n < FEW_SUBJECTS:
            self.rough = (
                f"Intervals over {n} subjects are rough: with fewer than {FEW_SUBJECTS} they hold the true "
                f"value less often than in {100 * LEVEL:g} % of cases."
            )

    def estimate(self, name: str, value: Any, drawn: Any) -> dict[str, float | None]:
        """A metric with its interval.

        Parameters
        ----------
        name : str
            Noted in `undefined` where too many draws leave the metric undefined.
        value : float
            Of the recordings as they are.
        drawn : float array, shape (draw,)
            Of every draw; NaN where undefined.

        Returns
        -------
        dict
            ``value``, ``low``, ``high``; None where undefined, or without interval.
        """
        defined = np.asarray(drawn)[np.isfinite(drawn)]
        low = high = None
        if self.reason is None and np.isfinite(value):
            if len(defined) >= LEAST_DEFINED * self.draws:
                tail = 100 * (1 - LEVEL) / 2
                low, high = (float(bound) for bound in np.percentile(defined, [tail, 100 - tail]))
            else:
                self.undefined.append(name)
        return {"value": number(value), "low": low, "high": high}

    def describe(self) -> dict[str, Any]:
        """How the intervals were made, for metrics.json; `reason`: why there are none."""
        return {
            "level": LEVEL,
            "method": "percentile bootstrap over subjects",
            "draws": self.draws,
            "seed": self.seed,
            "reason": self.reason,
        }


def number(value: Any) -> float | None:
    """A float for JSON, which has no NaN: None."""
    return float(value) if np.isfinite(value) else None
