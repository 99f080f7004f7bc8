"""Convolutions in the form that is quickest on a CPU for their sizes; the numbers are those of nn.Conv2d."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SMALL_MAP = 8  # px; up to here a product of matrices is quicker


class InterleavedConv2d(nn.Conv2d):
    """Convolution of odd size to few channels; what comes out is as large as what goes in.

    CPUs make 16 channels at a time, and for 3 of them most of the work is wasted. So each 2x2 px are made at
    once, as four times the channels of a kernel that is one larger and goes in steps of 2, and interleaved.

    Parameters
    ----------
    before, after : int
        Channels.
    size : int, odd
        Of the kernel.

    Source
    ------
    Our choice; a third of the time of ``nn.Conv2d(16, 3, 7, padding=3)`` at 128 px.

    Examples
    --------
    >>> quick, plain = InterleavedConv2d(2, 3, 5), nn.Conv2d(2, 3, 5, padding=2, bias=False)
    >>> _ = plain.load_state_dict(quick.state_dict())
    >>> picture = torch.rand(1, 2, 8, 6)
    >>> bool(torch.allclose(quick(picture), plain(picture), atol=1e-6))
    True
    """

    def __init__(self, before: int, after: int, size: int):
        super().__init__(before, after, size, padding=size // 2, bias=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """(picture, before, height, width), both even, to (picture, after, height, width)."""
        corners = [F.pad(self.weight, (x, 1 - x, y, 1 - y)) for y in (0, 1) for x in (0, 1)]
        weight = torch.stack(corners, dim=1).flatten(0, 1)  # (4 * after, before, size + 1, size + 1)
        weight = weight.contiguous(memory_format=torch.channels_last)
        return F.pixel_shuffle(F.conv2d(pictures, weight, stride=2, padding=self.padding), 2)


class HalvingConv2d(nn.Conv2d):
    """Convolution 4x4 in steps of 2 that halves a picture; on small maps as one product of matrices.

    There a convolution spends its time on bringing its many weights into another order at each call.

    Parameters
    ----------
    before, after : int
        Channels.

    Source
    ------
    Our choice.

    Examples
    --------
    >>> quick, plain = HalvingConv2d(2, 3), nn.Conv2d(2, 3, 4, stride=2, padding=1)
    >>> _ = plain.load_state_dict(quick.state_dict())
    >>> picture = torch.rand(1, 2, 8, 6)
    >>> bool(torch.allclose(quick(picture), plain(picture), atol=1e-6))
    True
    """

    def __init__(self, before: int, after: int):
        super().__init__(before, after, 4, stride=2, padding=1)

    def forward(self, pictures: Tensor) -> Tensor:
        """(picture, before, height, width), both even, to (picture, after, height / 2, width / 2)."""
        if max(pictures.shape[2:]) > SMALL_MAP:
            return super().forward(pictures)
        maps = F.pad(pictures.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))  # (picture, height, width, before)
        patches = maps.unfold(1, 4, 2).unfold(2, 4, 2)  # (picture, height / 2, width / 2, before, 4, 4)
        patches = patches.permute(0, 1, 2, 4, 5, 3).flatten(3)
        weight = self.weight.permute(0, 2, 3, 1).flatten(1)  # a view, with weights in channels_last
        return F.linear(patches, weight, self.bias).permute(0, 3, 1, 2)


def order_weights(network: nn.Module) -> None:
    """Put the weights of convolutions into the order of pictures in channels_last, the quick one on a CPU.

    The order of pictures alone would do, but costs each call the work of reordering weights. Loading and
    saving weights, and their names and shapes, are as before.

    Parameters
    ----------
    network : nn.Module
        Changed in place.
    """
    for weight in network.parameters():
        if weight.dim() == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
