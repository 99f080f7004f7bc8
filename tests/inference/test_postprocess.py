"""Predicting with the post-processing of a run: taken by itself, left out on request, refused if unfit."""

import json

import numpy as np
import pytest

from emotrace import inference, models
from emotrace.config.postprocess import ChainSettings
from emotrace.errors import CheckpointError
from emotrace.inference import Predictor, predict_files, write_page
from emotrace.postprocess import Chain, RunPostprocess, Smoothing
from emotrace.run_files import RunFiles

BEST = {"score": 0.5, "step": 2}
LABELS = ("arousal", "valence")


@pytest.fixture(scope="module")
def chain():
    """One that does every step to arousal and nothing to valence."""
    time = np.arange(600)
    gold = np.stack([np.sin(time / 40), np.cos(time / 30)], axis=1)
    spikes = np.where(time % 7 == 0, 2.0, 0.0)
    told = np.stack([0.4 * np.sin((time + 15) / 40) + 0.3 + spikes, gold[:, 1]], axis=1)
    return Chain.fit([gold], [told], 25, LABELS)


@pytest.fixture
def run(tmp_path, make_predictor, chain):
    """A finished run with untrained weights and a chain."""
    predictor = make_predictor("1dconv-lstm")
    files = RunFiles(tmp_path / "run")
    files.checkpoints.mkdir(parents=True)
    models.save_checkpoint(files.best, predictor.model, predictor.meta)
    facts = {"system": "nguyen2020", "variant": "1dconv-lstm", "state": "done", "best": BEST}
    files.run_json.write_text(json.dumps(facts | {"postprocess": {"kind": "chain"}}))
    RunPostprocess(settings=ChainSettings(), best=BEST, recordings=("d",), fitted=chain).write(files)
    return files


def test_a_run_brings_its_own(run, chain, sound_clip):
    predictor = inference.load(run.path)
    assert predictor.postprocess == chain
    raw = predictor.predict(sound_clip, raw=True)
    trace = predictor.predict(sound_clip)
    np.testing.assert_allclose(trace.values, chain.apply([raw.values])[0], atol=1e-6)
    assert trace.values.dtype == np.float32
    assert not np.array_equal(trace.values[:, 0], raw.values[:, 0])
    np.testing.assert_array_equal(trace.values[:, 1], raw.values[:, 1])
    alone = inference.load(run.best)
    assert alone.postprocess is None
    np.testing.assert_array_equal(alone.predict(sound_clip).values, raw.values)


def test_what_looks_ahead_is_said(run, chain, sound_clip, tmp_path):
    predictor = inference.load(run.path)
    found = predictor.analyse(sound_clip)
    half = chain.dimensions[0].whole.steps[0].frames // 2 / 25
    assert f"post-processing looks ahead: arousal: the median filter by {half:g} s" in found.warnings
    assert found.postprocess == chain.describe()
    page = write_page(found, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<th>post-processing</th><td>arousal: median of" in page
    raw = predictor.analyse(sound_clip, raw=True)
    assert raw.postprocess == "" and not any("post-processing" in text for text in raw.warnings)
    assert "post-processing" not in write_page(raw, tmp_path / "raw.html").read_text(encoding="utf-8")
    online = Predictor(predictor.model, predictor.meta, postprocess=predictor.postprocess.online())
    assert not any("looks ahead" in text for text in online.analyse(sound_clip).warnings)
    stream = predictor.postprocess.online().stream()
    values = predictor.predict(sound_clip, raw=True).values
    blocks = [stream.push(values[start : start + 4]) for start in range(0, len(values), 4)]
    np.testing.assert_allclose(np.concatenate(blocks), online.predict(sound_clip).values, atol=1e-6)


def test_files_of_a_folder_are_left_raw_on_request(run, sound_clip, tmp_path):
    predictor = inference.load(run.path)
    texts = []
    for raw in (False, True):
        (result,) = predict_files(predictor, [sound_clip], tmp_path / str(raw), html=False, raw=raw)
        texts.append(result.csv.read_text())
    assert texts[0] != texts[1]


@pytest.mark.parametrize("away", [True, False])
def test_a_run_without_a_fit_for_its_weights_warns(run, sound_clip, away):
    if away:
        run.postprocess_json.unlink()
    else:
        facts = json.loads(run.run_json.read_text()) | {"best": {"score": 0.6, "step": 4}}
        run.run_json.write_text(json.dumps(facts))
    predictor = inference.load(run.path)
    assert predictor.postprocess is None
    assert (
        predictor.analyse(sound_clip)
        .warnings[0]
        .startswith("the run's post-processing is not fitted for these weights")
    )


def test_a_run_that_can_have_none_says_why(run, sound_clip):
    RunPostprocess(settings=ChainSettings(), best=BEST, reason="nobody rated development").write(run)
    assert inference.load(run.path).analyse(sound_clip).warnings[0] == "nobody rated development"


def test_a_damaged_one_is_told(run):
    run.postprocess_json.write_text("{")
    with pytest.raises(
        CheckpointError, match=r"postprocess.json: not readable .*remove it and run `emotrace"
    ):
        inference.load(run.path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"fps": 10},
            r"best.safetensors: its post-processing was tuned on 10 steps per second, .* gives 25;",
        ),
        (
            {"labels": ("valence", "arousal")},
            "was tuned on valence, arousal, and the model gives arousal, val",
        ),
        ({"labels": None}, "was tuned on None, None, and the model gives"),
    ],
)
def test_one_of_another_step_or_of_other_labels_is_refused(run, rng, changes, message):
    gold = rng.normal(size=(50, 2))
    other = Smoothing.fit([gold], [gold], **({"fps": 25, "labels": LABELS} | changes))
    RunPostprocess(settings=ChainSettings(), best=BEST, fitted=other).write(run)
    with pytest.raises(CheckpointError, match=message):
        inference.load(run.path)
