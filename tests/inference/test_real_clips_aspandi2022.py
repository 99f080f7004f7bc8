"""The real clips through a tiny aspandi2022: every one traced, the gate beside, silence and gaps told."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "models"))

from tiny_aspandi2022 import tiny

from emotrace.inference import Predictor, predict_files
from emotrace.models import CheckpointMeta
from emotrace.trace import Trace

CLIPS = 14
NO_SOUND = {"yes", "test", "result"}
SILENT = {"wolfganglanger_pexels", "no_duration"}
NO_FACE = {"no_face", "no_duration", "result", "big_buck_bunny_432_433", "video_with_failing_audio"}


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    clips = Path(__file__).resolve().parents[3] / "shared" / "data" / "clips"
    if not clips.is_dir():
        pytest.skip("real data (../shared/data) is not beside this checkout")
    model = tiny("avi-gas")
    meta = CheckpointMeta(
        name="aspandi2022/avi-gas",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1.0, 1.0),
        declaration=model.declaration,
        corpus="avec2016",
    )
    results = predict_files(Predictor(model, meta), [clips], tmp_path_factory.mktemp("out"), html=False)
    return {result.path.stem: result for result in results}


def test_every_clip_is_traced(traced):
    assert len(traced) == CLIPS
    assert [result.error for result in traced.values()] == [None] * CLIPS
    for stem, result in traced.items():
        assert np.isfinite(Trace.from_csv(result.csv).values).all(), stem


def test_the_gate_goes_by_what_is_there(traced):
    checked = 0
    for stem, result in traced.items():
        based_on = pd.read_csv(result.csv, dtype={"based_on": str})["based_on"].fillna("")
        gate = pd.read_csv(result.csv.with_name(f"{stem}_shown.csv"))["gate"]
        for cell, given in (("", gate.isna()), ("face", gate == 1), ("spectrogram", gate == 0)):
            assert given[based_on == cell].all(), (stem, cell)
            checked += int((based_on == cell).any())
        both = gate[based_on == "face+spectrogram"]
        assert both.between(0, 1, inclusive="neither").all(), stem
        assert based_on.str.contains("spectrogram").any() == (stem not in NO_SOUND | SILENT), stem
        assert based_on.str.contains("face").any() == (stem not in NO_FACE), stem
    assert checked >= 9


def test_what_is_missing_or_silent_is_told(traced):
    for stem, result in traced.items():
        told = " ".join(result.warnings)
        assert ("no sound track: the model goes without spectrogram" in told) == (stem in NO_SOUND)
        empty = stem in NO_FACE and stem in NO_SOUND | SILENT
        assert ("there is nothing in this file that the model takes" in told) == empty, stem
        faceless = "no face was found: the model goes without face"
        assert (faceless in told) == (stem in NO_FACE), stem
        nothing = "the sound is silent throughout: the model goes without spectrogram"
        assert (nothing in told) == (stem in SILENT), stem
