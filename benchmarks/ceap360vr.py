"""chen2015 on real physiology: CEAP-360VR, 32 people who rate valence and arousal of 8 films of 60 s each.

Run: python benchmarks/ceap360vr.py FOLDER [-o WORK] [--jobs 1]. FOLDER is the corpus; WORK keeps the prepared
corpus and all runs, and a second call goes on from them. Everything is cross-validated twice: in 8 folds of
four people each, and with each of the 8 films left out in turn (by people who are known). Prints a table of
CCC of all recordings joined, at a step a second, with intervals of 95 % over people.

The films are the same for all and few: how often which film makes people feel what explains most of what can
be predicted. `mean of the film` says at every second what the training people felt then, so it is told which
film it is, as no other row is. How much of the rest is recognition of the film shows in the second protocol.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emotrace import features
from emotrace.config.declaration import Declaration
from emotrace.config.fusion import FusionSettings
from emotrace.config.load import load_recipe
from emotrace.config.media import FaceSettings
from emotrace.config.recipe import PartitionSettings
from emotrace.corpora import read
from emotrace.corpora.partitions import split_all
from emotrace.errors import EmotraceError
from emotrace.evaluation import evaluate, pool
from emotrace.fusion import fuse, read_runs
from emotrace.metrics import ccc
from emotrace.models import declare
from emotrace.store import open_prepared, prepare
from emotrace.training import train_folds

LABELS = ("valence", "arousal")
STEP_S = 1.0
ALONE = ("body", "eyes", "head", "pupil")
ROWS = {
    "constant": "chen2015/ceap360vr-constant",
    "SVR, all features": "chen2015/ceap360vr-svr",
    "BLSTM, all features (early fusion)": "chen2015/ceap360vr",
    "BLSTM, eyes, head and pupil": "chen2015/ceap360vr-behaviour",
    **{f"BLSTM, {name} alone": f"chen2015/ceap360vr-{name}" for name in ALONE},
}
PROTOCOLS = {"people left out": "subject", "films left out": "stimulus"}
FUSED = "late fusion of the four"
TOLD = "mean of the film (is told the film)"


def main() -> None:
    """Prepare, cross-validate, fuse and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--out", type=Path, help="kept; default: a folder that is removed")
    parser.add_argument("--jobs", type=int, default=2, help="rows at the same time")
    options = parser.parse_args()
    began = time.perf_counter()
    print(f"{os.cpu_count()} cores, {options.jobs} processes", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch)
        prepared = out / "prepared"
        recipe = load_recipe(ROWS["BLSTM, all features (early fusion)"])
        inputs = tuple(declare(recipe.name, recipe.preset, recipe.model).inputs.values())
        result = prepare(read("ceap360vr", options.folder), prepared, inputs=inputs, settings=FaceSettings())
        if result.failed:
            parser.error(f"{options.folder}: {len(result.failed)} recordings could not be prepared")
        print(f"prepared in {time.perf_counter() - began:.0f} s", flush=True)
        with ProcessPoolExecutor(
            options.jobs, get_context("spawn"), torch.set_num_threads, (1,)
        ) as processes:
            waiting = {
                (protocol, name): processes.submit(
                    cross_validated, prepared, folder_of(out, protocol), name, by
                )
                for protocol, by in PROTOCOLS.items()
                for name in ROWS
            }
            cells = {place: future.result() for place, future in waiting.items()}
        for protocol in PROTOCOLS:
            cells[protocol, FUSED] = fused(folder_of(out, protocol))
        partition = load_recipe(ROWS["constant"]).partition
        cells["people left out", TOLD] = told(prepared, partition)
    print("| | " + " | ".join(f"{protocol}: {label}" for protocol in PROTOCOLS for label in LABELS) + " |")
    print("|---|" + "---|" * (len(PROTOCOLS) * len(LABELS)))
    for name in (*ROWS, FUSED, TOLD):
        scores = [
            cells.get((protocol, name), {}).get(label, "-") for protocol in PROTOCOLS for label in LABELS
        ]
        print(f"| {name} | " + " | ".join(scores) + " |")
    print(f"{(time.perf_counter() - began) / 60:.0f} minutes in all")


def folder_of(out: Path, protocol: str) -> Path:
    """Where the runs of a protocol lie."""
    return out / protocol.replace(" ", "-")


def cross_validated(prepared: Path, out: Path, name: str, by: str) -> dict[str, str]:
    """One row of one protocol: CCC of each label, in words."""
    began = time.perf_counter()
    run = out / ROWS[name].rpartition("/")[2]
    recipe = load_recipe(ROWS[name], [f"partition.by={by}"])
    for result in train_folds(recipe, prepared, run, progress=False):
        if result.error is not None:
            raise EmotraceError(f"{run}, fold {result.fold}: {result.error}")
    pool(run)
    found = in_words(evaluate(run)["partitions"]["test"])
    print(f"{out.name}, {name}: {found}, {time.perf_counter() - began:.0f} s", flush=True)
    return found


def fused(out: Path) -> dict[str, str]:
    """The four modalities, each fold by the weights that the other folds give."""
    sources = read_runs([out / ROWS[f"BLSTM, {name} alone"].rpartition("/")[2] for name in ALONE])
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        fuse(sources, run, FusionSettings(cross_fit=8))
        return in_words(evaluate(run)["partitions"]["test"])


def in_words(scores: dict[str, Any]) -> dict[str, str]:
    """CCC of all recordings joined, with its interval, of each label."""
    said = {}
    for label in LABELS:
        cell = scores["concatenated"][f"ccc_{label}"]
        said[label] = f"{cell['value']:.3f} [{cell['low']:.3f}, {cell['high']:.3f}]"
    return said


def told(prepared: Path, partition: PartitionSettings) -> dict[str, str]:
    """The mean of the same film over the people of train, at every step; on the people left out."""
    corpus = open_prepared(prepared)
    by_name = {recording.name: recording for recording in corpus.recordings}
    order = [corpus.dimensions.index(label) for label in LABELS]
    grid = Declaration(inputs={}, step_s=STEP_S)
    gold = {}
    for name, recording in by_name.items():
        steps = features.step_count(recording, grid)
        gold[name] = features.targets(recording.labels, grid, 0, steps).numpy().astype(float)[:, order]
    target, said = [], []
    for parts in split_all(corpus.recordings, partition):
        for name in parts["test"]:
            film = by_name[name].attributes["stimulus"]
            same = [gold[one] for one in parts["train"] if by_name[one].attributes["stimulus"] == film]
            length = min(len(gold[name]), *map(len, same))
            target.append(gold[name][:length])
            said.append(np.nanmean([one[:length] for one in same], axis=0))
    y, x = np.concatenate(target), np.concatenate(said)
    return {label: f"{ccc(y[:, at], x[:, at]):.3f}" for at, label in enumerate(LABELS)}


if __name__ == "__main__":
    main()
