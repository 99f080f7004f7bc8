"""Each step against a literal second implementation, by hand, and value by value."""

import numpy as np
import pytest
from pydantic import ValidationError

from emotrace.postprocess import Centring, MedianFilter, Scaling, Shift

STEPS = [
    MedianFilter(frames=5, looks="around"),
    MedianFilter(frames=5, looks="back"),
    Centring(offset=-0.25),
    Scaling(gain=3.0, about=0.5),
    Shift(frames=4),
]


def name_of(step):
    return f"{step.step}-{getattr(step, 'looks', '')}"


def literal(step, values):
    given = []
    for t, value in enumerate(values):
        if step.step == "median_filter":
            reach = (2, 2) if step.looks == "around" else (4, 0)
            window = sorted(values[max(0, t - reach[0]) : t + reach[1] + 1])
            low, high = window[(len(window) - 1) // 2], window[len(window) // 2]
            given.append((low + high) / 2)
        elif step.step == "centring":
            given.append(value - 0.25)
        elif step.step == "scaling":
            given.append((value - 0.5) * 3 + 0.5)
        else:
            given.append(values[0] if t < 4 else values[t - 4])
    return given


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6, 40])
@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_step_is_its_literal_form(step, length, rng):
    values = rng.normal(size=length)
    kept = values.copy()
    given = step.apply(values)
    assert given == pytest.approx(literal(step, values.tolist()), abs=1e-12)
    assert given is not values and np.array_equal(values, kept)


@pytest.mark.parametrize("step", [step for step in STEPS if step.look_ahead_frames == 0], ids=name_of)
def test_value_by_value_gives_the_same_to_the_bit(step, rng):
    values = rng.normal(size=40)
    push = step.stream()
    assert np.array_equal([push(value) for value in values.tolist()], step.apply(values))


@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_nothing_after_the_look_ahead_matters(step, rng):
    values = rng.normal(size=40)
    changed = values.copy()
    changed[20:] = rng.normal(size=20)
    same = step.apply(values) == step.apply(changed)
    assert same[: 20 - step.look_ahead_frames].all()
    assert not same[20:30].all()


def test_only_a_median_around_each_step_looks_ahead():
    assert [step.look_ahead_frames for step in STEPS] == [2, 0, 0, 0, 0]


def test_shift_moves_forward_in_time():
    # what the model says at step 1 is held against what raters say, late, at step 3
    assert Shift(frames=2).apply(np.array([0.0, 7.0, 0.0, 0.0, 0.0])).tolist() == [0, 0, 0, 7, 0]


def test_shift_longer_than_the_recording_repeats_its_first_value():
    assert Shift(frames=9).apply(np.array([5.0, 1.0, 2.0])).tolist() == [5, 5, 5]


def test_scaling_keeps_the_value_it_scales_about():
    values = np.array([0.2, 0.4, 0.6])
    given = Scaling(gain=2.5, about=values.mean()).apply(values)
    assert given.mean() == pytest.approx(values.mean(), abs=1e-12)
    assert given.std() == pytest.approx(2.5 * values.std(), abs=1e-12)


def test_steps_say_what_they_do():
    assert [step.describe(25) for step in STEPS] == [
        "median of 0.2 s around each step",
        "median of the last 0.2 s",
        "centring by -0.25",
        "scaling by 3 about 0.5",
        "shift 0.16 s later",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: MedianFilter(frames=4, looks="around"),
            "odd number of frames, so that the window has a middle",
        ),
        (lambda: MedianFilter(frames=1, looks="around"), "greater than or equal to 3"),
        (lambda: MedianFilter(frames=5, looks="ahead"), "'around' or 'back'"),
        (lambda: Centring(offset=float("nan")), "finite number"),
        (lambda: Scaling(gain=0.0, about=0.0), "greater than 0"),
        (lambda: Scaling(gain=float("inf"), about=0.0), "finite number"),
        (lambda: Shift(frames=0), "greater than or equal to 1"),
        (lambda: Shift(frames=1, seconds=2), "Extra inputs are not permitted"),
    ],
)
def test_values_that_no_step_has_are_refused(make, message):
    with pytest.raises(ValidationError, match=message):
        make()


def test_a_step_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        STEPS[2].offset = 1.0
