"""Errors on the steps of each level: literal formulas, gains, other runs on other clocks, nothing known."""

import numpy as np
import pytest
from seeing import Seeing

from emotrace import metrics
from emotrace.insight.level_section import level_table
from emotrace.insight.levels import (
    Errors,
    Level,
    Scored,
    beside,
    errors,
    headline_rows,
    level_rows,
    score_levels,
)
from emotrace.trace import Trace

LABELS = ("arousal", "valence")


def trace(values, gold=None, labels=LABELS, first=0):
    times_s = (first + np.arange(len(values))) * 0.04
    return Trace(times_s, np.asarray(values), labels, np.ones(len(values), bool), gold=gold)


@pytest.fixture
def two(rng):
    """Traces of two recordings, of a model and of another, and which steps are selected."""
    golds = [Seeing(number).gold for number in range(2)]
    golds[1][3:6, 0] = np.nan
    own = [trace(gold + 0.1 * rng.normal(size=gold.shape), gold) for gold in map(np.nan_to_num, golds)]
    own = [trace(one.values, gold) for one, gold in zip(own, golds, strict=True)]
    other = [
        trace(one.values + 0.2 * rng.normal(size=(40, 2)), gold) for one, gold in zip(own, golds, strict=True)
    ]
    chosen = tuple(rng.random(40) < 0.5 for _ in range(2))
    return own, other, [Level("all", (np.ones(40, bool),) * 2), Level("half", chosen, 0.5)]


def test_scores_are_those_of_the_metrics_on_the_selected_steps(two):
    own, other, levels = two
    scored = score_levels(own, levels, other)
    assert [(one.level.name, one.dimension) for one in scored] == [
        ("all", "arousal"), ("all", "valence"), ("half", "arousal"), ("half", "valence"),
    ]  # fmt: skip
    for one in scored:
        column = LABELS.index(one.dimension)
        gold, mine, theirs = (
            np.concatenate(
                [values[:, column][chosen] for values, chosen in zip(which, one.level.chosen, strict=True)]
            )
            for which in ([t.gold for t in own], [t.values for t in own], [t.values for t in other])
        )
        assert one.own.rmse == pytest.approx(metrics.rmse(gold, mine), abs=1e-12)
        assert one.own.correlation == pytest.approx(metrics.pcc(gold, mine), abs=1e-12)
        assert one.other.rmse == pytest.approx(metrics.rmse(gold, theirs), abs=1e-12)
        assert one.gain_rmse == pytest.approx((one.other.rmse - one.own.rmse) / one.other.rmse)
        assert one.gain_correlation == pytest.approx(
            (one.own.correlation - one.other.correlation) / one.other.correlation
        )
        assert one.own.steps == one.other.steps == np.isfinite(gold).sum()
        assert one.share == one.level.steps / 80


def test_the_gain_is_that_of_the_papers_tables():
    """Table 7, 50 %, valence: RMSE 0.39 of AVi-CaS and 0.32 of AVi-GaS; printed 21.7 % of the unrounded.

    Table 8 there: correlation 0.41 of Vi-DeS and 0.50 of AVi-GaS; printed 22.5 %.
    """
    gold = np.array([0.0, 1.0, 2.0])
    own, other = (
        trace((gold + 0.32)[:, None], gold[:, None], ("v",)),
        trace((gold + 0.39)[:, None], None, ("v",)),
    )
    (one,) = score_levels([own], [Level("all", (np.ones(3, bool),))], [other])
    assert one.gain_rmse == pytest.approx(1 - 0.32 / 0.39) and one.gain_correlation == pytest.approx(0.0)
    correlations = Scored(one.level, 1.0, "v", Errors(3, 0.28, 0.50), Errors(3, 0.30, 0.41))
    assert correlations.gain_correlation == pytest.approx(0.225, abs=0.01)


def test_a_gain_over_nothing_is_unknown():
    gold = np.array([0.0, 1.0, 2.0])[:, None]
    levels = [Level("all", (np.ones(3, bool),)), Level("none", (np.zeros(3, bool),), 0.5)]
    falling = score_levels([trace(gold, gold, ("v",))], levels, [trace(-gold, None, ("v",))])
    assert np.isnan(falling[0].gain_correlation) and falling[0].gain_rmse == 1.0
    exact = score_levels([trace(gold + 0.1, gold, ("v",))], levels, [trace(gold, None, ("v",))])
    assert np.isnan(exact[0].gain_rmse)
    assert exact[1].share == 0 and exact[1].own.steps == 0 and np.isnan(exact[1].own.rmse)
    assert level_rows(exact)[1]["rmse"] is None and level_rows(exact)[1]["gain_rmse"] is None
    assert "threshold" in level_rows(exact)[0] and "threshold" not in headline_rows(exact)[0]


def test_both_are_scored_where_both_say_something():
    gold = np.arange(6.0)[:, None]
    own, later = trace(gold + 1, gold, ("v",)), trace(gold[2:], None, ("v",), first=2)
    (one,) = score_levels([own], [Level("all", (np.ones(6, bool),))], [later])
    assert one.own.steps == one.other.steps == 4 and one.other.rmse == 0.0
    np.testing.assert_array_equal(beside(later, own.times_s)[:, 0], [np.nan, np.nan, 2, 3, 4, 5])


def test_a_dimension_that_the_other_lacks_stands_alone():
    gold = np.arange(4.0)[:, None].repeat(2, 1)
    own, other = trace(gold, gold), trace(gold[:, 1:], None, ("valence",))
    scored = score_levels([own], [Level("all", (np.ones(4, bool),))], [other])
    assert scored[0].other is None and np.isnan(scored[0].gain_rmse) and scored[1].other is not None


def test_a_series_that_stands_still_has_an_error_and_no_correlation():
    found = errors(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    assert found.rmse == 0.5 and np.isnan(found.correlation)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (1.2, '<span class="right">+16.7 %</span>'),
        (0.8, '<span class="wrong">−25.0 %</span>'),
        (1.0, '<span class="">0.0 %</span>'),
        (0.9999, '<span class="">0.0 %</span>'),
    ],
)
def test_a_gain_of_nothing_is_neither_good_nor_bad(other, said):
    level = Level("all", (np.ones(3, bool),))
    one = Scored(level, 1.0, "arousal", Errors(3, 1.0, np.nan), Errors(3, other, np.nan))
    assert f"<td>{said}</td>" in level_table([one], "other")
