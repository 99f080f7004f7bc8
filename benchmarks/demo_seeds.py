"""What `emotrace demo` learns, for several seeds of corpus and training, and how long it takes.

Run: python benchmarks/demo_seeds.py [SEED ...]. Each seed makes another corpus (people, voices,
raters) and other initial weights; CCC is that of all recordings of the partition joined.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Print a row for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=[0, 1, 2])
    seeds = parser.parse_args().seeds
    print(f"{os.cpu_count()} cores; CCC of subjects never trained on")
    print("seed  minutes  development A  V      test A  V")
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(seed, Path(folder)), flush=True)


def measure(seed: int, folder: Path) -> str:
    """One row of the table."""
    began = time.monotonic()
    command = [sys.executable, "-m", "emotrace", "demo", "--out", str(folder), "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)
    minutes = (time.monotonic() - began) / 60
    partitions = json.loads((folder / "run" / "metrics.json").read_text())["partitions"]
    scores = [
        partitions[part]["concatenated"][f"ccc_{dimension}"]["value"]
        for part in ("development", "test")
        for dimension in ("arousal", "valence")
    ]
    return f"{seed:4}  {minutes:7.1f}  {scores[0]:13.3f}  {scores[1]:.3f}  {scores[2]:6.3f}  {scores[3]:.3f}"


if __name__ == "__main__":
    main()
