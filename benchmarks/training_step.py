"""Share of a training step spent waiting for data, and the step's length.

Run: python benchmarks/training_step.py [RECIPE ...] [--steps N]. Trains each recipe for N steps on
demo recordings and reads `data_wait_share` from the run's own log. The first rows, which hold the
start of the loader process, are left out.
"""

import argparse
import csv
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from emotrace.cli.prepare import wanted_inputs
from emotrace.config.load import load_recipe
from emotrace.config.media import FaceSettings
from emotrace.corpora import read
from emotrace.demo import write_demo_corpus
from emotrace.store import prepare
from emotrace.training import train

RECIPES = ["nguyen2020/demo", "nguyen2020/2d1dconv-ae-lstm"]


def main() -> None:
    """Print a row for each recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", default=RECIPES)
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, {options.steps} steps each, 4 demo recordings of 20 s")
    print("recipe                          s/step  waiting for data (median of rows, highest)")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_demo_corpus(root / "corpus", train=3, development=1, test=0, duration_s=20, jobs=2)
        inputs = wanted_inputs(options.recipes)
        prepare(
            read("avec2016", root / "corpus"),
            root / "prepared",
            inputs=inputs,
            settings=FaceSettings(),
            jobs=2,
        )
        for name in options.recipes:
            print(measure(name, root, options.steps), flush=True)


def measure(name: str, root: Path, steps: int) -> str:
    """One row of the table."""
    settings = [f"training.steps={steps}", f"training.validate_every={steps}"]
    run = root / name.replace("/", "-")
    began = time.monotonic()
    train(load_recipe(name, settings), root / "prepared", run, progress=False)
    seconds = (time.monotonic() - began) / steps
    with (run / "logs" / "metrics.csv").open(newline="") as file:
        shares = [float(row["data_wait_share"]) for row in csv.DictReader(file) if row["data_wait_share"]]
    kept = shares[1:] or shares
    return f"{name:30}  {seconds:6.2f}  {median(kept):6.2%}  {max(kept):6.2%}"


if __name__ == "__main__":
    main()
