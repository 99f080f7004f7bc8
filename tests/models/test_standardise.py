"""Z-scores of features: literal moments over any cutting, missing and constant values, padding."""

import numpy as np
import pytest
import torch

from emotrace.errors import InputError
from emotrace.models.layers.standardise import Standardise

NAN = float("nan")


def literal(rows):
    """Mean and standard deviation (1/n) of every column over what is known, float64."""
    columns = rows.double().numpy().T
    known = [column[~np.isnan(column)] for column in columns]
    return [np.mean(one) for one in known], [np.std(one) for one in known]


@pytest.mark.parametrize("sizes", [[3000], [1, 2999], [7] * 428 + [4], [0, 1500, 1500]])
def test_moments_are_those_of_all_rows_however_they_come(sizes):
    torch.manual_seed(1)
    rows = torch.randn(3000, 4) * torch.tensor([1e5, 1.0, 1e-3, 0.2]) + torch.tensor([1e6, 0.0, 5.0, -3.0])
    rows[torch.rand(3000, 4) < 0.3] = NAN
    layer = Standardise(4)
    layer.fit(iter(rows.split(sizes)))
    mean, std = literal(rows)
    np.testing.assert_allclose(layer.mean, mean, rtol=1e-7, atol=1e-9)  # rounded to float32 once
    np.testing.assert_allclose(layer.std, std, rtol=1e-7)


def test_scores_by_hand():
    layer = Standardise(3)
    layer.fit([torch.tensor([[1.0, NAN, 7.0], [3.0, 2.0, 7.0]]), torch.tensor([[5.0, 4.0, 7.0]])])
    assert layer.mean.tolist() == [3.0, 3.0, 7.0]
    assert layer.std.tolist() == [pytest.approx((8 / 3) ** 0.5), 1.0, 0.0]
    given = torch.tensor([[[3.0, 5.0, 99.0], [NAN, NAN, NAN], [0.0, 0.0, 0.0]]])  # (batch, time, column)
    observed = torch.tensor([[True, True, False]])
    assert layer(given, observed).tolist() == [[[0, 2, 0], [0, 0, 0], [0, 0, 0]]]
    assert layer(given)[0, 2].tolist() == [pytest.approx(-3 / (8 / 3) ** 0.5), -3.0, 0.0]


def test_a_constant_column_stays_zero_although_its_mean_is_rounded():
    layer = Standardise(2)
    layer.fit(torch.tensor([[0.1, 1e6 + 0.06]]).repeat(5000, 1))
    assert layer.std.tolist() == [0.0, 0.0]
    assert layer(torch.tensor([[9.0, 2e6]])).tolist() == [[0.0, 0.0]]


def test_before_fit_only_nan_changes_and_nothing_observed_gives_zeros():
    layer = Standardise(2)
    assert layer(torch.tensor([[2.0, NAN]])).tolist() == [[2.0, 0.0]]
    layer.fit([])
    assert layer.mean.tolist() == layer.std.tolist() == [0.0, 0.0]


def test_moments_are_saved_and_not_trained():
    layer = Standardise(2)
    layer.fit(torch.tensor([[1.0, 2.0], [3.0, 2.0]]))
    assert list(layer.parameters()) == []
    again = Standardise(2)
    again.load_state_dict(layer.state_dict())
    assert again(torch.tensor([[3.0, 5.0]])).tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize("shape", [(5, 3), (5,), (1, 5, 2)])
def test_rows_of_another_width_are_refused(shape):
    said = str(shape).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(InputError, match=rf"rows to standardise have shape {said}; expected \(row, 2\)"):
        Standardise(2).fit([torch.zeros(shape)])
