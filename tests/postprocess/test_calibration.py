"""The temperature of classes: found on clips, votes left as they are, streamed, stored, and bad input."""

import numpy as np
import pytest

from emotrace.config.postprocess import CalibrationSettings
from emotrace.errors import CheckpointError, InputError
from emotrace.metrics import calibration_error
from emotrace.postprocess import Calibration, fit, from_dict
from emotrace.postprocess.majority_vote import majority_vote

CLASSES = ("angry", "calm", "happy", "sad")


def clips(rng, count, truth, steps=1):
    """Gold and probabilities of clips of some steps, sharper than they should be by the factor `truth`."""
    gold, said = [], []
    for _ in range(count):
        logits = np.repeat(rng.standard_normal((1, 4)) * 2, steps, axis=0)
        shares = np.exp(logits[0] / truth) / np.exp(logits[0] / truth).sum()
        gold.append(np.tile(np.eye(4)[rng.choice(4, p=shares)], (steps, 1)))
        said.append(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    return gold, said


@pytest.mark.parametrize("truth", [0.6, 1.0, 3.0])
def test_it_finds_the_temperature_that_classes_were_drawn_with(rng, truth):
    gold, said = clips(rng, 3000, truth, steps=3)
    found = Calibration.fit(gold, said, 5.0, CLASSES)
    assert found.temperature == pytest.approx(truth, rel=0.12)
    assert (found.labels, found.clips, found.fps) == (CLASSES, 3000, 5.0)


def test_clips_that_are_all_right_make_nothing_surer(rng):
    _, said = clips(rng, 40, 1.0)
    right = [np.eye(4)[one.argmax(axis=1)] for one in said]
    found = Calibration.fit(right, said, 1.0, CLASSES)
    assert (found.temperature, found.wrong, found.clips) == (1.0, 0, 40)
    assert found.describe_doubt().startswith("none of 40 development clips is wrong")
    np.testing.assert_allclose(found.apply(said)[0], said[0])
    one_wrong = [np.roll(right[0], 1), *right[1:]]
    other = Calibration.fit(one_wrong, said, 1.0, CLASSES)
    assert (other.wrong, other.describe_doubt()) == (1, "") and other.temperature != 1.0


def test_clips_that_are_all_right_may_still_make_less_sure(rng):
    sure = [np.array([[0.9999, 0.0001]])] * 5
    found = Calibration.fit([np.array([[1.0, 0.0]])] * 5, sure, 1.0, ("calm", "angry"))
    assert found.temperature > 1 and found.wrong == 0


def error(gold, said):
    votes = [majority_vote(one) for one in said]
    right = [vote.winner == one[0].argmax() for vote, one in zip(votes, gold, strict=True)]
    return calibration_error(right, [vote.confidence for vote in votes])


def test_confidence_of_other_clips_becomes_their_accuracy_and_no_vote_changes(rng):
    gold, said = clips(rng, 1500, 4.0, steps=2)
    others, unseen = clips(rng, 1500, 4.0, steps=2)
    given = Calibration.fit(gold, said, 1.0, CLASSES).apply(unseen)
    assert error(others, unseen) > 0.2 and error(others, given) < 0.04
    for before, after in zip(unseen, given, strict=True):
        assert majority_vote(before).votes.tolist() == majority_vote(after).votes.tolist()


def test_segments_that_say_nothing_go_on_saying_nothing(rng):
    gold, said = clips(rng, 200, 2.0)
    alone = Calibration.fit(gold, said, 1.0, CLASSES)
    silent = [np.concatenate([np.full((3, 4), 0.25), one]) for one in said]
    golds = [np.repeat(one, 4, axis=0) for one in gold]
    found = Calibration.fit(golds, silent, 1.0, CLASSES)
    assert found.temperature == pytest.approx(alone.temperature)
    assert majority_vote(found.apply(silent)[0]).abstentions == 3


def test_clips_that_tell_nothing_are_left_out(rng):
    gold, said = clips(rng, 100, 2.0)
    unknown, nothing = np.full((1, 4), np.nan), np.full((1, 4), 0.25)
    found = Calibration.fit([*gold, unknown, gold[0]], [*said, said[0], nothing], 1.0, CLASSES)
    assert found == Calibration.fit(gold, said, 1.0, CLASSES)
    with pytest.raises(InputError, match="none of 2 clips has both a known class and a segment that says"):
        Calibration.fit([unknown, gold[0]], [said[0], nothing], 1.0, CLASSES)


def test_it_never_looks_ahead(rng):
    gold, said = clips(rng, 50, 2.0, steps=6)
    calibration = fit(CalibrationSettings(), gold, said, 2.0, CLASSES)
    assert type(calibration) is Calibration and calibration.look_ahead_s == 0
    assert calibration.describe_look_ahead() == ""
    stream = calibration.online().stream()
    blocks = [stream.push(said[0][first : first + 2]) for first in (0, 2, 4)]
    np.testing.assert_array_equal(np.concatenate(blocks), calibration.apply([said[0]])[0])


def test_it_is_stored_and_read_back(rng):
    calibration = Calibration.fit(*clips(rng, 50, 2.0), 2.0, CLASSES)
    assert from_dict(calibration.to_dict()) == calibration


@pytest.mark.parametrize(
    ("temperature", "words"),
    [(2.5, "temperature 2.5: less sure than the model"), (0.5, "temperature 0.5: surer than the model"),
     (1.001, "temperature 1: as sure as the model")],
)  # fmt: skip
def test_it_says_what_it_does(temperature, words):
    calibration = Calibration(labels=CLASSES, temperature=temperature, clips=1, fps=1.0)
    assert calibration.describe() == f"{words}, by 1 development clip"


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda v: [v], "calibration: holds a list; expected the values of a calibration, fit it again"),
        (lambda v: v | {"format": 9}, "its form is 9, written by emotrace .*expected 1, fit the calibration"),
        (lambda v: v | {"temperature": "hot"}, "temperature is 'hot': .*expected a calibration as it was"),
        (lambda v: v | {"temperature": 0.0}, "temperature 0 of 4 classes is none that is fitted; expected"),
        (lambda v: v | {"labels": []}, "temperature .* of 0 classes is none that is fitted"),
    ],
)
def test_a_damaged_form_is_told(rng, change, match):
    values = Calibration.fit(*clips(rng, 20, 2.0), 2.0, CLASSES).to_dict()
    with pytest.raises(CheckpointError, match=match):
        Calibration.from_dict(change(values))


def test_predictions_of_other_classes_are_refused(rng):
    gold, said = clips(rng, 20, 2.0)
    with pytest.raises(InputError, match=r"shape \(1, 4\); expected \(time, 2\), the probability of each of"):
        Calibration.fit(gold, said, 1.0, ("angry", "calm"))
    calibration = Calibration.fit(gold, said, 1.0, CLASSES)
    with pytest.raises(InputError, match=r"prediction has shape \(5,\); expected \(time, 4\)"):
        calibration.apply([np.zeros(5)])
    with pytest.raises(InputError, match="prediction of recording 0"):
        calibration.apply([np.full((2, 4), np.nan)])
