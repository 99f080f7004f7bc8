"""evaluate on class runs: one class per clip, accuracy, uar and confusion, intervals over subjects."""

import json

import numpy as np
import pandas as pd
import pytest

from emotrace import metrics
from emotrace.errors import DataError
from emotrace.evaluation import evaluate, evaluate_predictions

CLASSES = ["angry", "calm", "happy"]


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "run", predicts="class", subjects=5, each=3, parts=("test",))


def by_hand(run):
    partition = json.loads((run / "partition.json").read_text())
    names = partition["parts"]["test"]
    gold = [partition["classes"][name] for name in names]
    means = [pd.read_csv(run / "predictions" / f"{name}.csv")[CLASSES].mean() for name in names]
    return names, gold, [mean.idxmax() for mean in means], [partition["subjects"][name] for name in names]


def test_values_are_those_of_the_metrics(run):
    scores = evaluate(run)["partitions"]["test"]
    names, gold, predicted, _ = by_hand(run)
    assert len(names) == 15 and len(set(predicted)) > 1 and predicted != gold
    assert scores["predicts"] == "class" and scores["classes"] == CLASSES
    assert scores["concatenated"]["accuracy"]["value"] == pytest.approx(metrics.accuracy(gold, predicted))
    assert scores["concatenated"]["uar"]["value"] == pytest.approx(metrics.uar(gold, predicted))
    assert scores["confusion"] == metrics.confusion(gold, predicted, CLASSES).tolist()
    assert [scores["per_recording"][name]["predicted"] for name in names] == predicted
    recalls = [scores["concatenated"][f"recall_{name}"]["value"] for name in CLASSES]
    assert np.mean(recalls) == pytest.approx(scores["concatenated"]["uar"]["value"])


def test_interval_is_over_subjects(run):
    scores = evaluate(run, draws=300, seed=1)["partitions"]["test"]
    _, gold, predicted, subjects = by_hand(run)
    people = sorted(set(subjects))
    values = []
    for counts in np.random.default_rng(1).multinomial(5, [0.2] * 5, size=300):
        drawn = [i for i, person in enumerate(subjects) for _ in range(counts[people.index(person)])]
        values.append(metrics.uar([gold[i] for i in drawn], [predicted[i] for i in drawn]))
    entry = scores["concatenated"]["uar"]
    assert (entry["low"], entry["high"]) == pytest.approx(tuple(np.percentile(values, [2.5, 97.5])), abs=1e-9)


def test_a_clip_of_unknown_class_is_left_out_and_named(run):
    path = run / "partition.json"
    partition = json.loads(path.read_text())
    del partition["classes"]["test_2_1"]
    path.write_text(json.dumps(partition))
    scores = evaluate(run)["partitions"]["test"]
    assert np.sum(scores["confusion"]) == 14
    assert scores["per_recording"]["test_2_1"]["gold"] is None
    assert scores["warnings"] == ["No class is known, so not scored: test_2_1."]


def test_no_known_class_is_refused(run):
    path = run / "partition.json"
    partition = json.loads(path.read_text())
    path.write_text(json.dumps(partition | {"classes": {}}))
    with pytest.raises(DataError, match="classes names none of 15 clips; expected the class of each"):
        evaluate(run)


def test_a_class_that_the_system_does_not_know_is_refused(run):
    path = run / "partition.json"
    partition = json.loads(path.read_text())
    partition["classes"]["test_1_1"] = "bored"
    path.write_text(json.dumps(partition))
    with pytest.raises(
        DataError, match=r"test_1_1.csv: its class is 'bored'; the columns are angry, calm, happy"
    ):
        evaluate(run)


def test_anyones_clips(run):
    partition = json.loads((run / "partition.json").read_text())
    scores = evaluate_predictions(
        run / "predictions", subjects=partition["subjects"], classes=partition["classes"]
    )
    assert scores == evaluate(run)["partitions"]["test"]
