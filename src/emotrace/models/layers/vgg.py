"""VGG networks up to their last hidden layer, with torchvision's parameter names: VGG19 and narrower kin."""

import torch
from torch import Tensor, nn

AT_ONCE = 32  # pictures at a time in evaluation; what they give stays in the processor's cache


class VGG(nn.Module):
    """Groups of 3x3 convolutions with max-pooling after each, then fully connected layers; gives fc7.

    Parameters
    ----------
    blocks : tuple of int
        Convolutions of each group.
    widths : tuple of int
        Channels of each group.
    connected : (int, int)
        Units of the two fully connected layers, fc6 and fc7.
    dropout : float
        After fc6, and after fc7 if a classifier follows.
    batch_norm : bool
        After each convolution, as torchvision's vgg19_bn has it.
    pool : int
        Side of the maps that fc6 reads: those of pictures of any other size than 32 * `pool` px are averaged,
        or repeated, to it.
    classes : int or None
        Outputs of a classifier; None: none, and fc7 after its ReLU comes out.

    Attributes
    ----------
    features_out : int
        Units of fc7.

    Source
    ------
    Simonyan and Zisserman (2014), configuration E, which the defaults are. Names, and the pooling to 7x7, are
    torchvision's; fresh weights are He-normal throughout (our choice: torchvision draws those of connected
    layers for 4096 units only).

    Examples
    --------
    >>> with torch.device("meta"):
    ...     sum(weight.numel() for weight in VGG().parameters())
    139570240
    """

    def __init__(
        self,
        blocks: tuple[int, ...] = (2, 2, 4, 4, 4),
        widths: tuple[int, ...] = (64, 128, 256, 512, 512),
        connected: tuple[int, int] = (4096, 4096),
        *,
        dropout: float = 0.5,
        batch_norm: bool = False,
        pool: int = 7,
        classes: int | None = None,
    ):
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for count, width in zip(blocks, widths, strict=True):
            for _ in range(count):
                layers.append(nn.Conv2d(before, width, 3, padding=1))
                if batch_norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU(inplace=True))
                before = width
            layers.append(nn.MaxPool2d(2, stride=2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(pool)
        fc6, fc7 = connected
        hidden = [nn.Linear(before * pool * pool, fc6), nn.ReLU(inplace=True), nn.Dropout(dropout)]
        hidden += [nn.Linear(fc6, fc7), nn.ReLU(inplace=True)]
        if classes is not None:
            hidden += [nn.Dropout(dropout), nn.Linear(fc7, classes)]
        self.classifier = nn.Sequential(*hidden)
        self.features_out = fc7
        self._width = fc7 if classes is None else classes
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(part.bias)  # type: ignore[arg-type]  # it has one
            elif isinstance(part, nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
                nn.init.zeros_(part.bias)

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) to (batch, fc7), or (batch, class) with a classifier.

        In evaluation a few pictures at a time. Sides of at least 32 px; no picture at all gives no row.
        """
        if len(images) == 0:
            return images.new_zeros(0, self._width)
        # training must see all at once: batch normalisation takes their mean and variance
        parts = images.split(len(images) if self.training else AT_ONCE)
        return torch.cat([self._run(part) for part in parts])

    def _run(self, images: Tensor) -> Tensor:
        maps = self.features(images.contiguous(memory_format=torch.channels_last))
        return self.classifier(torch.flatten(self.avgpool(maps), 1))  # (batch, feature)
