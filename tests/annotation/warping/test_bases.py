"""The monotone bases of warps."""

import numpy as np
import pytest

from emotrace.annotation.warping.bases import monotone_bases
from emotrace.errors import InputError


@pytest.mark.parametrize("counts", [(5, 5), (1, 0), (3, 1), (1, 4), (9, 9)])
@pytest.mark.parametrize("length", [2, 3, 600])
def test_each_rises_from_0_to_1_and_the_first_is_time(length, counts):
    bases = monotone_bases(length, *counts)
    assert bases.shape == (length, sum(counts))
    assert np.allclose(bases[0], 0.0) and np.allclose(bases[-1], 1.0)
    assert (np.diff(bases, axis=0) >= 0.0).all()
    assert np.allclose(bases[:, 0], np.linspace(0.0, 1.0, length))


def test_formulas():
    t = np.linspace(0.0, 1.0, 11)
    bases = monotone_bases(11, 3, 2)
    assert np.allclose(bases[:, 1], t**0.31622776601683794)
    assert np.allclose(bases[:, 2], t**3.1622776601683795)
    for column, centre in ((3, -1.0), (4, 1.0)):
        raw = np.tanh(np.linspace(-3, 3, 11) - centre)
        assert np.allclose(bases[:, column], (raw - raw[0]) / (raw[-1] - raw[0]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 5, 5), "length is 1; a warp needs at least 2 samples"),
        ((9, 4, 5), "polynomials is 4; expected an odd number"),
        ((9, -1, 5), "polynomials is -1; expected an odd number"),
        ((9, 5, -1), "tangents is -1; expected 0 or more"),
    ],
)
def test_counts_are_checked(arguments, message):
    with pytest.raises(InputError, match=message):
        monotone_bases(*arguments)
