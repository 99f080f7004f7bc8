"""Filters of half a second over a whole sequence: FFT against plain convolution, pieces against the whole."""

import pytest
import torch
from torch.nn import functional as F

from emotrace.models.layers.long_filters import LongAudioFilters, fft_convolve


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20213)


@pytest.mark.parametrize(("time", "taps"), [(7, 7), (50, 7), (600, 7), (97, 1), (64, 40)])
@pytest.mark.parametrize("bias", [True, False])
def test_fft_convolution_is_convolution(time, taps, bias):
    signal = torch.randn(2, 3, time, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(5, 3, taps, dtype=torch.float64, requires_grad=True)
    leaves = [signal, weight]
    if bias:
        leaves.append(torch.randn(5, dtype=torch.float64, requires_grad=True))
    results = []
    for convolve in (fft_convolve, F.conv1d):
        output = convolve(*leaves)
        results.append([output, *torch.autograd.grad(output.sin().sum(), leaves)])
    for got, expected in zip(*results, strict=True):
        torch.testing.assert_close(got, expected, atol=1e-10, rtol=0)


def test_fft_convolution_of_the_papers_size_in_float32():
    signal, weight = torch.randn(1, 20, 9000), torch.randn(4, 20, 4000)
    expected = F.conv1d(signal.double(), weight.double())
    error = (fft_convolve(signal, weight) - expected).abs().max()
    assert error < 1e-5 * expected.abs().max()  # float32 sums of 80,000 products


def small_filters():
    return LongAudioFilters((3, 6), (5, 40), (2, 3)).double()


def test_the_layers_in_plain_words():
    layer, samples = small_filters(), torch.randn(2, 200, dtype=torch.float64)
    coded = F.conv1d(F.pad(samples[:, None], (4, 0)), layer.near.weight, layer.near.bias).relu()
    coded = torch.maximum(coded[..., 0::2], coded[..., 1::2])  # (batch, 3, 100)
    filtered = F.conv1d(F.pad(coded, (39, 0)), layer.far.weight, layer.far.bias)
    expected = torch.stack([filtered[:, 0:3].amax(1), filtered[:, 3:6].amax(1)], dim=-1)
    features, _ = layer(samples)
    assert features.shape == (2, 100, 2)
    torch.testing.assert_close(features, expected, atol=1e-10, rtol=0)
    assert (features < 0).any()  # no rectifier after the long filters


def test_a_value_hears_what_was_and_not_what_will_be():
    layer, samples = small_filters(), torch.randn(1, 400, dtype=torch.float64)
    changed = samples.clone()
    changed[0, 200] += 1
    touched = (layer(samples)[0] - layer(changed)[0]).abs().amax(dim=(0, 2)) > 1e-9
    first, last = touched.nonzero().flatten()[[0, -1]].tolist()
    assert first == 100  # of 200 samples pooled by 2
    assert 100 < last <= 100 + 2 + 39  # 4 samples later through the short filters, 39 values through the long


@pytest.mark.parametrize("pieces", [[200], [2] * 100, [10, 120, 70]])
def test_pieces_with_the_state_handed_on_are_the_whole(pieces):
    layer, samples = small_filters(), torch.randn(2, 200, dtype=torch.float64)
    whole, last = layer(samples)
    outputs, state = [], None
    for piece in samples.split(pieces, dim=1):
        output, state = layer(piece, state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs, dim=1), whole, atol=1e-10, rtol=0)
    torch.testing.assert_close(state, last, atol=1e-10, rtol=0)
    assert [tuple(each.shape) for each in state] == [(2, 1, 4), (2, 3, 39)]
