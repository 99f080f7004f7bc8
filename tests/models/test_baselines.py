"""The baselines against literal second ways, on made features; bad input; what is saved is what predicts."""

import numpy as np
import pytest
import torch
from baseline_examples import (
    CLASSES,
    CLIPS,
    DEVELOPMENT,
    NAN,
    SKIN,
    TRAIN,
    UNSEEN,
    VOICE,
    batch,
    said,
    svm,
)
from sklearn.svm import LinearSVR

from emotrace import metrics
from emotrace.errors import ConfigError, DataError
from emotrace.models import CheckpointMeta, build, load_checkpoint, save_checkpoint
from emotrace.models.baselines.svr import SupportVectorRegression, agreement
from emotrace.models.example import Example
from emotrace.models.run import trace_recording


def svr(**changes):
    torch.manual_seed(3)
    model = build("baselines/svr", features=(VOICE, SKIN), **changes)
    return model, model.fit_on(TRAIN, DEVELOPMENT)


def scores(examples, moments=None):
    """Z-scores of both features by numpy, missing rows and values 0, (row, column)."""
    rows = []
    for one in examples:
        found = []
        for name in ("voice", "skin"):
            values = one.inputs[name].double().numpy().copy()
            values[~one.inputs[f"{name}_mask"].numpy()] = NAN
            found.append(values)
        rows.append(np.hstack(found))
    joined = np.vstack(rows)
    mean, std = moments or (np.nanmean(joined, axis=0), np.nanstd(joined, axis=0))
    return np.nan_to_num((joined - mean) / std), (mean, std)


def test_the_constant_is_the_mean_of_the_rated_steps_and_reads_nothing():
    model = build("baselines/constant")
    facts = model.fit_on(TRAIN, [])
    gold = np.concatenate([one.target for one in TRAIN])
    np.testing.assert_allclose(model.mean.tolist(), np.nanmean(gold, axis=0), rtol=1e-6)
    assert facts == {"mean": {"arousal": model.mean[0].item(), "valence": model.mean[1].item()}}
    assert model.declaration.inputs == {}
    values = trace_recording(model, lambda first, last: {}, 7, chunk_steps=3)
    np.testing.assert_array_equal(values, np.tile(model.mean.numpy(), (7, 1)))


def test_svr_is_that_of_scikit_learn_with_the_best_complexity():
    grid = (1e-4, 1e-2, 1.0)
    model, facts = svr(complexities=grid, tube=0.2)
    read, moments = scores(TRAIN)
    gold = np.concatenate([one.target for one in TRAIN]).astype(float)
    unseen, _ = scores(DEVELOPMENT, moments)
    unseen_gold = np.concatenate([one.target for one in DEVELOPMENT])
    for label, name in enumerate(("arousal", "valence")):
        rated = np.isfinite(gold[:, label])
        mean, std = gold[rated, label].mean(), gold[rated, label].std()
        found = {}
        for complexity in grid:
            machine = LinearSVR(
                C=complexity, epsilon=0.2, loss="squared_epsilon_insensitive", dual=False, max_iter=5000
            ).fit(read[rated], (gold[rated, label] - mean) / std)
            found[complexity] = machine.predict(unseen) * std + mean
        ccc = {key: metrics.ccc(unseen_gold[:, label], values) for key, values in found.items()}
        best = max(ccc, key=ccc.get)
        assert facts["complexity"][name] == best
        assert model.complexity[label].item() == pytest.approx(best)
        assert facts["development_ccc"][name] == pytest.approx(ccc[best], abs=1e-4)  # rounded
        mine = np.concatenate([said(model, one) for one in DEVELOPMENT])[:, label]
        np.testing.assert_allclose(mine, found[best], atol=2e-3 * std)  # two solvers, float32 features
    assert facts["development_ccc"]["arousal"] > 0.9 > facts["development_ccc"]["valence"] > 0.3
    assert (facts["rows"], facts["stride"]) == (3 * 75, 1)


def test_svr_learns_from_every_nth_rated_row(monkeypatch):
    read = []
    original = SupportVectorRegression._fit

    def watched(self, features, gold, seed):
        read.append(gold)
        return original(self, features, gold, seed)

    monkeypatch.setattr(SupportVectorRegression, "_fit", watched)
    _, facts = svr(most_rows=100, complexities=(0.01,))
    assert (facts["rows"], facts["stride"]) == (75, 3)
    gold = torch.cat([one.target[one.target.isfinite().any(dim=1)] for one in TRAIN])
    starts = [first for first in range(3) if torch.equal(gold[first::3, 0], read[0])]
    assert len(starts) == 1
    torch.manual_seed(3)
    assert starts == [int(torch.randint(3, ()))]


def test_svr_leaves_out_rows_of_which_nothing_was_observed():
    lacking = {**TRAIN[0].inputs, "voice_mask": torch.zeros(80) > 0, "skin_mask": torch.zeros(80) > 0}
    silent = Example("silent", "s", lacking, torch.full((80, 2), 99.0))
    torch.manual_seed(3)
    model = build("baselines/svr", features=(VOICE, SKIN))
    facts = model.fit_on([*TRAIN, silent], DEVELOPMENT)
    assert facts == svr()[1]
    assert torch.equal(model.weight, svr()[0].weight)


def test_svr_without_development_takes_the_middle_and_says_so():
    torch.manual_seed(3)
    model = build("baselines/svr", features=(VOICE, SKIN), complexities=(0.001, 0.01, 0.1, 1.0))
    facts = model.fit_on(TRAIN, [])
    assert facts["complexity"] == {"arousal": 0.01, "valence": 0.01}
    assert facts["development_ccc"] == {"arousal": None, "valence": None}
    assert facts["chosen_without_development"] is True
    assert "chosen_without_development" not in svr()[1]


