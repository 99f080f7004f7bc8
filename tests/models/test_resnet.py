"""ResNet-50 under torchvision's names, its arithmetic, and gradients on CPUs."""

import pytest
import torch
from torch.nn import functional as F
from torchvision_names import resnet

from emotrace.models.layers.resnet import Bottleneck, ResNet

SMALL = {"blocks": (2, 1, 1, 1), "widths": (4, 4, 8, 8)}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20211)


def group(channels_in: int, width: int, blocks: int) -> int:
    """Parameters of a group of bottlenecks: three convolutions, their norms, and a shortcut in the first."""
    inner = 9 * width * width + width * 4 * width + 2 * (width + width + 4 * width)
    first = channels_in * width + inner + channels_in * 4 * width + 2 * 4 * width
    return first + (blocks - 1) * (4 * width * width + inner)


def test_parameters_by_hand():
    stem = 3 * 64 * 7 * 7 + 2 * 64
    groups = [group(64, 64, 3), group(256, 128, 4), group(512, 256, 6), group(1024, 512, 3)]
    assert groups == [215_808, 1_219_584, 7_098_368, 14_964_736]
    assert stem + sum(groups) == 23_508_032
    with torch.device("meta"):
        assert sum(p.numel() for p in ResNet().parameters()) == 23_508_032
        assert sum(p.numel() for p in ResNet(classes=1000).parameters()) == 25_557_032  # torchvision's


def test_names_and_shapes_are_torchvisions():
    with torch.device("meta"):
        full, trunk = ResNet(classes=1000), ResNet()
    expected = resnet((3, 4, 6, 3), (64, 128, 256, 512), 1000)
    assert {name: tuple(value.shape) for name, value in full.state_dict().items()} == expected
    assert len(expected) == 320
    assert set(expected) - set(trunk.state_dict()) == {"fc.weight", "fc.bias"}


def test_sizes_of_the_maps():
    net, shapes = ResNet(**SMALL), []
    for number in range(1, 5):
        net.get_submodule(f"layer{number}").register_forward_hook(
            lambda module, inputs, output: shapes.append(tuple(output.shape[1:]))
        )
    assert net(torch.randn(2, 3, 96, 96)).shape == (2, 32)
    assert shapes == [(16, 24, 24), (16, 12, 12), (32, 6, 6), (32, 3, 3)]
    assert ResNet(**SMALL, classes=5)(torch.randn(2, 3, 33, 33)).shape == (2, 5)


@pytest.mark.parametrize(("channels_in", "stride"), [(16, 1), (16, 2), (8, 1)])
def test_a_bottleneck_is_three_convolutions_and_a_shortcut(channels_in, stride):
    block, image = Bottleneck(channels_in, 4, stride), torch.randn(3, channels_in, 8, 8)

    def normed(values, norm):
        mean, variance = (
            values.mean((0, 2, 3), keepdim=True),
            values.var((0, 2, 3), keepdim=True, correction=0),
        )
        scaled = (values - mean) / (variance + 1e-5).sqrt()
        return scaled * norm.weight[:, None, None] + norm.bias[:, None, None]

    inner = F.relu(normed(F.conv2d(image, block.conv1.weight), block.bn1))
    inner = F.relu(normed(F.conv2d(inner, block.conv2.weight, stride=stride, padding=1), block.bn2))
    inner = normed(F.conv2d(inner, block.conv3.weight), block.bn3)
    shortcut = image
    if block.downsample is not None:
        shortcut = normed(F.conv2d(image, block.downsample[0].weight, stride=stride), block.downsample[1])
    assert (block.downsample is None) == (channels_in == 16 and stride == 1)
    torch.testing.assert_close(block(image), F.relu(inner + shortcut), atol=1e-5, rtol=1e-5)


def test_gradients_are_the_same_in_channels_last_order():
    """oneDNN's gradient of a 1x1 convolution with stride 2 crashes on 3 channels; here are 4 or more."""
    net, grads = ResNet(**SMALL), []
    images = torch.randn(3, 3, 48, 48)
    for dtype in (torch.float64, torch.float32):
        for order in (torch.contiguous_format, torch.channels_last):
            net.to(dtype).zero_grad()
            read = images.to(dtype).contiguous(memory_format=order).detach().requires_grad_()
            net(read).square().sum().backward()
            grads.append([read.grad.double(), *(p.grad.double() for p in net.parameters())])
    for other, tolerance in zip(grads[1:], (1e-6, 1e-3, 1e-3), strict=True):
        for expected, got in zip(grads[0], other, strict=True):
            # a kernel of torch sums float64 in float32; float32 loses digits in 15 norms of few values
            assert (got - expected).abs().max() <= tolerance * expected.abs().max()


def test_fresh_weights_are_hes_and_norms_change_nothing():
    net = ResNet(blocks=(1, 1, 1, 1), widths=(32, 32, 32, 64))
    weight = net.get_submodule("layer4.0.conv2").weight
    assert weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.02)
    assert net.bn1.weight.eq(1).all() and net.bn1.bias.eq(0).all()
