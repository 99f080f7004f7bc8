"""The majority vote: a literal second form, ties, abstentions, order of segments, bad input."""

from collections import Counter

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.postprocess.majority_vote import majority_vote


def literal(rows):
    """The class with most votes; of equals that with the largest mean probability."""
    counts = Counter(max(range(len(row)), key=lambda k: row[k]) for row in rows)
    most = max(counts.values())
    tied = [k for k in counts if counts[k] == most]
    return max(tied, key=lambda k: sum(row[k] for row in rows)), counts


def test_it_is_the_class_of_most_segments(rng):
    for _ in range(200):
        rows = rng.dirichlet(np.ones(4), rng.integers(1, 9))
        winner, counts = literal(rows.tolist())
        vote = majority_vote(rows)
        assert vote.winner == winner and vote.votes.tolist() == [counts[k] for k in range(4)]
        assert vote.share == counts[winner] / len(rows)
        np.testing.assert_allclose(vote.probabilities, rows.mean(axis=0))


def test_a_majority_wins_over_a_larger_mean():
    vote = majority_vote(np.array([[0.51, 0.49], [0.51, 0.49], [0.01, 0.99]]))
    assert vote.winner == 0 and not vote.tied and vote.probabilities.argmax() == 1


def test_ties_go_to_the_larger_mean_and_then_to_the_first():
    vote = majority_vote(np.array([[0.6, 0.4, 0.0], [0.1, 0.9, 0.0]]))
    assert vote.winner == 1 and vote.tied and vote.share == 0.5
    assert majority_vote(np.array([[0.9, 0.1], [0.1, 0.9]])).winner == 0


def test_the_order_of_segments_does_not_matter(rng):
    rows = rng.dirichlet(np.ones(3), 6)
    assert {majority_vote(rng.permutation(rows)).winner for _ in range(20)} == {majority_vote(rows).winner}


def test_segments_that_say_nothing_abstain():
    third = np.float32(1 / 3)
    rows = np.array([[third] * 3, [0.1, 0.2, 0.7], [np.nan, 0.5, 0.5], [third] * 3])
    vote = majority_vote(rows)
    assert vote.winner == 2 and vote.votes.tolist() == [0, 0, 1] and vote.share == 1.0
    np.testing.assert_allclose(vote.probabilities, [0.1, 0.2, 0.7])
    assert majority_vote(np.array([[0.166667] * 6])).winner is None  # as a CSV has it


@pytest.mark.parametrize("rows", [np.empty((0, 4)), np.full((3, 4), 0.25), np.full((2, 4), np.nan)])
def test_without_a_vote_there_is_no_winner(rows):
    vote = majority_vote(rows)
    assert vote.winner is None and vote.share == 0.0 and vote.probabilities.tolist() == [0.25] * 4


def test_a_single_class_always_wins():
    assert majority_vote(np.ones((2, 1))).winner == 0


@pytest.mark.parametrize("rows", [np.ones(3), np.ones((2, 0)), np.ones((1, 2, 3))])
def test_other_shapes_are_refused(rows):
    with pytest.raises(InputError, match=r"expected \(segment, class\), a class at least"):
        majority_vote(rows)


def test_the_decision_in_words():
    rows = np.array([[0.6, 0.4], [0.1, 0.9], [0.5, 0.5]])
    vote = majority_vote(rows)
    assert vote.abstentions == 1 and vote.confidence == pytest.approx(0.65)
    expected = "angry, confidence 65 %, 1 of 2 votes, tied: the mean probability decides"
    assert vote.describe(("calm", "angry")) == expected
    assert majority_vote(rows[:1]).describe(("calm", "angry")) == "calm, confidence 60 %, 1 of 1 vote"
    none = majority_vote(rows[2:])
    assert none.confidence is None and none.describe(("calm", "angry")) == "no class: no segment votes"


def test_confidence_is_that_of_the_winner_though_another_class_has_more():
    vote = majority_vote(np.array([[0.51, 0.49], [0.51, 0.49], [0.0, 1.0]]))
    assert vote.winner == 0 and vote.confidence == pytest.approx(0.34)
