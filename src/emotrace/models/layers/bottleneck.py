"""Residual bottlenecks that halve or double the size of an image, and stacks of them."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Channels = tuple[int, int, int]  # after each of a bottleneck's three convolutions


def down_blocks(channels: tuple[Channels, ...], slope: float) -> nn.Sequential:
    """A `DownBottleneck` for each triple, the first one fed with RGB."""
    sizes = [3, *(triple[-1] for triple in channels)]
    return nn.Sequential(*(DownBottleneck(sizes[i], triple, slope) for i, triple in enumerate(channels)))


def up_blocks(channels: tuple[Channels, ...], slope: float) -> nn.Sequential:
    """The mirror of `down_blocks`: an `UpBottleneck` for each triple, back to linear RGB.

    ``((8, 8, 16), (16, 16, 32))`` is undone by 32 to 16, 16, 16 and 16 to 8, 8, 3.
    """
    before = [3, *(triple[-1] for triple in channels)]
    blocks = []
    for i in reversed(range(len(channels))):
        first, second, third = channels[i]
        blocks.append(UpBottleneck(third, (second, first, before[i]), slope, last=i == 0))
    return nn.Sequential(*blocks)


class DownBottleneck(nn.Module):
    """Residual block 1x1, 3x3 with stride 2, 1x1; the shortcut is a 1x1 convolution with stride 2.

    Leaky ReLU after the first two convolutions and after the sum, as in ResNet.

    Parameters
    ----------
    channels_in : int
    channels : (int, int, int)
        Channels after each of the three convolutions.
    slope : float
        Of the leaky ReLU below zero.

    Source
    ------
    Nguyen et al., Table I; the shortcut is our choice, the table lists none.
    """

    def __init__(self, channels_in: int, channels: Channels, slope: float):
        super().__init__()
        first, second, third = channels
        self.slope = slope
        self.reduce = nn.Conv2d(channels_in, first, 1)
        self.down = nn.Conv2d(first, second, 3, stride=2, padding=1)
        self.expand = nn.Conv2d(second, third, 1)
        self.shortcut = nn.Conv2d(channels_in, third, 1)  # of every second pixel

    def forward(self, image: Tensor) -> Tensor:
        """(batch, channel, height, width) to (batch, channel, height / 2, width / 2)."""
        inner = F.leaky_relu_(self.reduce(image), self.slope)
        inner = F.leaky_relu_(self.down(inner), self.slope)  # (batch, channel, height / 2, width / 2)
        # a 1x1 convolution with stride 2, written so because oneDNN's gradient of that one crashes
        # the process on 3 channels in channels-last order (torch 2.13 on a CPU)
        every_second = image[:, :, ::2, ::2].contiguous(memory_format=torch.channels_last)
        return F.leaky_relu_(self.expand(inner) + self.shortcut(every_second), self.slope)


class UpBottleneck(nn.Module):
    """Residual block of deconvolutions 1x1, 3x3 with stride 2, 1x1: twice the size.

    The shortcut is a 1x1 convolution whose result is repeated twice in each direction.

    Parameters
    ----------
    channels_in : int
    channels : (int, int, int)
        Channels after each of the three deconvolutions.
    slope : float
        Of the leaky ReLU below zero.
    last : bool
        The block that gives the image: no leaky ReLU after the sum.

    Source
    ------
    Nguyen et al., Table I; the shortcut and the linear output are our choice.
    """

    def __init__(self, channels_in: int, channels: Channels, slope: float, last: bool):
        super().__init__()
        first, second, third = channels
        self.slope = slope
        self.last = last
        self.reduce = nn.ConvTranspose2d(channels_in, first, 1)
        self.up = nn.ConvTranspose2d(first, second, 3, stride=2, padding=1, output_padding=1)
        self.expand = nn.ConvTranspose2d(second, third, 1)
        self.shortcut = nn.Conv2d(channels_in, third, 1)

    def forward(self, image: Tensor) -> Tensor:
        """(batch, channel, height, width) to (batch, channel, 2 * height, 2 * width)."""
        inner = F.leaky_relu_(self.reduce(image), self.slope)
        inner = F.leaky_relu_(self.up(inner), self.slope)  # (batch, channel, 2 * height, 2 * width)
        total = self.expand(inner) + F.interpolate(self.shortcut(image), scale_factor=2)
        return total if self.last else F.leaky_relu_(total, self.slope)
