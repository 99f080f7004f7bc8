"""Labels as tracks: kept as given, brought to one grid where times differ, warned about."""

from pathlib import Path

import numpy as np
import pytest

from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.store.labels import coverage_warnings, label_key, label_tracks
from emotrace.timing import Timeline

CORPUS = Corpus("c", Path(), (), dimensions=("arousal", "valence"))


def series(step_s, count, start_s=0.0, slope=1.0):
    times = start_s + np.arange(count) * step_s
    return Series(times, times * slope)


def gold_of(**gold):
    return label_tracks(Recording("r", "s", gold=gold), CORPUS)["labels"]


def test_same_times_are_kept_as_given(rng):
    times = np.sort(rng.random(9))  # irregular on purpose
    values = rng.normal(size=(9, 2))
    values[3, 0] = np.nan
    labels = gold_of(valence=Series(times, values[:, 1]), arousal=Series(times, values[:, 0]))
    np.testing.assert_array_equal(labels.timeline.seconds(), times)
    np.testing.assert_array_equal(labels.values, values)
    assert labels.attributes == {"dimensions": ["arousal", "valence"], "classes": []}


def test_a_dimension_without_gold_is_nan():
    labels = gold_of(valence=series(0.1, 5))
    assert np.isnan(labels.values[:, 0]).all() and np.isfinite(labels.values[:, 1]).all()


def test_other_dimensions_are_not_labels():
    assert gold_of(liking=series(0.1, 5)).values.shape == (0, 2)


def test_different_times_meet_on_the_finest_grid():
    labels = gold_of(arousal=series(0.1, 5), valence=series(0.04, 6, 0.08, slope=2.0))
    # valence has 0.08 ... 0.28; arousal 0 ... 0.4 extends the grid by two steps before and three after
    np.testing.assert_allclose(labels.timeline.seconds(), np.arange(11) * 0.04, atol=1e-12)
    np.testing.assert_allclose(labels.values[:, 0], np.arange(11) * 0.04, atol=1e-12)
    # 0.04 and 0.32 are one period of 0.04 s from the ends, where the end's value holds
    inner = np.array([0.08, *np.arange(0.08, 0.30, 0.04), 0.28]) * 2
    np.testing.assert_allclose(labels.values[:, 1], [np.nan, *inner, np.nan, np.nan], atol=1e-12)


def test_one_value_at_the_start_holds_for_the_whole_clip():
    clip = Series(np.zeros(1), np.array([0.3]))
    labels = gold_of(arousal=clip, valence=Series(np.zeros(1), np.array([-0.5])))
    assert labels.timeline.seconds().tolist() == [0.0] and labels.values.tolist() == [[0.3, -0.5]]
    assert coverage_warnings(labels, duration_s=60.0) == []
    mixed = gold_of(arousal=clip, valence=series(0.04, 50))  # beside a trace it holds on its grid
    assert mixed.values[:, 0].tolist() == [0.3] * 50
    late = gold_of(arousal=Series(np.ones(1), np.array([0.3])), valence=series(0.04, 50))
    assert np.isfinite(late.values[:, 0]).sum() == 3  # one value elsewhere is one label


def test_raters_are_kept_beside_the_gold_standard():
    raters = {"FM1": series(0.04, 5), "FF1": series(0.04, 4)}
    tracks = label_tracks(Recording("r", "s", ratings={"arousal": raters}), CORPUS)
    assert set(tracks) == {"labels", "ratings-arousal"}
    ratings = tracks["ratings-arousal"]
    assert ratings.attributes == {"raters": ["FM1", "FF1"]} and ratings.values.shape == (5, 2)


def test_key_follows_every_value():
    def key(duration_s=1.0, **changes):
        facts = {"gold": {"arousal": series(0.1, 5)}, "emotion": None} | changes
        corpus = Corpus("c", Path(), (), ("arousal", "valence"), ("sad", "happy"))
        return label_key(label_tracks(Recording("r", "s", **facts), corpus), duration_s)

    keys = [
        key(),
        key(duration_s=2.0),
        key(emotion="sad"),
        key(gold={"valence": series(0.1, 5)}),
        key(gold={"arousal": series(0.1, 6)}),
        key(gold={"arousal": series(0.1, 5, slope=2.0)}),
        key(gold={"arousal": series(0.1, 5, start_s=1.0)}),
        key(ratings={"arousal": {"R": series(0.1, 5)}}),
    ]
    assert len(set(keys)) == len(keys) and key() == keys[0]


@pytest.mark.parametrize(
    ("duration_s", "first", "count", "said"),
    [
        (4.0, 0.0, 100, []),
        (4.9, 0.0, 100, []),
        (3.1, 0.0, 100, []),
        (6.0, 0.0, 100, ["labels end at 4.00 s but the media at 6.00 s: 50 steps of 0.04 s are not rated"]),
        (2.0, 0.0, 100, ["labels end at 4.00 s but the media at 2.00 s: 50 labels have no media"]),
        (6.0, 2.0, 100, ["labels begin at 2.00 s: 50 steps of 0.04 s before are not rated"]),
    ],
)
def test_warns_where_labels_and_media_differ_by_over_a_second(duration_s, first, count, said):
    times = first + np.arange(count) * 0.04
    labels = Track(np.ones((count, 2)), Timeline.irregular(times))
    assert coverage_warnings(labels, duration_s) == said


def test_no_warning_without_labels():
    assert coverage_warnings(gold_of(), 100.0) == []


def test_refuses_an_unknown_class():
    with pytest.raises(DataError, match="r: its class is 'sad'; expected one of none"):
        label_tracks(Recording("r", "s", emotion="sad"), CORPUS)


def test_refuses_a_dimension_that_names_no_file():
    ratings = {"../arousal": {"R": series(0.1, 5)}}
    with pytest.raises(DataError, match=r"a dimension is named '../arousal'; expected letters"):
        label_tracks(Recording("r", "s", ratings=ratings), CORPUS)


def test_refuses_times_without_values():
    with pytest.raises(DataError, match=r"r arousal: has times of shape \(3,\) and values of shape \(2,\)"):
        gold_of(arousal=Series(np.arange(3.0), np.zeros(2)))


def test_refuses_times_that_do_not_rise():
    with pytest.raises(DataError, match="r valence: its times do not rise"):
        gold_of(valence=Series(np.array([0.0, 0.1, 0.1]), np.zeros(3)))
