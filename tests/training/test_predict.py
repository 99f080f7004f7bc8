"""Predictions of a partition: one CSV per recording, with the gold standard beside."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import tiny_world
import torch

from emotrace import metrics
from emotrace.errors import EmotraceError
from emotrace.models import load_checkpoint, save_checkpoint
from emotrace.training import predict_partition, train
from emotrace.training.run_folder import RunFolder


def go(run, recipe, **options):
    return train(recipe, "prepared", run, progress=False, **options)


def column(run, name):
    """The numbers of a column of metrics.csv."""
    with RunFolder(run).metrics_csv.open(newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file) if row[name]]


def test_predictions_of_a_partition(enter, trained):
    prepared = enter()
    (path,) = predict_partition(trained, "elsewhere", partition="development")
    assert path == RunFolder(trained).predictions / "r3.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    first, last = ["time_s", "face_found", "arousal", "valence"], ["gold_arousal", "gold_valence", "based_on"]
    assert list(rows[0]) == [*first, *last]
    assert [row["based_on"] for row in rows[3:6]] == ["face+audio", "audio", "face+audio"]
    assert [row["time_s"] for row in rows[:2]] == ["0.000", "0.040"]
    assert [row["face_found"] for row in rows[:6]] == ["1", "1", "1", "1", "0", "1"]
    gold = np.array([[float(row["gold_arousal"]), float(row["gold_valence"])] for row in rows])
    np.testing.assert_allclose(gold, prepared.recordings[3].affect, atol=1e-6)  # six decimals
    said = np.array([float(row["arousal"]) for row in rows])
    score = column(trained, "development_ccc_arousal")[
        int(RunFolder(trained).facts()["best"]["step"] / 4) - 1
    ]
    assert metrics.ccc(gold[:, 0], said) == pytest.approx(score, abs=1e-4)  # six decimals
    cost = json.loads(RunFolder(trained).cost_json.read_text())
    assert cost["recorded_seconds"] == pytest.approx(0.04 * len(rows)) and cost["peak_memory_mb"] > 10
    rounding = 0.6 / cost["recorded_seconds"]  # of seconds to 3 decimals
    rate = 1000 * cost["seconds"] / cost["recorded_seconds"]
    assert cost["ms_per_second"] == pytest.approx(rate, abs=rounding)


def test_media_that_were_changed_since_training_are_told(enter, trained, caplog, monkeypatch):
    enter()
    predict_partition(trained)
    assert not caplog.messages
    monkeypatch.setattr(tiny_world.TinyRecording, "source_hashes", {"video": "another"})
    predict_partition(trained)
    (said,) = caplog.messages
    assert "pictures or sound of 1 of 1 recordings are not those that the run was trained with" in said


@pytest.mark.parametrize("rated", [True, False])
def test_recordings_without_gold_have_empty_cells(enter, trained, rated):
    enter(tiny_world.corpus(rated=rated))
    (path,) = predict_partition(trained)
    assert path.read_text().splitlines()[-1].endswith(",,,face+audio") != rated


def test_partitions_that_are_not_there_are_refused(enter, trained, tmp_path):
    enter(tiny_world.corpus(test=0))
    with pytest.raises(EmotraceError, match="partition is 'exam'; expected one of: train, development, test"):
        predict_partition(trained, partition="exam")
    with pytest.raises(EmotraceError, match="lacks 1 recordings of the partition test, the first is r4"):
        predict_partition(trained)
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    with pytest.raises(EmotraceError, match="the partition test of this run is empty"):
        predict_partition(run)
    RunFolder(run).best.unlink()
    with pytest.raises(
        EmotraceError, match=r"best.safetensors: does not exist, though run.json says that training is 'done'"
    ):
        predict_partition(run, partition="train")
    with pytest.raises(EmotraceError, match=r"run\.json: not readable"):
        predict_partition(tmp_path)


def test_classes(enter, tmp_path):
    prepared = enter(tiny_world.corpus_of_classes())
    run = go(tmp_path / "run", tiny_world.recipe("class", steps=40, validate_every=20))
    assert column(run, "development_uar")[-1] == 1.0
    paths = predict_partition(run)
    assert [path.name for path in paths] == ["r6.csv", "r7.csv"]
    with paths[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["time_s", "face_found", "angry", "calm", "gold_angry", "gold_calm", "based_on"]
    assert len(rows) == tiny_world.STEPS
    assert float(rows[0]["angry"]) + float(rows[0]["calm"]) == pytest.approx(1, abs=1e-5)
    assert (rows[0]["gold_angry"], rows[0]["gold_calm"]) == ("0.000000", "1.000000")
    assert prepared.classes == tuple(RunFolder(run).facts()["labels"])


def test_weights_that_are_not_numbers_leave_no_predictions(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    model, meta = load_checkpoint(RunFolder(run).best)
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    save_checkpoint(RunFolder(run).best, model, meta)
    with pytest.raises(EmotraceError, match=r"best.safetensors: gives values that are not numbers for r4"):
        predict_partition(run)
    assert not list(RunFolder(run).predictions.iterdir())


def test_weights_of_another_variant_are_refused(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    RunFolder(run).update(variant="other")
    with pytest.raises(EmotraceError, match=r"holds a model of .*, but run.json beside it says .*/other"):
        predict_partition(run)


@pytest.mark.parametrize("parts", [None, [], {"test": "r4"}])
def test_a_partition_of_another_form_is_refused(enter, tmp_path, parts):
    enter()
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    RunFolder(run).partition_json.write_text(json.dumps({"parts": parts}))
    with pytest.raises(EmotraceError, match=r"partition.json: parts is .*expected the names"):
        predict_partition(run)


def test_a_corpus_on_another_scale_leaves_no_predictions(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    enter(replace(tiny_world.corpus(), value_range=(0.0, 1.0)))
    with pytest.raises(
        EmotraceError, match=r"its ratings run from 0 to 1, and the model learnt a scale from -1"
    ):
        predict_partition(run, "elsewhere")
    assert not list(RunFolder(run).predictions.glob("*.csv"))
