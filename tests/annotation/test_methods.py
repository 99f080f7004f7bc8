"""Methods by name: what each is, options, raters who rated nothing, several recordings at once."""

import inspect
from types import MappingProxyType

import numpy as np
import pytest

from emotrace.annotation import METHODS, Fused, Method, gold_standard, gold_standards, methods
from emotrace.errors import ConfigError, InputError


@pytest.fixture
def ratings(rng):
    return rng.normal(size=60).cumsum() / 5 + rng.normal(size=(3, 60)) / 20


@pytest.mark.parametrize("name", METHODS)
def test_every_method_gives_one_value_per_time_and_names_its_source(name, ratings):
    gold = gold_standard(ratings, name)
    assert gold.shape == (60,) and np.isfinite(gold).all() and METHODS[name].source
    assert np.corrcoef(gold, ratings.mean(axis=0))[0, 1] > 0.8


def test_methods_are_in_alphabetical_order_and_the_default_is_one_of_them():
    assert list(METHODS) == sorted(METHODS)
    assert inspect.signature(gold_standard).parameters["method"].default in METHODS


@pytest.mark.parametrize("name", METHODS)
def test_a_rater_who_rated_nothing_is_left_out(name, ratings):
    empty = np.insert(ratings, 1, np.nan, axis=0)
    np.testing.assert_allclose(gold_standard(empty, name), gold_standard(ratings, name), atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_an_option_that_a_method_does_not_know_is_refused(name, ratings):
    with pytest.raises(ConfigError, match=f"method {name} has no option colour; its options are: "):
        gold_standard(ratings, name, colour="red")


def test_a_method_that_is_not_there_is_refused(ratings):
    with pytest.raises(ConfigError, match=r"is named 'median'; there are: .*ewe"):
        gold_standard(ratings, "median")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([1.0, 2.0], r"has shape \(2,\); expected \(rater, time\)"),
        ([["a", "b"]], "no array of numbers"),
        ([[0.0, np.inf]], "infinite values"),
        ([[np.nan, np.nan]], "values of 0 raters; expected at least 1, look for empty rows"),
    ],
)
def test_what_is_no_ratings_is_refused(bad, says):
    with pytest.raises(InputError, match=says):
        gold_standard(bad, "mean")


def test_recordings_with_different_raters_are_refused(ratings):
    with pytest.raises(InputError, match="recordings have 3, 2 raters; expected the same"):
        gold_standards([ratings, ratings[:2]])


def test_several_recordings_are_each_alone(ratings):
    both = gold_standards([ratings, ratings[:, :30]], "ewe")
    np.testing.assert_array_equal(both[1], gold_standard(ratings[:, :30], "ewe"))


def test_a_method_may_look_at_all_recordings_first(monkeypatch, ratings):
    def scale(recordings, by="all"):
        assert by == "me"
        largest = max(np.abs(one).max() for one in recordings)
        return [one / largest for one in recordings]

    def fuse(ratings, power=1):
        return Fused(ratings.mean(axis=0) ** power, np.array([0.5, 0.5]))

    both = Method(fuse, "a test", over_all_recordings=scale)
    assert both.options == {"by": "all", "power": 1}
    monkeypatch.setattr(methods, "METHODS", MappingProxyType({"both": both}))
    found = gold_standards([[[2.0], [2.0]], [[4.0], [4.0]]], "both", by="me", power=2)
    np.testing.assert_allclose(np.concatenate(found), [0.25, 1.0])
    fused = both.fuse(np.array([[1.0], [np.nan], [1.0]]))
    np.testing.assert_array_equal(fused.weights, [0.5, 0.0, 0.5])  # the one who rated nothing has none
