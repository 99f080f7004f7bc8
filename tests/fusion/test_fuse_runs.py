"""Runs to a fused run: parts, splits, cross-fits, evaluation, and what may not be fused."""

import json

import numpy as np
import pandas as pd
import pytest
from made_runs import gold_of, predicted, write_clips, write_crossval, write_run
from sklearn.linear_model import LinearRegression

from emotrace.commit import current_commit
from emotrace.config.fusion import FusionSettings
from emotrace.errors import CheckpointError, ConfigError, DataError, InputError
from emotrace.evaluation import evaluate, write_report
from emotrace.fusion import fuse, is_fused, read_runs, refresh
from emotrace.metrics import ccc
from emotrace.run_files import read_json
from emotrace.trace import Trace

PAPER = FusionSettings(regression="linear", scale=False)
DEVELOPMENT = ("d1", "d2", "d3", "d4")


@pytest.fixture
def runs(tmp_path):
    return [write_run(tmp_path / "a", 1), write_run(tmp_path / "b", 2, noise=0.4)]


def test_development_fits_and_test_is_predicted(runs, tmp_path):
    out = tmp_path / "fused"
    said = fuse(read_runs(runs), out, PAPER)
    rows = [np.column_stack([predicted(n, 1, 0.3)[:, 0], predicted(n, 2, 0.4)[:, 0]]) for n in DEVELOPMENT]
    model = LinearRegression().fit(
        np.concatenate(rows), np.concatenate([gold_of(n)[:, 0] for n in DEVELOPMENT])
    )
    trace = Trace.from_csv(out / "predictions" / "e1.csv")
    both = np.column_stack([predicted("e1", 1, 0.3)[:, 0], predicted("e1", 2, 0.4)[:, 0]])
    np.testing.assert_allclose(trace.values[:, 0], model.predict(both), atol=1e-5)
    np.testing.assert_allclose(trace.gold, gold_of("e1"), atol=1e-6)
    assert sorted(path.stem for path in (out / "predictions").iterdir()) == [*DEVELOPMENT, "e1", "e2"]
    test = said["scores"]["test"]
    assert test["fusion"]["ccc_arousal"] > max(test["a"]["ccc_arousal"], test["b"]["ccc_arousal"])
    assert any("fitted on 4 recordings of development" in text for text in said["warnings"])
    run = read_json(out / "run.json")
    assert is_fused(run) and run["commit"] == current_commit()
    assert run["corpus"] == "made" and run["inputs"] == {"face": "face"}
    assert [source["name"] for source in run["sources"]] == ["a", "b"]


def test_the_fused_run_is_evaluated_and_reported_as_any_other(runs, tmp_path):
    out = tmp_path / "fused"
    said = fuse(read_runs(runs), out)
    scores = evaluate(out)["partitions"]["test"]["concatenated"]
    assert scores["ccc_arousal"]["value"] == pytest.approx(
        said["scores"]["test"]["fusion"]["ccc_arousal"], abs=1e-4
    )
    assert write_report(out).stat().st_size > 1e6


def test_split_fits_on_the_first_recordings(runs, tmp_path):
    said = fuse(read_runs(runs), tmp_path / "fused", FusionSettings(split=3))
    assert said["fits"][0]["fitted_on"] == ["d1", "d2", "d3"]
    assert list(said["scores"]) == ["fitted on, 3 of development", "left out, 1 of development", "test"]
    said = fuse(read_runs(runs), tmp_path / "again", FusionSettings(split=1, regression="linear"))
    assert any("1 of the subjects it was fitted on are among those left" in text for text in said["warnings"])


def test_runs_on_other_scales_are_refused(runs, tmp_path):
    other = write_run(tmp_path / "other", value_range=[0, 1])
    with pytest.raises(
        InputError, match=r"learnt ratings from -1 to 1 and other from 0 to 1; expected the same"
    ):
        read_runs([runs[0], other])
    unknown = write_run(tmp_path / "unknown", value_range=None)
    assert len(read_runs([runs[0], unknown]).systems) == 2


def test_cross_fitted_no_recording_is_fused_by_what_it_says(runs, tmp_path):
    said = fuse(read_runs(runs), tmp_path / "fused", FusionSettings(cross_fit=3))
    assert [fit["applied_to"] for fit in said["fits"]] == [["d1", "d2"], ["d3"], ["d4"], ["e1", "e2"]]
    assert all(not set(fit["applied_to"]) & set(fit["fitted_on"]) for fit in said["fits"])
    assert said["fits"][-1]["fitted_on"] == list(DEVELOPMENT)
    before = Trace.from_csv(tmp_path / "fused" / "predictions" / "d4.csv").values
    for run in runs:  # another gold standard of d4 changes nothing that is said about d4
        path = run / "predictions" / "d4.csv"
        table = pd.read_csv(path)
        table["gold_arousal"] = -table["gold_arousal"]
        table.to_csv(path, index=False)
    fuse(read_runs(runs), tmp_path / "again", FusionSettings(cross_fit=3))
    np.testing.assert_array_equal(Trace.from_csv(tmp_path / "again/predictions/d4.csv").values, before)


