"""Gold standards of many recordings: order of steps, missing and single raters, delays, what is warned of."""

import numpy as np
import pytest

from emotrace.annotation import METHODS, ewe, gold_standards
from emotrace.annotation.fusion import AUTO, GoldSettings, Rated, make_gold
from emotrace.errors import ConfigError, InputError

HZ = 10


def rated(name, values, raters=None, dimension="arousal", hz=HZ):
    values = np.asarray(values, dtype=float)
    names = raters or tuple("ABCDEF"[: len(values)])
    return Rated(name, dimension, np.arange(values.shape[1]) / hz, names, values)


@pytest.fixture
def truth(rng):
    return np.convolve(rng.normal(size=449), np.ones(50) / 7, "valid")  # 40 s, slow


@pytest.fixture
def ratings(truth, rng):
    return truth + rng.normal(size=(3, 400)) / 10


def made(recordings, references=None, **settings):
    return make_gold(recordings, GoldSettings(**settings), references)


def test_one_recording_is_the_method_and_its_band(ratings):
    result = made([rated("a", ratings)])
    (one,) = result.dimensions[0].recordings
    np.testing.assert_allclose(one.values, ewe(ratings), atol=1e-12)
    np.testing.assert_allclose(one.high - one.values, ratings.std(axis=0), atol=1e-12)
    np.testing.assert_allclose(one.values - one.low, ratings.std(axis=0), atol=1e-12)
    assert not result.failed and not result.warnings and result.steps == ("fused by ewe",)


def test_dimensions_are_apart(ratings):
    result = made([rated("a", ratings), rated("a", -ratings, dimension="valence")])
    assert [part.dimension for part in result.dimensions] == ["arousal", "valence"]
    np.testing.assert_allclose(
        result.dimensions[0].recordings[0].values, -result.dimensions[1].recordings[0].values
    )


def test_steps_are_done_in_order_and_told(ratings):
    result = made(
        [rated("a", ratings)],
        rate_hz=5,
        smooth=("median", 1.0),
        standardise="z_all",
        delay_s=2.0,
        delay_rule="drop",
    )
    assert result.steps == (
        "resampled to 5 Hz (mean)",
        "smoothed by median of 1 s",
        "standardised by z_all",
        "fused by ewe",
        "moved earlier by 2 s (rule drop)",
    )
    (one,) = result.dimensions[0].recordings
    assert one.values.shape == one.times_s.shape == (190,) and one.ratings.shape == (3, 190)
    plain = made([rated("a", ratings)], rate_hz=5, smooth=("median", 1.0), standardise="z_all")
    np.testing.assert_allclose(one.values, plain.dimensions[0].recordings[0].values[10:])
    assert one.times_s[0] == 0 and result.dimensions[0].delays_s == {"A": 2.0, "B": 2.0, "C": 2.0}


@pytest.mark.parametrize(("rule", "end"), [("hold", "last"), ("zero", 0.0)])
def test_a_delay_moves_gold_band_and_raters_together(ratings, rule, end):
    plain = made([rated("a", ratings)]).dimensions[0].recordings[0]
    moved = made([rated("a", ratings)], delay_s=1.0, delay_rule=rule).dimensions[0].recordings[0]
    for was, now in (
        (plain.values, moved.values),
        (plain.low, moved.low),
        (plain.ratings[1], moved.ratings[1]),
    ):
        np.testing.assert_allclose(now[:-10], was[10:])
        np.testing.assert_allclose(now[-10:], was[-1] if end == "last" else end)


def test_a_missing_rater_is_counted_and_has_no_weight(ratings):
    result = made([rated("a", ratings), rated("b", ratings[:2], ("A", "C"))])
    _, other = result.dimensions[0].recordings
    assert other.raters == ("A", "B", "C") and np.isnan(other.ratings[1]).all() and other.weights[1] == 0
    assert result.warnings == ("arousal: ratings are missing of rater B: 1 (b)",)
    assert result.dimensions[0].agreement["raw"].samples == 400  # all three rated one recording


def test_a_single_rater_is_the_gold_standard_and_told(ratings):
    result = made([rated("a", ratings[:1]), rated("b", ratings)])
    one = result.dimensions[0].recordings[0]
    np.testing.assert_array_equal(one.values, ratings[0])
    np.testing.assert_array_equal(one.high, one.values)
    assert (
        "rated by A alone, so the gold standard is that trace and there is no agreement: 1 (a)"
        in " ".join(result.warnings)
    )


