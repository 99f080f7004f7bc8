"""Crops faces, and in training at a random place with random colours, the same for a whole sequence."""

import torch
from torch import Tensor, nn

GREY = (0.299, 0.587, 0.114)  # share of red, green and blue in the brightness of a pixel, ITU-R BT.601


class FaceJitter(nn.Module):
    """Crop; in training also shift brightness and scale saturation, drawn once per sequence.

    In evaluation the crop is the centre and the colours stay. Drawn from torch's generator of the CPU.

    Parameters
    ----------
    size : int
        Side of the crop, px; the centre is half a pixel up and left where it cannot be exact.
    brightness : float in [0, 1]
        Largest shift, up or down, as a share of the whole range.
    saturation : float in [0, 1]
        The distance of colours from grey is multiplied by 1 - this to 1 + this.

    Source
    ------
    Tzirakis et al. (2017), section V: random crops of 96x96 from 110x110, random brightness and saturation.
    Once per sequence, their form and their order (crop, saturation, brightness, clip): our choice.
    """

    def __init__(self, size: int, brightness: float, saturation: float):
        super().__init__()
        self.size, self.brightness, self.saturation = size, brightness, saturation

    def forward(self, faces: Tensor, found: Tensor | None = None) -> Tensor:
        """(batch, time, 3, side, side) in [-1, 1] to (batch, time, 3, size, size).

        Parameters
        ----------
        faces : float tensor
        found : (batch, time) bool or None
            False: no face, all zeros, and they stay so. None: a face everywhere.
        """
        spare = faces.shape[-1] - self.size
        if not self.training:
            left = spare // 2
            return faces[..., left : left + self.size, left : left + self.size]
        batch = faces.shape[0]
        corners = torch.randint(spare + 1, (batch, 2), device="cpu").tolist()
        drawn = (torch.rand(2, batch, device="cpu") * 2 - 1).to(faces)  # in [-1, 1]
        shift, factor = 2 * self.brightness * drawn[0], 1 + self.saturation * drawn[1]
        cropped = torch.stack(
            [
                faces[number, ..., top : top + self.size, left : left + self.size]
                for number, (top, left) in enumerate(corners)
            ]
        )
        share = faces.new_tensor(GREY).view(3, 1, 1)
        grey = (cropped * share).sum(dim=2, keepdim=True)  # (batch, time, 1, size, size)
        jittered = grey + (cropped - grey) * factor.view(-1, 1, 1, 1, 1) + shift.view(-1, 1, 1, 1, 1)
        jittered = jittered.clamp_(-1, 1)
        return jittered if found is None else jittered * found[..., None, None, None]
