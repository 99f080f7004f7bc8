"""The times at which every rater rated."""

import numpy as np
import pytest

from emotrace.annotation.complete import complete_ratings, spread_over
from emotrace.errors import InputError


def test_there_and_back():
    ratings = np.array([[1.0, np.nan, 3.0, 4.0], [5.0, 6.0, 7.0, np.nan]])
    complete, at = complete_ratings(ratings, 2, 2)
    assert complete.tolist() == [[1.0, 3.0], [5.0, 7.0]]
    assert np.array_equal(spread_over(complete[0], at), [1.0, np.nan, 3.0, np.nan], equal_nan=True)


def test_too_few_times_are_refused():
    with pytest.raises(
        InputError, match="ratings has 1 times at which all 2 raters rated; expected at least 2"
    ):
        complete_ratings([[0.0, np.nan, 1.0], [0.0, 0.0, np.nan]], 2, 2)


def test_too_few_raters_are_refused():
    with pytest.raises(InputError, match="ratings holds values of 1 raters; expected at least 2"):
        complete_ratings([[0.0, 1.0]], 2, 2)
