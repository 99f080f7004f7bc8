"""Makes gold standards of many recordings: steps before, fusion, band, delay, agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from emotrace.annotation.agreement import agreement, centred, pooled
from emotrace.annotation.compensation import compensate
from emotrace.annotation.fused import Fused
from emotrace.annotation.fusion.before import stepped
from emotrace.annotation.fusion.delays import Found, delay_of_gold, relative_delays
from emotrace.annotation.fusion.rated import Rated, same_raters
from emotrace.annotation.fusion.results import DimensionGold, GoldResult, RecordingGold
from emotrace.annotation.fusion.settings import AUTO, GoldSettings
from emotrace.annotation.fusion.verdicts import remark_on_agreement
from emotrace.annotation.methods import Method, method_named
from emotrace.annotation.steps import standardise
from emotrace.errors import InputError
from emotrace.remarks import Remarks

Reference = tuple[np.ndarray, np.ndarray]
"""Times (time,) in seconds and values (time,) of a signal without delay."""


def make_gold(
    recordings: Sequence[Rated],
    settings: GoldSettings,
    references: Mapping[tuple[str, str], Reference] | None = None,
) -> GoldResult:
    """Gold standards of all recordings and dimensions.

    Parameters
    ----------
    recordings : sequence of Rated
        One per recording and dimension.
    settings : GoldSettings
        The steps are done in this order: lengths, resampling, smoothing, standardising,
        fusion, delay.
    references : mapping of (dimension, recording) to (times_s, values), or None
        For the delay ``"auto"``: a signal without delay, such as loudness or a model's predictions. The gold
        standards of a dimension are moved by the one lag of best agreement (PCC) with it. Without any,
        each rater is compared with the mean of the others instead and moved, before the fusion, to
        the time of the earliest; the delay that all share cannot be known then.

    Returns
    -------
    GoldResult
        A recording that cannot be made stands in `failed` and stops no other. One rated by a single rater
        gets that rater's trace.

    Raises
    ------
    InputError
        If a delay is to be estimated and the recordings of a dimension have different rates.
    """
    remarks, failed = Remarks(), list[tuple[str, str]]()
    dimensions, steps = [], dict[str, None]()
    for dimension in dict.fromkeys(one.dimension for one in recordings):
        chosen = [one for one in recordings if one.dimension == dimension]
        there = {name: signal for (of, name), signal in (references or {}).items() if of == dimension}
        made = _Dimension(dimension, settings, there, remarks, failed, steps).make(chosen)
        if made is not None:
            dimensions.append(made)
            remark_on_agreement(made, remarks)
    if settings.delay_s == AUTO and not references:
        steps[f"raters moved to the time of the earliest (rule {settings.delay_rule})"] = None
    done = (*steps, f"fused by {settings.method}", *_delay_in_words(settings, references))
    return GoldResult(settings, done, tuple(dimensions), tuple(failed), remarks.texts())


class _Dimension:
    """The way of one dimension's recordings to their gold standards."""

    def __init__(
        self,
        dimension: str,
        settings: GoldSettings,
        references: Mapping[str, Reference],
        remarks: Remarks,
        failed: list[tuple[str, str]],
        steps: dict[str, None],
    ):
        self.dimension, self.settings, self.references = dimension, settings, references
        self.remarks, self.failed, self.steps = remarks, failed, steps
        self.method: Method = method_named(settings.method, dict(settings.options))

    def make(self, recordings: Sequence[Rated]) -> DimensionGold | None:
        """All steps; None where no recording is left."""
        ready = [one for one in map(self._before, recordings) if one is not None]
        if not ready:
            return None
        ready = same_raters(ready)
        for one in ready:
            for rater, rated in zip(one.raters, one.rated, strict=True):
                if not rated:
                    self.remarks.add(f"{self.dimension}: ratings are missing of rater {rater}", one.name)
            for rater in _with_gaps(one):
                self.remarks.add(
                    f"{self.dimension}: rater {rater} has gaps, in which the others alone count", one.name
                )
        if self.settings.standardise is not None:
            self.steps[f"standardised by {self.settings.standardise}"] = None
            values = standardise([one.values for one in ready], self.settings.standardise)
            ready = [replace(one, values=new) for one, new in zip(ready, values, strict=True)]
        found: Found = {}
        delays_s = dict.fromkeys(ready[0].raters, 0.0)
        if self.settings.delay_s == AUTO and not self.references:
            delays_s, found = relative_delays(ready, self.settings.longest_delay_s, self.remarks)
            moved = [self._guarded(one, lambda rated: self._aligned(rated, delays_s)) for one in ready]
            ready = [one for one in moved if one is not None]
        try:
            values = self.method.prepare([one.values for one in ready], **self.settings.options)
        except InputError as error:
            self.failed += [(one.label, str(error)) for one in ready]
            return None
        golds = []
        for one, prepared in zip(ready, values, strict=True):
            gold = self._guarded(one, lambda rated, prepared=prepared: self._fused(rated, prepared))
            if gold is not None:
                golds.append(gold)
        if not golds:
            return None
        common_s, found_common = self._common_delay(golds)
        if common_s:
            late = [self._guarded_gold(gold, common_s) for gold in golds]
            golds = [gold for gold in late if gold is not None]
            delays_s = dict.fromkeys(delays_s, common_s)
        if not golds:
            return None
        kept = {gold.name for gold in golds}
        raw = [one.values for one in ready if one.name in kept]
        return DimensionGold(
            dimension=self.dimension,
            raters=ready[0].raters,
            recordings=tuple(golds),
            agreement={"raw": pooled(raw), "centred": pooled([centred(one) for one in raw])},
            delays_s=delays_s,
            found=found | found_common,
        )

    def _before(self, one: Rated) -> Rated | None:
        return self._guarded(one, lambda rated: stepped(rated, self.settings, self.remarks, self.steps))

    def _aligned(self, one: Rated, delays_s: Mapping[str, float]) -> Rated:
        """Each rater moved earlier by the own delay."""
        rate_hz, rule = one.rate_hz(), self.settings.delay_rule
        rows = [
            compensate(row, delays_s[rater], rate_hz, rule)
            for rater, row in zip(one.raters, one.values, strict=True)
        ]
        length = min(map(len, rows))
        return replace(one, times_s=one.times_s[:length], values=np.stack([row[:length] for row in rows]))

    def _fused(self, one: Rated, prepared: np.ndarray) -> RecordingGold:
        rated = np.isfinite(prepared).any(axis=1)
        if not rated.any():
            raise InputError("holds no rating after the steps")
        if rated.sum() == 1:
            only = one.raters[int(rated.argmax())]
            self.remarks.add(
                f"{self.dimension}: rated by {only} alone, so the gold standard is that trace and there is "
                "no agreement",
                one.name,
            )
            fused = Fused(prepared[rated][0], rated.astype(float))
        else:
            fused = self.method.fuse(prepared, **self.settings.options)
        if fused.weights is not None:
            for rater, weight, known in zip(one.raters, fused.weights, rated, strict=True):
                if known and weight == 0:
                    self.remarks.add(f"{self.dimension}: rater {rater} has weight 0", one.name)
        spread = _spread(prepared)
        return RecordingGold(
            name=one.name,
            times_s=one.times_s,
            values=fused.values,
            low=fused.values - spread,
            high=fused.values + spread,
            raters=one.raters,
            ratings=prepared,
            weights=fused.weights,
            agreement={"raw": agreement(one.values), "centred": agreement(centred(one.values))},
        )

    def _common_delay(self, golds: list[RecordingGold]) -> tuple[float, Found]:
        if isinstance(self.settings.delay_s, float | int):
            return float(self.settings.delay_s), {}
        if self.settings.delay_s == AUTO and self.references:
            return delay_of_gold(
                self.dimension, golds, self.references, self.settings.longest_delay_s, self.remarks
            )
        return 0.0, {}

    def _moved(self, gold: RecordingGold, delay_s: float) -> RecordingGold:
        """Gold standard, band and raters moved earlier together."""
        one = Rated(gold.name, self.dimension, gold.times_s, gold.raters, gold.ratings)
        together = np.column_stack([gold.values, gold.low, gold.high, gold.ratings.T])  # (time, 3 + rater)
        moved = compensate(together, delay_s, one.rate_hz(), self.settings.delay_rule)
        return replace(
            gold,
            times_s=gold.times_s[: len(moved)],
            values=moved[:, 0],
            low=moved[:, 1],
            high=moved[:, 2],
            ratings=moved[:, 3:].T,
        )

    def _guarded_gold(self, gold: RecordingGold, delay_s: float) -> RecordingGold | None:
        try:
            return self._moved(gold, delay_s)
        except InputError as error:
            self.failed.append((f"{self.dimension}/{gold.name}", str(error)))
            return None

    def _guarded(self, one: Rated, step):
        """A step of one recording; one that fails is told and stops no other."""
        try:
            return step(one)
        except InputError as error:
            self.failed.append((one.label, str(error)))
            return None


