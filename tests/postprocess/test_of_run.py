"""What a run keeps of its post-processing: written, read back, told when of other weights or damaged."""

import json

import numpy as np
import pytest
from made_signals import slow

from emotrace.config.postprocess import ChainSettings, SmoothingSettings
from emotrace.errors import CheckpointError
from emotrace.postprocess import Chain, RunPostprocess, Smoothing
from emotrace.postprocess.of_run import wanted
from emotrace.run_files import RunFiles

BEST = {"score": 0.5, "step": 20}
FACTS = {"best": BEST, "postprocess": {"kind": "chain", "search": "joint"}}


@pytest.fixture
def kept(rng):
    gold = slow(rng, 300)
    chain = Chain.fit([gold], [0.5 * gold + 0.3], labels=None)
    return RunPostprocess(
        settings=ChainSettings(),
        best=BEST,
        recordings=("d",),
        before={"a": 0.5},
        after={"a": None},
        fitted=chain,
    )


@pytest.mark.parametrize("kind", [Chain, Smoothing])
def test_it_is_written_and_read_back(tmp_path, kept, kind, rng):
    gold = slow(rng, 300)
    kept = kept.model_copy(update={"fitted": kind.fit([gold], [gold + rng.normal(size=300)])})
    run = RunFiles(tmp_path)
    kept.write(run)
    back = RunPostprocess.read(run)
    assert back == kept and type(back.fitted) is kind
    assert json.loads(run.postprocess_json.read_text())["in_words"] == kept.fitted.describe()
    assert RunPostprocess.current(run, FACTS) == kept


def test_without_a_fit_it_says_why(tmp_path):
    run = RunFiles(tmp_path)
    none = RunPostprocess(settings=ChainSettings(), best=None, reason="nobody rated")
    none.write(run)
    assert RunPostprocess.read(run) == none


def test_that_of_other_weights_or_settings_does_not_count(tmp_path, kept):
    run = RunFiles(tmp_path)
    assert RunPostprocess.read(run) is None and RunPostprocess.current(run, FACTS) is None
    kept.write(run)
    assert RunPostprocess.current(run, FACTS | {"best": {"score": 0.5, "step": 40}}) is None
    assert RunPostprocess.current(run, FACTS | {"postprocess": {"kind": "smoothing"}}) is None
    assert RunPostprocess.current(run, {"best": BEST}) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: "{", "not readable .*remove it and run `emotrace evaluate`"),
        (lambda v: json.dumps({"settings": v["settings"]}), "lacks best; remove it"),
        (
            lambda v: json.dumps(v | {"settings": {"kind": "x"}}),
            "settings is .*'chain', 'smoothing', 'calibration'; remove it",
        ),
        (lambda v: json.dumps(v | {"fitted": {"kind": "x"}}), "fitted: its kind is 'x'"),
        (lambda v: json.dumps(v | {"fitted": v["fitted"] | {"fps": "x"}}), "fitted: fps is 'x'"),
        (lambda v: json.dumps(v | {"smell": 1}), "unknown key 'smell'"),
    ],
)
def test_a_damaged_file_is_told(tmp_path, kept, change, message):
    run = RunFiles(tmp_path)
    kept.write(run)
    run.postprocess_json.write_text(change(json.loads(run.postprocess_json.read_text())))
    with pytest.raises(CheckpointError, match=rf"postprocess\.json: .*{message}"):
        RunPostprocess.read(run)


def test_what_run_json_asks_for():
    assert wanted({}) is None and wanted({"postprocess": None}) is None
    assert wanted({"postprocess": {"kind": "smoothing"}}) == SmoothingSettings()
    with pytest.raises(CheckpointError, match=r"run.json: .*put back what `emotrace train` wrote"):
        wanted({"postprocess": {"kind": "x"}})


def test_arrays_stay_as_they_are(tmp_path, kept):
    run = RunFiles(tmp_path)
    kept.write(run)
    values = np.linspace(-1, 1, 50)
    back = RunPostprocess.read(run).fitted
    np.testing.assert_array_equal(back.apply([values])[0], kept.fitted.apply([values])[0])
