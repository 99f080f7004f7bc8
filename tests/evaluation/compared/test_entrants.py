"""Which runs may be compared, and what is said of those that differ."""

import json

import pandas as pd
import pytest
from compared_runs import change

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.evaluation.compared.entrants import common_labels, read_entrants, what_differs


def test_runs_are_named_by_what_tells_them_apart(pair, tmp_path):
    runs = pair()
    assert [one.name for one in read_entrants(runs)] == ["good", "noisy"]
    other = tmp_path / "deeper" / "good"
    other.parent.mkdir()
    runs[1].rename(other)
    names = [one.name for one in read_entrants([runs[0], other])]
    assert names == [f"{tmp_path.name}/good", "deeper/good"]
    change(other / "run.json", system="aspandi2022", variant="avi-gas")
    names = [one.name for one in read_entrants([runs[0], other])]
    assert names == ["nguyen2020/2d1dconv-ae-lstm", "aspandi2022/avi-gas"]


def test_less_than_two_runs_are_refused(pair):
    good, _ = pair()
    with pytest.raises(InputError, match="there is 1 run to compare; give two"):
        read_entrants([good])
    with pytest.raises(InputError, match="good is given twice"):
        read_entrants([good, good.parent / "." / "good"])
    with pytest.raises(CheckpointError, match=r"run\.json"):
        read_entrants([good, good.parent])


def test_a_trace_is_not_compared_with_a_class(pair, write_run, tmp_path):
    good, _ = pair()
    classes = write_run(tmp_path / "classes", predicts="class", parts=("test",))
    with pytest.raises(DataError, match=r"classes predicts a class and .*good a trace; compare"):
        read_entrants([good, classes])


def test_another_scale_is_refused(pair):
    good, noisy = pair()
    change(good / "run.json", value_range=[-1, 1])
    read_entrants([good, noisy])  # the other run does not say
    change(noisy / "run.json", value_range=[1, 9])
    with pytest.raises(
        DataError, match=r"one learnt ratings from 1 to 9 and the other from -1 to 1, so their"
    ):
        read_entrants([good, noisy])
    change(noisy / "run.json", value_range=[-1.0, 1.0])
    assert len(read_entrants([good, noisy])) == 2


def test_corpora_of_other_names_are_told(pair):
    good, noisy = pair()
    assert not any("other names" in text for text in what_differs(read_entrants([good, noisy])))
    change(good / "run.json", corpus="demo")
    change(noisy / "run.json", corpus="avec2016")
    told = " ".join(what_differs(read_entrants([good, noisy])))
    assert "corpora of other names" in told and "good on demo, noisy on avec2016." in told


def test_other_recordings_are_refused(pair):
    good, noisy = pair()
    partition = json.loads((noisy / "partition.json").read_text())
    partition["parts"]["test"].remove("test_1_1")
    (noisy / "partition.json").write_text(json.dumps(partition))
    with pytest.raises(DataError, match=r"1 recordings of the partition test are in one and not .* test_1_1"):
        read_entrants([good, noisy])


def test_other_subjects_or_classes_are_refused(pair):
    good, noisy = pair(predicts="class")
    partition = json.loads((noisy / "partition.json").read_text())
    change(noisy / "partition.json", classes=partition["classes"] | {"test_1_1": "happy"})
    with pytest.raises(DataError, match="test_1_1 is of T1, angry in one and of T1, happy in the other"):
        read_entrants([good, noisy])


def test_another_gold_standard_is_refused(pair):
    good, noisy = pair()
    path = noisy / "predictions" / "test_2_1.csv"
    table = pd.read_csv(path)
    table["gold_valence"] += 0.01
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match="the gold standards of valence in test_2_1 are not the same"):
        read_entrants([good, noisy])


def relabelled(run, names):
    """The run with other names of its labels."""
    change(run / "run.json", labels=list(names.values()))
    for path in (run / "predictions").glob("*.csv"):
        table = pd.read_csv(path)
        gold = {f"gold_{old}": f"gold_{new}" for old, new in names.items()}
        table.rename(columns=names | gold).to_csv(path, index=False)


def test_labels_in_common_are_compared(pair):
    good, noisy = pair()
    relabelled(noisy, {"arousal": "arousal", "valence": "liking"})
    assert common_labels(read_entrants([good, noisy])) == ("arousal",)
    relabelled(noisy, {"arousal": "dominance", "liking": "liking"})
    with pytest.raises(DataError, match="expected a dimension in common"):
        common_labels(read_entrants([good, noisy]))


def test_classes_must_be_the_same(pair):
    good, noisy = pair(predicts="class")
    entrants = read_entrants([good, noisy])
    assert common_labels(entrants) == ("angry", "calm", "happy")
    entrants[1].run.run["labels"] = ["angry", "calm", "sad"]
    with pytest.raises(DataError, match="expected the same classes"):
        common_labels(entrants)


def test_what_makes_a_comparison_doubtful_is_said(pair):
    good, noisy = pair()
    assert what_differs(read_entrants([good, noisy])) == []
    change(good / "run.json", preset="paper", state="running")
    change(noisy / "run.json", partition_digest="0")
    parts = json.loads((noisy / "partition.json").read_text())["parts"]
    change(noisy / "partition.json", subjects_shared=True, parts=parts | {"train": ["another"]})
    said = " ".join(what_differs(read_entrants([good, noisy])))
    for words in (
        "on the same recordings here, and differ in train.",
        "small preset, which no paper used: noisy",
        "Not finished: good",
        "(subjects shared): noisy",
    ):
        assert words in said


def crossed(run, digest, change_fold_of=0):
    """The run as a cross-validation whose one fold tested all."""
    names = json.loads((run / "partition.json").read_text())["parts"]["test"]
    change(run / "partition.json", fold_of={name: 0 for name in names} | {"unused": change_fold_of})
    change(run / "run.json", folds=[{"fold": 0, "state": "done"}], partition_digest=digest)
    (run / "fold_0").symlink_to(run, target_is_directory=True)


def test_cross_validations_differ_in_folds_or_in_development(pair):
    good, noisy = pair()
    crossed(good, "0")
    (said,) = what_differs(read_entrants([good, noisy]))
    assert said.endswith("here, and only good by models of several folds, which learnt from different ones.")
    crossed(noisy, "1")
    (said,) = what_differs(read_entrants([good, noisy]))
    assert said.endswith("in the same folds, but set other recordings of each fold aside for development.")
    (noisy / "fold_0").unlink()
    crossed(noisy, "1", change_fold_of=1)
    (said,) = what_differs(read_entrants([good, noisy]))
    assert said.endswith("tested on the same recordings here, and in other folds.")


def test_a_fold_is_not_compared_with_a_cross_validation(pair):
    good, noisy = pair()
    crossed(good, "0")
    change(noisy / "run.json", fold=2)
    for runs in ([good, noisy], [noisy, good]):
        with pytest.raises(DataError, match=r"noisy is a single fold and .*good a cross-validation; compare"):
            read_entrants(runs)


def test_runs_on_other_grids_are_each_scored_on_their_own(pair):
    good, noisy = pair()
    for path in (noisy / "predictions").glob("*.csv"):
        pd.read_csv(path).iloc[::2].to_csv(path, index=False)
    said = what_differs(read_entrants([good, noisy]))
    assert said == [
        "Each is scored on its own time grid: good every 0.04 s, noisy every 0.08 s; differences are of the "
        "times of the coarser."
    ]
