"""What int8 costs in accuracy, and saves in processor time, on one thread.

Run: python benchmarks/int8.py RUN PREPARED [--partition development], for CCC before and after, and the
largest difference of a prediction; "every" puts small layers in int8 too, so that a small model tells what it
costs.
Or: python benchmarks/int8.py SYSTEM/VARIANT [--preset full], for the time of a full-size model with untrained
weights and made inputs: "one" is a step at a time, as a stream comes, "chunk" many at once.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor

from emotrace import models
from emotrace.metrics import ccc
from emotrace.models import Model, load_checkpoint
from emotrace.models.quantised import quantised
from emotrace.run_files import RunFiles
from emotrace.store import open_prepared
from emotrace.training.postprocessing import gold_standard
from emotrace.training.tracing import trace_prepared

CHUNK = 32  # steps


def main() -> None:
    """Print a table of a run or of a system."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", help="a run folder, or system/variant")
    parser.add_argument("prepared", nargs="?")
    parser.add_argument("--partition", default="development")
    parser.add_argument("--preset")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, {os.cpu_count()} cores, 1 thread, load {os.getloadavg()[0]:.1f}")
    if options.prepared is None:
        print_times(options.what, options.preset, options.runs)
    else:
        print_losses(Path(options.what), options.prepared, options.partition)


def print_losses(run: Path, prepared: str, partition: str) -> None:
    """CCC of a run in float32 and int8, and the processor time of its steps."""
    model, _ = load_checkpoint(RunFiles(run).best)
    names = json.loads((run / "partition.json").read_text(encoding="utf-8"))["parts"][partition]
    recordings = [one for one in open_prepared(prepared).recordings if one.name in names]
    gold = np.concatenate([gold_standard(model, one) for one in recordings])
    print(f"{run}: {len(recordings)} recordings of {partition}, {len(gold)} steps")
    print(f"| | layers | CCC {' / '.join(model.labels)} | largest difference | mean | ms/step |")
    print("|---|---|---|---|---|---|")
    reference = None
    for name, (one, layers) in _candidates(model).items():
        began = time.process_time()
        values = np.concatenate([trace_prepared(one, recording).values for recording in recordings])
        spent = (time.process_time() - began) / len(values)
        reference = values if reference is None else reference
        off = np.abs(values - reference)
        scores = " / ".join(f"{ccc(gold[:, i], values[:, i]):.4f}" for i in range(len(model.labels)))
        print(f"| {name} | {layers} | {scores} | {off.max():.4f} | {off.mean():.4f} | {1000 * spent:.2f} |")


def print_times(name: str, preset: str | None, runs: int) -> None:
    """Processor time of a step of an untrained model, float32 and int8 by turns."""
    torch.manual_seed(0)
    model = models.build(name, preset).eval()
    candidates = {name: pair for name, pair in _candidates(model).items() if name != "every"}
    steps = {"one": 1, "chunk": CHUNK}
    inputs = {what: made(model, count) for what, count in steps.items()}
    print(f"{name}, preset {preset}: {candidates['int8'][1]} layers in int8")
    print("| | processor ms/step: least | median | largest difference |")
    print("|---|---|---|---|")
    with torch.inference_mode():
        results = {key: one.trace(inputs["chunk"]) for key, (one, _) in candidates.items()}
        off = (results["float32"][0] - results["int8"][0]).abs().max().item()
        for what, count in steps.items():
            calls: dict[str, Callable[[], object]] = {
                key: lambda one=one, key=key, what=what: one.trace(inputs[what], results[key][1])
                for key, (one, _) in candidates.items()
            }
            for key, spent in _by_turns(calls, runs if count == 1 else max(3, runs // 5)).items():
                cells = " | ".join(f"{1000 * pick(spent) / count:.2f}" for pick in (min, median))
                print(f"| {what}, {key} | {cells} | {off if key == 'int8' else 0:.1e} |")


def made(model: Model, steps: int) -> dict[str, Tensor]:
    """Inputs of so many steps and their context: noise."""
    declaration = model.declaration
    rows = steps + declaration.context_steps + declaration.look_ahead_steps
    inputs = {}
    for name, spec in declaration.inputs.items():
        shapes = {
            "face": lambda spec: (3, spec.size, spec.size),
            "audio": lambda spec: (round(spec.rate_hz * declaration.step_s),),
            "spectrogram": lambda spec: (spec.columns, 128),
        }
        inputs[name] = torch.rand(1, rows, *shapes[spec.kind](spec)) * 2 - 1
        inputs[f"{name}_mask"] = torch.ones(1, rows, dtype=torch.bool)
    return inputs


def _candidates(model: Model) -> dict[str, tuple[Model, int]]:
    large, every = quantised(model), quantised(model, small=True)
    return {
        "float32": (model, 0),
        "int8": (large[0], len(large[1])),
        "every": (every[0], len(every[1])),
    }


def _by_turns(calls: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(runs):
        for name, call in calls.items():
            began = time.process_time()
            call()
            spent[name].append(time.process_time() - began)
    return spent


if __name__ == "__main__":
    main()
