"""Weights of classes: literal formulas, classes that do not occur, and a training that they change."""

import numpy as np
import pytest
import tiny_world
import torch
from safetensors.torch import load_file
from sklearn.utils.class_weight import compute_class_weight

from emotrace.config.base import validate
from emotrace.config.recipe import LossTerm
from emotrace.errors import ConfigError
from emotrace.training import train
from emotrace.training.class_weights import balanced_weights, count_classes
from emotrace.training.losses import LOSSES, StepResult
from emotrace.training.run_folder import RunFolder

BALANCED = LossTerm(kind="cross_entropy", class_weights="balanced")


def test_counts_are_those_of_known_steps(rng):
    targets = [rng.integers(0, 4, (50, 1)).astype(float) for _ in range(3)]
    targets[1][10:20] = np.nan
    known = np.concatenate(targets)[np.isfinite(np.concatenate(targets))]
    assert count_classes(targets, 5).tolist() == [int((known == index).sum()) for index in range(5)]


def test_weights_are_those_of_scikit_learn():
    counts = torch.tensor([5, 0, 12, 3])
    classes = np.repeat([0, 2, 3], [5, 12, 3])
    golden = compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=classes)
    weights = balanced_weights(counts)
    assert weights[[0, 2, 3]].tolist() == pytest.approx(golden.tolist(), rel=1e-6)
    assert weights[1] == 0
    assert float((weights * counts).sum()) == pytest.approx(20)
    assert balanced_weights(torch.tensor([0, 0])).tolist() == [0, 0]


def test_the_loss_is_the_literal_formula(rng):
    logits = torch.from_numpy(rng.standard_normal((2, 3, 3))).float()
    target = torch.tensor([[0.0, 0.0, 2.0], [torch.nan, 0.0, 2.0]]).unsqueeze(2)
    counts = torch.tensor([30, 0, 10])  # of all of training; 40 over 2 classes is 20 each
    step = StepResult({}, {"prediction": logits}, target, class_counts=counts)
    terms = []
    for index, row in zip(target.flatten().tolist(), logits.reshape(-1, 3).numpy(), strict=True):
        if np.isfinite(index):
            share = np.exp(row) / np.exp(row).sum()
            terms.append({0: 20 / 30, 2: 20 / 10}[int(index)] * -np.log(share[int(index)]))
    assert float(LOSSES["cross_entropy"](BALANCED, step)) == pytest.approx(sum(terms) / 5, rel=1e-5)
    summed = LossTerm(kind="cross_entropy", class_weights="balanced", reduction="sum")
    assert float(LOSSES["cross_entropy"](summed, step)) == pytest.approx(sum(terms), rel=1e-5)


def test_a_batch_of_equal_classes_is_as_without_weights(rng):
    logits = torch.from_numpy(rng.standard_normal((4, 1, 2))).float()
    target = torch.tensor([0.0, 1.0, 0.0, 1.0]).view(4, 1, 1)
    step = StepResult({}, {"prediction": logits}, target, class_counts=torch.tensor([7, 7]))
    plain = LOSSES["cross_entropy"](LossTerm(kind="cross_entropy"), step)
    assert float(LOSSES["cross_entropy"](BALANCED, step)) == pytest.approx(float(plain), rel=1e-6)


def test_other_words_are_refused():
    with pytest.raises(ConfigError, match="class_weights is 'even': Input should be 'balanced'"):
        validate(LossTerm, {"kind": "cross_entropy", "class_weights": "even"}, "here")


def test_training_with_weights_differs_and_is_repeated(monkeypatch, tmp_path, one_thread):
    parts = {0: "train", 2: "train", 4: "train", 1: "train", 3: "development", 5: "test"}  # odd: the other
    clips = tuple(tiny_world.TinyRecording(n, parts[n], classes=tiny_world.CLASSES) for n in sorted(parts))
    corpus = tiny_world.TinyPrepared(clips, dimensions=(), classes=tiny_world.CLASSES)
    tiny_world.enter(corpus, monkeypatch.setattr)
    runs = {}
    for name, terms in (("plain", [{"kind": "cross_entropy"}]), ("one", [BALANCED]), ("two", [BALANCED])):
        chosen = tiny_world.recipe("class", losses=terms, steps=3, validate_every=3)
        run = train(chosen, "prepared", tmp_path / name, progress=False)
        runs[name] = load_file(RunFolder(run).best)
    assert all(torch.equal(values, runs["two"][name]) for name, values in runs["one"].items())
    assert any(not torch.equal(values, runs["plain"][name]) for name, values in runs["one"].items())
