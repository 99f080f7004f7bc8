"""Convolutions and linear layers that compute in 8-bit integers: quicker on a CPU, and off by about 1 %."""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.errors import InputError
from emotrace.models.layers.quick_convolution import SMALL_MAP, HalvingConv2d

_MIDDLE = 128  # the byte that stands for 0
_ROUNDED = _MIDDLE + 0.5  # added, so that cutting off what is behind the point rounds
_LARGEST = 127  # what the largest value becomes, to either side of 0
_LEAST = 1e-30  # a scale must be above 0


class Int8Linear(nn.Module):
    """A linear layer whose sums are of products of bytes; input and output are float32.

    Each row is scaled by its own largest absolute value and each output's weights by theirs, so no row
    depends on others, nor on how many come at once.

    Parameters
    ----------
    weight : (output, input)
    bias : (output,) or None

    Source
    ------
    Our choice: symmetric, weights per output, input per row as it comes ("dynamic").

    Examples
    --------
    >>> layer = nn.Linear(64, 32)
    >>> row = torch.linspace(-1, 1, 64).unsqueeze(0)
    >>> bool((Int8Linear(layer.weight, layer.bias)(row) - layer(row)).abs().max() < 0.02)  # doctest: +SKIP
    True
    """

    def __init__(self, weight: Tensor, bias: Tensor | None):
        super().__init__()
        self.out_features, self.in_features = weight.shape
        whole, self.scales = _whole(weight)
        self.packed = torch.ops.onednn.qlinear_prepack(whole, None)
        self.zeros = torch.zeros(len(whole), dtype=torch.int32)
        self.bias = None if bias is None else bias.detach().clone()

    def forward(self, values: Tensor) -> Tensor:
        """(..., input) to (..., output)."""
        rows = values.reshape(-1, self.in_features)  # (row, input)
        scales = torch.maximum(rows.amax(1), -rows.amin(1)).div_(_LARGEST).clamp_min_(_LEAST).unsqueeze(1)
        whole = (rows / scales).add_(_ROUNDED).to(torch.uint8)
        sums = torch.ops.onednn.qlinear_pointwise(
            whole, 1.0, _MIDDLE, self.packed, self.scales, self.zeros, None, *_AS_FLOAT
        ).mul_(scales)  # (row, output)
        if self.bias is not None:
            sums.add_(self.bias)
        return sums.view(*values.shape[:-1], self.out_features)


