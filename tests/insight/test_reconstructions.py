"""Reconstructions by a model whose errors are known: over time, by recording, in pictures."""

import json

import numpy as np
import pytest
import torch
from hiding import FACE, SOUND, STEPS, Hiding, Looking, corner

from emotrace import models
from emotrace.delay import LabelDelay
from emotrace.errors import CheckpointError, DataError
from emotrace.insight.analyses.reconstructions.run import ANALYSIS, run
from emotrace.insight.write import make_insight


class Rebuilding(Looking):
    """Gives faces back brighter by 0.2 of [-1, 1], and sound halved."""

    rebuilds = ("face", "audio")
    value = 0.2

    def forward(self, inputs):
        back = {"face": inputs["face"] + self.value, "audio": inputs["audio"] / 2}
        outputs = {f"{name}_reconstruction": one for name, one in back.items()}
        return {"prediction": self.look(inputs), **outputs}


def rebuilding(**declared):
    return Rebuilding({"face": FACE, "audio": SOUND}, corner, **declared)


def test_errors_are_root_mean_squares_in_the_unit_of_the_input(planted):
    recording = Hiding(no_face=(5,))
    found = run(planted(recording, Hiding(1, lacks=("face-16",)), model=rebuilding()))
    over = found.tables["reconstructions_over_time"]
    face = [row["error of the rebuilt face, of a range of 1: face"] for row in over]
    assert face[5] is None and face[4] == pytest.approx(0.1, abs=1e-6) and len(face) == STEPS
    sound = recording.track("audio-16000").values.reshape(STEPS, 640).astype(float)
    np.testing.assert_allclose(
        [row["error of the rebuilt audio, in its own unit: audio"] for row in over],
        np.sqrt(np.square(sound).mean(axis=1)) / 2,
        atol=1e-5,
    )
    rows = {(row["recording"], row["input"]): row for row in found.tables["reconstructions_recordings"]}
    assert rows["r1", "face"]["steps"] == 0 and rows["r1", "face"]["rmse"] is None
    looked = np.concatenate([np.arange(at, at + 8) for at in (32 * one // 7 for one in range(8))])
    assert rows["r0", "audio"]["steps"] == 64 == len(looked)
    chosen = sound[looked]
    assert rows["r0", "audio"]["rmse"] == pytest.approx(np.sqrt(np.square(chosen).mean()) / 2, abs=1e-5)
    of_mean = np.sqrt(np.square(chosen - chosen.mean(axis=0)).mean())
    assert rows["r0", "audio"]["rmse_of_mean"] == pytest.approx(of_mean, abs=1e-5)
    means = {row["input"]: row for row in found.headline}
    assert means["face"]["recordings"] == 1 and means["audio"]["recordings"] == 2
    assert means["face"]["rmse"] == pytest.approx(0.1, abs=1e-5)
    assert set(found.figures) == {
        "reconstructions_over_time", "reconstructions_of_face", "reconstructions_of_audio",
    }  # fmt: skip


def test_a_delay_moves_errors_with_the_predictions(planted):
    recording = Hiding(no_face=(5,))
    delay = LabelDelay(seconds=0.2, rule="hold")
    found = run(planted(recording, model=rebuilding(), delay=delay))
    name = "error of the rebuilt face, of a range of 1: face"
    missing = [at for at, row in enumerate(found.tables["reconstructions_over_time"]) if row[name] is None]
    assert missing == [0, 1, 2, 3, 4, 10]


def test_what_cannot_be_looked_at_is_refused(planted):
    lacks = ("face-16", "audio-16000")
    with pytest.raises(DataError, match=r"run: no recording of the partition test has face or audio, which"):
        run(planted(Hiding(lacks=lacks), model=rebuilding()))
    model = rebuilding()
    model.value = float("nan")
    with pytest.raises(CheckpointError, match=r"best.safetensors: gives back face that are not numbers for"):
        run(planted(Hiding(), model=model))


def test_the_auto_encoders_of_nguyen2020_are_looked_into(planted, tmp_path):
    tiny = {"visual_channels": ((1, 1, 2), (2, 2, 2)), "visual_features": 4, "audio_filters": 2}
    tiny |= {"face_size": 16, "audio_hidden": 4, "audio_features": 320, "hidden": 3}
    torch.manual_seed(0)
    model = models.build("nguyen2020/2d1dconv-ae-lstm", **tiny).eval()
    page, found = make_insight(planted(Hiding(), model=model, path=tmp_path))
    assert list(found) == ["occlusion", "reconstructions"]
    text = page.read_text(encoding="utf-8")
    for words in ("What the auto-encoders give back", "face: r0", "audio: r0", "in deviations"):
        assert words in text
    facts = json.loads((page.parent / "insight.json").read_text())["reconstructions"]
    assert [row["input"] for row in facts["means"]] == ["face", "audio"]
    without = models.build("nguyen2020/2d1dconv-lstm", **tiny)
    assert ANALYSIS.offered(model) and not ANALYSIS.offered(without)
