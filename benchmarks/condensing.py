"""What condensing saves chen2015 on appearance: fit, condensing, training step and validation.

Run: python benchmarks/condensing.py PREPARED [--steps N] [--batch N], where PREPARED holds the track of
`emotrace prepare ... --for chen2015/video-app-valence-mse --set preset=computed`. Each part runs in a process
of its own. Memory is what that takes for itself, torch and all, without pages of mapped files (Linux).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import torch
from torch.utils.data import default_collate

from emotrace.config.load import load_recipe
from emotrace.models.registry import build_configured
from emotrace.store import open_prepared
from emotrace.training.condensing import condense_stage
from emotrace.training.development import Development
from emotrace.training.fitting import fit_model
from emotrace.training.machine import Machine
from emotrace.training.material import gather_material
from emotrace.training.module import make_optimiser
from emotrace.training.plan import plan_stages
from emotrace.training.run_folder import RunFolder
from emotrace.training.windows import WindowDataset

RECIPE = "chen2015/video-app-valence-mse"
PARTS = ("fit", "raw", "condensed")


def main() -> None:
    """Print a line for each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=9)
    parser.add_argument("--part", choices=PARTS)
    options = parser.parse_args()
    if options.part is None:
        print(f"{os.cpu_count()} cores, {torch.get_num_threads()} threads; windows of 750 steps")
        for part in PARTS:
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--part", part], check=True)
        return
    recipe = load_recipe(RECIPE, [f"training.batch_size={options.batch}", "preset=computed"])
    material = gather_material(recipe, open_prepared(options.prepared), None)
    (plan,) = plan_stages(recipe, material, Machine())
    torch.manual_seed(0)
    model = build_configured(plan.name, plan.material.config, plan.material.labels)
    memory = Memory()
    memory.start()
    told = []
    if options.part == "fit":
        began = time.perf_counter()
        fit_model(model, plan, recipe.name, 0)
        told.append(f"{time.perf_counter() - began:.1f} s")
    else:
        told = _train(model, plan, options)
    print(
        f"{options.part:10} {', '.join(told)}; highest {memory.highest:.0f} MB ({memory.before:.0f} before)"
    )


def _train(model, plan, options) -> list[str]:
    material, told = plan.material, []
    train, development = material.recordings("train"), material.recordings("development")
    with tempfile.TemporaryDirectory() as folder:
        if options.part == "condensed":
            began = time.perf_counter()
            train, development = condense_stage(model, plan, RunFolder(folder), Machine(progress=False))
            told.append(f"{len(train) + len(development)} recordings in {time.perf_counter() - began:.1f} s")
        windows = WindowDataset(train, material.declaration, 1, 750, 750)
        optimiser, lengths = make_optimiser(plan.settings, list(model.parameters())), []
        for step in range(options.steps):
            began = time.perf_counter()
            chosen = [windows[(step * options.batch + n) % len(windows)] for n in range(options.batch)]
            inputs, target = default_collate(chosen)
            loss = (model(inputs)["prediction"] - target).square().nanmean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            lengths.append(time.perf_counter() - began)
        told.append(f"step {median(lengths):.2f} s ({min(lengths):.2f} to {max(lengths):.2f})")
        began = time.perf_counter()
        Development(development, material.declaration, material.labels).score(model)
        told.append(f"validation {time.perf_counter() - began:.2f} s")
    return told


class Memory(threading.Thread):
    """Looks every 20 ms how many MB the process has taken for itself."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = self.highest = self._now()

    def run(self) -> None:
        """Note the highest."""
        while True:
            self.highest = max(self.highest, self._now())
            time.sleep(0.02)

    def _now(self) -> float:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return float(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
