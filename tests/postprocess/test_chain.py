"""What a chain takes and refuses, keeps to itself, and how it is stored."""

import json
from itertools import pairwise

import numpy as np
import pytest
from made_signals import late, slow, spiky

import emotrace
from emotrace.errors import CheckpointError, InputError
from emotrace.metrics import ccc
from emotrace.postprocess import Chain, MedianFilter, Shift


@pytest.fixture(scope="module")
def development():
    """Gold and prediction of three recordings of two dimensions, of unequal lengths, partly not rated."""
    rng, gold, prediction = np.random.default_rng(3), [], []
    for length in (900, 700, 800):
        signals = [slow(rng, length), slow(rng, length, 90)]
        gold.append(np.stack([late(signals[0], 30), signals[1]], axis=1))
        prediction.append(np.stack([0.4 * spiky(rng, signals[0]) + 0.6, signals[1]], axis=1))
    gold[0][:50, 0] = np.nan
    for part in gold + prediction:
        part.setflags(write=False)
    return gold, prediction


@pytest.fixture(scope="module")
def chain(development):
    return Chain.fit(*development, fps=25, labels=("arousal", "valence"))


def column(recordings, index):
    return [recording[:, index] for recording in recordings]


def test_each_dimension_has_the_chain_it_has_alone(development, chain):
    gold, prediction = development
    for index in (0, 1):
        alone = Chain.fit(column(gold, index), column(prediction, index), fps=25)
        assert alone.dimensions[0].whole == chain.dimensions[index].whole
        assert alone.dimensions[0].online == chain.dimensions[index].online
        for given, expected in zip(
            chain.apply(prediction), alone.apply(column(prediction, index)), strict=True
        ):
            assert np.array_equal(given[:, index], expected)


def test_a_dimension_that_is_right_already_is_left_alone(development, chain):
    _, prediction = development
    assert chain.dimensions[1].whole.steps == () and chain.dimensions[0].whole.steps
    for given, before in zip(chain.apply(prediction), prediction, strict=True):
        assert np.array_equal(given[:, 1], before[:, 1])


def test_recordings_are_independent_of_each_other(development, chain):
    _, prediction = development
    together = chain.apply(prediction)
    backwards = chain.apply(prediction[::-1])[::-1]
    for index, recording in enumerate(prediction):
        assert np.array_equal(together[index], chain.apply([recording])[0])
        assert np.array_equal(together[index], backwards[index])


def test_applying_changes_neither_the_chain_nor_what_it_is_given(development, chain):
    _, prediction = development
    kept, stored = [part.copy() for part in prediction], json.dumps(chain.to_dict())
    first = chain.apply(prediction)
    first[0][:] = 99.0
    second = chain.apply(prediction)
    assert json.dumps(chain.to_dict()) == stored
    assert all(np.array_equal(part, before) for part, before in zip(prediction, kept, strict=True))
    assert not np.array_equal(first[0], second[0])


def test_fitting_changes_nothing_it_is_given_and_is_the_same_again(development, chain):
    gold, prediction = development
    kept = [part.copy() for part in gold + prediction]
    again = Chain.fit(gold, prediction, fps=25, labels=["arousal", "valence"])
    assert again == chain
    assert all(
        np.array_equal(part, before, equal_nan=True)
        for part, before in zip(gold + prediction, kept, strict=True)
    )


def test_lists_and_float32_are_taken_and_float64_comes_back(development):
    gold, prediction = column(development[0], 1), column(development[1], 1)
    narrow = [part.astype(np.float32) for part in prediction]
    chain = Chain.fit([part.tolist() for part in gold], narrow)
    assert [part.dtype for part in chain.apply(narrow)] == [np.float64] * 3


def test_one_column_stays_one_column(development):
    gold, prediction = ([part[:, :1] for part in side] for side in development)
    chain = Chain.fit(gold, prediction)
    assert [part.shape for part in chain.apply(prediction)] == [(900, 1), (700, 1), (800, 1)]


