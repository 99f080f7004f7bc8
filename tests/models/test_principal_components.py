"""Principal components against scikit-learn's, over any cutting, of few rows, of wide and endless ones."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from emotrace.errors import InputError
from emotrace.models.layers.principal_components import PrincipalComponents

NAN = float("nan")


def spread(rng, rows, columns):
    """Rows that vary in many directions, less and less, about a middle that is not 0."""
    turned = np.linalg.qr(rng.normal(size=(columns, columns)))[0]
    values = rng.normal(size=(rows, columns)) * np.geomspace(5, 0.05, columns) @ turned + 7
    return torch.from_numpy(values.astype(np.float32))


@pytest.mark.parametrize(
    ("rows", "columns", "components", "rank"),
    [(300, 40, 10, None), (50, 200, 12, None), (40, 40, 40, None), (700, 520, 30, None), (80, 120, 5, 40)],
)
def test_components_are_those_of_scikit_learn(rng, rows, columns, components, rank):
    """Exact where no more directions than kept were possible: few columns, or two blocks of rows."""
    values = spread(rng, rows, columns)
    expected = PCA(components, svd_solver="full").fit(values.double().numpy())
    layer = PrincipalComponents(columns, components, rank)
    layer.fit(values)
    last = components - (
        components == min(rows, columns)
    )  # of as many as rows, the last is 0 but for rounding
    np.testing.assert_allclose(layer.mean, expected.mean_, atol=1e-6)
    np.testing.assert_allclose(layer.directions[:last], expected.components_[:last], atol=1e-5)
    np.testing.assert_allclose(
        layer.variance, expected.explained_variance_ * (rows - 1) / rows, rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(layer.share, expected.explained_variance_ratio_, atol=1e-6)
    scores = layer.double()(values.double())
    np.testing.assert_allclose(scores[:, :last], expected.transform(values.double())[:, :last], atol=1e-3)


@pytest.mark.parametrize("sizes", [[900], [1, 899], [7] * 128 + [4], [0, 450, 450]])
def test_cutting_rows_into_pieces_changes_nothing(rng, sizes):
    values = spread(rng, 900, 60)
    whole, pieces = PrincipalComponents(60, 8, 20), PrincipalComponents(60, 8, 20)
    whole.fit(values)
    pieces.fit(iter(values.split(sizes)))
    assert torch.equal(whole.directions, pieces.directions)
    assert torch.equal(whole.mean, pieces.mean)
    assert torch.equal(whole.share, pieces.share)


def test_many_blocks_keep_what_matters(rng):
    values = spread(rng, 3000, 300)
    expected = PCA(10, svd_solver="full").fit(values.double().numpy())
    layer = PrincipalComponents(300, 10, 60)
    layer.fit(values)
    overlap = np.linalg.svd(layer.directions.double().numpy() @ expected.components_.T)[1]
    assert overlap.min() > 0.999
    lost = 1 - layer.share.numpy() / expected.explained_variance_ratio_
    assert lost.min() > -1e-6
    assert 1e-4 < lost.max() < 5e-3  # what 60 of 300 directions cannot hold while rows are read
    lengths = layer.directions @ layer.directions.T
    np.testing.assert_allclose(lengths, np.eye(10), atol=1e-5)


def test_by_hand():
    layer = PrincipalComponents(3, 2)
    layer.fit(torch.tensor([[1.0, 5.0, 0.0], [-1.0, 5.0, 0.0], [0.0, 5.0, -3.0], [0.0, 5.0, 3.0]]))
    assert layer.mean.tolist() == [0.0, 5.0, 0.0]
    np.testing.assert_allclose(layer.directions, [[0, 0, 1], [1, 0, 0]], atol=1e-7)
    np.testing.assert_allclose(layer.variance, [4.5, 0.5], rtol=1e-6)
    np.testing.assert_allclose(layer.share, [0.9, 0.1], rtol=1e-6)


def test_signs_are_settled(rng):
    values = spread(rng, 200, 12)
    layer, mirrored = PrincipalComponents(12, 6), PrincipalComponents(12, 6)
    layer.fit(values)
    mirrored.fit(-values)
    largest = layer.directions.gather(1, layer.directions.abs().argmax(dim=1, keepdim=True))
    assert (largest > 0).all()
    np.testing.assert_allclose(layer.directions, mirrored.directions, atol=1e-5)


def test_rows_that_vary_less_leave_zeros():
    rows = torch.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 3.0], [3.0, 6.0, 3.0], [9.0, 18.0, 3.0]])
    layer = PrincipalComponents(3, 3)
    layer.fit(rows)
    assert layer.directions[0].norm() == pytest.approx(1.0)
    assert not layer.directions[1:].any()
    assert not layer.variance[1:].any()
    layer.fit(torch.ones(5, 3))
    assert not layer.directions.any()
    assert not layer.share.any()
    assert layer(torch.tensor([[4.0, 2.0, 1.0]])).tolist() == [[0.0, 0.0, 0.0]]


def test_missing_values(rng):
    values = spread(rng, 60, 5)
    holes = values.clone()
    holes[::3, 2] = NAN
    layer, without = PrincipalComponents(5, 2), PrincipalComponents(5, 2)
    layer.fit(holes)
    without.fit(values[torch.isfinite(holes).all(dim=1)])
    assert torch.equal(layer.directions, without.directions)
    filled = torch.where(torch.isnan(holes), layer.mean, holes)
    torch.testing.assert_close(layer(holes), layer(filled))


def test_shapes_padding_and_rows_that_are_missing(rng):
    layer = PrincipalComponents(5, 2)
    layer.fit(spread(rng, 60, 5))
    given = spread(rng, 14, 5).reshape(2, 7, 5)  # (batch, time, column)
    observed = torch.ones(2, 7, dtype=torch.bool)
    observed[1, 4:] = False
    scores = layer(given, observed)
    assert scores.shape == (2, 7, 2)
    assert not scores[1, 4:].any()
    torch.testing.assert_close(scores[0], layer(given[0]))


def test_before_fit_the_first_columns_pass():
    assert PrincipalComponents(4, 2)(torch.tensor([[1.0, NAN, 3.0, 4.0]])).tolist() == [[1.0, 0.0]]


def test_what_is_found_is_saved_and_not_trained(rng):
    layer, again = PrincipalComponents(5, 2), PrincipalComponents(5, 2)
    layer.fit(spread(rng, 60, 5))
    assert list(layer.parameters()) == []
    again.load_state_dict(layer.state_dict())
    given = spread(rng, 3, 5)
    assert torch.equal(again(given), layer(given))


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_fewer_rows_than_components_are_refused(rows):
    values = torch.arange(rows * 9.0).reshape(rows, 9)
    broken = torch.full((6, 9), NAN)
    with pytest.raises(
        InputError,
        match=rf"5 principal components of the columns were asked of {rows} whole rows; expected as many",
    ):
        PrincipalComponents(9, 5).fit([values, broken])


@pytest.mark.parametrize("shape", [(5, 3), (5,), (1, 5, 4)])
def test_rows_of_another_width_are_refused(shape):
    said = str(shape).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(
        InputError, match=rf"rows to find components of have shape {said}; expected \(row, 4\)"
    ):
        PrincipalComponents(4, 2).fit([torch.zeros(shape)])


@pytest.mark.parametrize("components", [0, 5])
def test_a_number_of_components_that_cannot_be_is_refused(components):
    with pytest.raises(
        InputError, match=f"components is {components}; expected 1 to 4, the number of columns"
    ):
        PrincipalComponents(4, components)


def test_a_rank_below_the_components_is_refused():
    with pytest.raises(InputError, match="rank is 2; expected 3 or more, the number of components"):
        PrincipalComponents(4, 3, 2)