def test_cross_validations_are_fused_by_other_folds(tmp_path):
    runs = [write_crossval(tmp_path / "a", 1), write_crossval(tmp_path / "b", 2)]
    with pytest.raises(ConfigError, match=r"expected --cross-fit with .* such as --cross-fit 3"):
        fuse(read_runs(runs), tmp_path / "fused")
    said = fuse(read_runs(runs), tmp_path / "fused", FusionSettings(cross_fit=3))
    assert [fit["applied_to"] for fit in said["fits"]] == [["d1", "d2"], ["d3", "d4"], ["e1", "e2"]]
    assert evaluate(tmp_path / "fused")["partitions"]["test"]["recordings"] == 6


def test_smoothing_is_fitted_on_what_the_weights_are(runs, tmp_path):
    plain = fuse(read_runs(runs), tmp_path / "plain")
    said = fuse(read_runs(runs), tmp_path / "fused", FusionSettings(smooth="exponential", cross_fit=3))
    assert set(said["fits"][0]["smoothing"]) == {"a", "b"}
    assert said["scores"]["test"]["fusion"]["ccc_valence"] > plain["scores"]["test"]["fusion"]["ccc_valence"]
    assert refresh(tmp_path / "fused")[0].name == "e1.csv"


def test_missing_steps_are_fused_from_the_others_and_said(runs, tmp_path):
    path = runs[0] / "predictions" / "e1.csv"
    table = pd.read_csv(path)
    table.loc[10:19, ["arousal", "valence"]] = np.nan
    table.iloc[5:].to_csv(path, index=False)
    said = fuse(read_runs(runs), tmp_path / "fused")
    (text,) = (text for text in said["warnings"] if text.startswith("a says nothing about some steps"))
    assert text.endswith("1 (e1)")
    trace = Trace.from_csv(tmp_path / "fused" / "predictions" / "e1.csv")
    assert len(trace.times_s) == 120 and np.isfinite(trace.values).all()
    table = pd.read_csv(runs[1] / "predictions" / "e1.csv")
    table.loc[12, "arousal"] = np.nan
    table.to_csv(runs[1] / "predictions" / "e1.csv", index=False)
    said = fuse(read_runs(runs), tmp_path / "again", FusionSettings(smooth="exponential"))
    assert any(text.startswith("no system says anything about some steps") for text in said["warnings"])


def test_a_system_that_never_moves_is_told(runs, tmp_path):
    for path in (runs[1] / "predictions").iterdir():
        pd.read_csv(path).assign(valence=0.25).to_csv(path, index=False)
    said = fuse(read_runs(runs), tmp_path / "fused")
    assert [text for text in said["warnings"] if "never moves" in text] == [
        "b never moves in valence where the fusion was fitted: it has no weight"
    ]


def test_refresh_takes_the_predictions_of_now(runs, tmp_path):
    out = tmp_path / "fused"
    fuse(read_runs(runs), out, FusionSettings(cross_fit=3))
    before = {path.stem: Trace.from_csv(path).values for path in (out / "predictions").iterdir()}
    paths = refresh(out, "development")
    assert [path.stem for path in paths] == list(DEVELOPMENT)
    for path in paths:
        np.testing.assert_array_equal(Trace.from_csv(path).values, before[path.stem])
    source = runs[0] / "predictions" / "e1.csv"
    table = pd.read_csv(source)
    table["arousal"] += 0.2
    table.to_csv(source, index=False)
    refresh(out)
    assert (Trace.from_csv(out / "predictions" / "e1.csv").values[:, 0] > before["e1"][:, 0]).all()


def test_refresh_says_what_is_gone(runs, tmp_path):
    out = tmp_path / "fused"
    fuse(read_runs(runs), out)
    with pytest.raises(CheckpointError, match="is a run of heron, no fusion"):
        refresh(runs[0])
    (runs[1] / "predictions" / "e2.csv").unlink()
    with pytest.raises(DataError, match="its sources have no predictions of e1 any more; evaluate each"):
        refresh(out)
    stored = json.loads((out / "fusion.json").read_text())
    for fit in stored["fits"]:
        fit["applied_to"] = ["d1"]
    (out / "fusion.json").write_text(json.dumps(stored))
    with pytest.raises(InputError, match="d2 of development was not predicted by every source"):
        refresh(out, "development")
    (out / "fusion.json").write_text(json.dumps(stored | {"fits": [{"fusion": {}}]}))
    with pytest.raises(CheckpointError, match=r"fits.0: lacks fitted_on, smoothing or fusion"):
        refresh(out, "development")
    runs[1].rename(tmp_path / "elsewhere")
    with pytest.raises(DataError, match=r"b: a source of .* is not there any more.*--csv-only"):
        refresh(out)