class Int8Conv2d(nn.Module):
    """A convolution whose sums are of products of bytes; input and output are float32, in channels_last.

    Each picture is scaled by its own largest absolute value and each output channel's weights by theirs.
    Small maps are one product of matrices, as in `HalvingConv2d`. torch's own dynamic convolution rounds
    what comes out to the bytes of what went in, which loses all that is larger; here it stays float32.

    Parameters
    ----------
    convolution : nn.Conv2d
        One group, not dilated, padded with zeros by as much on each side.

    Source
    ------
    Our choice, as `Int8Linear`.

    Examples
    --------
    >>> layer = nn.Conv2d(32, 16, 3, padding=1)
    >>> pictures = torch.linspace(-1, 1, 32 * 144).view(1, 32, 12, 12)
    >>> bool((Int8Conv2d(layer)(pictures) - layer(pictures)).abs().max() < 0.03)  # doctest: +SKIP
    True
    """

    def __init__(self, convolution: nn.Conv2d):
        super().__init__()
        self.size, self.stride, self.padding = (
            _pair(value) for value in (convolution.kernel_size, convolution.stride, convolution.padding)
        )
        whole, self.scales = _whole(convolution.weight)
        self.packed = torch.ops.onednn.qconv_prepack(
            whole.contiguous(), self.scales, 1.0, 0, self.stride, self.padding, [1, 1], 1, None
        )
        self.zeros = torch.zeros(len(whole), dtype=torch.int32)
        self.bias = None if convolution.bias is None else convolution.bias.detach().view(-1, 1, 1).clone()
        weight = convolution.weight.detach().permute(0, 2, 3, 1).flatten(1)  # (output, kernel * input)
        self.on_small_maps = Int8Linear(weight, convolution.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        """(picture, channel, height, width) to the same with other sizes."""
        if max(pictures.shape[2:]) <= SMALL_MAP:
            return self.on_small_maps(self._patches(pictures)).permute(0, 3, 1, 2)
        maps = pictures.permute(0, 2, 3, 1).contiguous()  # (picture, height, width, channel)
        whole = torch.empty_like(maps, dtype=torch.uint8)
        scales = []
        for one, place in zip(maps, whole, strict=True):  # torch is ten times slower on all of them by axis
            low, high = torch.aminmax(one)
            scales.append(max(high.item(), -low.item(), _LEAST) / _LARGEST)
            place.copy_(one.mul(1 / scales[-1]).add_(_ROUNDED))
        sums = torch.ops.onednn.qconv2d_pointwise(
            whole.permute(0, 3, 1, 2), 1.0, _MIDDLE, self.packed, self.scales, self.zeros, None,
            self.stride, self.padding, [1, 1], 1, *_AS_FLOAT,
        )  # fmt: skip
        sums.mul_(maps.new_tensor(scales).view(-1, 1, 1, 1))
        return sums if self.bias is None else sums.add_(self.bias)

    def _patches(self, pictures: Tensor) -> Tensor:
        """What each pixel of the output looks at: (picture, height, width, kernel * input)."""
        (up, left), (down, right) = self.padding, self.stride
        maps = F.pad(pictures.permute(0, 2, 3, 1), (0, 0, left, left, up, up))
        patches = maps.unfold(1, self.size[0], down).unfold(2, self.size[1], right)
        return patches.permute(0, 1, 2, 4, 5, 3).flatten(3)


_AS_FLOAT: tuple[Any, ...] = (1.0, 0, torch.float32, "none", [], "")  # what comes out: as it is


def suits(layer: nn.Module, small: bool = False) -> bool:
    """Whether a layer is of a kind that can compute in int8 here, and large enough to gain by it.

    Large is a linear layer that waits for its weights from memory, and a convolution with many products for
    each value that must be turned into a byte. Subclasses with a `forward` of their own are left alone.

    Parameters
    ----------
    layer : nn.Module
    small : bool
        Whether those that are slower in int8 will do too; never those of few outputs, such as predictions.

    Source
    ------
    Our choice, by processor time on a CPU with AVX-512 VNNI.

    Examples
    --------
    >>> suits(nn.Conv2d(64, 64, 3, padding=1)), suits(nn.Conv2d(3, 64, 7)), suits(nn.Linear(256, 2))
    (True, False, False)
    """
    if type(layer) is nn.Linear and layer.out_features >= _OUTPUTS:
        return small or layer.weight.numel() >= _WEIGHTS_OF_LINEAR
    if not isinstance(layer, nn.Conv2d) or type(layer) not in (nn.Conv2d, HalvingConv2d):
        return False
    if layer.out_channels < _OUTPUTS:
        return False
    plain = layer.groups == 1 and layer.padding_mode == "zeros" and not isinstance(layer.padding, str)
    if not plain or _pair(layer.dilation) != [1, 1]:
        return False
    down, right = _pair(layer.stride)
    products = layer.weight[:, 0].numel() / (down * right)  # for each value that comes in
    return small or (layer.weight.numel() >= _WEIGHTS_OF_CONVOLUTION and products >= _PRODUCTS)


_OUTPUTS = 8
_WEIGHTS_OF_LINEAR = 2**19
_WEIGHTS_OF_CONVOLUTION = 2**15
_PRODUCTS = 256


def in_int8(layer: nn.Module) -> nn.Module:
    """A layer that `suits`, in int8."""
    if isinstance(layer, nn.Conv2d):
        return Int8Conv2d(layer)
    assert isinstance(layer, nn.Linear)
    return Int8Linear(layer.weight, layer.bias)


@cache
def check_int8() -> None:
    """Refuse int8 where torch or the processor cannot do it, or rounds sums on the way.

    Raises
    ------
    InputError
        If torch lacks oneDNN's int8 (such as on ARM), or the processor lacks VNNI: without, sums of products
        of bytes overflow 16 bits.
    """
    advice = "expected an x86 processor with VNNI and torch with oneDNN; predict without int8"
    ones = nn.Conv2d(64, 32, 3, bias=False)
    nn.init.ones_(ones.weight)
    try:
        large = Int8Conv2d(ones)(torch.ones(1, 64, 2 * SMALL_MAP, 2 * SMALL_MAP))
        small = Int8Conv2d(ones)(torch.ones(1, 64, 3, 3))
    except (AttributeError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"int8: torch {torch.__version__} cannot compute in it here ({reason}); {advice}"
        ) from error
    for given in (large, small):
        if (given - 576).abs().max() > 1:
            raise InputError(
                f"int8: sums overflow on this processor, {given.min():g} came out for 576; {advice}"
            )


def _whole(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Weights as int8, and the scale of each output."""
    weight = weight.detach()
    scales = (weight.flatten(1).abs().amax(1) / _LARGEST).clamp_min(_LEAST)  # (output,)
    whole = (weight / scales.view(-1, *[1] * (weight.dim() - 1))).round().to(torch.int8)
    return whole, scales


def _pair(value: Any) -> list[int]:
    return [int(value)] * 2 if isinstance(value, int) else [int(one) for one in value]
