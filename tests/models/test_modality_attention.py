"""Attention over modalities and over features: eqs. 5 to 7 written out, missing modalities, learning."""

import math

import pytest
import torch

from emotrace.models.layers.modality_attention import FeatureAttention, ModalityAttention

BOTH = torch.ones(4, 2, dtype=torch.bool)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20232)


def test_modalities_are_weighed_by_equations_5_to_7():
    layer, vectors = ModalityAttention(3), torch.randn(4, 2, 3)
    fused, weights = layer(vectors, BOTH)
    for row in range(4):
        scores = []
        for t in range(2):
            h = [
                math.tanh(sum(layer.project.weight[i, j].item() * vectors[row, t, j].item() for j in range(3))
                          + layer.project.bias[i].item())
                for i in range(3)
            ]  # fmt: skip
            scores.append(math.exp(sum(abs(h[i]) * layer.context[i].item() for i in range(3))))
        expected = [score / sum(scores) for score in scores]
        assert weights[row].tolist() == pytest.approx(expected, abs=1e-6)
        mixed = [sum(expected[t] * vectors[row, t, j].item() for t in range(2)) for j in range(3)]
        assert fused[row].tolist() == pytest.approx(mixed, abs=1e-6)


def test_features_are_weighed_each_by_itself():
    layer, vectors = FeatureAttention(2, 3), torch.randn(4, 2, 3)
    fused, weights = layer(vectors, BOTH)
    merged = torch.cat([vectors[:, 0], vectors[:, 1]], dim=1)
    scores = (torch.tanh(merged @ layer.project.weight.T + layer.project.bias).abs() * layer.context).exp()
    shares = scores / scores.sum(dim=1, keepdim=True)
    torch.testing.assert_close(fused, 6 * shares * merged)
    torch.testing.assert_close(weights, torch.stack([shares[:, :3].sum(1), shares[:, 3:].sum(1)], dim=1))
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(4))


@pytest.mark.parametrize("layer", [ModalityAttention(3), FeatureAttention(2, 3)])
def test_a_missing_modality_has_no_weight(layer):
    vectors = torch.randn(4, 2, 3)
    observed = torch.tensor([[True, False], [False, True], [True, True], [True, False]])
    fused, weights = layer(vectors, observed)
    torch.testing.assert_close(weights[[0, 1, 3]], torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    if isinstance(layer, ModalityAttention):
        torch.testing.assert_close(fused[0], vectors[0, 0])
    else:
        assert not fused[0, 3:].any()
    other = torch.where(observed.unsqueeze(2), vectors, 9.0)
    if isinstance(layer, ModalityAttention):  # features are projected together: there the model gives zeros
        torch.testing.assert_close(layer(other, observed)[0], fused)


@pytest.mark.parametrize("make", [lambda: ModalityAttention(4), lambda: FeatureAttention(2, 4)])
def test_it_learns_to_look_where_the_answer_is(make):
    layer = make()
    output = torch.nn.Linear(layer.features_out, 2)
    optimiser = torch.optim.Adam([*layer.parameters(), *output.parameters()], lr=0.02)
    observed = torch.ones(64, 2, dtype=torch.bool)
    for _ in range(300):
        wanted = torch.randint(2, (64,))
        told = torch.stack([4.0 * torch.nn.functional.one_hot(wanted, 4).float(), torch.randn(64, 4)], dim=1)
        fused, weights = layer(told, observed)
        loss = torch.nn.functional.cross_entropy(output(fused), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.2 and weights[:, 0].mean() > 0.6  # one half to begin with
