"""G: an auto-encoder that restores degraded pictures; the output of its middle block is the latent Z."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from emotrace.models.layers.quick_convolution import InterleavedConv2d, order_weights


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with instance normalisation, added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            _instance_norm(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            _instance_norm(width),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """(picture, width, height, width) to the same shape."""
        return pictures + self.layers(pictures)


class Generator(nn.Module):
    """Pictures to their latent features and to restored pictures.

    Parameters
    ----------
    widths : tuple of three int
        Channels of the first convolution and of the two that halve the picture.
    blocks : int, odd
        Residual blocks at the last width.

    Source
    ------
    Aspandi et al. (2022), eq. 1; the sizes that Table 11 follows from.

    Examples
    --------
    >>> latent, restored = Generator((4, 8, 8), 3)(torch.zeros(2, 3, 32, 32))
    >>> latent.shape, restored.shape
    (torch.Size([2, 8, 8, 8]), torch.Size([2, 3, 32, 32]))
    """

    def __init__(self, widths: tuple[int, int, int] = (16, 32, 64), blocks: int = 5):
        super().__init__()
        first, second, third = widths
        middle = blocks // 2 + 1
        self.encoder = nn.Sequential(
            *_normalised(nn.Conv2d(3, first, 7, padding=3, bias=False)),
            *_normalised(nn.Conv2d(first, second, 4, stride=2, padding=1, bias=False)),
            *_normalised(nn.Conv2d(second, third, 4, stride=2, padding=1, bias=False)),
            *(ResidualBlock(third) for _ in range(middle)),
        )
        self.decoder = nn.Sequential(
            *(ResidualBlock(third) for _ in range(blocks - middle)),
            *_normalised(nn.ConvTranspose2d(third, second, 4, stride=2, padding=1, bias=False)),
            *_normalised(nn.ConvTranspose2d(second, first, 4, stride=2, padding=1, bias=False)),
            InterleavedConv2d(first, 3, 7),
            nn.Tanh(),
        )
        order_weights(self)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Latent features and restored pictures.

        Parameters
        ----------
        pictures : (picture, 3, size, size) in [-1, 1]

        Returns
        -------
        latent : (picture, width, size / 4, size / 4)
            What the middle residual block gives, Z.
        restored : (picture, 3, size, size) in [-1, 1]
        """
        latent = self.encoder(pictures.contiguous(memory_format=torch.channels_last))
        return latent, self.decoder(latent)


def _normalised(convolution: nn.Conv2d | nn.ConvTranspose2d) -> Iterable[nn.Module]:
    return convolution, _instance_norm(convolution.out_channels), nn.ReLU()


def _instance_norm(width: int) -> nn.Module:
    """Instance normalisation: that of groups of one channel, which torch does five times as fast on a CPU."""
    return nn.GroupNorm(width, width)