def _spread(ratings: np.ndarray) -> np.ndarray:
    """Standard deviation (1/n) over the raters at each time; NaN where nobody rated."""
    rated = np.isfinite(ratings)
    count = rated.sum(axis=0)
    known = np.where(rated, ratings, 0.0)
    mean = known.sum(axis=0) / np.maximum(count, 1)
    squares = np.where(rated, (ratings - mean) ** 2, 0.0).sum(axis=0)
    return np.where(count > 0, np.sqrt(squares / np.maximum(count, 1)), np.nan)


def _delay_in_words(settings: GoldSettings, references: Mapping | None) -> list[str]:
    """What is done about the delay after the fusion."""
    if settings.delay_s is None or (settings.delay_s == AUTO and not references):
        return []
    far = "by the delay behind the reference" if settings.delay_s == AUTO else f"by {settings.delay_s:g} s"
    return [f"moved earlier {far} (rule {settings.delay_rule})"]


def _with_gaps(one: Rated) -> list[str]:
    """Raters who left out times between their first and their last rating."""
    found = []
    for rater, row in zip(one.raters, one.values, strict=True):
        rated = np.flatnonzero(np.isfinite(row))
        if len(rated) and len(rated) <= rated[-1] - rated[0]:
            found.append(rater)
    return found
