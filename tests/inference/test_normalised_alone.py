"""What `predict` says of inputs that training had in z-scores of all recordings of a subject."""

import wave

import numpy as np
import pytest

from emotrace import models
from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.inference import Predictor
from emotrace.inference.missing import normalised_alone
from emotrace.models import CheckpointMeta

pytest.importorskip("opensmile")
NAME = "chen2015/audio-long"
VOICE = {"kind": "feature", "name": "egemaps-functionals-3s", "columns": 88}


def test_only_inputs_by_subject_are_told():
    kinds = ("none", "recording", "subject", "subject")
    inputs = {
        f"{kind}{at}": FeatureInput(name="loudness", columns=1, normalise=kind)
        for at, kind in enumerate(kinds)
    }
    (said,) = normalised_alone(Declaration(inputs=inputs))
    assert said.startswith("subject2 and subject3: z-scores by this file alone, where training had all")
    assert normalised_alone(Declaration(inputs={"none": inputs["none0"]})) == []


def test_predict_says_it_and_scores_by_the_file_itself(tmp_path, rng):
    path = tmp_path / "voice.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes((rng.normal(size=4 * 16000) * 3000).astype(np.int16).tobytes())
    model = models.build(NAME, inputs={"audio_long": VOICE | {"normalise": "subject"}}, narrow=40)
    meta = CheckpointMeta(
        name=NAME, config={}, labels=model.labels, value_range=(-1, 1), declaration=model.declaration
    )
    found = Predictor(model, meta).analyse(path)
    assert any("audio_long: z-scores by this file alone" in said for said in found.warnings)
    assert np.ptp(found.trace.values) > 0
