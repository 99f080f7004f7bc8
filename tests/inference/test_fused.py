"""A fusion of runs traces media: every system does, then their traces are summed as was fitted."""

import importlib
import json
from dataclasses import replace

import numpy as np
import pytest

from emotrace.config.fusion import FusionSettings
from emotrace.errors import CheckpointError
from emotrace.inference import FusedPredictor, predict_files
from emotrace.postprocess.fitted_fusion import FittedFusion
from emotrace.postprocess.late_fusion import LateFusion
from emotrace.trace import Trace

LABELS = ("arousal", "valence")


class Says:
    """A system that says one thing about every file."""

    def __init__(self, prediction, values, start=0, step_s=0.04, labels=LABELS):
        self.prediction, self.values, self.start = prediction, values, start
        self.step_s, self.labels, self.asked = step_s, labels, []

    def analyse(self, path, progress=None, raw=False, **settings):
        self.asked.append((raw, settings))
        if progress is not None:
            progress(0.5, 1.0, "half")
        rows = len(self.prediction.trace.times_s)
        times_s = np.arange(self.start, rows) * 0.04
        values = np.tile(np.float32(self.values), (len(times_s), 1))
        found = np.arange(len(times_s)) < 5
        trace = Trace(times_s, values, self.labels, found, observed={"face": found, "audio": ~found})
        return replace(self.prediction, trace=trace, warnings=(f"says {self.values}",))


def fitted(labels=LABELS, **settings):
    rng = np.random.default_rng(0)
    gold = [np.cumsum(rng.normal(size=(200, 2)), axis=0)[:, : len(labels)] for _ in range(2)]
    values = [np.stack([part + 1, 2 * part], axis=1) for part in gold]
    fusion = LateFusion.fit(gold, values, ["a", "b"], labels, FusionSettings(regression="linear", **settings))
    return FittedFusion(fusion, ("x", "y"))


def test_each_system_traces_and_the_sum_is_what_was_fitted(make_prediction, face_clip):
    prediction, fusion = make_prediction(), fitted()
    systems = Says(prediction, (0.5, 0.1)), Says(prediction, (1.0, 0.4), start=2)
    heard = []
    fused = FusedPredictor("fusion/linear", systems, fusion, face_clip.parent)
    found = fused.analyse(face_clip, raw=True, face=1, progress=lambda *told: heard.append(told))
    rows = np.array(
        [[[0.5, 0.1], [np.nan] * 2]] * 2 + [[[0.5, 0.1], [1.0, 0.4]]] * (len(found.trace.times_s) - 2)
    )
    np.testing.assert_allclose(found.trace.values, fusion.apply([rows])[0], rtol=1e-5)
    assert found.trace.labels == LABELS and found.model == "fusion/linear" and "a +" in found.postprocess
    assert found.warnings[:2] == ("says (0.5, 0.1)", "says (1.0, 0.4)")
    assert [one.asked for one in systems] == [[(True, {"face": 1})]] * 2
    assert [told[0] for told in heard] == [0.25, 0.75]
    seen = found.trace.observed["face"]
    np.testing.assert_array_equal(seen, found.trace.face_found)
    assert seen[:7].all() and not seen[7:].any()


def test_one_dimension_of_two_may_be_fused(make_prediction, face_clip):
    prediction = make_prediction()
    systems = Says(prediction, (0.5, 0.1)), Says(prediction, (1.0, 0.4))
    fused = FusedPredictor("fusion/linear", systems, fitted(("arousal",)), face_clip.parent)
    assert fused.predict(face_clip).labels == ("arousal",)


def test_classes_are_fused_step_by_step(make_prediction, face_clip):
    prediction = make_prediction()
    systems = Says(prediction, (0.8, 0.2)), Says(prediction, (0.6, 0.4))
    found = FusedPredictor("fusion/log", systems, None, face_clip.parent).analyse(face_clip)
    first = np.sqrt(0.8 * 0.6)
    expected = first / (first + np.sqrt(0.2 * 0.4))
    np.testing.assert_allclose(found.trace.values[3], [expected, 1 - expected], rtol=1e-5)
    assert found.decision.winner == 0 and found.decision.confidence == pytest.approx(expected, rel=1e-5)


def test_a_system_that_says_nothing_leaves_the_class_to_the_others(make_prediction, face_clip):
    prediction = make_prediction()
    silent = Says(prediction, (0.5, 0.5))
    fused = FusedPredictor("fusion/log", (Says(prediction, (0.8, 0.2)), silent), None, face_clip.parent)
    np.testing.assert_allclose(fused.predict(face_clip).values[3], [0.8, 0.2], rtol=1e-5)
    nobody = FusedPredictor("fusion/log", (silent, silent), None, face_clip.parent).analyse(face_clip)
    assert nobody.decision.winner is None and np.ptp(nobody.trace.values) == 0


