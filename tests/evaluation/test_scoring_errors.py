"""What evaluation says to broken, missing and foreign files."""

import json

import pytest

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.evaluation import evaluate, evaluate_predictions
from emotrace.evaluation.bootstrap import SubjectBootstrap


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "run", steps=20)


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_not_a_run_folder(tmp_path):
    with pytest.raises(CheckpointError, match=r"run.json: not readable .* give the folder"):
        evaluate(tmp_path)


def test_damaged_run(run):
    (run / "partition.json").write_text('{"parts": ')
    with pytest.raises(CheckpointError, match=r"partition.json: not readable"):
        evaluate(run)
    (run / "partition.json").write_text('{"parts": {}}')
    with pytest.raises(CheckpointError, match=r"partition.json: lacks subjects; .* or train again"):
        evaluate(run)


def test_unknown_kind_of_prediction(run):
    change(run / "run.json", predicts="smell")
    with pytest.raises(CheckpointError, match=r"run.json: predicts is 'smell'; expected trace or class"):
        evaluate(run)


def test_unknown_partition(run):
    with pytest.raises(InputError, match=r"partition 'exam' of .* expected one of: train, development, test"):
        evaluate(run, "exam")


def test_partition_without_predictions(run):
    with pytest.raises(
        DataError, match=r"no predictions of partition train; run `emotrace evaluate .*train`"
    ):
        evaluate(run, "train")


def test_recording_without_predictions_is_named(run):
    (run / "predictions" / "test_2_1.csv").unlink()
    with pytest.raises(DataError, match="lacks the predictions of test_2_1, in partition test"):
        evaluate(run)
    assert not (run / "metrics.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "gold_valence",
            "gold_power",
            "has no gold standard; expected the columns gold_arousal, gold_valence",
        ),
        (",valence", ",dominance", "has labels arousal, dominance; expected arousal, valence"),
        ("time_s", "when", "expected time_s and one column per label"),
        ("\n0.16", "\nsoon", "a time or prediction is missing or not a number"),
    ],
)
def test_damaged_predictions(run, old, new, says):
    path = run / "predictions" / "test_1_1.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(DataError, match=f"test_1_1.csv: .*{says}"):
        evaluate(run)


def rows(run, *lines):
    path = run / "predictions" / "test_1_1.csv"
    path.write_text("\n".join(["time_s,face_found,arousal,valence,gold_arousal,gold_valence", *lines]) + "\n")


def test_no_rows(run):
    rows(run)
    with pytest.raises(DataError, match=r"test_1_1.csv: has no rows; predict the recording again"):
        evaluate(run)


def test_infinite_values(run):
    rows(run, "0.0,1,0.1,inf,0.1,0.2")
    with pytest.raises(DataError, match="holds infinite predictions; the model has diverged"):
        evaluate(run)
    rows(run, "0.0,1,0.1,0.2,0.1,inf")
    with pytest.raises(DataError, match="holds infinite gold values"):
        evaluate(run)


def test_text_in_the_gold_standard(run):
    rows(run, '0.0,1,0.1,0.2,"0,5",0.2')
    with pytest.raises(DataError, match=r"test_1_1.csv: a gold cell is not a number"):
        evaluate(run)


def test_recording_without_subject(run):
    partition = json.loads((run / "partition.json").read_text())
    del partition["subjects"]["test_1_1"]
    change(run / "partition.json", **partition)
    with pytest.raises(DataError, match=r"test_1_1.csv: no subject is known for it"):
        evaluate(run)


def test_empty_folder(tmp_path):
    with pytest.raises(DataError, match=r"holds no \*.csv; expected one per recording"):
        evaluate_predictions(tmp_path)


def test_damaged_metrics(run):
    (run / "metrics.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"metrics.json: not readable .* delete it and run"):
        evaluate(run)


def test_no_draws():
    with pytest.raises(InputError, match="draws is 0; expected at least 1"):
        SubjectBootstrap(["a", "b", "c"], draws=0)


def test_full_disk_keeps_the_old_metrics(run, monkeypatch):
    evaluate(run)
    before = (run / "metrics.json").read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DataError, match="No space left on device"):
        evaluate(run)
    assert (run / "metrics.json").read_text() == before and not list(run.glob(".*.part*"))