def test_unequal_lengths_are_cut_or_kept_by_rule(ratings):
    ratings[1, 350:] = np.nan
    ratings[2, :20] = np.nan
    short, union = made([rated("a", ratings)]), made([rated("a", ratings)], lengths="union")
    assert short.dimensions[0].recordings[0].times_s[[0, -1]].tolist() == [2.0, 34.9]
    assert len(union.dimensions[0].recordings[0].times_s) == 400
    assert short.warnings == ("arousal: raters of unequal length, cut to the times that all rated: 1 (a)",)
    assert "kept whole, fewer raters at the ends: 1 (a)" in union.warnings[0]


def test_raters_who_do_not_overlap_are_left_out_and_told(ratings):
    apart = ratings[:2].copy()
    apart[0, 200:], apart[1, :200] = np.nan, np.nan
    result = made([rated("a", apart), rated("b", ratings)])
    assert [one.name for one in result.dimensions[0].recordings] == ["b"]
    ((name, reason),) = result.failed
    assert name == "arousal/a" and "rows that all raters rated" in reason and "--lengths union" in reason


def test_one_bad_recording_stops_no_other(ratings):
    turned = np.stack([ratings[0], -ratings[0]])
    empty = np.full((3, 50), np.nan)
    result = made([rated("a", turned), rated("b", empty), rated("c", ratings)], method="ewe_loo")
    assert [one.name for one in result.dimensions[0].recordings] == ["c"]
    reasons = dict(result.failed)
    assert "no rater agrees" in reasons["arousal/a"] and "holds no rating at all" in reasons["arousal/b"]


def test_nothing_left_is_no_dimension():
    assert made([rated("a", [[np.nan, np.nan]])]).dimensions == ()


def test_irregular_times_are_refused_where_the_rate_matters(ratings):
    one = rated("a", ratings[:, :5])
    odd = Rated("a", "arousal", np.array([0, 0.1, 0.2, 0.9, 1.0]), one.raters, one.values)
    result = made([odd], smooth=("median", 1.0))
    assert "has steps from 0.1 to 0.7 s; expected equal steps" in result.failed[0][1]
    assert not made([odd]).failed and not made([odd], rate_hz=10, smooth=("median", 1.0)).failed
    single = made([rated("a", ratings[:, :1])], method="mean", lengths="union", delay_s=0.1)
    assert "has a single row; expected at least two" in single.failed[0][1]


def test_a_delay_longer_than_a_recording_leaves_it_out(ratings):
    result = made([rated("a", ratings), rated("b", ratings[:, :15])], delay_s=2.0)
    assert (
        result.failed[0][0] == "arousal/b" and "less than the length of the recording" in result.failed[0][1]
    )
    assert not made([rated("b", ratings[:, :15])], delay_s=2.0).dimensions


def test_outliers_and_low_agreement_are_warned_of(truth, rng):
    good = truth + rng.normal(size=(3, 400)) / 10
    good[2] = -good[2]
    texts = " ".join(made([rated("a", good)]).warnings)
    assert "rater C is an outlier over all recordings (with their offsets): CCC with the others -0.9" in texts
    assert (
        "they do among themselves (offsets taken out): 1 (a)" in texts
        and "rater C has weight 0: 1 (a)" in texts
    )
    noise = made([rated("a", rng.normal(size=(3, 400)))], method="mean").warnings
    assert "the raters hardly agree" in " ".join(noise)


def test_raters_are_moved_to_the_earliest(truth, rng):
    late = np.stack([np.roll(truth, rows) for rows in (5, 0, 10)]) + rng.normal(size=(3, 400)) / 100
    result = made([rated("a", late[:, :200]), rated("b", late[:, 200:])], delay_s=AUTO, longest_delay_s=5.0)
    part = result.dimensions[0]
    assert part.delays_s == pytest.approx({"A": 0.5, "B": 0.0, "C": 1.0}, abs=0.11)
    assert set(part.found) == {"A", "B", "C"} and part.agreement["raw"].ccc > 0.99
    assert "the delay that all raters share is not known" in " ".join(result.warnings)
    assert result.steps == ("raters moved to the time of the earliest (rule hold)", "fused by ewe")


