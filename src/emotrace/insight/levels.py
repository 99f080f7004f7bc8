"""How well a model does on the steps that a measure selects, level by level, beside another run."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from emotrace.insight.analysis import Row
from emotrace.insight.comoments import Comoments
from emotrace.trace import Trace


@dataclass(frozen=True)
class Level:
    """Steps that are selected.

    Parameters
    ----------
    name : str
        As it stands in tables, e.g. ``">= 25 %"``.
    chosen : tuple of bool array, shape (time,)
        One for each recording.
    threshold : float or None
        None: there is none, as for all steps.
    """

    name: str
    chosen: tuple[np.ndarray, ...]
    threshold: float | None = None

    @property
    def steps(self) -> int:
        """How many are selected."""
        return int(sum(one.sum() for one in self.chosen))


@dataclass(frozen=True)
class Errors:
    """Of one dimension on the rated steps of a level.

    Parameters
    ----------
    steps : int
        Rated, and predicted by both models where there are two.
    rmse : float
        NaN without a step.
    correlation : float in [-1, 1]
        Pearson's, over all steps joined; NaN with fewer than 2 or where one of both stands still.
    """

    steps: int
    rmse: float
    correlation: float


@dataclass(frozen=True)
class Scored:
    """A dimension on the steps of a level.

    Parameters
    ----------
    level : Level
    share : float in [0, 1]
        Of the steps at which the measure is known, those selected; NaN where it never is.
    dimension : str
    own : Errors
    other : Errors or None
        Of the run to compare with, on the same steps.
    """

    level: Level
    share: float
    dimension: str
    own: Errors
    other: Errors | None = None

    @property
    def gain_rmse(self) -> float:
        """By what share of its error the other run is worse: 1 - own / other; NaN if not known."""
        if self.other is None or not self.other.rmse > 0:
            return nan
        return 1.0 - self.own.rmse / self.other.rmse

    @property
    def gain_correlation(self) -> float:
        """By what share of the other run's correlation the own is higher; NaN where that is not above 0."""
        if self.other is None or not self.other.correlation > 0:
            return nan
        return self.own.correlation / self.other.correlation - 1.0


def score_levels(
    traces: Sequence[Trace], levels: Sequence[Level], others: Sequence[Trace] | None = None
) -> list[Scored]:
    """Every dimension on every level, levels outermost.

    Parameters
    ----------
    traces : sequence of Trace
        Of all recordings, with gold standard.
    levels : sequence of Level
        The first is of all steps at which the measure is known: shares are of those.
    others : sequence of Trace or None
        Of the run to compare with, same recordings; its dimensions that the first lacks are left out.

    Source
    ------
    Aspandi et al. (2022), Tables 3, 4 and 7 to 10: errors on the frames selected, and the gain relative to
    the other model's number, with which the printed percentages of Tables 3, 4 and 8 to 10 agree; some of
    Table 7 agree with no reading.
    """
    known = levels[0].steps
    found = []
    for level in levels:
        share = level.steps / known if known else nan
        for column, label in enumerate(traces[0].labels):
            gold = _joined([trace.gold[:, column] for trace in traces if trace.gold is not None], level)
            own = _joined([trace.values[:, column] for trace in traces], level)
            if others is None or label not in others[0].labels:
                found.append(Scored(level, share, label, errors(gold, own)))
                continue
            place = others[0].labels.index(label)
            pairs = zip(others, traces, strict=True)
            other = _joined([beside(one, trace.times_s)[:, place] for one, trace in pairs], level)
            gold = np.where(np.isfinite(other), gold, np.nan)  # both on the same steps
            found.append(Scored(level, share, label, errors(gold, own), errors(gold, other)))
    return found


def errors(gold: np.ndarray, prediction: np.ndarray) -> Errors:
    """RMSE and Pearson correlation where `gold` is known, both of shape (time,).

    Examples
    --------
    >>> errors(np.array([0.0, 1.0, np.nan]), np.array([0.5, 1.5, 9.0]))
    Errors(steps=2, rmse=0.5, correlation=1.0)
    """
    rated = np.isfinite(gold)
    gold, prediction = gold[rated], prediction[rated].astype(np.float64)
    if len(gold) == 0:
        return Errors(0, nan, nan)
    off = float(np.sqrt(np.mean(np.square(prediction - gold))))
    pair = Comoments.of(prediction[:, None], gold[:, None])
    return Errors(len(gold), off, float(pair.correlation()[0, 0]))


def beside(other: Trace, times_s: np.ndarray) -> np.ndarray:
    """Values of another trace at the same times, float64 (time, label); NaN where it has none.

    Examples
    --------
    >>> other = Trace(np.array([1.0, 2.0]), np.array([[5.0], [6.0]]), ("arousal",), np.ones(2, bool))
    >>> beside(other, np.array([0.0, 1.0, 2.0]))[:, 0]
    array([nan,  5.,  6.])
    """
    rows = np.searchsorted(other.times_s, times_s - 1e-6)
    there = np.minimum(rows, len(other.times_s) - 1)
    same = np.abs(other.times_s[there] - times_s) < 1e-6
    return np.where(same[:, None], other.values[there].astype(np.float64), np.nan)


def level_rows(scored: Sequence[Scored]) -> list[Row]:
    """Rows of a CSV table; what is not known is empty."""
    rows: list[Row] = []
    for one in scored:
        row: Row = {
            "level": one.level.name,
            "threshold": one.level.threshold,
            "steps": one.level.steps,
            "share": _rounded(one.share),
            "dimension": one.dimension,
            "rated_steps": one.own.steps,
            "rmse": _rounded(one.own.rmse),
            "correlation": _rounded(one.own.correlation),
        }
        if one.other is not None:
            row |= {
                "against_rmse": _rounded(one.other.rmse),
                "gain_rmse": _rounded(one.gain_rmse),
                "against_correlation": _rounded(one.other.correlation),
                "gain_correlation": _rounded(one.gain_correlation),
            }
        rows.append(row)
    return rows


def headline_rows(scored: Sequence[Scored]) -> list[Row]:
    """The same for a narrow screen: no thresholds, no counts of what is rated."""
    dropped = ("threshold", "rated_steps")
    return [{key: value for key, value in row.items() if key not in dropped} for row in level_rows(scored)]


def _joined(columns: Sequence[np.ndarray], level: Level) -> np.ndarray:
    return np.concatenate([column[chosen] for column, chosen in zip(columns, level.chosen, strict=True)])


def _rounded(value: float, digits: int = 6) -> float | None:
    return round(value, digits) if isfinite(value) else None
