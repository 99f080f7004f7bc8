"""Residual networks of bottlenecks with torchvision's parameter names: ResNet-50 and narrower kin."""

from torch import Tensor, nn
from torch.nn import functional as F

EXPANSION = 4  # channels after a bottleneck, over those inside


class Bottleneck(nn.Module):
    """Residual block of convolutions 1x1, 3x3 and 1x1, each with batch normalisation.

    Parameters
    ----------
    channels_in, width : int
        Channels before and inside; after it there are `EXPANSION * width`.
    stride : int
        Of the 3x3 convolution.

    Source
    ------
    He et al. (2016); the stride at the 3x3 convolution and all names are torchvision's.
    """

    def __init__(self, channels_in: int, width: int, stride: int):
        super().__init__()
        channels_out = EXPANSION * width
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, channels_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels_out)
        self.downsample: nn.Sequential | None = None
        if stride != 1 or channels_in != channels_out:
            shortcut = nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(channels_out))

    def forward(self, image: Tensor) -> Tensor:
        """(batch, channel, height, width) to (batch, channel, height / stride, width / stride)."""
        inner = F.relu_(self.bn1(self.conv1(image)))
        inner = F.relu_(self.bn2(self.conv2(inner)))  # (batch, channel, height / stride, width / stride)
        inner = self.bn3(self.conv3(inner))
        return F.relu_(inner + (image if self.downsample is None else self.downsample(image)))


class ResNet(nn.Module):
    """A 7x7 convolution, max-pooling, four groups of bottlenecks, the mean over the image.

    Parameters
    ----------
    blocks : (int, int, int, int)
        Bottlenecks of each group.
    widths : (int, int, int, int)
        Channels inside the bottlenecks of each group; the first convolution has as many as the first.
    classes : int or None
        Outputs of a classifier `fc`; None: none, and the features come out.

    Attributes
    ----------
    features : int
        Of the last group, 4 times its width.

    Source
    ------
    He et al. (2016); Tzirakis et al. (2017), Table I, which are the defaults: ResNet-50.
    Fresh weights as torchvision's: He-normal, over what goes out.

    Examples
    --------
    >>> sum(weight.numel() for weight in ResNet().parameters())
    23508032
    """

    def __init__(
        self,
        blocks: tuple[int, int, int, int] = (3, 4, 6, 3),
        widths: tuple[int, int, int, int] = (64, 128, 256, 512),
        classes: int | None = None,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        channels = [widths[0], *(EXPANSION * width for width in widths)]
        for number in range(4):
            group = nn.Sequential()
            for place in range(blocks[number]):
                first = place == 0
                stride = 2 if first and number > 0 else 1
                group.append(Bottleneck(channels[number if first else number + 1], widths[number], stride))
            self.add_module(f"layer{number + 1}", group)
        self.features = channels[-1]
        self.fc = None if classes is None else nn.Linear(self.features, classes)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) to (batch, feature), or (batch, class) with a classifier."""
        maps = F.relu_(self.bn1(self.conv1(images)))  # (batch, channel, height / 2, width / 2)
        maps = F.max_pool2d(maps, 3, stride=2, padding=1)  # (batch, channel, height / 4, width / 4)
        for number in range(4):
            maps = self.get_submodule(f"layer{number + 1}")(maps)
        features = maps.mean(dim=(2, 3))  # (batch, feature)
        return features if self.fc is None else self.fc(features)
