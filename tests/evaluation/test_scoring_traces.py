"""evaluate on trace runs: against the metrics themselves, a literal bootstrap, merging and speed."""

import json

import numpy as np
import pandas as pd
import pytest

from emotrace import metrics
from emotrace.evaluation import evaluate, evaluate_predictions
from emotrace.evaluation.scored import Scored
from emotrace.trace import Trace

TOLERANCE = 1e-6


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "run")


def tables(run, part="test"):
    names = json.loads((run / "partition.json").read_text())["parts"][part]
    return {name: pd.read_csv(run / "predictions" / f"{name}.csv") for name in names}


def column(table, label):
    return table[f"gold_{label}"].to_numpy(), table[label].to_numpy(np.float32).astype(float)


@pytest.mark.parametrize("label", ["arousal", "valence"])
@pytest.mark.parametrize("metric", ["rmse", "mae", "pcc", "ccc"])
def test_values_are_those_of_the_metrics(run, metric, label):
    scores = evaluate(run)["partitions"]["test"]
    compute, key = getattr(metrics, metric), f"{metric}_{label}"
    each = {name: compute(*column(table, label)) for name, table in tables(run).items()}
    assert len(each) == 8
    for name, value in each.items():
        assert scores["per_recording"][name][key] == pytest.approx(value, abs=TOLERANCE)
    assert scores["mean_of_recordings"][key]["value"] == pytest.approx(
        np.mean(list(each.values())), abs=TOLERANCE
    )
    whole = column(pd.concat(tables(run).values()), label)
    assert scores["concatenated"][key]["value"] == pytest.approx(compute(*whole), abs=TOLERANCE)


def test_icc_is_the_form_3_1(run):
    scores = evaluate(run)["partitions"]["test"]
    for label in ("arousal", "valence"):
        whole = column(pd.concat(tables(run).values()), label)
        expected = metrics.icc(*whole, "icc_3_1")
        assert scores["concatenated"][f"icc_{label}"]["value"] == pytest.approx(expected, abs=TOLERANCE)


def test_joint_error_and_means(run):
    scores = evaluate(run)["partitions"]["test"]
    for row in (
        {name: entry["value"] for name, entry in scores["concatenated"].items()},
        *scores["per_recording"].values(),
    ):
        assert row["rmse_joint"] == pytest.approx(
            np.hypot(row["rmse_arousal"], row["rmse_valence"]), abs=1e-12
        )
        for name in ("rmse", "pcc", "ccc", "icc"):
            mean = (row[f"{name}_arousal"] + row[f"{name}_valence"]) / 2
            assert row[f"{name}_mean"] == pytest.approx(mean, abs=1e-12)


def test_facts_of_the_partition(run):
    scores = evaluate(run)["partitions"]["test"]
    assert (scores["recordings"], scores["subjects"], scores["predicts"]) == (8, 4, "trace")
    assert scores["seconds"] == pytest.approx(8 * 400 * 0.04)
    row = scores["per_recording"]["test_1_2"]
    assert row["subject"] == "T1" and row["steps"] == 400 and row["rated_steps"] == 360


def test_interval_is_a_bootstrap_over_subjects_done_by_hand(run):
    scores = evaluate(run, draws=200, seed=3)["partitions"]["test"]
    of_subject: dict[str, list] = {}
    for name, table in tables(run).items():
        of_subject.setdefault(name.split("_")[1], []).append(table)
    people = sorted(of_subject)
    counts = np.random.default_rng(3).multinomial(len(people), [1 / len(people)] * len(people), size=200)
    concatenated, mean = [], []
    for draw in counts:
        drawn = [table for i, person in enumerate(people) for table in of_subject[person] * draw[i]]
        concatenated.append(metrics.ccc(*column(pd.concat(drawn), "arousal")))
        mean.append(np.mean([metrics.ccc(*column(table, "arousal")) for table in drawn]))
    for group, values in (("concatenated", concatenated), ("mean_of_recordings", mean)):
        entry = scores[group]["ccc_arousal"]
        low, high = np.percentile(values, [2.5, 97.5])
        assert (entry["low"], entry["high"]) == pytest.approx((low, high), abs=TOLERANCE)
        assert entry["low"] < entry["value"] < entry["high"]
    assert scores["interval"]["draws"] == 200 and scores["interval"]["seed"] == 3


def test_twice_gives_the_same_and_other_partitions_stay(run):
    first = evaluate(run)
    evaluate(run, "development")
    again = evaluate(run)
    assert set(again["partitions"]) == {"test", "development"}
    assert again["partitions"]["test"] == first["partitions"]["test"]
    assert json.loads((run / "metrics.json").read_text()) == again
    assert [path.name for path in run.glob(".*")] == []


