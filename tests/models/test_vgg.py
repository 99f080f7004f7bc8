"""VGG19 under torchvision's names, its arithmetic, published weights by path, evaluation in parts."""

from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from emotrace.errors import CheckpointError
from emotrace.models.layers import vgg
from emotrace.models.layers.vgg import VGG
from emotrace.models.pretrained import load_trunk

SMALL = {"blocks": (1, 2), "widths": (4, 6), "connected": (10, 8), "pool": 2}
CONVOLUTIONS = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]  # torchvision's numbers in vgg19


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20231)


def test_parameters_by_hand():
    sizes = [3, 64, 64, 128, 128, *[256] * 4, *[512] * 8]
    convolutions = sum(9 * a * b + b for a, b in pairwise(sizes))
    fc6, fc7 = 512 * 7 * 7 * 4096 + 4096, 4096 * 4096 + 4096
    assert convolutions == 20_024_384
    with torch.device("meta"):
        assert sum(p.numel() for p in VGG().parameters()) == convolutions + fc6 + fc7 == 139_570_240
        assert sum(p.numel() for p in VGG(classes=1000).parameters()) == 143_667_240  # torchvision's


def test_names_and_shapes_are_torchvisions():
    with torch.device("meta"):
        full, trunk = VGG(classes=1000), VGG()
    expected, before = {}, 3
    widths = [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    for number, width in zip(CONVOLUTIONS, widths, strict=True):
        expected |= {f"features.{number}.weight": (width, before, 3, 3), f"features.{number}.bias": (width,)}
        before = width
    for number, (a, b) in {0: (4096, 25088), 3: (4096, 4096), 6: (1000, 4096)}.items():
        expected |= {f"classifier.{number}.weight": (a, b), f"classifier.{number}.bias": (a,)}
    assert {name: tuple(value.shape) for name, value in full.state_dict().items()} == expected
    assert set(expected) - set(trunk.state_dict()) == {"classifier.6.weight", "classifier.6.bias"}


def test_names_with_norms_are_those_of_vgg19_bn():
    with torch.device("meta"):
        names = list(VGG(classes=1000, batch_norm=True).state_dict())
    assert names[:7] == [
        "features.0.weight", "features.0.bias", "features.1.weight", "features.1.bias",
        "features.1.running_mean", "features.1.running_var", "features.1.num_batches_tracked",
    ]  # fmt: skip
    assert (
        "features.49.weight" in names and "features.50.weight" in names
    )  # the last convolution and its norm


def literal(net, images):
    """The small network written out, with the weights by torchvision's numbers."""
    weights = net.state_dict()

    def convolved(maps, number):
        return F.conv2d(
            maps, weights[f"features.{number}.weight"], weights[f"features.{number}.bias"], padding=1
        )

    maps = F.max_pool2d(convolved(images, 0).relu(), 2)
    maps = F.max_pool2d(convolved(convolved(maps, 3).relu(), 5).relu(), 2)
    maps = F.adaptive_avg_pool2d(maps, 2).flatten(1)
    for number in (0, 3):
        maps = F.linear(
            maps, weights[f"classifier.{number}.weight"], weights[f"classifier.{number}.bias"]
        ).relu()
    return maps


@pytest.mark.parametrize("size", [4, 8, 13, 32])
def test_its_arithmetic(size):
    net = VGG(**SMALL).eval()
    images = torch.randn(3, 3, size, size)
    torch.testing.assert_close(net(images), literal(net, images), atol=1e-6, rtol=1e-4)
    assert net.features_out == 8 and net(images[:0]).shape == (0, 8)
    assert VGG(**SMALL, classes=5)(images[:0]).shape == (0, 5) and VGG(**SMALL, classes=5)(images).shape == (
        3,
        5,
    )


def test_evaluation_in_parts_changes_nothing(monkeypatch):
    net, images = VGG(**SMALL, batch_norm=True).eval(), torch.randn(7, 3, 8, 8)
    whole = net(images)
    monkeypatch.setattr(vgg, "AT_ONCE", 2)
    torch.testing.assert_close(net(images), whole)


def test_published_weights_come_by_path(tmp_path):
    published, trunk = VGG(**SMALL, classes=9), VGG(**SMALL)
    torch.save(published.state_dict(), tmp_path / "vgg.pth")
    load_trunk(trunk, tmp_path / "vgg.pth")
    for name, value in trunk.state_dict().items():
        torch.testing.assert_close(value, published.state_dict()[name])
    with pytest.raises(CheckpointError, match=r"its weights are not those of this VGG: .* of another shape"):
        load_trunk(VGG(**SMALL | {"widths": (4, 7)}), tmp_path / "vgg.pth")


def test_fresh_weights_keep_the_size_of_what_passes():
    net = VGG(widths=(8, 8, 16, 16, 16), connected=(32, 32)).eval()
    features = net(torch.randn(8, 3, 64, 64))
    assert 0.02 < features.std() < 50 and features.isfinite().all()
