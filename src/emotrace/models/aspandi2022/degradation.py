"""Degrades pictures of faces and of sound in training, once per sequence, as the generator is to undo it."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

GREY = (0.299, 0.587, 0.114)  # share of red, green and blue in the brightness of a pixel, ITU-R BT.601
AS_DRAWN = 128  # px; sizes below are of pictures of this size

Degrade = Callable[[Tensor], Tensor]


def scale_down_and_up(pictures: Tensor) -> Tensor:
    """Lose detail: scaled down 2 to 8 times, smoothly, and up again.

    Parameters and result as of all degradations here: (picture, channel, size, size) in [-1, 1]; how strong
    it is comes from torch's generator of the CPU, once for all pictures. Source: the kinds are those of the
    authors' earlier work, the paper's references 49 and 50; how strong they are: our choice.
    """
    size = pictures.shape[-1]
    small = max(1, round(size / _between(2, 8)))
    down = F.interpolate(pictures, size=(small, small), mode="bilinear", antialias=True)
    return F.interpolate(down, size=(size, size), mode="bilinear").clamp(-1, 1)


def blur(pictures: Tensor) -> Tensor:
    """Gaussian blur with a standard deviation of 1 to 4 px, and at least half a pixel of small pictures."""
    size = pictures.shape[-1]
    deviation = max(0.5, _between(1, 4) * size / AS_DRAWN)
    reach = min(size - 1, max(1, round(3 * deviation)))
    offsets = torch.arange(-reach, reach + 1, device=pictures.device, dtype=pictures.dtype)
    kernel = torch.exp(-0.5 * (offsets / deviation).square())
    kernel = (kernel / kernel.sum()).expand(pictures.shape[1], 1, 1, -1)
    padded = F.pad(pictures, (reach, reach, reach, reach), mode="reflect")
    along = F.conv2d(padded, kernel, groups=pictures.shape[1])
    return F.conv2d(along, kernel.transpose(2, 3), groups=pictures.shape[1])


def add_noise(pictures: Tensor) -> Tensor:
    """Gaussian noise with a standard deviation of 0.05 to 0.3, new for each pixel, channel and picture."""
    strength, seed = _between(0.05, 0.3), int(torch.randint(2**31, (), device="cpu"))
    generator = torch.Generator(pictures.device).manual_seed(seed)
    noise = torch.randn(pictures.shape, generator=generator, device=pictures.device, dtype=pictures.dtype)
    return (pictures + strength * noise).clamp(-1, 1)


def add_grey_noise(pictures: Tensor) -> Tensor:
    """As `add_noise`, the same in all channels, which repeat one another in pictures of sound."""
    return add_noise(pictures[:, :1]).expand_as(pictures)


def darken(pictures: Tensor) -> Tensor:
    """Brightness times 0.15 to 0.6."""
    return (pictures + 1) * _between(0.15, 0.6) - 1


def to_grey(pictures: Tensor) -> Tensor:
    """Every channel becomes the brightness."""
    share = pictures.new_tensor(GREY).view(3, 1, 1)
    return (pictures * share).sum(1, keepdim=True).expand_as(pictures)


def occlude(pictures: Tensor) -> Tensor:
    """A rectangle, each side a quarter to a half of the picture, becomes black or mid-grey."""
    height, width, top, left = _rectangle(pictures.shape[-1], 0.25, 0.5)
    covered = pictures.clone()
    covered[..., top : top + height, left : left + width] = -1.0 if _between(0, 1) < 0.5 else 0.0
    return covered


def mask_bands(pictures: Tensor) -> Tensor:
    """A band of frequencies or a stretch of time, an eighth to a third of the picture, becomes silence."""
    along_time = _between(0, 1) < 0.5
    height, width, top, left = _rectangle(pictures.shape[-1], 0.125, 0.33)
    masked = pictures.clone()
    if along_time:
        masked[..., left : left + width] = -1.0
    else:
        masked[..., top : top + height, :] = -1.0
    return masked


def cover(pictures: Tensor) -> Tensor:
    """All of each picture becomes black or mid-grey: nothing of the face is seen."""
    return torch.full_like(pictures, -1.0 if _between(0, 1) < 0.5 else 0.0)


def silence(pictures: Tensor) -> Tensor:
    """All of each picture becomes silence."""
    return torch.full_like(pictures, -1.0)


FACE: tuple[Degrade, ...] = (scale_down_and_up, blur, add_noise, darken, to_grey, occlude)
SPECTROGRAM: tuple[Degrade, ...] = (add_grey_noise, blur, mask_bands)


class Degradation(nn.Module):
    """Degrades some sequences in training, and leaves all as they are in evaluation.

    Each sequence is degraded or not, all its pictures in one way; drawn from torch's generator of the CPU, so
    a seed and a resumed training give the same pictures, whatever the device.

    Parameters
    ----------
    kinds : tuple of functions
        Of (picture, 3, size, size) to the same; each is as likely.
    share : float in [0, 1]
        Of sequences that are degraded.
    lose : function
        As one of kinds, what leaves nothing to see or to hear.
    lost : float in [0, 1]
        Share of sequences that are lost altogether, degraded or not.

    Source
    ------
    Aspandi et al. (2022), section 3.1. The share, the same for a whole sequence, and sequences that are lost:
    our choice.

    Examples
    --------
    >>> pictures = torch.zeros(2, 4, 3, 32, 32)
    >>> degradation = Degradation(FACE, 1.0)
    >>> torch.equal(degradation.eval()(pictures), pictures), degradation.train()(pictures).shape
    (True, torch.Size([2, 4, 3, 32, 32]))
    """

    def __init__(self, kinds: tuple[Degrade, ...], share: float, lose: Degrade = cover, lost: float = 0.0):
        super().__init__()
        self.kinds, self.share = kinds, share
        self.lose, self.lost = lose, lost

    def forward(self, pictures: Tensor) -> Tensor:
        """(batch, time, 3, size, size) in [-1, 1] to the same shape."""
        if not self.training or self.share == self.lost == 0:
            return pictures
        chosen = torch.rand(len(pictures), device="cpu").lt(self.share).tolist()
        kinds = torch.randint(len(self.kinds), (len(pictures),), device="cpu").tolist()
        changes = [self.kinds[kind] if one else None for one, kind in zip(chosen, kinds, strict=True)]
        if self.lost:
            gone = torch.rand(len(pictures), device="cpu").lt(self.lost).tolist()
            changes = [self.lose if lost else change for lost, change in zip(gone, changes, strict=True)]
        return torch.stack(
            [change(one) if change else one for one, change in zip(pictures, changes, strict=True)]
        )


def _between(low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), device="cpu"))


def _rectangle(size: int, least: float, most: float) -> tuple[int, int, int, int]:
    """Height, width, top and left of a rectangle inside a picture, px."""
    height, width = (max(1, round(size * _between(least, most))) for _ in range(2))
    top, left = (int(torch.randint(size - side + 1, (), device="cpu")) for side in (height, width))
    return height, width, top, left