def test_a_fusion_writes_files_and_pages(make_prediction, face_clip, tmp_path):
    prediction = make_prediction()
    systems = Says(prediction, (0.5, 0.1)), Says(prediction, (1.0, 0.4))
    fused = FusedPredictor("fusion/linear", systems, fitted(), tmp_path)
    (result,) = predict_files(fused, [face_clip], tmp_path / "out")
    assert result.error is None and result.csv.is_file() and "fusion/linear" in result.html.read_text()


def test_systems_that_were_not_fused_so_are_refused(make_prediction, tmp_path):
    one = Says(make_prediction(), (0.5, 0.1))
    with pytest.raises(CheckpointError, match=r"every 0\.04 s and arousal, valence every 0\.2 s"):
        FusedPredictor("fusion/linear", (one, Says(None, (0, 0), step_s=0.2)), fitted(), tmp_path)
    others = [Says(None, (0, 0), labels=("joy", "fear"))] * 2
    with pytest.raises(CheckpointError, match="fuses arousal, valence, and its systems give joy, fear"):
        FusedPredictor("fusion/linear", others, fitted(), tmp_path)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"fits": [], "predicts": "trace"}, "has 0 sets of weights, for it was cross-fitted"),
        ({"gold": "gold", "predicts": "trace"}, "was fused from folders of CSVs, which cannot trace media"),
    ],
)
def test_a_fusion_that_cannot_trace_media_says_why(tmp_path, stored, message):
    from emotrace.inference import load

    facts = {"system": "fusion", "variant": "ridge", "state": "done"}
    (tmp_path / "run.json").write_text(json.dumps(facts))
    (tmp_path / "fusion.json").write_text(json.dumps({"systems": ["a", "b"], "sources": [], **stored}))
    with pytest.raises(CheckpointError, match=message):
        load(tmp_path)


def test_raw_leaves_out_the_smoothing_before_the_fusion(make_prediction, face_clip):
    prediction = make_prediction()
    systems = Says(prediction, (0.5, 0.1)), Says(prediction, (1.0, 0.4))

    class Doubles:
        """A smoothing that doubles what it is given."""

        def apply(self, recordings):
            return [2 * one for one in recordings]

    fusion = replace(fitted(), smoothing={"a": Doubles(), "b": Doubles()})
    fused = FusedPredictor("fusion/linear", systems, fusion, face_clip.parent, ("look out",))
    raw = fused.analyse(face_clip, raw=True)
    assert "look out" in raw.warnings and any("these are raw" in note for note in raw.warnings)
    assert not np.allclose(raw.trace.values, fused.predict(face_clip).values)


@pytest.mark.parametrize("now", [7, 9])
def test_a_source_that_was_trained_anew_is_told(tmp_path, monkeypatch, make_prediction, face_clip, now):
    from emotrace.inference import load as loading
    from emotrace.inference.load import load

    sources = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps({"best": {"step": now}}))
        sources.append({"name": name, "path": str(tmp_path / name), "best": {"step": 7}})
    stored = {"systems": ["a", "b"], "sources": sources, "predicts": "trace", "fits": [fitted().to_dict()]}
    (tmp_path / "run.json").write_text(json.dumps({"system": "fusion", "variant": "linear"}))
    (tmp_path / "fusion.json").write_text(json.dumps(stored))
    monkeypatch.setattr(
        importlib.import_module("emotrace.inference.load"),
        "_from_run",
        lambda folder, *rest, real=loading.__globals__["_from_run"]: (
            real(folder, *rest) if folder == tmp_path else Says(make_prediction(), (0.5, 0.1))
        ),
    )
    warnings = load(tmp_path).analyse(face_clip).warnings
    assert any("was trained anew since it was fused" in text for text in warnings) == (now == 9)


def test_damaged_sources_are_told(tmp_path):
    from emotrace.inference import load

    (tmp_path / "run.json").write_text(json.dumps({"system": "fusion", "variant": "log"}))
    (tmp_path / "fusion.json").write_text(
        json.dumps({"systems": ["a"], "predicts": "class", "sources": [{"name": "a"}]})
    )
    with pytest.raises(CheckpointError, match=r"its sources are damaged \('path'\)"):
        load(tmp_path)