def test_look_ahead_is_half_of_the_widest_median(chain):
    median = chain.dimensions[0].whole.steps[0]
    assert isinstance(median, MedianFilter) and median.looks == "around"
    assert chain.look_ahead_s == (median.frames // 2) / 25 > 0
    assert chain.online().look_ahead_s == 0


def test_online_does_not_depend_on_the_future(development, chain, rng):
    _, prediction = development
    for one, ahead in ((chain, round(chain.look_ahead_s * 25)), (chain.online(), 0)):
        changed = prediction[0].copy()
        changed[400:] += rng.normal(size=(500, 2))
        before, after = one.apply([prediction[0]])[0], one.apply([changed])[0]
        assert np.array_equal(before[: 400 - ahead], after[: 400 - ahead])
        assert not np.array_equal(before, after)


def test_online_of_online_is_itself(chain):
    online = chain.online()
    assert online.online() == online != chain
    assert [dimension.whole for dimension in online.dimensions] == [
        dimension.online for dimension in chain.dimensions
    ]


def test_description_names_labels_and_steps(chain):
    words = chain.describe()
    assert words.startswith("arousal: median of ") and words.endswith("; valence: nothing")


def test_every_trial_is_on_record(development, chain):
    gold, prediction = column(development[0], 0), development[1]
    for one in (chain, chain.online()):
        tuned = one.dimensions[0].whole
        assert [trial.name for trial in tuned.trials] == ["median_filter", "centring", "scaling", "shift"]
        assert tuple(trial.step for trial in tuned.trials if trial.kept) == tuned.steps
        after = ccc(np.concatenate(gold), np.concatenate(column(one.apply(prediction), 0)))
        for trial in tuned.trials:
            assert trial.kept == (trial.ccc_with > trial.ccc_without)
            assert max(trial.ccc_with, trial.ccc_without) == pytest.approx(after, abs=1e-9)


def test_every_step_of_a_stepwise_search_is_on_record(development):
    gold, prediction = (column(side, 0) for side in development)
    chain = Chain.fit(gold, prediction, search="stepwise")
    for tuned in (chain.dimensions[0].whole, chain.dimensions[0].online):
        assert [trial.name for trial in tuned.trials] == ["median_filter", "centring", "scaling", "shift"]
        assert tuple(trial.step for trial in tuned.trials if trial.kept) == tuned.steps
        assert tuned.trials[0].ccc_without == ccc(np.concatenate(gold), np.concatenate(prediction))
        for trial, following in pairwise(tuned.trials):
            assert following.ccc_without == (trial.ccc_with if trial.kept else trial.ccc_without)


def test_stored_as_json_and_read_back_it_is_equal(development, chain):
    text = json.dumps(chain.to_dict(), allow_nan=False)
    back = Chain.from_dict(json.loads(text))
    assert back == chain and back.online() == chain.online()
    for given, expected in zip(back.apply(development[1]), chain.apply(development[1]), strict=True):
        assert np.array_equal(given, expected)
    assert chain.to_dict()["format"] == 1 and chain.to_dict()["emotrace"] == emotrace.__version__


def test_a_chain_of_a_constant_is_stored_too():
    chain = Chain.fit([[1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0]])
    assert chain.dimensions[0].whole.trials[0].ccc_without is None
    assert Chain.from_dict(json.loads(json.dumps(chain.to_dict(), allow_nan=False))) == chain


def broken(chain, **changes):
    return {**chain.to_dict(), **changes}


def holding(chain, **step):
    return broken(chain, dimensions=[{"label": None, "online": {}, "whole": {"steps": [step]}}])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda chain: [1, 2], "run.json: holds a list; expected the values of a chain"),
        (lambda chain: broken(chain, format=2), "run.json: its form is 2, written by emotrace 0"),
        (lambda chain: {}, "its form is None, written by emotrace of unknown version; expected 1"),
        (lambda chain: broken(chain, speed=3), "run.json: unknown key 'speed', expected one of: columns"),
        (lambda chain: broken(chain, fps="quick"), "fps is 'quick'.*fit it again"),
        (lambda chain: broken(chain, fps=0.0), "2 dimensions, columns True and fps 0 do not go together"),
        (
            lambda chain: broken(chain, dimensions=[]),
            "0 dimensions, columns True and fps 25 do not go together",
        ),
        (lambda chain: broken(chain, columns=False), "2 dimensions, columns False and fps 25 do not go"),
        (lambda chain: holding(chain, step="fourier"), "fourier.*expected a chain as it was stored"),
        (lambda chain: holding(chain, step="median_filter", frames=4, looks="back"), "odd number of frames"),
    ],
)
def test_what_no_chain_stored_is_refused(chain, change, message):
    with pytest.raises(CheckpointError, match=message):
        Chain.from_dict(change(chain), "run.json")


def test_a_chain_cannot_be_changed(chain):
    with pytest.raises(ValueError, match="frozen"):
        chain.fps = 10.0


GOOD = [np.zeros(5), np.ones(4)]


