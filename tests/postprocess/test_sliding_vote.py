"""The class around each segment: a literal second form, abstentions, ties, the window, bad input."""

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.postprocess.sliding_vote import UNDECIDED, sliding_vote


@pytest.mark.parametrize(("step_s", "reach"), [(0.3, 5), (1.0, 1), (1.5, 1), (5.0, 0), (0.04, 37)])
def test_it_is_the_majority_vote_of_the_segments_around(rng, step_s, reach):
    rows = rng.dirichlet(np.ones(3), 60).round(2)
    rows /= rows.sum(axis=1, keepdims=True)
    rows[20:28] = 1 / 3
    rows[40] = np.nan
    found = sliding_vote(rows, step_s)
    assert found.shape == (60,)
    for i in range(60):
        silent = 20 <= i < 28 or i == 40
        vote = majority_vote(rows[max(0, i - reach) : i + reach + 1])
        assert found[i] == (UNDECIDED if silent else vote.winner)


def test_a_tie_goes_to_the_larger_mean():
    assert sliding_vote(np.array([[0.6, 0.4], [0.1, 0.9]]), 1.0).tolist() == [1, 1]
    assert sliding_vote(np.array([[0.9, 0.1], [0.4, 0.6]]), 1.0).tolist() == [0, 0]


def test_an_hour_is_quick(rng):
    assert sliding_vote(rng.dirichlet(np.ones(8), 90_000), 0.04).shape == (90_000,)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"step_s is 0 and window_s is 3.0; expected positive seconds"):
        sliding_vote(np.ones((2, 2)) / 2, 0)
    with pytest.raises(InputError, match="step_s is 1 and window_s is nan"):
        sliding_vote(np.ones((2, 2)) / 2, 1, np.nan)
    with pytest.raises(InputError, match=r"probabilities have shape \(4,\); expected \(segment, class\)"):
        sliding_vote(np.ones(4), 1.0)
