"""Run folders and folders of anyone's CSVs for the tests of fusion: noisy copies of one gold standard."""

import json

import numpy as np
import pandas as pd

CLASSES = ("calm", "happy", "angry")
PARTS = {"train": ["t1"], "development": ["d1", "d2", "d3", "d4"], "test": ["e1", "e2"]}


def gold_of(name, steps=120):
    rng = np.random.default_rng(sum(map(ord, name)))
    noise = rng.normal(size=(steps + 20, 2))
    return np.stack([np.convolve(noise[:, j], np.ones(15) / 8, "same")[10:-10] for j in range(2)], axis=1)


def predicted(name, seed, noise):
    rng = np.random.default_rng([seed, sum(map(ord, name))])
    gold = gold_of(name)
    return 0.6 * gold + noise * rng.normal(size=gold.shape) + 0.1


def write_csv(path, values, gold, labels=("arousal", "valence")):
    table = pd.DataFrame({"time_s": np.arange(len(values)) * 0.04, "face_found": 1})
    for j, label in enumerate(labels):
        table[label] = values[:, j]
    for j, label in enumerate(labels):
        table[f"gold_{label}"] = gold[:, j]
    path.parent.mkdir(parents=True, exist_ok=True)
    table.round({"time_s": 3}).to_csv(path, index=False, float_format="%.6f")


def write_run(folder, seed=0, noise=0.3, parts=("development", "test"), **facts):
    """A run of a trace system."""
    subjects = {name: name for members in PARTS.values() for name in members} | {"d2": "d1"}
    for part in parts:
        for name in PARTS[part]:
            write_csv(folder / "predictions" / f"{name}.csv", predicted(name, seed, noise), gold_of(name))
    run = {"system": "heron", "variant": "v", "labels": ["arousal", "valence"], "predicts": "trace"}
    run |= {"corpus": "made", "value_range": [-1, 1], "inputs": {"face": "face"}, "state": "done"}
    write_facts(folder, run | facts, {"scheme": "fixed", "parts": PARTS, "subjects": subjects})
    return folder


def write_crossval(folder, seed=0, noise=0.3):
    """A cross-validation of three finished folds, pooled."""
    names = ["d1", "d2", "d3", "d4", "e1", "e2"]
    for name in names:
        write_csv(folder / "predictions" / f"{name}.csv", predicted(name, seed, noise), gold_of(name))
    run = {"system": "heron", "variant": "v", "labels": ["arousal", "valence"], "predicts": "trace"}
    run["folds"] = [{"fold": fold, "state": "done", "best": None} for fold in range(3)]
    partition = {"scheme": "loso", "parts": {"test": names}, "subjects": {name: name for name in names}}
    partition["fold_of"] = {name: index // 2 for index, name in enumerate(names)}
    write_facts(folder, run, partition)
    return folder


def write_clips(folder, seed=0, sure=1.0):
    """A run of a class system; the two systems of a test have other steps."""
    parts = {"train": [], "development": [], "test": [f"c{i}" for i in range(12)]}
    classes = {name: CLASSES[i % 3] for i, name in enumerate(parts["test"])}
    for i, name in enumerate(parts["test"]):
        rng = np.random.default_rng([seed, i])
        logits = rng.normal(size=(4 + seed, 3)) + sure * (np.array(CLASSES) == classes[name])
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        table = pd.DataFrame(shares, columns=list(CLASSES))
        table.insert(0, "time_s", np.arange(len(table)) * 0.5)
        path = folder / "predictions" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, float_format="%.6f")
    run = {"system": "heron", "variant": "v", "labels": list(CLASSES), "predicts": "class"}
    partition = {"parts": parts, "subjects": {name: name for name in parts["test"]}, "classes": classes}
    write_facts(folder, run, partition)
    return folder


def write_facts(folder, run, partition):
    (folder / "run.json").write_text(json.dumps(run))
    (folder / "partition.json").write_text(json.dumps(partition))


def write_folders(root, names=("r1", "r2", "r3", "r4"), tail=3):
    """Two systems and a gold standard with semicolons and a name column; predictions are longer than gold."""
    for system, seed in (("one", 1), ("two", 2), ("gold", None)):
        for name in names:
            values = gold_of(name) if seed is None else predicted(name, seed, 0.3)
            if seed is not None:
                values = np.concatenate([values, values[-1:].repeat(tail, axis=0)])
            rows = [f"'{name}';{i / 10:.6f};{a:.6f};{v:.6f}" for i, (a, v) in enumerate(values)]
            path = root / system / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(["name;timestamp;arousal;valence", *rows]) + "\n")
    return root
