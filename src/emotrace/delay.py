"""The raters' delay: labels moved earlier to learn from, predictions moved back onto the labels' clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from emotrace.config.base import Settings
from emotrace.errors import ConfigError, DataError
from emotrace.trace import Trace

_SNAP = 1e-6  # share of a step by which a float delay may miss a whole number of steps


class LabelDelay(Settings):
    """By how much raters are late, and what fills the end that has no label for it.

    A model learns ``y'(t) = y(t + seconds)`` and its prediction ``p'`` is given back as ``p(t) = p'(t -
    seconds)``, so that scores are always against labels as they are. Nothing moves from one recording into
    another.

    Notes
    -----
    The last `seconds` of labels and the first `seconds` of a trace have no counterpart. ``drop``: those
    labels are not learnt from, and those rows of a trace are left out, so that it begins at `seconds`.
    ``hold``: the last label, and the first prediction, are repeated. ``zero``: both are 0.

    Source
    ------
    ``hold``: AVEC 2018 GES baseline; ``zero``: AVEC 2018 and 2019 CES baselines; rows left out: our choice.
    """

    seconds: float = Field(0.0, ge=0, allow_inf_nan=False)  # s
    rule: Literal["drop", "hold", "zero"] = "hold"

    def steps(self, step_s: float) -> int:
        """The delay in whole steps.

        Raises
        ------
        ConfigError
            If it is no whole number of them.

        Examples
        --------
        >>> LabelDelay(seconds=2.0).steps(0.04)
        50
        """
        steps = round(self.seconds / step_s)
        if abs(self.seconds / step_s - steps) > _SNAP * max(1, steps):
            raise ConfigError(
                f"delay.seconds is {self.seconds:g}; expected a whole number of steps of {step_s:g} s, such "
                f"as {max(1, steps) * step_s:g}"
            )
        return steps

    def targets(self, gold: np.ndarray, step_s: float) -> np.ndarray:
        """Labels of one recording moved earlier, for training.

        Parameters
        ----------
        gold : float array, shape (time, label)
            NaN: not rated. The end of each label is its last rated step.
        step_s : float, s

        Returns
        -------
        float array, shape (time, label)
            NaN where `gold` is, and at the end with the rule ``drop``.

        Raises
        ------
        ConfigError
            As `steps`.

        Examples
        --------
        >>> gold = np.array([[1.0], [2.0], [3.0], [np.nan]])
        >>> LabelDelay(seconds=1.0, rule="hold").targets(gold, 1.0)[:, 0]
        array([ 2.,  3.,  3., nan])
        """
        steps = self.steps(step_s)
        if steps == 0:
            return gold
        moved = np.full_like(gold, np.nan)
        for column in range(gold.shape[1]):
            rated = np.flatnonzero(np.isfinite(gold[:, column]))
            if len(rated) == 0:
                continue
            end = int(rated[-1]) + 1
            kept = max(0, end - steps)
            moved[:kept, column] = gold[steps:end, column]
            moved[kept:end, column] = {"drop": np.nan, "hold": gold[end - 1, column], "zero": 0.0}[self.rule]
        return moved

    def on_label_clock(self, trace: Trace, step_s: float, name: str) -> Trace:
        """A trace as the model gives it, moved later onto the clock of unshifted labels.

        Parameters
        ----------
        trace : Trace
            Of one whole recording; `times_s`, `face_found` and `gold` do not move. `observed` and `shown`
            move with the values, which were based on it; with ``zero`` the first values are based on nothing.
        step_s : float, s
        name : str
            Of the recording, for the message.

        Raises
        ------
        ConfigError
            As `steps`.
        DataError
            If the rule ``drop`` would leave nothing of it.

        Examples
        --------
        >>> model = Trace(np.arange(3.0), np.array([[1.0], [2.0], [3.0]]), ("arousal",), np.ones(3, bool))
        >>> LabelDelay(seconds=1.0, rule="zero").on_label_clock(model, 1.0, "clip").values[:, 0]
        array([0., 1., 2.])
        >>> LabelDelay(seconds=1.0, rule="drop").on_label_clock(model, 1.0, "clip").times_s
        array([1., 2.])
        """
        steps = self.steps(step_s)
        if steps == 0:
            return trace
        rows = len(trace.times_s)
        if self.rule == "drop":
            self.check_length(rows, step_s, name)
            return replace(
                trace,
                times_s=trace.times_s[steps:],
                values=trace.values[:-steps],
                face_found=trace.face_found[steps:],
                gold=None if trace.gold is None else trace.gold[steps:],
                observed=_each(trace.observed, lambda given: given[:-steps]),
                shown=_each(trace.shown, lambda column: column[:-steps]),
            )
        earlier = np.maximum(np.arange(rows) - steps, 0)
        values = trace.values[earlier]
        if self.rule == "zero":
            values[:steps] = 0.0
        said = (np.arange(rows) >= steps) | (self.rule != "zero")  # by the model, not filled in
        return replace(
            trace,
            values=values,
            observed=_each(trace.observed, lambda given: given[earlier] & said),
            shown=_each(trace.shown, lambda column: np.where(said, column[earlier], np.nan)),
        )

    def check_length(self, rows: int, step_s: float, name: str) -> None:
        """Refuse a recording of `rows` steps of which the rule ``drop`` would leave nothing.

        Raises
        ------
        DataError
            If it is not longer than the delay.
        """
        if self.rule == "drop" and 0 < self.steps(step_s) >= rows:
            raise DataError(
                f"{name}: lasts {rows * step_s:g} s, and the delay of {self.seconds:g} s drops all of it; "
                "expected a longer recording, leave it out or train with delay.rule=hold"
            )

    def describe(self) -> str | None:
        """What it does to a trace, in a sentence; None without delay."""
        if self.seconds == 0:
            return None
        start = {"drop": "are left out", "hold": "repeat the first value", "zero": "are 0"}[self.rule]
        return (
            f"the model learnt labels moved {self.seconds:g} s earlier: its trace is moved as much "
            f"later, onto the clock of the labels, and the first {self.seconds:g} s {start}"
        )


def _each(
    columns: Mapping[str, np.ndarray] | None, move: Callable[[np.ndarray], np.ndarray]
) -> dict[str, np.ndarray] | None:
    """Each column moved, of `Trace.observed` or `Trace.shown`."""
    return None if columns is None else {name: move(column) for name, column in columns.items()}


NO_DELAY = LabelDelay()