@pytest.mark.parametrize(
    ("gold", "prediction", "message"),
    [
        (np.zeros(5), GOOD, r"gold is one ndarray of shape \(5,\); expected a list of one array for each"),
        (GOOD, np.zeros((2, 5)), r"prediction is one ndarray of shape \(2, 5\); .* list\(arrays\)"),
        (GOOD, 3.0, "prediction is one float; expected a list"),
        ([], [], "gold holds no recording"),
        (GOOD, [np.zeros(5), ["a", "b"]], "prediction of recording 1 is not an array of numbers"),
        (GOOD, [0.0, 1.0], r"prediction of recording 0 has shape \(\); expected \(time,\) or"),
        (GOOD, [np.zeros(5), np.zeros(0)], r"prediction of recording 1 has shape \(0,\)"),
        (GOOD, [np.zeros((5, 2, 2)), np.zeros(4)], r"prediction of recording 0 has shape \(5, 2, 2\)"),
        (
            GOOD,
            [np.zeros(5), np.zeros((4, 2))],
            r"recording 1 has shape \(4, 2\) and that of recording 0 \(5,\)",
        ),
        (GOOD, [np.zeros(5), [0, 1, np.inf, 2]], "prediction of recording 1 holds 1 infinite values"),
        (GOOD, [np.zeros(5), [0, np.nan, np.nan, 2]], "prediction of recording 1 holds 2 NaN among 4 values"),
        (GOOD, GOOD[:1], "gold has 2 recordings and prediction 1"),
        (GOOD, GOOD[::-1], r"recording 0 has gold of shape \(5,\) and prediction of shape \(4,\)"),
        (
            GOOD,
            [np.zeros((5, 1)), np.zeros((4, 1))],
            r"gold of shape \(5,\) and prediction of shape \(5, 1\)",
        ),
        ([[np.nan] * 5, [np.nan, 1, np.nan, np.nan]], GOOD, "gold of dimension 0 has 1 rated steps in 2 rec"),
    ],
)
def test_what_cannot_be_tuned_on_is_refused(gold, prediction, message):
    with pytest.raises(InputError, match=message):
        Chain.fit(gold, prediction)


def test_a_dimension_without_gold_is_named(development):
    gold, prediction = development
    unrated = [part * [1.0, np.nan] for part in gold]
    with pytest.raises(InputError, match="gold of valence has 0 rated steps in 3 recordings"):
        Chain.fit(unrated, prediction, labels=["arousal", "valence"])


@pytest.mark.parametrize("fps", [0, -25, float("nan"), float("inf"), "25", None])
def test_a_rate_that_is_none_is_refused(fps):
    with pytest.raises(InputError, match=r"fps is .*expected a positive number of steps per second"):
        Chain.fit(GOOD, GOOD, fps=fps)


def test_a_search_that_is_none_is_refused():
    with pytest.raises(InputError, match="search is 'greedy'; expected one of: joint, stepwise"):
        Chain.fit(GOOD, GOOD, search="greedy")


@pytest.mark.parametrize("labels", ["arousal", ["arousal", "valence"], []])
def test_labels_that_do_not_match_are_refused(labels):
    with pytest.raises(InputError, match=r"labels are .*expected a list of 1"):
        Chain.fit(GOOD, GOOD, labels=labels)


@pytest.mark.parametrize(
    ("prediction", "message"),
    [
        ([np.zeros(5)], r"prediction has shape \(5,\); expected \(time, 2\), as the chain was tuned on"),
        ([np.zeros((5, 3))], r"prediction has shape \(5, 3\); expected \(time, 2\)"),
        ([np.full((5, 2), np.nan)], "prediction of recording 0 holds 10 NaN among 10 values"),
        (np.zeros((5, 2)), "prediction is one ndarray"),
    ],
)
def test_what_the_chain_is_not_for_is_refused(chain, prediction, message):
    with pytest.raises(InputError, match=message):
        chain.apply(prediction)


def test_columns_are_refused_by_a_chain_of_rows():
    chain = Chain.fit(GOOD, GOOD)
    with pytest.raises(InputError, match=r"shape \(5, 1\); expected \(time,\)"):
        chain.apply([np.zeros((5, 1))])


def test_a_recording_may_be_shorter_than_window_and_shift(chain):
    steps = chain.dimensions[0].whole.steps
    assert any(isinstance(step, Shift) for step in steps)
    for length in (1, 2, 5):
        (given,) = chain.apply([np.zeros((length, 2))])
        assert given.shape == (length, 2) and np.isfinite(given).all()
