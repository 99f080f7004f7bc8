"""Times of two runs: refuses gold standards that are not the same, and reads both at common times."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emotrace.errors import DataError
from emotrace.evaluation.scored import Scored
from emotrace.timing import Timeline

SAME_GOLD = 1e-4  # by which two gold standards may differ and be one; a CSV has six decimals
SAME_TIME_S = 1e-6


def refuse_other_gold(coarser: Scored, finer: Scored, step_s: float, where: str) -> None:
    """Refuse two runs that are scored on other parts of a recording, or on other ratings.

    Where one is rated, the other must be rated within a step. The ratings of `coarser` are compared with the
    nearest ones of `finer`: at the same time they are the same, and else differ by no more than ratings
    change from one row to the next anywhere in the recording.

    Parameters
    ----------
    coarser, finer : Scored
        The same recording in two runs.
    step_s : float, s
        Of the coarser time grid.
    where : str
        Begins the message.

    Raises
    ------
    DataError
        Naming recording and label.

    Source
    ------
    Our choice: both are sampled from the same ratings, by linear interpolation (`features.targets`).
    """
    for label in coarser.trace.labels:
        if label not in finer.trace.labels:
            continue
        mine_s, mine = _rated(coarser, label)
        theirs_s, theirs = _rated(finer, label)
        rows = Timeline.irregular(theirs_s).nearest(mine_s, step_s)
        alone_s = np.concatenate(
            [mine_s[rows < 0], theirs_s[Timeline.irregular(mine_s).nearest(theirs_s, step_s) < 0]]
        )
        if len(alone_s):
            raise DataError(
                f"{where}: {label} of {coarser.name} is rated at {alone_s.min():g} s in one, and not within "
                f"a step of {step_s:g} s of that in the other; expected runs that are scored on the same "
                "parts of each recording"
            )
        change = max(np.abs(np.diff(gold)).max(initial=0.0) for gold in (mine, theirs))
        apart = np.abs(theirs_s[rows] - mine_s) > SAME_TIME_S
        if np.any(np.abs(theirs[rows] - mine) > SAME_GOLD + change * apart):
            raise DataError(
                f"{where}: the gold standards of {label} in {coarser.name} are not the same; expected runs "
                "on the same labels"
            )


def at_common_times(
    a: Sequence[Scored], b: Sequence[Scored], steps_s: tuple[float, float], labels: Sequence[str]
) -> tuple[list[Scored], list[Scored]]:
    """Both runs at the times of the coarser, each with its nearest rows, rated where both are.

    Nothing changes for runs on the same time grid.

    Parameters
    ----------
    a, b : sequence of Scored
        The same recordings of two runs, in the same order.
    steps_s : (float, float), s
        Of their time grids.
    labels : sequence of str
        Those that are compared.

    Returns
    -------
    (list of Scored, list of Scored)
        Gold standard NaN where one of the two has no row within its own step, or no rating.

    Examples
    --------
    >>> from emotrace.trace import Trace
    >>> def run(step_s, values):
    ...     column = np.array(values)[:, None]
    ...     trace = Trace(np.arange(len(values)) * step_s, column, ("arousal",), column[:, 0] > 0, column)
    ...     return [Scored("clip", "P1", trace)]
    >>> fine, coarse = at_common_times(run(1.0, [1, 2, 3, 4.0]), run(2.0, [1, 3.0]), (1.0, 2.0), ["arousal"])
    >>> fine[0].trace.values[:, 0], coarse[0].trace.values[:, 0]
    (array([1., 3.]), array([1., 3.]))
    """
    pairs = []
    for mine, theirs in zip(a, b, strict=True):
        times_s = (mine if steps_s[0] >= steps_s[1] else theirs).trace.times_s
        first, second = _read_at(mine, times_s, steps_s[0]), _read_at(theirs, times_s, steps_s[1])
        for label in labels:
            one = first.gold[:, first.trace.labels.index(label)]
            other = second.gold[:, second.trace.labels.index(label)]
            one[np.isnan(other)] = np.nan
            other[np.isnan(one)] = np.nan
        pairs.append((first, second))
    return [first for first, _ in pairs], [second for _, second in pairs]


def _rated(one: Scored, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Times and ratings of the rated rows."""
    gold = one.gold[:, one.trace.labels.index(label)]
    rated = np.isfinite(gold)
    return one.trace.times_s[rated], gold[rated]


def _read_at(one: Scored, times_s: np.ndarray, step_s: float) -> Scored:
    """The rows nearest to those times; not rated where there is none within a step."""
    trace = one.trace
    rows = Timeline.irregular(trace.times_s).nearest(times_s, step_s)
    gold = np.where((rows >= 0)[:, None], one.gold[rows], np.nan)
    return replace(
        one,
        trace=replace(
            trace,
            times_s=times_s,
            values=trace.values[rows],
            face_found=trace.face_found[rows],
            gold=gold,
            observed=None,
            shown=None,
        ),
    )