def test_classes_are_fused_clip_by_clip(tmp_path):
    runs = [write_clips(tmp_path / "a", 1), write_clips(tmp_path / "b", 2)]
    said = fuse(read_runs(runs), tmp_path / "fused")
    scores = evaluate(tmp_path / "fused")["partitions"]["test"]
    assert scores["concatenated"]["uar"]["value"] == pytest.approx(said["scores"]["test"]["fusion"]["uar"])
    for run, name in zip(runs, ("a", "b"), strict=True):  # each system as it is scored alone
        alone = evaluate(run)["partitions"]["test"]["concatenated"]["uar"]["value"]
        assert said["scores"]["test"][name]["uar"] == pytest.approx(alone)
    assert "fits" not in said
    assert len(refresh(tmp_path / "fused")) == 12
    assert write_report(tmp_path / "fused").is_file()
    with pytest.raises(ConfigError, match="split 3: is for traces, and these runs predict classes"):
        fuse(read_runs(runs), tmp_path / "again", FusionSettings(split=3))
    for path in (runs[1] / "predictions").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="no part of the partition of which all of a, b have predictions"):
        read_runs(runs)
    with pytest.raises(InputError, match="labels chooses dimensions, but these runs predict classes"):
        read_runs(runs, ["calm"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": ["arousal", "liking"]}, "a predicts arousal, valence and b arousal, liking;"),
        ({"predicts": "class"}, "a predicts a trace and b a class"),
    ],
)
def test_runs_of_other_labels_are_refused(tmp_path, change, says):
    runs = [write_run(tmp_path / "a"), write_run(tmp_path / "b", **change)]
    with pytest.raises(InputError, match=says):
        read_runs(runs)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("parts", {"train": [], "development": ["d1", "d9"], "test": []}, "train of one alone has: 1 .t1."),
        ("subjects", {"d1": "x"}, "a and b differ in the subject of d1: d1 and x"),
    ],
)
def test_runs_of_other_partitions_are_refused(runs, key, value, says):
    path = runs[1] / "partition.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(InputError, match=says):
        read_runs(runs)


def test_a_cross_validation_and_a_run_are_refused(tmp_path):
    with pytest.raises(InputError, match="of a and b one is a cross-validation and the other is not"):
        read_runs([write_run(tmp_path / "a"), write_crossval(tmp_path / "b")])


def test_predictions_that_are_missing_are_told(tmp_path):
    runs = [write_run(tmp_path / "a"), write_run(tmp_path / "b", parts=("development",))]
    said = fuse(read_runs(runs), tmp_path / "fused")
    assert any("test is not fused: b has no prediction of 2 of 2" in text for text in said["warnings"])
    runs[1] = write_run(tmp_path / "c", parts=("test",))
    with pytest.raises(DataError, match=r"fitted on development, but c has no .*/c --partition dev"):
        read_runs(runs)


def test_other_gold_standards_and_steps_are_refused(runs):
    path = runs[1] / "predictions" / "d1.csv"
    table = pd.read_csv(path)
    table.assign(gold_valence=table["gold_valence"] + 0.1).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"b/predictions/d1.csv: its gold standard differs .* by 0.1"):
        read_runs(runs)
    table.assign(time_s=table["time_s"] * 2).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"has a step of 0.08 s and .* one of 0.04 s"):
        read_runs(runs)
    table.assign(time_s=table["time_s"] + 0.018).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"has a row at 0.018 s, where .* has none"):
        read_runs(runs)
    table.assign(time_s=table["time_s"] + 100).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"its times are 100 to 104.76 s, none within"):
        read_runs(runs)


def test_too_few_too_many_and_the_same(runs, tmp_path):
    with pytest.raises(InputError, match=r"only .*a to fuse; expected the predictions of 2 systems"):
        read_runs(runs[:1])
    with pytest.raises(InputError, match="nothing to fuse"):
        read_runs([])
    with pytest.raises(InputError, match="a is given twice"):
        read_runs([*runs, tmp_path / "b" / ".." / "a"])
    with pytest.raises(InputError, match="labels names liking, but a predicts arousal, valence"):
        read_runs(runs, ["liking"])
    sources = read_runs(runs, ["valence"])
    assert sources.labels == ("valence",)
    for settings, says in (
        ({"split": 4}, "split is 4, but there are 4 recordings to fit on"),
        ({"cross_fit": 4}, "cross-fit is 4, but there are 3 recordings or subjects"),
        ({"cross_fit": 2, "split": 1}, "two ways of testing a fusion"),
    ):
        with pytest.raises(ConfigError, match=says):
            fuse(sources, tmp_path / "fused", FusionSettings(**settings))
    with pytest.raises(CheckpointError, match="a: is not an empty folder"):
        fuse(sources, runs[0])
    assert np.isfinite(ccc(gold_of("d1")[:, 0], predicted("d1", 1, 0.3)[:, 0]))
