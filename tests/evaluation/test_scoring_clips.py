"""evaluate on class runs: one class per clip, accuracy, uar and confusion, intervals over subjects."""

import json

import numpy as np
import pandas as pd
import pytest

from emotrace import metrics
from emotrace.errors import DataError
from emotrace.evaluation import evaluate, evaluate_predictions, write_report

CLASSES = ["angry", "calm", "happy"]


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "run", predicts="class", subjects=5, each=3, parts=("test",))


def by_hand(run):
    partition = json.loads((run / "partition.json").read_text())
    names = partition["parts"]["test"]
    gold = [partition["classes"][name] for name in names]
    tables = [pd.read_csv(run / "predictions" / f"{name}.csv")[CLASSES] for name in names]
    predicted = []
    for table in tables:
        votes = table.idxmax(axis=1).value_counts()
        ahead = votes.index[votes == votes.max()]
        predicted.append(table.mean()[ahead].idxmax())
    return names, gold, predicted, [partition["subjects"][name] for name in names]


def write_clip(run, name, rows):
    """Predictions of a clip, one row of probabilities for each segment."""
    table = pd.DataFrame(rows, columns=CLASSES)
    table.insert(0, "time_s", np.arange(len(rows)) * 0.3)
    table.insert(1, "face_found", 1)
    table.to_csv(run / "predictions" / f"{name}.csv", index=False, float_format="%.6f")


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
    assert scores["concatenated"]["macro_f1"]["value"] == pytest.approx(metrics.macro_f1(gold, predicted))
    clips = scores["per_recording"].values()
    surprise = [-np.log(clip["probabilities"][clip["gold"]]) for clip in clips]
    assert scores["concatenated"]["nll"]["value"] == pytest.approx(np.mean(surprise), abs=1e-5)
    right = [clip["gold"] == clip["predicted"] for clip in clips]
    error = metrics.calibration_error(right, [clip["confidence"] for clip in clips])
    assert scores["concatenated"]["ece"] == {
        "value": pytest.approx(error, abs=1e-5),
        "low": None,
        "high": None,
    }
    assert list(scores["concatenated"])[:5] == ["accuracy", "uar", "macro_f1", "nll", "ece"]
    assert scores["concatenated"]["nll"]["low"] < scores["concatenated"]["nll"]["high"]


def test_a_clip_takes_the_class_of_most_segments(run):
    nothing = [1 / 3, 1 / 3, 1 / 3]
    write_clip(run, "test_1_1", [[0.4, 0.3, 0.3], [0.4, 0.3, 0.3], [0.0, 1.0, 0.0], nothing])
    write_clip(run, "test_1_2", [[0.6, 0.4, 0.0], [0.1, 0.9, 0.0]])
    clips = evaluate(run)["partitions"]["test"]["per_recording"]
    clip = clips["test_1_1"]  # though calm has the larger mean
    assert (clip["predicted"], clip["confidence"], clip["share"]) == ("angry", 0.266667, 0.666667)
    assert (clip["votes"], clip["tied"], clip["abstentions"]) == (
        {"angry": 2, "calm": 1, "happy": 0},
        False,
        1,
    )
    assert sum(clip["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert (clips["test_1_2"]["predicted"], clips["test_1_2"]["tied"]) == ("calm", True)


def test_a_clip_in_which_no_segment_votes_counts_as_wrong(run):
    before = evaluate(run)["partitions"]["test"]
    name, clip = next((n, c) for n, c in before["per_recording"].items() if c["gold"] == c["predicted"])
    write_clip(run, name, [[1 / 3, 1 / 3, 1 / 3]] * 3)
    scores = evaluate(run)["partitions"]["test"]
    place = CLASSES.index(clip["gold"])
    assert scores["undecided"] == [int(i == place) for i in range(3)]
    assert np.sum(scores["confusion"]) == 14
    lost = before["concatenated"]["accuracy"]["value"] - scores["concatenated"]["accuracy"]["value"]
    assert lost == pytest.approx(1 / 15)
    assert scores["per_recording"][name]["predicted"] is None
    assert scores["per_recording"][name]["confidence"] is None
    told = f"1 clip has no class, for no segment votes, and counts as wrong: {name}."
    assert scores["warnings"][:-1] == [told]  # the last: intervals over five people are rough
    page = write_report(run).read_text(encoding="utf-8")
    assert "<th>no class</th>" in page and '<span class="wrong">no class</span>' in page


def test_tables_of_classes(run):
    scores = evaluate(run)["partitions"]["test"]
    confusion, clips, subjects = (
        pd.read_csv(run / "tables" / f"test_{name}.csv") for name in ("confusion", "clips", "subjects")
    )
    assert confusion["known"].tolist() == CLASSES
    assert confusion[CLASSES].to_numpy().tolist() == scores["confusion"]
    assert confusion["no class"].tolist() == [0, 0, 0]
    assert clips["clip"].tolist() == list(scores["per_recording"])
    assert (clips["known"] == clips["predicted"]).mean() == pytest.approx(
        scores["concatenated"]["accuracy"]["value"]
    )
    np.testing.assert_allclose(clips[[f"votes_{name}" for name in CLASSES]].sum(axis=1), 40)
    assert subjects["subject"].tolist() == list(scores["by_subject"]) and subjects["clips"].sum() == 15
    right = clips[clips["subject"] == "T2"].eval("known == predicted").mean()
    assert subjects["accuracy"][1] == pytest.approx(right) == scores["by_subject"]["T2"]["accuracy"]
    assert subjects["macro_f1"].notna().all()
    for suffix in (".png", ".svg"):
        assert (run / "tables" / "test_confusion").with_suffix(suffix).stat().st_size > 1000
    svg = (run / "tables" / "test_confusion.svg").read_text()
    assert ">predicted</text>" in svg and "no class" not in svg and ">happy</text>" in svg
    assert "By subject" in write_report(run).read_text(encoding="utf-8")


def test_a_file_in_the_way_of_the_tables_is_told(run):
    (run / "tables").touch()
    with pytest.raises(DataError, match=r"tables.*cannot be written"):
        evaluate(run)


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
    assert scores["warnings"][:-1] == ["No class is known, so not scored: test_2_1."]


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
