"""Layers against literal second implementations."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from emotrace.models.layers.bottleneck import DownBottleneck, UpBottleneck
from emotrace.models.layers.initialise import initialise_as_tensorflow
from emotrace.models.layers.raw_audio import RawAudioConvolutions
from emotrace.models.layers.same_padding import SameConv1d, SameDeconv1d
from emotrace.models.layers.sliding_lstm import last_of_windows


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20203)


def test_even_taps_are_padded_with_one_zero_more_on_the_right():
    layer = SameConv1d(1, 1, 4)
    with torch.no_grad():
        layer.weight[:] = torch.tensor([1.0, 10.0, 100.0, 1000.0])
        layer.bias[:] = 0
        # output 0 sees [0, 1, 2, 3] (one zero left): 10 + 200 + 3000; output 3 sees [3, 4, 0, 0]
        assert layer(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])).tolist() == [[[3210.0, 4321.0, 432.0, 43.0]]]


@pytest.mark.parametrize("taps", [1, 2, 5, 20])
@pytest.mark.parametrize(("channels_in", "channels_out"), [(1, 6), (3, 6), (4, 1)])
def test_same_convolution_is_pytorchs(taps, channels_in, channels_out):
    layer = SameConv1d(channels_in, channels_out, taps)
    signal = torch.randn(2, channels_in, 30)
    left = (taps - 1) // 2
    expected = F.conv1d(F.pad(signal, (left, taps - 1 - left)), layer.weight, layer.bias)
    torch.testing.assert_close(layer(signal), expected, atol=1e-5, rtol=1e-5)  # float32, another order


@pytest.mark.parametrize("taps", [1, 2, 5, 20])
@pytest.mark.parametrize(("channels_in", "channels_out"), [(1, 6), (3, 6), (4, 1)])
def test_same_deconvolution_is_the_transpose_of_the_convolution(taps, channels_in, channels_out):
    down, up = SameConv1d(channels_out, channels_in, taps), SameDeconv1d(channels_in, channels_out, taps)
    with torch.no_grad():
        up.weight[:], down.bias[:], up.bias[:] = down.weight, 0, 0
    x, y = torch.randn(1, channels_out, 30), torch.randn(1, channels_in, 30)
    # <conv(x), y> = <x, deconv(y)>; float32 sums of 180 products
    torch.testing.assert_close((down(x) * y).sum(), (x * up(y)).sum(), atol=1e-3, rtol=1e-4)


def test_same_deconvolution_has_a_bias():
    for channels_out in (1, 3):
        layer = SameDeconv1d(2, channels_out, 4)
        assert torch.equal(layer(torch.zeros(1, 2, 5))[0, :, 0], layer.bias)


def test_raw_audio_is_pooled_over_time_or_over_filters():
    samples = torch.randn(3, 40)
    for pooling in ("time", "channels"):
        layer = RawAudioConvolutions((5, 10), (5, 4), (2, 5), pooling, 0.1)
        coded = F.max_pool1d(F.leaky_relu(layer.near(samples[:, None]), 0.1), 2)
        coded = F.leaky_relu(layer.far(coded), 0.1)  # (step, filter, sample)
        groups = coded.unflatten(2 if pooling == "time" else 1, (-1, 5))
        expected = groups.amax(3) if pooling == "time" else groups.amax(2).transpose(1, 2)
        assert layer(samples).shape == (3, 40)
        torch.testing.assert_close(layer(samples), expected.flatten(1))


def test_down_bottleneck_halves_and_its_shortcut_is_a_convolution_with_stride_two():
    block, image = DownBottleneck(3, (4, 5, 6), 0.2), torch.randn(2, 3, 8, 8)
    inner = F.leaky_relu(F.conv2d(image, block.reduce.weight, block.reduce.bias), 0.2)
    inner = F.leaky_relu(F.conv2d(inner, block.down.weight, block.down.bias, stride=2, padding=1), 0.2)
    inner = F.conv2d(inner, block.expand.weight, block.expand.bias)
    inner = inner + F.conv2d(image, block.shortcut.weight, block.shortcut.bias, stride=2)
    assert inner.shape == (2, 6, 4, 4)
    torch.testing.assert_close(block(image), F.leaky_relu(inner, 0.2), atol=1e-5, rtol=1e-5)


def test_up_bottleneck_doubles_and_the_last_one_is_linear():
    image = torch.randn(2, 6, 4, 4)
    for last in (False, True):
        block = UpBottleneck(6, (5, 4, 3), 0.2, last)
        inner = F.leaky_relu(block.up(F.leaky_relu(block.reduce(image), 0.2)), 0.2)
        shortcut = block.shortcut(image).repeat_interleave(2, 2).repeat_interleave(2, 3)
        total = block.expand(inner) + shortcut
        assert total.shape == (2, 3, 8, 8)
        expected = total if last else F.leaky_relu(total, 0.2)
        torch.testing.assert_close(block(image), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("layers", "window"), [(1, 1), (1, 5), (2, 5), (3, 2), (2, 12)])
def test_sliding_lstm_is_the_lstm_on_every_window(layers, window):
    lstm = nn.LSTM(7, 6, layers, batch_first=True)
    features = torch.randn(12, 7)
    windows = features.unfold(0, window, 1).transpose(1, 2)  # (window, step, feature)
    expected = lstm(windows)[0][:, -1]
    torch.testing.assert_close(last_of_windows(lstm, features, window), expected, atol=1e-6, rtol=1e-5)


def test_fresh_weights_are_glorots_with_zero_biases_and_open_forget_gates():
    module = nn.ModuleDict({"linear": nn.Linear(300, 200), "lstm": nn.LSTM(20, 30, 2)})
    initialise_as_tensorflow(module, forget_bias=1.0)
    bound = (6 / 500) ** 0.5
    assert bound * 0.98 < module["linear"].weight.abs().max() <= bound
    assert not module["linear"].bias.any()
    for layer in range(2):
        both = getattr(module["lstm"], f"bias_ih_l{layer}") + getattr(module["lstm"], f"bias_hh_l{layer}")
        # torch's order of gates: input, forget, cell, output
        assert both.view(4, 30).mean(dim=1).tolist() == [0, 1, 0, 0]
