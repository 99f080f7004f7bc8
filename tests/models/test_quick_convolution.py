"""Quick forms of convolutions, and the networks of aspandi2022 made of them, against torch's plain layers."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.models import CheckpointMeta, build, load_checkpoint, save_checkpoint
from emotrace.models.layers.quick_convolution import SMALL_MAP, HalvingConv2d, InterleavedConv2d


def same(found: Tensor, expected: Tensor, atol: float) -> None:
    torch.testing.assert_close(found, expected, atol=atol, rtol=0)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("after", [1, 3, 5])
def test_interleaved_is_a_convolution_and_learns_alike(size, after, layout):
    torch.manual_seed(1)
    quick = InterleavedConv2d(4, after, size).double().to(memory_format=layout)
    picture = torch.randn(2, 4, 10, 14, dtype=torch.float64, requires_grad=True)
    plain = F.conv2d(picture, quick.weight, padding=size // 2)
    found = quick(picture.contiguous(memory_format=layout))
    same(found, plain, 1e-12)
    wanted = [picture, quick.weight]
    for one, other in zip(
        torch.autograd.grad(found.square().sum(), wanted),
        torch.autograd.grad(plain.square().sum(), wanted),
        strict=True,
    ):
        same(one, other, 1e-9)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("height", "width"), [(2, 2), (SMALL_MAP, 6), (SMALL_MAP + 2, 4)])
def test_halving_is_a_convolution_and_learns_alike_twice(height, width, layout):
    """Twice, for the gradient penalty looks at the gradient of a gradient."""
    torch.manual_seed(1)
    quick = HalvingConv2d(3, 5).double().to(memory_format=layout)
    picture = torch.randn(2, 3, height, width, dtype=torch.float64, requires_grad=True)
    plain = F.conv2d(picture, quick.weight, quick.bias, stride=2, padding=1)
    found = quick(picture.contiguous(memory_format=layout))
    same(found, plain, 1e-12)
    penalties = []
    for output in (found, plain):
        (slope,) = torch.autograd.grad(output.square().sum(), picture, create_graph=True)
        penalties.append(slope.flatten(1).norm(dim=1).square().sum())
    for one, other in zip(
        *(torch.autograd.grad(p, [quick.weight, quick.bias]) for p in penalties), strict=True
    ):
        same(one, other, 1e-9)


def test_weights_are_kept_in_the_quick_order_and_saved_and_loaded_as_ever(tmp_path):
    model, other = (build("aspandi2022/vi-de", preset="small") for _ in range(2))
    other.load_state_dict({name: value.contiguous() for name, value in model.state_dict().items()})
    for one in (model, other):
        convolutions = [weight for weight in one.parameters() if weight.dim() == 4]
        assert len(convolutions) == 12 + 7 + 4  # of G, D and the trunk
        assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in convolutions)
    meta = CheckpointMeta(
        name="aspandi2022/vi-de",
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "best.safetensors", model, meta)
    loaded, _ = load_checkpoint(tmp_path / "best.safetensors")
    for (name, kept), again in zip(model.state_dict().items(), loaded.state_dict().values(), strict=True):
        assert torch.equal(kept, again), name


def plain_layers(network: nn.Module, pictures: Tensor) -> Tensor:
    """The same weights through torch's plain layers, on pictures in the plain order."""
    for layer in network.modules():
        if isinstance(layer, nn.GroupNorm):
            pictures = F.instance_norm(pictures, weight=layer.weight, bias=layer.bias)
        elif isinstance(layer, nn.ConvTranspose2d):
            pictures = F.conv_transpose2d(pictures, layer.weight.contiguous(), stride=2, padding=1)
        elif isinstance(layer, nn.Conv2d):
            pictures = F.conv2d(
                pictures, layer.weight.contiguous(), layer.bias, stride=layer.stride, padding=layer.padding
            )
        elif isinstance(layer, nn.ReLU | nn.LeakyReLU | nn.Tanh):
            pictures = layer(pictures)
    return pictures


def literal_generator(generator: nn.Module, pictures: Tensor) -> tuple[Tensor, Tensor]:
    latent = None
    for part in (generator.encoder, generator.decoder):
        for layer in part:
            if hasattr(layer, "layers"):
                pictures = pictures + plain_layers(layer.layers, pictures)
            else:
                pictures = plain_layers(layer, pictures)
        latent = pictures if latent is None else latent
    return latent, pictures


def test_the_full_networks_give_what_plain_layers_give():
    """float32, over sums of up to 4,096 products and 14 normalisations: within the issue's 1e-4."""
    torch.manual_seed(2)
    model = build("aspandi2022/avi-gas", preset="full").eval()
    for layer in model.modules():
        if isinstance(layer, nn.GroupNorm):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.uniform_(layer.bias, -0.5, 0.5)
    pictures = torch.rand(2, 3, 128, 128) * 2 - 1
    with torch.inference_mode():
        for name in ("face", "spectrogram"):
            latent, restored = literal_generator(model.generators[name], pictures)
            features = plain_layers(model.discriminators[name].layers, restored)
            coarse = plain_layers(model.discriminators[name].coarse, features).flatten(1)
            found = model.generators[name](pictures)
            same(found[0], latent, 1e-4)
            same(found[1], restored, 1e-4)
            same(model.judge(name, found[1])[1], coarse, 1e-4)
            same(model.trunks[name](found[0]), plain_layers(model.trunks[name], latent).flatten(1), 1e-4)


def test_a_prediction_with_the_state_carried_is_that_of_all_at_once():
    torch.manual_seed(3)
    model = build("aspandi2022/avi-gas", preset="full").eval()
    steps = 5
    inputs = {
        "face": torch.rand(1, steps, 3, 128, 128) * 2 - 1,
        "spectrogram": torch.rand(1, steps, 128, 128) * 2 - 1,
        "face_mask": torch.ones(1, steps, dtype=torch.bool),
        "spectrogram_mask": torch.ones(1, steps, dtype=torch.bool),
    }
    with torch.inference_mode():
        whole, _ = model.trace(inputs)
        state, parts = None, []
        for step in range(steps):
            one = {name: value[:, step : step + 1] for name, value in inputs.items()}
            part, state = model.trace(one, state)
            parts.append(part)
    same(torch.cat(parts, dim=1), whole, 1e-5)
