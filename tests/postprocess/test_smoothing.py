"""Exponential smoothing: its formula, how its factor is chosen, and that it never lowers development CCC."""

import json
import math

import numpy as np
import pytest
from made_signals import ccc_literal, slow
from pydantic import ValidationError

from emotrace.config.postprocess import ChainSettings, SmoothingSettings
from emotrace.errors import CheckpointError, InputError
from emotrace.postprocess import Chain, ExponentialSmoothing, Smoothing, fit, from_dict
from emotrace.postprocess.smoothing import ALPHAS


def literal(values, alpha):
    """Equation (7) of chen2015, one value after the other."""
    smoothed = [values[0]]
    for value in values[1:]:
        smoothed.append(alpha * value + (1 - alpha) * smoothed[-1])
    return np.array(smoothed)


@pytest.fixture
def noisy(rng):
    """Gold and a noisy prediction of two recordings of two dimensions, partly not rated."""
    gold = [np.stack([slow(rng, length), slow(rng, length, 60)], axis=1) for length in (500, 400)]
    prediction = [part + rng.normal(0, (0.8, 0.0), part.shape) for part in gold]
    gold[0][:40, 0] = np.nan
    return gold, prediction


@pytest.mark.parametrize("alpha", [0.01, 0.3, 0.99])
def test_it_is_the_papers_formula_forward_backward_and_both(rng, alpha):
    values = rng.normal(size=200)
    forward = literal(values, alpha)
    backward = literal(values[::-1], alpha)[::-1]
    both = literal(forward[::-1], alpha)[::-1]
    for direction, expected in {"forward": forward, "backward": backward, "both": both}.items():
        given = ExponentialSmoothing(alpha=alpha, direction=direction).apply(values)
        np.testing.assert_allclose(given, expected, rtol=0, atol=1e-12)


def test_a_constant_and_a_single_value_stay():
    step = ExponentialSmoothing(alpha=0.1, direction="both")
    np.testing.assert_allclose(step.apply(np.full(50, 0.7)), 0.7, atol=1e-12)
    np.testing.assert_array_equal(step.apply(np.array([3.0])), [3.0])


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1])
def test_factors_outside_of_0_to_1_are_refused(alpha):
    with pytest.raises(ValidationError, match="alpha"):
        ExponentialSmoothing(alpha=alpha, direction="both")


@pytest.mark.parametrize("direction", ["both", "forward", "backward"])
def test_the_factor_is_the_best_of_the_grid_for_each_dimension_alone(noisy, direction):
    gold, prediction = noisy
    smoothing = Smoothing.fit(gold, prediction, labels=("arousal", "valence"), direction=direction)
    columns = [part[:, 0] for part in gold], [part[:, 0] for part in prediction]
    steps = [ExponentialSmoothing(alpha=alpha, direction=direction) for alpha in ALPHAS]
    scores = [ccc_literal(columns[0], [step.apply(values) for values in columns[1]]) for step in steps]
    (step,) = smoothing.dimensions[0].whole.steps
    assert (step.alpha, step.direction) == (ALPHAS[int(np.argmax(scores))], direction)
    assert smoothing.dimensions[0].whole.trials[0].ccc_with == pytest.approx(max(scores), abs=1e-9)
    assert smoothing.dimensions[1].whole.steps == ()  # right already
    assert not smoothing.dimensions[1].whole.trials[0].kept
    after = [part[:, 0] for part in smoothing.apply(prediction)]
    assert ccc_literal(columns[0], after) > ccc_literal(*columns) + 0.05
    assert smoothing.describe().endswith("; valence: nothing")


def test_it_never_lowers_development_ccc(rng):
    for _ in range(10):
        gold, prediction = [rng.normal(size=60)], [rng.normal(size=60)]
        for smoothing in (one := Smoothing.fit(gold, prediction), one.online()):
            after = ccc_literal(gold, smoothing.apply(prediction))
            assert after >= ccc_literal(gold, prediction) - 1e-12


def test_where_there_is_nothing_to_gain_it_does_nothing(rng):
    values = slow(rng, 200)
    for gold, prediction in [(values, np.zeros(200)), (np.zeros(200), values), (np.ones(200), np.ones(200))]:
        assert Smoothing.fit([gold], [prediction]).describe() == "nothing"


def test_recordings_are_smoothed_by_themselves(noisy):
    gold, prediction = noisy
    smoothing = Smoothing.fit(gold, prediction)
    together = smoothing.apply(prediction)
    for part, alone in zip(together, [smoothing.apply([one])[0] for one in prediction], strict=True):
        np.testing.assert_array_equal(part, alone)


def test_the_online_one_looks_back_only_and_streams(noisy):
    gold, prediction = noisy
    smoothing = Smoothing.fit(gold, prediction, fps=10, labels=("arousal", "valence"))
    assert smoothing.look_ahead_s == math.inf
    (step,) = smoothing.dimensions[0].whole.steps
    within = math.ceil(math.log(0.01) / math.log(1 - step.alpha)) / 10
    assert smoothing.describe_look_ahead() == (
        "arousal: the exponential smoothing to the end of the recording, 99% of the later weight within "
        f"{within:g} s"
    )
    with pytest.raises(InputError, match=r"smoothing looks ahead to the end, .* use smoothing.online\(\)"):
        smoothing.stream()
    online = smoothing.online()
    assert online.look_ahead_s == 0 and online.describe_look_ahead() == ""
    stream = online.stream()
    blocks = [stream.push(prediction[0][start : start + 7]) for start in range(0, 500, 7)]
    np.testing.assert_allclose(np.concatenate(blocks), online.apply(prediction[:1])[0], atol=1e-12)
    forward = Smoothing.fit(gold, prediction, fps=10, direction="forward")
    assert forward.online() == forward


def test_it_is_stored_and_read_back(noisy):
    smoothing = Smoothing.fit(*noisy, fps=10, labels=("a", "b"), direction="backward")
    text = json.dumps(smoothing.to_dict(), allow_nan=False)
    assert Smoothing.from_dict(json.loads(text)) == from_dict(json.loads(text)) == smoothing
    with pytest.raises(CheckpointError, match=r"run.json: its form is 9, .*fit the smoothing again"):
        Smoothing.from_dict(smoothing.to_dict() | {"format": 9}, "run.json")
    with pytest.raises(CheckpointError, match=r"kind is 'smoothing'.*expected a chain as it was stored"):
        Chain.from_dict(smoothing.to_dict())


def test_a_wrong_direction_is_refused(noisy):
    with pytest.raises(InputError, match="direction is 'up'; expected one of: both, forward, backward"):
        Smoothing.fit(*noisy, direction="up")


def test_the_registry_fits_what_settings_ask_for(noisy):
    gold, prediction = noisy
    labels = ("a", "b")
    stepwise = fit(ChainSettings(search="stepwise"), gold, prediction, 10, labels)
    assert stepwise == Chain.fit(gold, prediction, 10, labels, "stepwise")
    smoothing = fit(SmoothingSettings(direction="forward"), gold, prediction, 10, labels)
    assert smoothing == Smoothing.fit(gold, prediction, 10, labels, "forward")


@pytest.mark.parametrize("values", [{"kind": "median"}, {}, [], None, {"kind": ["chain"]}])
def test_other_kinds_are_refused(values):
    with pytest.raises(CheckpointError, match=r"x.json: its kind is .*; expected one of: chain, smoothing"):
        from_dict(values, "x.json")
