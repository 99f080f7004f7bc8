"""Cross-validations: pooled predictions, numbers by fold and by subject, and their report."""

import csv
import json
import shutil

import numpy as np
import pytest

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.evaluation import evaluate, pool, write_report
from emotrace.evaluation.folds import MEAN, SPREAD


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.fixture
def crossval(tmp_path, write_run):
    """A function that writes a cross-validation of two folds, of 4 subjects with 2 recordings each."""

    def write(predicts="trace", shared=False):
        folder = write_run(tmp_path / "cv", predicts=predicts, parts=("test",))
        partition = json.loads((folder / "partition.json").read_text())
        names = partition["parts"]["test"]
        fold_of = {name: (i if shared else i // 2) % 2 for i, name in enumerate(names)}
        parts = {"train": [], "development": [], "test": names}
        change(folder / "partition.json", scheme="clips" if shared else "kfold", parts=parts, fold_of=fold_of)
        if shared:
            change(folder / "partition.json", subjects_shared=True)
        best = {"score": 0.5, "step": 100}
        folds = [{"fold": fold, "state": "done", "best": best} for fold in (0, 1)]
        change(folder / "run.json", folds=folds, best=None)
        for name, fold in fold_of.items():
            path = folder / f"fold_{fold}" / "predictions" / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / "predictions" / path.name, path)
        shutil.rmtree(folder / "logs")
        return folder

    return write


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_pooled_numbers_by_fold_and_subject(crossval):
    run = crossval()
    copies = pool(run)
    assert len(copies) == 8
    scores = evaluate(run)["partitions"]["test"]
    assert (scores["recordings"], scores["subjects"]) == (8, 4)
    assert scores["concatenated"]["ccc_arousal"]["low"] is not None  # over subjects
    assert {fold: (row["recordings"], row["subjects"]) for fold, row in scores["by_fold"].items()} == {
        "0": (4, 2), "1": (4, 2),
    }  # fmt: skip
    only = json.loads((run / "partition.json").read_text())
    for fold in (0, 1):  # what a fold says is what its recordings alone would
        names = [name for name, of in only["fold_of"].items() if of == fold]
        change(run / "partition.json", parts={**only["parts"], "test": names})
        alone = evaluate(run)["partitions"]["test"]["concatenated"]
        for metric, estimate in alone.items():
            assert scores["by_fold"][str(fold)][metric] == pytest.approx(estimate["value"], abs=1e-12)
    values = [scores["by_fold"][fold]["ccc_arousal"] for fold in "01"]
    over = scores["over_folds"]["ccc_arousal"]
    assert over["folds"] == 2
    assert over["mean"] == pytest.approx(np.mean(values))
    assert over["standard_deviation"] == pytest.approx(np.std(values))
    assert [row["folds"] for row in scores["by_subject"].values()] == [[0], [1], [0], [1]]


def test_tables(crossval):
    run = crossval()
    pool(run)
    scores = evaluate(run)["partitions"]["test"]
    folds, subjects = rows(run / "folds.csv"), rows(run / "subjects.csv")
    assert [row["fold"] for row in folds] == ["0", "1", MEAN, SPREAD]
    assert float(folds[2]["rmse_joint"]) == pytest.approx(
        scores["over_folds"]["rmse_joint"]["mean"], abs=1e-6
    )
    assert folds[3]["subjects"] == ""
    assert [row["subject"] for row in subjects] == ["T1", "T2", "T3", "T4"]
    assert float(subjects[1]["ccc_mean"]) == pytest.approx(scores["by_subject"]["T2"]["ccc_mean"], abs=1e-6)


def test_clips(crossval):
    run = crossval("class", shared=True)
    pool(run)
    scores = evaluate(run)["partitions"]["test"]
    assert scores["subjects_shared"] is True
    assert [row["folds"] for row in scores["by_subject"].values()] == [[0, 1]] * 4
    right = [clip["gold"] == clip["predicted"] for clip in scores["per_recording"].values()]
    assert scores["by_fold"]["0"]["accuracy"] == pytest.approx(np.mean(right[0::2]))
    assert scores["by_subject"]["T1"]["accuracy"] == pytest.approx(np.mean(right[:2]))
    undefined = [row for row in rows(run / "subjects.csv") if "" in row.values()]
    assert len(undefined) == 4  # with two clips, one of three classes at least is not there


def test_the_report(crossval):
    run = crossval("class", shared=True)
    pool(run)
    evaluate(run)
    page = write_report(run).read_text(encoding="utf-8")
    for text in ("By fold", "By subject", "pooled over 2 of 2 folds, subjects shared with training",
                 "clips, 2 folds, subjects shared", "<b>standard deviation</b>", "<td>0, 1</td>",
                 "subjects of test are learnt from here", "clips are split at random here"):  # fmt: skip
        assert text in page, text
    assert "learning curves" not in page
    assert "<dt>Train</dt>" not in page


def test_folds_that_are_not_finished_are_left_out(crossval):
    run = crossval()
    pool(run)
    evaluate(run)
    folds = json.loads((run / "run.json").read_text())["folds"]
    change(run / "run.json", folds=[folds[0], folds[1] | {"state": "failed"}], state="running")
    with pytest.raises(DataError, match="no metrics of its latest training"):
        write_report(run)
    assert evaluate(run)["partitions"]["test"]["recordings"] == 4
    page = write_report(run).read_text(encoding="utf-8")
    assert "Not finished, and not in the numbers: fold 1; run the same `emotrace crossval` again." in page
    change(run / "run.json", folds=[fold | {"state": "waiting"} for fold in folds])
    with pytest.raises(DataError, match="no fold is finished; run the same `emotrace crossval` again"):
        evaluate(run)


def test_what_cannot_be_pooled(crossval, tmp_path, write_run):
    single = write_run(tmp_path / "single")
    with pytest.raises(CheckpointError, match="single: is no cross-validation, there is nothing to pool"):
        pool(single)
    assert "by_fold" not in evaluate(single)["partitions"]["test"]
    assert not (single / "folds.csv").exists()
    run = crossval()
    with pytest.raises(InputError, match=r"partition 'train' of .* has no recordings; expected one of: test"):
        evaluate(run, "train")
    (run / "fold_1" / "predictions" / "test_2_1.csv").unlink()
    with pytest.raises(DataError, match=r"test_2_1.csv: is missing; run `emotrace evaluate .*cv`"):
        pool(run)
    fold_of = json.loads((run / "partition.json").read_text())["fold_of"]
    del fold_of["test_3_2"]
    for wrong, what in ((fold_of, "test_3_2"), (None, "test_1_1"), (["test_1_1"], "test_1_2")):
        change(run / "partition.json", fold_of=wrong)
        with pytest.raises(CheckpointError, match=f"fold_of does not say which fold tests {what}"):
            pool(run)


@pytest.mark.parametrize("folds", [[{"state": "done"}], [0], 3, [{"fold": "x", "state": "done"}]])
def test_folds_that_are_none(crossval, folds):
    run = crossval()
    change(run / "run.json", folds=folds)
    with pytest.raises(
        CheckpointError, match=r"run\.json: its folds are .*; expected a fold and a state for"
    ):
        evaluate(run)
