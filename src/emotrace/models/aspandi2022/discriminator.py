"""D: says of a picture whether it is real, and roughly which affect it shows."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from emotrace.models.layers.quick_convolution import HalvingConv2d, order_weights


class Discriminator(nn.Module):
    """Pictures to scores of being real, per patch, and to a coarse estimate of each label.

    Parameters
    ----------
    widths : tuple of int
        Channels of the convolutions, each of which halves the picture; 2x2 px are left.
    labels : int
        The quadrant of valence and arousal is the pattern of signs of their scores.
    leak : float
        Slope of the rectifiers below 0.
    counted : bool
        Hold a linear layer of four quadrants to two labels too, which Table 11 counts and nothing uses.

    Source
    ------
    Aspandi et al. (2022), eq. 2; the sizes that Table 11 follows from.

    Examples
    --------
    >>> real, coarse = Discriminator((4, 8, 8, 8), labels=2)(torch.zeros(5, 3, 32, 32))
    >>> real.shape, coarse.shape
    (torch.Size([5, 1, 2, 2]), torch.Size([5, 2]))
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (16, 32, 64, 128, 256, 512),
        labels: int = 2,
        leak: float = 0.01,
        counted: bool = False,
    ):
        super().__init__()
        self.layers = nn.Sequential(
            *(
                layer
                for before, after in pairwise((3, *widths))
                for layer in (HalvingConv2d(before, after), nn.LeakyReLU(leak))
            )
        )
        self.real = nn.Conv2d(widths[-1], 1, 3, padding=1, bias=False)
        self.coarse = nn.Conv2d(widths[-1], labels, 2, bias=False)
        if counted:
            self.unused = nn.Linear(4, 2)
        order_weights(self)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Scores, before any sigmoid.

        Parameters
        ----------
        pictures : (picture, 3, size, size) in [-1, 1]

        Returns
        -------
        real : (picture, 1, 2, 2)
        coarse : (picture, label)
            Above 0: the label is in the upper half of its range.
        """
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        features = self.layers(pictures)  # (picture, width, 2, 2)
        return self.real(features), self.coarse(features).flatten(1)
