"""Time of one frame of aspandi2022, preset full, in its quick layers and in torch's plain ones.

Run: python benchmarks/aspandi2022_frame.py [--threads N] [--runs N]. Both modalities, generators and
discriminators, the state carried; the candidates take turns within one run. "one" is a frame at a time, as a
stream comes; "chunk" is many at once, as `emotrace predict` does it. Processor time sums over threads and
counts their waiting for each other, so on a busy machine only that of --threads 1 says much.
"""

import argparse
import copy
import os
import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn

from emotrace import models
from emotrace.models.layers.quick_convolution import HalvingConv2d, InterleavedConv2d

CHUNK = 32  # frames


def frames(count: int) -> dict[str, Tensor]:
    """Made inputs of `count` steps."""
    there = torch.ones(1, count, dtype=torch.bool)
    return {
        "face": torch.rand(1, count, 3, 128, 128) * 2 - 1,
        "spectrogram": torch.rand(1, count, 128, 128) * 2 - 1,
        "face_mask": there,
        "spectrogram_mask": there,
    }


class PlainGenerator(nn.Module):
    """A generator on pictures in the plain order."""

    def __init__(self, generator: nn.Module):
        super().__init__()
        self.encoder, self.decoder = generator.encoder, generator.decoder

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        latent = self.encoder(pictures)
        return latent, self.decoder(latent)


class PlainDiscriminator(nn.Module):
    """A discriminator on pictures in the plain order."""

    def __init__(self, discriminator: nn.Module):
        super().__init__()
        self.layers, self.real, self.coarse = (
            discriminator.layers, discriminator.real, discriminator.coarse,
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = self.layers(pictures)
        return self.real(features), self.coarse(features).flatten(1)


def in_plain_layers(model: models.Model) -> models.Model:
    """The same weights in torch's own layers and order."""
    plain = copy.deepcopy(model)
    for name in plain.config.modalities:
        plain.generators[name] = PlainGenerator(plain.generators[name])
        plain.discriminators[name] = PlainDiscriminator(plain.discriminators[name])
    _replace(plain)
    return plain.to(memory_format=torch.contiguous_format).eval()


def _replace(network: nn.Module) -> None:
    for name, layer in network.named_children():
        if isinstance(layer, nn.GroupNorm):
            setattr(network, name, _as(nn.InstanceNorm2d(layer.num_channels, affine=True), layer))
        elif isinstance(layer, InterleavedConv2d | HalvingConv2d):
            sizes = layer.in_channels, layer.out_channels, layer.kernel_size
            step, edge = layer.stride, layer.padding
            fresh = nn.Conv2d(*sizes, stride=step, padding=edge, bias=layer.bias is not None)
            setattr(network, name, _as(fresh, layer))
        else:
            _replace(layer)


def _as(fresh: nn.Module, layer: nn.Module) -> nn.Module:
    fresh.load_state_dict(layer.state_dict())
    return fresh


def alternate(
    candidates: dict[str, Callable[[], object]], runs: int
) -> dict[str, tuple[list[float], list[float]]]:
    """Wall and processor seconds of each of `runs` calls, the candidates by turns."""
    spent: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in candidates}
    for call in candidates.values():
        call()
    for _ in range(runs):
        for name, call in candidates.items():
            wall, processor = time.perf_counter(), time.process_time()
            call()
            spent[name][0].append(time.perf_counter() - wall)
            spent[name][1].append(time.process_time() - processor)
    return spent


def main() -> None:
    """Print a row for each candidate, and by how much their results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    quick = models.build("aspandi2022/avi-gas", preset="full").eval()
    candidates = {"plain layers": in_plain_layers(quick), "quick layers": quick}
    one, many = frames(1), frames(CHUNK)
    load = os.getloadavg()[0]
    print(f"torch {torch.__version__}, {os.cpu_count()} cores, {options.threads} threads, load {load:.1f}")
    print("| | wall ms/frame: least | median | processor ms/frame: least | median |")
    print("|---|---|---|---|---|")
    with torch.inference_mode():
        results, states = zip(*(model.trace(many) for model in candidates.values()), strict=True)
        spent = alternate(
            {
                f"one, {name}": lambda model=model, state=state: model.trace(one, state)
                for (name, model), state in zip(candidates.items(), states, strict=True)
            },
            options.runs,
        )
        whole = alternate(
            {f"chunk, {name}": lambda model=model: model.trace(many) for name, model in candidates.items()},
            max(options.runs // 10, 3),
        )
    for rows, count in ((spent, 1), (whole, CHUNK)):
        for name, lists in rows.items():
            cells = [f"{1000 * pick(times) / count:.1f}" for times in lists for pick in (min, median)]
            print(f"| {name} | {' | '.join(cells)} |")
    plain, now = results
    print(f"largest difference of a prediction: {(plain - now).abs().max().item():.1e}")


if __name__ == "__main__":
    main()
