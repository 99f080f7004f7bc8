"""Temperature scaling: a search over many temperatures, calibration, applying it, bad input."""

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.temperature import (
    at_temperature,
    best_temperature,
    best_temperature_of_clips,
    log_probabilities,
)


def drawn(rng, clips, truth):
    """Decisions, and classes drawn with the probabilities that decisions over `truth` give."""
    decisions = rng.standard_normal((clips, 4)) * 3
    shares = np.exp(decisions / truth)
    shares /= shares.sum(axis=1, keepdims=True)
    return decisions, np.array([rng.choice(4, p=row) for row in shares])


@pytest.mark.parametrize("truth", [0.5, 1.0, 2.5])
def test_it_finds_the_temperature_that_classes_were_drawn_with(rng, truth):
    decisions, wanted = drawn(rng, 4000, truth)
    assert best_temperature(decisions, wanted) == pytest.approx(truth, rel=0.12)


def test_decisions_of_probabilities_are_their_logarithms(rng):
    decisions, wanted = drawn(rng, 500, 2.0)
    shares = np.exp(decisions) / np.exp(decisions).sum(axis=1, keepdims=True)
    expected = best_temperature(decisions, wanted)
    assert best_temperature(log_probabilities(shares), wanted) == pytest.approx(expected, rel=1e-3)


def test_confidence_becomes_accuracy(rng):
    decisions, wanted = drawn(rng, 4000, 3.0)
    shares = at_temperature(np.exp(decisions) / np.exp(decisions).sum(axis=1, keepdims=True), 1.0)
    calm = at_temperature(shares, best_temperature(log_probabilities(shares), wanted))
    right = (shares.argmax(axis=1) == wanted).mean()
    assert shares.max(axis=1).mean() > right + 0.1
    assert calm.max(axis=1).mean() == pytest.approx(right, abs=0.03)


def test_applying_it_keeps_the_order_and_sums_to_one(rng):
    rows = rng.dirichlet(np.ones(5), (3, 2))
    for value in (0.2, 1.0, 7.0):
        made = at_temperature(rows, value)
        np.testing.assert_allclose(made.sum(axis=-1), 1)
        np.testing.assert_array_equal(made.argsort(axis=-1), rows.argsort(axis=-1))
    np.testing.assert_allclose(at_temperature(rows, 1.0), rows, atol=1e-12)
    np.testing.assert_allclose(at_temperature(np.full(5, 0.2), 0.3), 0.2)
    assert np.isfinite(at_temperature(np.array([1.0, 0.0]), 0.01)).all()


def test_clips_of_one_step_are_as_decisions(rng):
    decisions, wanted = drawn(rng, 500, 2.0)
    shares = np.exp(decisions) / np.exp(decisions).sum(axis=1, keepdims=True)
    expected = best_temperature(log_probabilities(shares), wanted)
    assert best_temperature_of_clips(shares[:, None], wanted) == pytest.approx(expected, rel=1e-3)


def test_the_temperature_of_clips_is_the_best_of_many(rng):
    clips = [rng.dirichlet(np.ones(3) * 0.3, rng.integers(1, 6)) for _ in range(80)]
    wanted = np.array([clip.mean(axis=0).argmax() if rng.random() < 0.6 else 0 for clip in clips])
    shares = (np.eye(3)[wanted] * 80 + 1 / 3) / 81  # and one clip of any class

    def surprise(temperature):
        means = [at_temperature(clip, temperature).mean(axis=0) for clip in clips]
        return -float((shares * np.log(np.maximum(means, 1e-6))).sum(axis=1).mean())

    found = best_temperature_of_clips(clips, wanted)
    assert surprise(found) <= min(surprise(value) for value in np.geomspace(0.011, 99, 400)) + 1e-6


@pytest.mark.parametrize(
    ("clips", "wanted", "match"),
    [
        ([], [], "there are 0 clips, of 0 steps at least, and 0 known classes; expected a clip"),
        ([np.ones((1, 2)) / 2, np.zeros((0, 2))], [0, 0], "2 clips, of 0 steps at least"),
        ([np.ones((1, 2)) / 2], [0, 1], "1 clips, of 1 steps at least, and 2 known classes"),
    ],
)
def test_clips_that_cannot_be_used(clips, wanted, match):
    with pytest.raises(InputError, match=match):
        best_temperature_of_clips(clips, np.array(wanted, dtype=int))


@pytest.mark.parametrize(
    ("decisions", "wanted", "match"),
    [
        (np.zeros((0, 3)), [], "shape .0, 3. for 0 known classes; expected"),
        (np.zeros((2, 3)), [0], "one clip at least and as many as known classes"),
        (np.zeros(3), [0, 1, 2], "expected .clip, class."),
        (np.array([[0.0, -np.inf]]), [0], "hold a value that is not finite"),
    ],
)
def test_decisions_that_cannot_be_used(decisions, wanted, match):
    with pytest.raises(InputError, match=match):
        best_temperature(decisions, np.array(wanted, dtype=int))


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_temperatures_that_are_none(value):
    with pytest.raises(InputError, match="expected a positive number"):
        at_temperature(np.array([0.5, 0.5]), value)