def test_a_dimension_that_never_changes_is_given_as_it_is():
    train = [Example(one.name, one.subject, one.inputs, one.target.clone()) for one in TRAIN]
    for one in train:
        one.target[:, 1] = 0.25
    model = build("baselines/svr", features=(VOICE, SKIN))
    model.fit_on(train, DEVELOPMENT)
    assert set(said(model, DEVELOPMENT[0])[:, 1].tolist()) == {0.25}


@pytest.mark.parametrize("name", ["constant", "svr"])
def test_a_dimension_without_ratings_is_told(name):
    train = [Example("r", "s", TRAIN[0].inputs, torch.tensor([[1.0, NAN]]).repeat(80, 1))]
    model = build(f"baselines/{name}", **({"features": (VOICE, SKIN)} if name == "svr" else {}))
    with pytest.raises(DataError, match="no training step with features is rated for valence; expected"):
        model.fit_on(train, DEVELOPMENT)


def test_fits_that_do_not_converge_are_counted(monkeypatch):
    monkeypatch.setattr("emotrace.models.baselines.svr.SOLVER_STEPS", 1)
    monkeypatch.setattr("emotrace.models.baselines.svm.SOLVER_STEPS", 1)
    assert svr()[1]["dimensions_not_converged"] == 2
    assert svm()[1]["not_converged"] is True


def test_agreement_is_the_ccc_of_metrics(rng):
    for _ in range(20):
        gold, values = rng.standard_normal(30), rng.standard_normal(30) + 1
        gold[rng.random(30) < 0.2] = NAN
        assert agreement(gold, values) == pytest.approx(metrics.ccc(gold, values), abs=1e-12)
    same = np.ones(5)
    assert np.isnan(agreement(same, same)) and np.isnan(agreement(np.array([1.0]), np.array([1.0])))
    assert agreement(same, 2 * same) == metrics.ccc(same, 2 * same) == 0


def test_the_blstm_sees_before_and_after_and_starts_from_z_scores():
    torch.manual_seed(4)
    model = build("baselines/blstm", features=(VOICE, SKIN), cells=(5, 4))
    assert model.fit_on(TRAIN, []) is None
    _, (mean, std) = scores(TRAIN)
    np.testing.assert_allclose(torch.cat([scale.mean for scale in model.rows.scales]), mean, rtol=1e-5)
    np.testing.assert_allclose(torch.cat([scale.std for scale in model.rows.scales]), std, rtol=1e-5)
    one = DEVELOPMENT[0]
    changed = {**one.inputs, "skin": one.inputs["skin"].clone()}
    changed["skin"][40] += 3
    whole = trace_recording(model, lambda first, last: one.inputs, 80, chunk_steps=7)
    other = trace_recording(model, lambda first, last: changed, 80, chunk_steps=7)
    moved = np.abs(whole - other).max(axis=1)
    assert moved[38] > 1e-5 and moved[42] > 1e-5
    shown, _ = model.activations(batch(one))
    assert shown["layer2-reversed/cell"].shape == (1, 80, 4)


@pytest.mark.parametrize("variant", ["constant", "svr", "blstm", "svm"])
def test_what_is_saved_predicts_the_same(variant, tmp_path):
    train, unseen, labels, features = TRAIN, DEVELOPMENT, ("arousal", "valence"), (VOICE, SKIN)
    if variant == "svm":
        train, unseen, labels, features = CLIPS, UNSEEN, CLASSES, (VOICE,)
    changes = {} if variant == "constant" else {"features": features}
    model = build(f"baselines/{variant}", labels=labels, **changes)
    model.fit_on(train, unseen)
    meta = CheckpointMeta(
        name=f"baselines/{variant}",
        config=model.config.model_dump(mode="json"),
        labels=labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "best.safetensors", model, meta)
    again, _ = load_checkpoint(tmp_path / "best.safetensors")
    np.testing.assert_array_equal(said(again, unseen[0]), said(model, unseen[0]))
    trained = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    assert (trained > 0) == (variant == "blstm")


def test_parameters_by_hand():
    """A weight for each of 88 columns and a bias for each label; the LSTM has four gates and one bias."""
    assert build("baselines/constant").parameter_counts() == (2, 2)
    assert build("baselines/svr").parameter_counts() == (178, 178)
    assert build("baselines/svm").parameter_counts() == (534, 534)
    first, second = (2 * 4 * (64 * (width + 64) + 64) for width in (88, 128))
    total = first + second + 2 * (128 + 1)
    assert build("baselines/blstm").parameter_counts() == (total, total)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features": ()}, r"features names \[\]; expected at least one, each once"),
        ({"features": (VOICE, VOICE)}, r"features names \['voice', 'voice'\]; expected at least one, each"),
        ({"features": ({"kind": "face"},)}, "features.0 is .*'feature', 'table'"),
        ({"complexities": ()}, r"complexities is \(\); expected at least one value, each once"),
        ({"complexities": (0.1, 0.1)}, r"complexities is \(0.1, 0.1\); expected at least one value"),
        ({"complexities": (0.0,)}, "complexities.0 is 0.0"),
        ({"pooling": ()}, r"pooling is \(\); expected at least one value"),
        ({"cells": ()}, r"cells is \(\); expected at least one value"),
    ],
)
def test_wrong_settings_are_told(changes, message):
    with pytest.raises(ConfigError, match=message):
        build("baselines/svr", **changes)
