"""Layers in int8: near the float ones, each row and picture by itself, refused where sums overflow."""

import pytest
import torch
from torch import nn

from emotrace.errors import InputError
from emotrace.models.layers import int8
from emotrace.models.layers.int8 import Int8Conv2d, Int8Linear, check_int8, in_int8, suits
from emotrace.models.layers.quick_convolution import HalvingConv2d, InterleavedConv2d


def can_int8() -> bool:
    try:
        check_int8()
    except InputError:
        return False
    return True


needs_int8 = pytest.mark.skipif(not can_int8(), reason="torch or the processor cannot compute in int8")

CONVOLUTIONS = {
    "padded": (nn.Conv2d(16, 24, 3, padding=1), 12),
    "no bias": (nn.Conv2d(16, 24, 3, bias=False), 12),
    "one pixel, steps": (nn.Conv2d(16, 24, 1, stride=2), 12),
    "oblong": (nn.Conv2d(16, 24, (3, 1), stride=(1, 2), padding=(1, 0)), 12),
    "oblong, small map": (nn.Conv2d(16, 24, (3, 1), stride=(1, 2), padding=(1, 0)), 6),
    "halving": (HalvingConv2d(16, 24), 12),
    "halving, small map": (HalvingConv2d(16, 24), 4),
}


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def apart(got, wanted):
    """Largest difference as a share of the largest value."""
    return ((got - wanted).abs().max() / wanted.abs().max()).item()


@needs_int8
@pytest.mark.parametrize("name", CONVOLUTIONS)
@torch.inference_mode()
def test_a_convolution_is_near_the_float_one(name):
    layer, size = CONVOLUTIONS[name]
    pictures = torch.randn(3, 16, size, size)
    wanted, got = layer(pictures), in_int8(layer)(pictures)
    assert got.shape == wanted.shape
    assert apart(got, wanted) < 0.02  # rounding to 1/254 of the largest, over 16 values and more


@needs_int8
@torch.inference_mode()
def test_what_comes_out_may_exceed_what_goes_in():
    """torch's own dynamic convolution cuts it off."""
    layer = nn.Conv2d(16, 24, 3)
    pictures = torch.rand(1, 16, 12, 12)
    layer.weight.mul_(50)
    assert apart(Int8Conv2d(layer)(pictures), layer(pictures)) < 0.02


@needs_int8
@torch.inference_mode()
def test_a_linear_layer_is_exact_by_hand():
    """Inputs of -127, 0 and 127 parts and weights of whole parts of 127: nothing is lost by rounding."""
    weight = torch.tensor([[127.0, -64.0, 1.0], [-2.0, 127.0, 0.0]])
    rows = torch.tensor([[1.0, 0.0, -1.0], [0.5, -0.5, 0.5]])
    expected = torch.tensor([[127.0 - 1, -2.0], [0.5 * (127 + 64 + 1), 0.5 * (-2 - 127)]])
    got = Int8Linear(weight, torch.tensor([1.0, 2.0]))(rows)
    assert torch.allclose(got, expected + torch.tensor([1.0, 2.0]), atol=1e-4)


@needs_int8
@torch.inference_mode()
def test_rows_and_pictures_do_not_depend_on_their_company():
    """Together with one a thousand times as large; sums of float32 are left, hence not 0."""
    linear, convolution = Int8Linear(torch.randn(8, 32), None), Int8Conv2d(nn.Conv2d(16, 8, 3))
    rows = torch.randn(2, 32) * torch.tensor([[1.0], [1000.0]])
    assert torch.allclose(linear(rows)[:1], linear(rows[:1]), atol=1e-5)
    for size in (5, 12):
        pictures = torch.randn(2, 16, size, size)
        pictures[1] *= 1000
        assert torch.allclose(convolution(pictures)[:1], convolution(pictures[:1]), atol=1e-5)


@needs_int8
@torch.inference_mode()
def test_zeros_stay_zeros_and_what_is_no_number_shows():
    linear, convolution = Int8Linear(torch.randn(8, 32), None), Int8Conv2d(nn.Conv2d(16, 8, 3, bias=False))
    assert not linear(torch.zeros(2, 32)).any()
    pictures = torch.zeros(2, 16, 12, 12)
    assert not convolution(pictures).any()
    pictures[0, 0, 0, 0] = torch.nan
    assert convolution(pictures)[0].isnan().all()
    assert not convolution(pictures)[1].any()
    assert linear(torch.full((1, 32), torch.nan)).isnan().all()


def test_which_layers_suit():
    large = [nn.Linear(1024, 1024), nn.Conv2d(64, 64, 3), HalvingConv2d(64, 128)]
    small = [nn.Linear(64, 64), nn.Conv2d(3, 64, 7), nn.Conv2d(64, 64, 1), HalvingConv2d(16, 32)]
    never = [
        nn.Linear(2**20, 2),
        nn.Conv2d(512, 2, 3),
        nn.Conv2d(64, 64, 3, groups=2),
        nn.Conv2d(64, 64, 3, dilation=2),
        nn.Conv2d(64, 64, 3, padding="same"),
        nn.Conv2d(64, 64, 3, padding=1, padding_mode="reflect"),
        nn.Conv1d(64, 64, 3),
        nn.LSTM(2048, 64),
        InterleavedConv2d(64, 64, 3),
    ]
    assert [suits(layer) for layer in large] == [True] * 3
    assert [(suits(layer), suits(layer, small=True)) for layer in small] == [(False, True)] * 4
    assert [suits(layer, small=True) for layer in never] == [False] * 9


@pytest.fixture
def asked_anew():
    check_int8.cache_clear()
    yield
    check_int8.cache_clear()


def test_torch_without_int8_is_told(monkeypatch, asked_anew):
    def missing(convolution):
        raise AttributeError("'_OpNamespace' 'onednn' object has no attribute 'qconv_prepack'")

    monkeypatch.setattr(int8, "Int8Conv2d", missing)
    with pytest.raises(InputError, match=r"cannot compute in it here \('_OpNamespace' .*without int8"):
        check_int8()


def test_a_processor_whose_sums_overflow_is_told(monkeypatch, asked_anew):
    monkeypatch.setattr(int8, "Int8Conv2d", lambda convolution: lambda pictures: torch.full((1,), 297.0))
    with pytest.raises(InputError, match="sums overflow on this processor, 297 came out for 576"):
        check_int8()
