"""Table 11 of aspandi2022 with ours beside it: parameters, size, time per frame in training and inference.

Run: python benchmarks/aspandi2022_complexity.py [--threads N] [--runs N]. Size is that of the weights in
float32. Training is one adversarial step on 2 windows of 8 steps, with both optimisers, divided by its 16
frames; inference is one frame at a time with the state carried. Least of the runs, in wall and in processor
time. The paper measured on an NVIDIA 1080 Ti. Untrained weights cost the same time as trained ones.
"""

import argparse
import os
import time
from collections.abc import Callable

import torch
from torch import Tensor

from emotrace import models
from emotrace.models import Model
from emotrace.training.adversarial import adversarial_step, parameter_groups
from emotrace.training.label_scale import LabelScale
from emotrace.training.losses_adversarial import PAPER

WINDOWS, STEPS = 2, 8
MEGABYTE = 1e6
# parameters in training and inference, MB in training and inference, ms in training and inference
REPORTED = {
    "de": (5_287_308, 2_483_346, 59.35, 11.15, 54.63, 4.63),
    "des": (5_550_989, 2_747_027, 60.41, 11.61, 55.17, 4.81),
    "avi-cas": (6_000_508, 3_196_546, 62.26, 13.41, 55.88, 5.17),
    "avi-gas": (6_264_189, 3_460_227, 63.33, 14.46, 56.35, 5.21),
}
VARIANTS = ("vi", "au", "vi-de", "au-de", "vi-des", "au-des", "avi-cas", "avi-gas")
OF = {"vi": "de", "au": "de", "vi-de": "de", "au-de": "de", "vi-des": "des", "au-des": "des"}


def inputs_of(model: Model, windows: int, steps: int) -> dict[str, Tensor]:
    """Made inputs for all that the model looks at."""
    shapes = {"face": (3, 128, 128), "spectrogram": (128, 128)}
    made: dict[str, Tensor] = {}
    for name in model.declaration.inputs:
        made[name] = torch.rand(windows, steps, *shapes[name]) * 2 - 1
        made[f"{name}_mask"] = torch.ones(windows, steps, dtype=torch.bool)
    return made


def training_step(model: Model) -> Callable[[], object]:
    """One adversarial step, with both optimisers."""
    model.train()
    groups = parameter_groups(model)
    optimisers = {name: torch.optim.Adam(group, 1e-4) for name, group in groups.items()}
    target = torch.rand(WINDOWS, STEPS, 2) * 2 - 1
    scale = LabelScale.of([target.flatten(0, 1).numpy()], (-1.0, 1.0))
    inputs = inputs_of(model, WINDOWS, STEPS)

    def update(group: str, loss: Tensor) -> None:
        optimisers[group].zero_grad()
        loss.backward()
        optimisers[group].step()

    return lambda: adversarial_step(model, inputs, target, scale, PAPER, update)


def inference_step(model: Model) -> Callable[[], object]:
    """One frame, after some that left a state."""
    model.eval()
    one = inputs_of(model, 1, 1)
    with torch.inference_mode():
        _, state = model.trace(inputs_of(model, 1, STEPS))

    def step() -> None:
        with torch.inference_mode():
            model.trace(one, state)

    return step


def least(call: Callable[[], object], runs: int, frames: int) -> str:
    """Least wall and processor milliseconds per frame of some calls after one."""
    call()
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return f"{1000 * min(walls) / frames:.1f} ({1000 * min(processors) / frames:.1f})"


def row(variant: str, preset: str, runs: int) -> str:
    """One row of the table."""
    torch.manual_seed(0)
    model = models.build(f"aspandi2022/{variant}", preset=preset)
    counts = model.parameter_counts()
    paper = REPORTED[OF.get(variant, variant)]
    told = [f"{count:,}" for count in counts]
    if preset == "table11":
        told = [f"{mine} ({theirs:,})" for mine, theirs in zip(told, paper[:2], strict=True)]
    sizes = [
        f"{4 * count / MEGABYTE:.1f} ({theirs:.1f})" for count, theirs in zip(counts, paper[2:4], strict=True)
    ]
    training = least(training_step(model), max(runs // 10, 2), WINDOWS * STEPS)
    inference = least(inference_step(model), runs, 1)
    cells = [*told, *sizes, training, f"{paper[4]:.1f}", inference, f"{paper[5]:.2f}"]
    return f"| {variant} | {preset} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    load = os.getloadavg()[0]
    print(f"torch {torch.__version__}, {os.cpu_count()} cores, {options.threads} threads, load {load:.1f}")
    print("In parentheses the paper's numbers; of our times, processor time.\n")
    print("| variant | preset | parameters, training | inference | MB, training | inference ", end="")
    print("| ms/frame, training (processor) | paper, GPU | inference (processor) | paper, GPU |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for variant in VARIANTS:
        for preset in ("table11", "full"):
            print(row(variant, preset, options.runs), flush=True)


if __name__ == "__main__":
    main()
