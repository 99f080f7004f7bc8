"""Writes run folders as training leaves them, without training: several subjects, NaNs, classes."""

import json

import numpy as np
import pandas as pd
import pytest

CLASSES = ("angry", "calm", "happy")
RECIPE = """\
system: nguyen2020
variant: 2d1dconv-ae-lstm
preset: paper
reported:
- table: Table III
  corpus: avec2016
  partition: development
  subjects: 9
  metrics: {rmse_arousal: 0.474, rmse_valence: 0.187, rmse_joint: 0.510}
"""


def smooth(rng, steps):
    noise = np.convolve(rng.normal(size=steps + 200), np.hanning(101) / 8, mode="same")[100:-100]
    return np.tanh(noise)


def write_trace_csv(path, rng, steps, labels=("arousal", "valence"), gap=0.1):
    gold = np.stack([smooth(rng, steps) for _ in labels], axis=1)
    predicted = 0.7 * gold + 0.2 * np.stack([smooth(rng, steps) for _ in labels], axis=1) + 0.05
    gold[: int(gap * steps)] = np.nan
    table = pd.DataFrame(
        {"time_s": np.arange(steps) * 0.04, "face_found": (rng.random(steps) < 0.97).astype(int)}
    )
    for i, label in enumerate(labels):
        table[label] = predicted[:, i]
    for i, label in enumerate(labels):
        table[f"gold_{label}"] = gold[:, i]
    table.round({"time_s": 3}).to_csv(path, index=False, float_format="%.6f")


def write_class_csv(path, rng, steps, gold):
    logits = (
        rng.normal(size=(steps, len(CLASSES))) + 0.7 * (np.array(CLASSES) == gold) + rng.normal(size=3) / 2
    )
    share = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    table = pd.DataFrame({"time_s": np.arange(steps) * 0.04, "face_found": 1})
    for i, label in enumerate(CLASSES):
        table[label] = share[:, i]
    table.to_csv(path, index=False, float_format="%.6f")


def write_log(path, classes):
    rows = []
    for step in range(0, 2001, 100):
        fall = np.exp(-step / 600)
        rows.append({"stage": "joint", "step": step, "loss": 900 * fall + 80, "loss_ccc": fall,
                     "loss_reconstruction_face": 850 * fall + 60})  # fmt: skip
        if step % 500 == 0:
            names = ["uar"] if classes else ["ccc_arousal", "ccc_valence"]
            score = {f"development_{name}": (0.8 - 0.1 * i) * (1 - fall) for i, name in enumerate(names)}
            score["development_score"] = sum(score.values()) / len(names)
            rows.append({"stage": "joint", "step": step, **score})
    path.parent.mkdir()
    pd.DataFrame(rows).to_csv(path, index=False)


@pytest.fixture
def write_run():
    """A function that writes a run folder and gives its path."""

    def write(
        folder, *, predicts="trace", subjects=4, each=2, steps=400, seed=0, parts=("development", "test")
    ):
        rng = np.random.default_rng(seed)
        (folder / "predictions").mkdir(parents=True)
        partition = {
            "scheme": "fixed",
            "fold": None,
            "parts": {"train": ["train_1"]},
            "subjects": {"train_1": "T1"},
        }
        classes = {"train_1": "calm"}
        for part in parts:
            partition["parts"][part] = []
            for i in range(subjects):
                for j in range(each):
                    name = f"{part}_{i + 1}_{j + 1}"
                    partition["parts"][part].append(name)
                    partition["subjects"][name] = f"{part[0].upper()}{i + 1}"
                    classes[name] = CLASSES[(i + j) % len(CLASSES)]
                    path = folder / "predictions" / f"{name}.csv"
                    if predicts == "class":
                        write_class_csv(path, rng, steps // 10, classes[name])
                    else:
                        write_trace_csv(path, rng, steps)
        if predicts == "class":
            partition["classes"] = classes
        run = {
            "system": "nguyen2020",
            "variant": "2d1dconv-ae-lstm",
            "preset": "small",
            "labels": list(CLASSES) if predicts == "class" else ["arousal", "valence"],
            "predicts": predicts,
            "recipe_digest": "0123456789abcdef",
            "partition_digest": "fedcba9876543210",
            "prepared": "prepared",
            "corpus": "avec2016",
            "value_range": [-1.0, 1.0],
            "commit": "4416920bf8ce2d47a5b4d3c8f12ab90d1e6f7a35-dirty",
            "versions": {"emotrace": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6"},
            "seed": 0,
            "fold": None,
            "state": "done",
            "stages": [{"name": "joint", "state": "done", "best": {"score": 0.62, "step": 1500}}],
            "best": {"score": 0.62, "step": 1500},
        }
        (folder / "run.json").write_text(json.dumps(run))
        (folder / "partition.json").write_text(json.dumps(partition))
        (folder / "recipe.yaml").write_text(RECIPE)
        write_log(folder / "logs" / "metrics.csv", predicts == "class")
        return folder

    return write