def test_gold_is_moved_by_its_delay_behind_a_reference(truth, ratings):
    times = np.arange(400) / HZ
    late = np.roll(ratings, 12, axis=1)
    recordings = [rated("a", late), rated("b", ratings)]
    result = made(recordings, {("arousal", "a"): (times, 3 * truth + 1)}, delay_s=AUTO, longest_delay_s=4.0)
    part = result.dimensions[0]
    assert part.delays_s == {"A": 1.2, "B": 1.2, "C": 1.2} and part.found["gold"].confidence > 0.9
    np.testing.assert_allclose(part.recordings[0].values[:380], ewe(late)[12:392])
    assert "no reference signal, left out of the estimate of the delay: 1 (b)" in " ".join(result.warnings)


def test_references_of_other_recordings_give_no_delay(ratings):
    result = made([rated("a", ratings)], {("arousal", "z"): (np.arange(3.0), np.arange(3.0))}, delay_s=AUTO)
    assert result.dimensions[0].delays_s == {"A": 0.0, "B": 0.0, "C": 0.0}


def test_a_delay_that_is_not_sure_is_not_used(ratings, rng):
    noise = rng.normal(size=400)
    result = made([rated("a", ratings)], {("arousal", "a"): (np.arange(400) / HZ, noise)}, delay_s=AUTO)
    if result.dimensions[0].found["gold"].confidence < 0.5:
        assert result.dimensions[0].delays_s["A"] == 0 and "is not sure and taken as 0" in " ".join(
            result.warnings
        )
    late = rated("a", np.roll(ratings, 50, axis=1))
    there = {("arousal", "a"): (np.arange(400) / HZ, ratings[0])}
    edge = made([late], there, delay_s=AUTO, longest_delay_s=3.0)
    assert edge.dimensions[0].delays_s["A"] == 0 and "is not sure and taken as 0" in " ".join(edge.warnings)


def test_short_recordings_limit_the_delay(ratings):
    result = made([rated("a", ratings[:, :100])], delay_s=AUTO)
    assert "delays are searched up to 5 s, half of the shortest recording" in " ".join(result.warnings)


def test_different_rates_are_refused_for_a_delay(ratings):
    with pytest.raises(InputError, match=r"recordings of arousal have rates from 10 to 20 Hz"):
        made([rated("a", ratings), rated("b", ratings, hz=20)], delay_s=AUTO)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_that_of_gold_standards(method, ratings, truth, rng):
    both = [ratings, truth + rng.normal(size=(3, 400)) / 10]
    result = made([rated("a", both[0]), rated("b", both[1])], method=method)
    wanted = gold_standards(both, method)
    for one, values in zip(result.dimensions[0].recordings, wanted, strict=True):
        np.testing.assert_allclose(one.values, values, atol=1e-12)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"method": "x"}, "no method of a gold standard"),
        ({"options": {"x": 1}}, "method ewe has no option x"),
        ({"lengths": "x"}, "lengths is 'x'; expected one of: shortest, union"),
        ({"smooth": ("x", 1.0)}, "smooth is 'x'"),
        ({"smooth": ("median", 0.0)}, r"window of smooth is 0.0; expected a number above 0"),
        ({"rate_hz": -1.0}, r"rate_hz is -1.0"),
        ({"standardise": "x"}, "standardise is 'x'"),
        ({"delay_rule": "x"}, "delay_rule is 'x'"),
        ({"delay_s": -1.0}, r"delay_s is -1.0; expected 0 s or more, or auto"),
        ({"delay_s": "soon"}, "delay_s is 'soon'; expected one of: auto"),
        ({"longest_delay_s": float("inf")}, "longest_delay_s is inf"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        GoldSettings(**settings)


def test_a_rating_that_the_steps_lose_is_told(ratings):
    gone = rated("a", [[np.nan, 1.0, np.nan, np.nan]] * 2, hz=1)  # no new time is the one that is rated
    result = made([gone, rated("b", ratings)], lengths="union", rate_hz=1.5)
    assert result.failed == (("arousal/a", "holds no rating after the steps"),)
    assert [one.name for one in result.dimensions[0].recordings] == ["b"]


def test_gaps_inside_a_recording_are_told():
    times = np.arange(10) / 10
    gappy = np.sin(times)
    gappy[3:6] = np.nan
    late = np.sin(times)
    late[:2] = np.nan
    rated = Rated("a", "arousal", times, ("A", "B", "C"), np.stack([gappy, np.sin(times), late]))
    warnings = make_gold([rated], GoldSettings(method="mean")).warnings
    assert "arousal: rater A has gaps, in which the others alone count: 1 (a)" in warnings
    assert not any("rater B has gaps" in text or "rater C has gaps" in text for text in warnings)
