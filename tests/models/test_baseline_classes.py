"""The support vector machine of clips against scikit-learn: classes, probabilities, bad input."""

import numpy as np
import pytest
import torch
from baseline_examples import CLIPS, NAN, UNSEEN, batch, said, svm
from sklearn.svm import LinearSVC

from emotrace import metrics
from emotrace.errors import DataError
from emotrace.models import build
from emotrace.models.baselines.svm import SupportVectorClassifier, best_temperature, recall
from emotrace.models.example import Example
from emotrace.models.run import trace_recording


def test_recall_is_the_uar_of_metrics(rng):
    for _ in range(20):
        wanted, guess = rng.integers(0, 4, 25), rng.integers(0, 5, 25)
        assert recall(wanted, guess) == pytest.approx(metrics.uar(wanted, guess), abs=1e-12)


def test_svm_is_that_of_scikit_learn_on_clip_means():
    grid = (1e-3, 1e-1)
    model, facts = svm(complexities=grid)
    means = np.array([np.nanmean(one.inputs["voice"].double(), axis=0) for one in CLIPS])
    unseen = np.array([np.nanmean(one.inputs["voice"].double(), axis=0) for one in UNSEEN])
    mean, std = means.mean(axis=0), means.std(axis=0)
    classes, wanted = ([int(one.target[0, 0]) for one in clips] for clips in (CLIPS, UNSEEN))
    found = {}
    for complexity in grid:
        machine = LinearSVC(C=complexity, class_weight="balanced", dual=False, max_iter=20_000)
        machine.fit((means - mean) / std, classes)
        found[complexity] = machine.decision_function((unseen - mean) / std)
    uar = {key: metrics.uar(wanted, decision.argmax(axis=1)) for key, decision in found.items()}
    best = max(uar, key=uar.get)
    assert facts["complexity"] == best
    assert facts["development_uar"] == pytest.approx(uar[best], abs=1e-4)
    assert facts["clips"] == 30
    temperature = best_temperature(found[best], np.array(wanted))
    assert facts["temperature"] == pytest.approx(temperature, rel=0.02)
    logits = np.array([model(batch(one))["prediction"][0, 0].numpy() for one in UNSEEN])
    np.testing.assert_allclose(logits * model.temperature.item(), found[best], atol=0.02)  # two solvers


def test_svm_says_the_same_probabilities_in_every_step():
    model, facts = svm()
    assert facts["development_uar"] > 0.9
    values = trace_recording(model, lambda first, last: UNSEEN[1].inputs, 12, chunk_steps=5)
    assert values.shape == (12, 3) and values.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert (values == values[0]).all() and values[0].argmax() == UNSEEN[1].target[0, 0]
    both = model({name: torch.cat([batch(one)[name] for one in UNSEEN[:2]]) for name in batch(UNSEEN[0])})
    torch.testing.assert_close(both["prediction"][1, 0].softmax(0), torch.tensor(values[0]))


def test_temperature_makes_the_wanted_classes_most_probable(rng):
    wanted = rng.integers(0, 3, 400)
    decisions = 5 * (np.eye(3)[wanted] + 0.8 * rng.standard_normal((400, 3)))

    def surprise(temperature):
        scaled = decisions / temperature
        log = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        of_any_class = log.mean(axis=1)  # one clip beside the 400
        return -np.mean((log[np.arange(400), wanted] * 400 + of_any_class) / 401)

    tried = np.geomspace(0.1, 50, 2000)
    best = tried[np.argmin([surprise(value) for value in tried])]
    assert best_temperature(decisions, wanted) == pytest.approx(best, rel=0.01)


def test_clips_that_are_all_told_apart_are_not_certain():
    wanted = np.arange(12) % 3
    decisions = 2.0 * np.eye(3)[wanted]
    logits = decisions / best_temperature(decisions, wanted)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares[np.arange(12), wanted], (12 + 1 / 3) / 13, rtol=1e-3)


def test_svm_of_two_classes_and_of_a_class_without_clips():
    two = [one for one in CLIPS if one.target[0, 0] < 2]
    model, facts = svm(labels=("angry", "calm"), train=two, development=two)
    assert facts["development_uar"] == 1.0 and "classes_without_training_clip" not in facts
    assert torch.equal(model.weight[0], -model.weight[1])
    model, facts = svm(train=two)
    assert facts["classes_without_training_clip"] == ["sad"]
    assert all(said(model, one)[0, 2] == 0 for one in UNSEEN)
    assert facts["development_uar"] <= 2 / 3 + 1e-4  # no clip is said to be sad


def test_svm_weighs_classes_alike():
    rare = [one for one in CLIPS if one.target[0, 0] == 0] + CLIPS[1:3]
    plain = [one.target[0, 0].item() for one in rare]
    assert plain.count(0) == 10 and plain.count(1) == plain.count(2) == 1
    model, _ = svm(train=rare, development=[])
    assert {int(said(model, one)[0].argmax()) for one in UNSEEN} == {0, 1, 2}


def test_svm_without_development_takes_the_middle_and_says_so():
    model, facts = svm(development=[], complexities=(0.001, 0.01, 0.1))
    assert (facts["complexity"], facts["temperature"]) == (0.01, 1.0)
    assert facts["chosen_without_development"] is True
    assert model.temperature.item() == 1.0


def test_svm_pools_means_and_deviations_and_unrated_clips_are_left_out():
    unknown = Example("u", "s", CLIPS[0].inputs, torch.full((12, 1), NAN))
    model, facts = svm(train=[*CLIPS, unknown], pooling=("mean", "std"))
    assert model.weight.shape == (3, 12) and facts["clips"] == 30
    rows = np.array([one.inputs["voice"].double().numpy() for one in CLIPS])
    pooled = np.hstack([np.nanmean(rows, axis=1), np.nanstd(rows, axis=1)])
    np.testing.assert_allclose(model.scale.mean, pooled.mean(axis=0), rtol=1e-4, atol=1e-4)
    nothing = {"voice": torch.zeros(1, 4, 6), "voice_mask": torch.zeros(1, 4) > 0}
    logits = model(nothing)["prediction"]
    torch.testing.assert_close(logits, (model.bias / model.temperature).expand(1, 4, 3))


def test_clips_of_one_class_are_told():
    with pytest.raises(DataError, match="the 10 training clips are all of sad; expected at least two"):
        svm(train=[one for one in CLIPS if one.target[0, 0] == 2])
    with pytest.raises(DataError, match="the 0 training clips are all of no class"):
        svm(train=[])


def test_the_classifier_is_of_classes():
    assert isinstance(build("baselines/svm"), SupportVectorClassifier)
    assert build("baselines/svm").declaration.predicts == "class"
