"""What priyasad2019 makes of a segment: fc7 of its MFCC image, and an LSTM over fc7 of its twenty faces."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.models.layers.standardise import Standardise
from emotrace.models.layers.vgg import VGG
from emotrace.models.priyasad2019_variation import IMAGE, of_other_tracts

FRAMES = 20  # faces of a segment
IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of red, green, blue in [0, 1]: what torchvision's weights expect
IMAGENET_STD = (0.229, 0.224, 0.225)
_SEGMENTS_AT_ONCE = 8  # in evaluation: twenty faces each


class ImageNetScale(nn.Module):
    """Pictures in 0..255 to the scale of torchvision's ImageNet weights (our choice, also without them)."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(name, 255 * torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """(image, 3, height, width) to the same shape."""
        return (images - self.mean) / self.std


class AudioBranch(nn.Module):
    """MFCC images to fc7 of a VGG.

    Parameters
    ----------
    trunk : VGG
    size : int, px
        To which images of 64 px are enlarged.
    scale : {"imagenet", "training", "subject"}
        What is done to images: they are scaled as photographs, or each coefficient of each channel becomes a
        z-score of training; z-scores of the subject are such already.
    coefficients : int
        The network sees the first of each channel.
    joined_frames : int
        So many frames are averaged to one.
    tract : float
        In training, as `of_other_tracts`.

    Source: Priyasad et al. (2019), section 3.2; the scale, and seeing less of an image: our choice.
    """

    def __init__(
        self,
        trunk: VGG,
        size: int,
        scale: str,
        coefficients: int = IMAGE[1],
        joined_frames: int = 1,
        tract: float = 0.0,
    ):
        super().__init__()
        self.size = size
        self.scale: nn.Module = nn.Identity()
        if scale != "subject":
            self.scale = Standardise(IMAGE[0] * IMAGE[1]) if scale == "training" else ImageNetScale()
        self.coefficients, self.joined_frames, self.tract = coefficients, joined_frames, tract
        self.trunk = trunk
        self.features_out = trunk.features_out

    def condense(self, rows: Tensor) -> Tensor:
        """(segment, 12288) in 0..255, or z-scores, to (segment, feature)."""
        images = rows.unflatten(1, IMAGE)
        if isinstance(self.scale, Standardise):
            images = self.scale(columns_of(images)).unflatten(2, IMAGE[:2]).permute(0, 2, 3, 1)
        else:
            images = self.scale(images)
        if self.training and self.tract:
            images = of_other_tracts(images, self.tract)
        images = F.avg_pool2d(images[:, :, : self.coefficients], (1, self.joined_frames))
        if self.size != IMAGE[1]:
            images = F.interpolate(images, size=(self.size, self.size), mode="bilinear", antialias=False)
        return self.trunk(images)

    def forward(self, features: Tensor) -> Tensor:
        """What `condense` gives is all there is: (segment, feature) to the same."""
        return features


class VideoBranch(nn.Module):
    """Twenty faces to fc7 of a VGG each, and an LSTM over them; its last state comes out.

    Parameters
    ----------
    trunk : VGG
    size : int, px
        Of the faces.
    cells : int

    Source: Priyasad et al. (2019), section 3.3.
    """

    def __init__(self, trunk: VGG, size: int, cells: int):
        super().__init__()
        self.size = size
        self.scale = ImageNetScale()
        self.trunk = trunk
        self.recurrent = nn.LSTM(trunk.features_out, cells, batch_first=True)
        self.features_out = cells

    def condense(self, rows: Tensor) -> Tensor:
        """(segment, 20 * size * size * 3) in 0..255 to (segment, 20, feature)."""
        parts = rows.split(max(1, len(rows)) if self.training else _SEGMENTS_AT_ONCE)
        return torch.cat([self._condense(part) for part in parts])

    def _condense(self, rows: Tensor) -> Tensor:
        faces = rows.reshape(-1, self.size, self.size, 3).permute(0, 3, 1, 2)  # (segment * 20, 3, size, size)
        return self.trunk(self.scale(faces)).unflatten(0, (len(rows), FRAMES))

    def forward(self, features: Tensor) -> Tensor:
        """(segment, 20, feature) to (segment, cell)."""
        if len(features) == 0:
            return features.new_zeros(0, self.features_out)
        return self.recurrent(features)[0][:, -1]


def columns_of(images: Tensor) -> Tensor:
    """Frames as rows of channel and coefficient: (image, 3, 64, frame) to (image, frame, 192)."""
    return images.permute(0, 3, 1, 2).flatten(2)
