"""The trunk of P: latent features of a picture to one row of values."""

from itertools import pairwise

from torch import Tensor, nn

from emotrace.models.layers.quick_convolution import HalvingConv2d, order_weights


class Trunk(nn.Module):
    """Convolutions that halve the latent features down to one pixel.

    Parameters
    ----------
    latent : int
        Channels of the latent features.
    widths : tuple of int
        Channels of the convolutions.
    leak : float
        Slope of the rectifiers below 0; our choice: those of D.

    Source
    ------
    Aspandi et al. (2022), eq. 3; the sizes that Table 11 follows from.

    Examples
    --------
    >>> import torch
    >>> Trunk(64)(torch.zeros(2, 64, 32, 32)).shape
    torch.Size([2, 256])
    """

    def __init__(self, latent: int, widths: tuple[int, ...] = (16, 32, 64, 128, 256), leak: float = 0.01):
        super().__init__()
        self.layers = nn.Sequential(
            *(
                layer
                for before, after in pairwise((latent, *widths))
                for layer in (HalvingConv2d(before, after), nn.LeakyReLU(leak))
            )
        )
        order_weights(self)

    def forward(self, latent: Tensor) -> Tensor:
        """(picture, channel, size, size) to (picture, width)."""
        return self.layers(latent).flatten(1)
