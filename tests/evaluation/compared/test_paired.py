"""Exchanges over subjects, p-values, Holm's correction."""

import numpy as np
import pytest

from emotrace.errors import InputError
from emotrace.evaluation.compared.paired import DRAWS, exchanges, holm, least_p, p_value


def test_few_subjects_are_exchanged_in_every_way():
    trials = exchanges(5)
    assert trials.shape == (32, 5)
    assert len({tuple(row) for row in trials.tolist()}) == 32
    assert not trials[0].any()


def test_many_subjects_are_exchanged_at_random_and_the_observed_is_among_them():
    trials = exchanges(40)
    assert trials.shape == (DRAWS + 1, 40)
    assert not trials[0].any()
    assert trials[1:].mean() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(trials, exchanges(40))
    assert (trials != exchanges(40, seed=1)).any()


@pytest.mark.parametrize(("subjects", "draws"), [(0, 9), (3, 0)])
def test_nothing_to_exchange_is_refused(subjects, draws):
    with pytest.raises(InputError, match=f"there are {subjects} subjects and {draws} draws; expected"):
        exchanges(subjects, draws)


def test_p_is_the_share_that_differ_as_much():
    assert p_value(np.array([0.4, -0.5, 0.4, 0.1])) == 0.75
    assert p_value(np.array([0.4, np.nan, 0.1, 0.0])) == pytest.approx(1 / 3)
    assert np.isnan(p_value(np.array([np.nan, 1.0])))


def test_no_exchange_gives_less_than_the_least_p():
    differences = exchanges(6) @ np.full(6, -2.0) + 6.0  # every subject is better by 1
    assert p_value(differences) == least_p(6)
    assert least_p(100) == 1 / (DRAWS + 1)


def test_holm_is_as_its_paper_says():
    p = [0.01, 0.2, 0.02, 0.04]
    ordered = sorted(p)
    literal = {value: max(min(1.0, (4 - i) * ordered[i]) for i in range(rank + 1))
               for rank, value in enumerate(ordered)}  # fmt: skip
    assert holm(p) == pytest.approx([literal[value] for value in p])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_undefined_p_stays_and_does_not_count():
    corrected = holm([0.03, float("nan"), 0.04])
    assert corrected[0] == pytest.approx(0.06) and corrected[2] == pytest.approx(0.06)
    assert np.isnan(corrected[1])
