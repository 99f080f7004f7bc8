"""Time of a training step of the peephole LSTM over that of torch's own LSTM, on a CPU.

Run: python benchmarks/peephole_lstm.py [--threads N]. Both layers run forward and backward in turn on the
same batch, so that what else the machine does slows both alike.
"""

import argparse
import os
import time
from statistics import median

import torch
from torch import nn

from emotrace.models.layers.peephole_lstm import PeepholeLSTM

BATCH, STEPS, WIDTH, CELLS = 25, 150, 1280, 256  # tzirakis2017's speech network
WARM_UP = 2


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    inputs = torch.randn(BATCH, STEPS, WIDTH)
    layers = {
        "torch.nn.LSTM": nn.LSTM(WIDTH, CELLS, batch_first=True),
        "without peepholes": PeepholeLSTM(WIDTH, CELLS, peepholes=False),
        "peepholes and clip": PeepholeLSTM(WIDTH, CELLS, cell_clip=100.0),
    }
    seconds: dict[str, list[float]] = {name: [] for name in layers}
    for repeat in range(WARM_UP + options.repeats):
        for name, layer in layers.items():
            took = training_step(layer, inputs)
            if repeat >= WARM_UP:
                seconds[name].append(took)
    print(
        f"{os.cpu_count()} cores, {options.threads} threads, load {os.getloadavg()[0]:.1f}; batch {BATCH}, "
        f"{STEPS} steps, {WIDTH} -> {CELLS}; median of {options.repeats} in turn (lowest, highest)"
    )
    base = seconds["torch.nn.LSTM"]
    for name, times in seconds.items():
        ratio = median(own / theirs for own, theirs in zip(times, base, strict=True))
        spread = f"({min(times) * 1e3:.0f} to {max(times) * 1e3:.0f})"
        print(f"{name:20} {median(times) * 1e3:6.0f} ms {spread:16} {ratio:5.2f} times torch's")


def training_step(layer: nn.Module, inputs: torch.Tensor) -> float:
    """Seconds of a forward and a backward pass, to the inputs as well."""
    layer.zero_grad()
    inputs = inputs.clone().requires_grad_()
    began = time.perf_counter()
    layer(inputs)[0].square().mean().backward()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
