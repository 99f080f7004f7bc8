"""Published weights by name: the right file in every form, and every wrong one."""

import os

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torchvision_names import resnet

from emotrace.errors import CheckpointError
from emotrace.models import build, load_trunk
from emotrace.models.layers.resnet import ResNet

SIZES = (1, 1, 1, 1), (8, 16, 32, 64)  # of the preset `small`


def state_dict(blocks, widths, classes=1000):
    """Right names and shapes; each tensor is full of a number of its own, and takes no room in a file."""
    weights = {}
    for number, (name, shape) in enumerate(resnet(blocks, widths, classes).items(), start=1):
        kind = torch.long if name.endswith("num_batches_tracked") else torch.float32
        weights[name] = torch.tensor(number, dtype=kind).expand(shape)
    return weights


@pytest.fixture
def trunk():
    torch.manual_seed(20212)
    return build("tzirakis2017/visual", "small").visual.trunk


def check(trunk, weights):
    for name, value in trunk.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            assert value.unique().tolist() == [weights[name].flatten()[0].item()], name


def test_resnet_50_as_torchvision_publishes_it(tmp_path):
    weights = state_dict((3, 4, 6, 3), (64, 128, 256, 512))
    torch.save(weights, tmp_path / "resnet50.pth")
    model = build("tzirakis2017/visual")
    before = model.recurrent.layers[0].weight_input.detach().clone()
    load_trunk(model.visual.trunk, tmp_path / "resnet50.pth")
    check(model.visual.trunk, weights)
    assert torch.equal(model.recurrent.layers[0].weight_input, before)


@pytest.mark.parametrize("left_out", ["nothing", "fc.", "num_batches_tracked"])
@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors"])
def test_with_or_without_classifier_and_counters(tmp_path, trunk, left_out, suffix):
    weights = {name: value for name, value in state_dict(*SIZES).items() if left_out not in name}
    path = tmp_path / f"small{suffix}"
    if suffix == ".safetensors":
        save_file({name: value.contiguous() for name, value in weights.items()}, path)
    else:
        torch.save(weights, path)
    load_trunk(trunk, path)
    check(trunk, weights)


def test_a_classifier_that_the_trunk_has_is_read(tmp_path):
    torch.save(state_dict(*SIZES, classes=5), tmp_path / "five.pth")
    net = ResNet(*SIZES, classes=5)
    load_trunk(net, tmp_path / "five.pth")
    assert net.fc.weight.unique().numel() == 1
    with pytest.raises(
        CheckpointError, match=r"2 of another shape \(fc.weight is \(5, 256\), not \(7, 256\), fc"
    ):
        load_trunk(ResNet(*SIZES, classes=7), tmp_path / "five.pth")


def without(weights, *ends):
    return {name: value for name, value in weights.items() if not name.endswith(ends)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: without(w, "conv2.weight", "bn1.bias"),
         r"wrong.pth: its weights are not those of this ResNet: 9 missing \(bn1.bias, layer1.0.bn1.bias, "
         r"layer1.0.conv2.weight, \.\.\.\); check the file, the preset"),
        (lambda w: w | {"layer9.weight": torch.ones(2), "conv9.bias": torch.ones(1)},
         r"this ResNet: 2 unknown \(layer9.weight, conv9.bias\);"),
        (lambda w: w | {"conv1.weight": torch.ones(9, 3, 7, 7)},
         r"this ResNet: 1 of another shape \(conv1.weight is \(9, 3, 7, 7\), not \(8, 3, 7, 7\)\);"),
        (lambda w: {f"module.{name}": value for name, value in w.items()},
         r"this ResNet: 85 missing \(conv1.weight, .*; 87 unknown \(module.conv1.weight, "),
        (lambda w: {}, "this ResNet: 85 missing"),
        (lambda w: state_dict((3, 4, 6, 3), (64, 128, 256, 512)),
         r"180 unknown \(layer1.1.conv1.weight, .*; 85 of another shape \(conv1.weight is \(64, 3, 7, 7\)"),
        (lambda w: {"state_dict": w, "epoch": 3}, r"holds a dict of state_dict, epoch; expected a state"),
        (lambda w: [1, 2], r"holds a list; expected a state dict"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_differs_and_changes_nothing(tmp_path, trunk, change, message):
    before = {name: value.clone() for name, value in trunk.state_dict().items()}
    torch.save(change(state_dict(*SIZES)), tmp_path / "wrong.pth")
    with pytest.raises(CheckpointError, match=message):
        load_trunk(trunk, tmp_path / "wrong.pth")
    assert all(torch.equal(value, before[name]) for name, value in trunk.state_dict().items())


class Planted:
    """Its unpickling would make a folder."""

    def __reduce__(self):
        return os.mkdir, ("planted",)


def test_code_in_a_file_is_refused_and_not_run(tmp_path, trunk, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"conv1.weight": Planted()}, "code.pth")
    torch.save(nn.Linear(1, 1), "module.pth")
    for name in ("code.pth", "module.pth"):
        with pytest.raises(
            CheckpointError, match=rf"{name}: is no file of weights, or holds code, which is not"
        ):
            load_trunk(trunk, name)
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("left", [0, 10, 700])
def test_a_damaged_file_is_told(tmp_path, trunk, suffix, left):
    path = tmp_path / f"cut{suffix}"
    weights = {name: value.contiguous() for name, value in state_dict(*SIZES).items()}
    (save_file if suffix == ".safetensors" else torch.save)(weights, path)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(CheckpointError, match=rf"cut{suffix}: is (damaged or )?no file of weights"):
        load_trunk(trunk, path)


def test_a_missing_file_is_told(tmp_path, trunk):
    for path in (tmp_path, tmp_path / "none.pth"):
        with pytest.raises(
            CheckpointError, match="there is no such file; give a state dict under torchvision's"
        ):
            load_trunk(trunk, path)