def test_metrics_of_another_training_are_dropped(run):
    evaluate(run, "development")
    facts = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(facts | {"best": {"score": 0.7, "step": 2000}}))
    assert set(evaluate(run)["partitions"]) == {"test"}


@pytest.mark.parametrize(("subjects", "says"), [(1, "1 subject, and"), (2, "2 subjects, and")])
def test_too_few_subjects_have_no_interval(tmp_path, write_run, subjects, says):
    scores = evaluate(write_run(tmp_path / "run", subjects=subjects))["partitions"]["test"]
    entry = scores["concatenated"]["ccc_arousal"]
    assert entry["value"] is not None and entry["low"] is None and entry["high"] is None
    assert scores["interval"]["reason"].startswith(says)


def edit(run, name, **columns):
    path = run / "predictions" / f"{name}.csv"
    pd.read_csv(path).assign(**columns).to_csv(path, index=False)


def test_an_unrated_recording_is_not_scored_and_named(run):
    edit(run, "test_1_1", gold_arousal=np.nan, gold_valence=np.nan)
    scores = evaluate(run)["partitions"]["test"]
    assert scores["per_recording"]["test_1_1"]["ccc_arousal"] is None
    assert "Not rated at all, so not scored: test_1_1." in scores["warnings"]
    others = [row["ccc_arousal"] for name, row in scores["per_recording"].items() if name != "test_1_1"]
    assert scores["mean_of_recordings"]["ccc_arousal"]["value"] == pytest.approx(np.mean(others))
    assert scores["mean_of_recordings"]["ccc_arousal"]["low"] is not None


def test_where_nobody_is_rated_another_partition_is_asked_for(run):
    for name in tables(run):
        edit(run, name, gold_arousal=np.nan, gold_valence=np.nan)
    warnings = evaluate(run)["partitions"]["test"]["warnings"]
    assert "No recording is rated, so nothing is scored; choose another partition." in warnings
    assert not any("Not rated at all" in text for text in warnings)


def test_a_constant_prediction_and_a_lost_face_are_warned_of(run):
    for name in tables(run):
        edit(run, name, arousal=0.125, face_found=int(name != "test_2_1"))
    scores = evaluate(run)["partitions"]["test"]
    assert any("prediction of arousal hardly moves" in text for text in scores["warnings"])
    assert "No face in more than half of the steps: test_2_1." in scores["warnings"]
    assert scores["concatenated"]["pcc_arousal"] == {"value": None, "low": None, "high": None}
    assert scores["concatenated"]["ccc_arousal"]["value"] == pytest.approx(0, abs=1e-12)


def test_a_metric_undefined_in_many_draws_has_no_interval(run):
    for name in tables(run):
        if not name.startswith("test_1"):
            edit(run, name, gold_arousal=np.nan)
    scores = evaluate(run)["partitions"]["test"]
    assert scores["concatenated"]["ccc_arousal"]["value"] is not None
    assert scores["concatenated"]["ccc_arousal"]["low"] is None
    assert any(
        text.startswith("No interval, being undefined in more than 5 %") for text in scores["warnings"]
    )


def test_a_constant_gold_standard_is_warned_of(run):
    edit(run, "test_3_1", gold_valence=0.25)
    warnings = evaluate(run)["partitions"]["test"]["warnings"]
    assert "The gold standard of valence never moves in test_3_1: correlations undefined." in warnings


def test_other_dimensions_are_scored_too(tmp_path):
    times = np.arange(50) * 0.04
    for name in ("a", "b", "c"):
        gold = np.sin(times + len(name))[:, None]
        trace = Trace(times, (gold * 0.5).astype(np.float32), ("dominance",), np.ones(50, bool), gold)
        trace.to_csv(tmp_path / f"{name}.csv")
    scores = evaluate_predictions(tmp_path, out=tmp_path / "scores.json")
    assert set(scores["concatenated"]) == {f"{m}_dominance" for m in ("rmse", "mae", "pcc", "ccc", "icc")}
    assert json.loads((tmp_path / "scores.json").read_text()) == scores
    assert scores["warnings"][0].startswith("Subjects are not known")


def test_any_folder_gives_what_the_run_gives(run):
    whole = evaluate(run, "test")["partitions"]["test"]
    for path in (run / "predictions").glob("development_*"):
        path.unlink()
    subjects = json.loads((run / "partition.json").read_text())["subjects"]
    assert evaluate_predictions(run / "predictions", subjects=subjects) == whole


def test_a_single_row_lasts_a_usual_step():
    trace = Trace(np.zeros(1), np.zeros((1, 1), np.float32), ("arousal",), np.ones(1, bool))
    assert np.isnan(Scored("one", "s", trace).step_s)
