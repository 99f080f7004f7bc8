"""Runs with post-processing: numbers before and after, pooled folds, the report's section."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest

from emotrace.config.postprocess import CalibrationSettings, ChainSettings
from emotrace.errors import DataError
from emotrace.evaluation import evaluate, pool, write_report
from emotrace.evaluation.postprocess_section import _became
from emotrace.evaluation.scoring import TUNED_HERE
from emotrace.postprocess import Calibration, Chain, RunPostprocess, Smoothing
from emotrace.run_files import RunFiles
from emotrace.trace import Trace

LABELS = ("arousal", "valence")


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def process(folder, kind=Chain, **changes):
    """Give a written run a post-processing, and raw predictions beside processed ones."""
    files = RunFiles(folder)
    facts = json.loads(files.run_json.read_text())
    if "postprocess" not in facts:
        change(files.run_json, postprocess={"kind": "chain", "search": "joint"})
    files.raw_predictions.mkdir()
    traces = {path.name: Trace.from_csv(path) for path in sorted(files.predictions.glob("*.csv"))}
    fitted = kind.fit(
        [one.gold for one in traces.values()], [one.values for one in traces.values()], 25, LABELS
    )
    for name, trace in traces.items():
        shutil.move(files.predictions / name, files.raw_predictions / name)
        (values,) = fitted.apply([trace.values])
        Trace(trace.times_s, values.astype(np.float32), LABELS, trace.face_found, trace.gold).to_csv(
            files.predictions / name
        )
    values = {"settings": ChainSettings(), "best": facts.get("best"), "recordings": ("dev_1", "dev_2")}
    values |= {"before": {"arousal": 0.321, "valence": None}, "after": {"arousal": 0.456, "valence": None}}
    RunPostprocess(**(values | {"fitted": fitted} | changes)).write(files)
    return fitted


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "run")


def test_before_stands_beside_after(run):
    plain = evaluate(run)["partitions"]["test"]
    assert "before_postprocessing" not in plain
    process(run)
    scores = evaluate(run)["partitions"]["test"]
    assert scores["before_postprocessing"] == plain["concatenated"]
    assert scores["concatenated"]["ccc_arousal"]["value"] > plain["concatenated"]["ccc_arousal"]["value"]
    assert TUNED_HERE not in scores["warnings"]
    assert TUNED_HERE in evaluate(run, "development")["partitions"]["development"]["warnings"]
    assert json.loads((run / "metrics.json").read_text())["partitions"]["test"] == scores


def test_raw_predictions_are_all_there_or_none(run):
    process(run)
    (run / "predictions" / "raw" / "test_1_1.csv").unlink()
    with pytest.raises(DataError, match=r"raw lacks the predictions of test_1_1, in partition test; run"):
        evaluate(run)
    shutil.rmtree(run / "predictions" / "raw")
    assert "before_postprocessing" not in evaluate(run)["partitions"]["test"]


def section(folder):
    page = write_report(folder).read_text(encoding="utf-8")
    found = re.search(r"<h2>Post-processing</h2>(.*?)<h2>", page, flags=re.DOTALL)
    return found.group(1) if found else ""


@pytest.mark.parametrize("kind", [Chain, Smoothing])
def test_the_report_says_what_it_does_and_what_it_gained(run, kind):
    fitted = process(run, kind)
    scores = evaluate(run)["partitions"]["test"]
    shown = section(run)
    assert "Tuned on the 2 development recordings, on nothing else" in shown
    for one in fitted.dimensions:
        assert one.whole.describe(25) in shown
        assert (one.whole.describe_look_ahead(25) or "<td>nothing</td>") in shown
        for trial in one.whole.trials:
            assert f"<td>{trial.name.replace('_', ' ')}</td>" in shown
    assert "<td>0.321</td><td>0.456</td>" in shown
    assert "Test before and after" in shown and "Development before" not in shown
    for entry in (scores["before_postprocessing"]["ccc_valence"], scores["concatenated"]["ccc_valence"]):
        assert f"<b>{entry['value']:.3f}</b>" in shown


def calibrate(folder, **changes):
    """Give a written run of classes a temperature."""
    files = RunFiles(folder)
    facts = json.loads(files.run_json.read_text())
    change(files.run_json, postprocess={"kind": "calibration"})
    fitted = Calibration(labels=tuple(facts["labels"]), temperature=2.5, clips=7, fps=25.0)
    files.raw_predictions.mkdir(exist_ok=True)
    for path in sorted(files.predictions.glob("*.csv")):
        trace = Trace.from_csv(path)
        shutil.move(path, files.raw_predictions / path.name)
        (values,) = fitted.apply([trace.values])
        replace(trace, values=values.astype(np.float32)).to_csv(path)
    values = {"settings": CalibrationSettings(), "best": facts.get("best"), "recordings": ("dev_1",)}
    values |= {"before": {"nll": 1.234, "ece": 0.321}, "after": {"nll": 1.012, "ece": 0.123}}
    RunPostprocess(**(values | {"fitted": fitted} | changes)).write(files)
    return fitted


def test_classes_before_and_after_a_temperature(tmp_path, write_run):
    folder = write_run(tmp_path / "run", predicts="class", parts=("test",))
    plain = evaluate(folder)["partitions"]["test"]
    fitted = calibrate(folder)
    scores = evaluate(folder)["partitions"]["test"]
    assert scores["before_postprocessing"] == plain["concatenated"]
    assert scores["confusion"] == plain["confusion"]  # no vote changes
    assert scores["concatenated"]["nll"]["value"] != plain["concatenated"]["nll"]["value"]
    shown = section(folder)
    assert fitted.describe() in shown and "<td>1.234</td><td>1.012</td><td>0.321</td><td>0.123</td>" in shown
    assert "Test before and after" in shown and "<td>NLL</td>" in shown and "<td>macro F1</td>" in shown
    assert "With it NLL is lower and ECE is lower." in shown
    change(folder / "postprocess.json", after={"nll": 1.234, "ece": 0.456})
    assert "With it NLL is the same and ECE is higher." in section(folder)


def test_folds_of_classes_have_a_temperature_each(tmp_path, write_run):
    folder = write_run(tmp_path / "cv", predicts="class", parts=("test",))
    names = json.loads((folder / "partition.json").read_text())["parts"]["test"]
    fold_of = {name: index % 2 for index, name in enumerate(names)}
    change(folder / "partition.json", scheme="kfold", fold_of=fold_of)
    best = {"score": 0.5, "step": 100}
    facts = json.loads((folder / "run.json").read_text()) | {"best": best}
    folds = [{"fold": fold, "state": "done", "best": best} for fold in range(2)]
    change(folder / "run.json", folds=folds, best=None, postprocess={"kind": "calibration"})
    for fold in range(2):
        own = folder / f"fold_{fold}"
        (own / "predictions").mkdir(parents=True)
        (own / "run.json").write_text(json.dumps(facts))
        for name in (name for name, of in fold_of.items() if of == fold):
            shutil.move(folder / "predictions" / f"{name}.csv", own / "predictions")
        calibrate(own, **({"fitted": None, "reason": "nobody <spoke>"} if fold else {}))
    pool(folder)
    evaluate(folder)
    shown = section(folder)
    assert shown.count("temperature 2.5: less sure than the model, by 7 development clips") == 1
    assert "Without a temperature: fold 1: nobody &lt;spoke&gt;." in shown


def test_what_a_temperature_did_over_folds():
    said = [(0.5, 0.1), (0.6, 0.1), (0.7, None)]
    fits = [
        RunPostprocess(
            settings=CalibrationSettings(),
            best=None,
            before={"nll": 0.6, "ece": 0.2},
            after={"nll": nll, "ece": ece},
        )
        for nll, ece in said
    ]
    assert _became(fits) == (
        " With it NLL is lower in 1 fold, higher in 1 fold, the same in 1 fold and ECE is lower in 2 folds."
    )
    assert _became([]) == ""


def test_a_run_without_it_has_no_section(run):
    evaluate(run)
    assert section(run) == ""


def test_the_report_says_why_there_is_none(run):
    process(run, fitted=None, reason="nobody rated <development>")
    evaluate(run)
    assert "There is none: nobody rated &lt;development&gt;." in section(run)
    process_of_others = json.loads((run / "postprocess.json").read_text()) | {"best": {"step": 1}}
    (run / "postprocess.json").write_text(json.dumps(process_of_others))
    assert "It is not fitted for the weights that the run has now" in section(run)


def test_folds_are_pooled_before_and_after(tmp_path, write_run):
    folder = write_run(tmp_path / "cv", parts=("test",))
    names = json.loads((folder / "partition.json").read_text())["parts"]["test"]
    fold_of = {name: index % 3 for index, name in enumerate(names)}
    parts = {"train": [], "development": [], "test": names}
    change(folder / "partition.json", scheme="kfold", parts=parts, fold_of=fold_of)
    best = {"score": 0.5, "step": 100}
    folds = [{"fold": fold, "state": "done", "best": best} for fold in range(3)]
    settings = {"kind": "chain", "search": "joint"}
    change(folder / "run.json", folds=folds, best=None, postprocess=settings)
    for name, fold in fold_of.items():
        path = folder / f"fold_{fold}" / "predictions" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / "predictions" / path.name, path)
    said = []
    for fold in range(3):
        own = folder / f"fold_{fold}"
        (own / "run.json").write_text(json.dumps({"best": best, "postprocess": settings}))
        said.append(process(own, **({"fitted": None, "reason": "no luck"} if fold == 2 else {})))
    stale = folder / "predictions" / "raw" / f"{names[2]}.csv"
    stale.parent.mkdir()
    stale.touch()
    (folder / "fold_2" / "predictions" / "raw").rename(tmp_path / "away")
    pool(folder)
    assert not stale.exists()  # fold 2 has none
    (tmp_path / "away").rename(folder / "fold_2" / "predictions" / "raw")
    pool(folder)
    scores = evaluate(folder)["partitions"]["test"]
    gained = (
        scores["concatenated"]["ccc_mean"]["value"] - scores["before_postprocessing"]["ccc_mean"]["value"]
    )
    assert gained > 0
    shown = section(folder)
    assert "Each fold tuned its own" in shown
    for fitted in said[:2]:
        assert fitted.describe() in shown
    assert "<td>fold 2</td><td>no luck</td>" in shown
