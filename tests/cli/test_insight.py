"""`emotrace insight` from prepare to page: a real model of a few cells, sound as a corpus brings it."""

import json
import sys

import numpy as np
import pytest

from emotrace.media.wave_file import write_sound

STEPS = 100  # of a recording: 4 s, so that there is a range over 3 s

RECIPE = """
system: tzirakis2017
variant: speech
preset: small
model: {cells: [6, 5], speech_filters: [10, 10]}
training:
  window_steps: 50
  window_stride_steps: 25
  batch_size: 4
  steps: 2
  validate_every: 2
  workers: 0
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Four people, 4 s of a voice-like tone each, whose level is arousal."""
    root = tmp_path_factory.mktemp("voices")
    rows = ["file,time_s,arousal,valence,subject,partition"]
    parts = {"a": "train", "b": "development", "c": "test", "d": "test"}
    times_s = np.arange(STEPS * 640) / 16000
    for number, (name, part) in enumerate(parts.items()):
        level = 0.3 + 0.25 * np.sin(2 * times_s + number)
        phase = 2 * np.pi * np.cumsum(130 + 120 * level) / 16000  # the louder, the higher
        tone = sum(np.sin(k * phase) / k for k in range(1, 9)) / 3
        write_sound(root / f"{name}.wav", [(level * tone).astype(np.float32)], 16000)
        at = level[::640]
        rows += [f"{name}.wav,{i * 0.04:.2f},{at[i]:.4f},{at[i] / 2:.4f},{name},{part}" for i in range(STEPS)]
    (root / "labels.csv").write_text("\n".join(rows) + "\n")
    return root


@pytest.fixture
def trained(emo, corpus, recipe, tmp_path):
    """A run and its prepared corpus, made by the commands."""
    assert emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe).status == 0
    assert emo("train", recipe, tmp_path / "prepared", "-o", tmp_path / "speech").status == 0
    return tmp_path / "speech"


def test_a_trained_run_is_looked_into(emo, trained):
    said = emo("insight", trained)
    assert said.status == 0, said.err
    assert said.out.splitlines()[-1] == str(trained / "insight" / "insight.html")
    assert all(
        text in said.out for text in ("cells (test)", "RMS energy", "loudness", "mean F0", "gold valence")
    )
    assert "occlusion (test)" in said.out and "left_out" in said.out
    assert "warning" not in said.err
    facts = json.loads((trained / "insight" / "insight.json").read_text())
    assert facts["cells"]["units"] == 6 * (6 + 5) and facts["cells"]["recordings"] == ["c", "d"]
    assert facts["cells"]["steps"] == 2 * STEPS and len(facts["cells"]["measures"]) == 6
    best = facts["cells"]["measures"]["rms_energy"]
    assert best["best"]["r"] is not None and len(best["chosen_on_one_half"]) == 2


def test_some_analyses_only(emo, trained):
    said = emo("insight", trained, "--only", "occlusion")
    assert (said.status, "occlusion (test)" in said.out, "cells" in said.out) == (0, True, False), said.err
    assert said.out.splitlines()[-1] == str(trained / "insight" / "insight_occlusion.html")
    said = emo("insight", trained, "--only", "gate")
    assert said.status == 2
    assert "offers: cells, occlusion\n" in said.err


def test_without_opensmile_it_says_how_to_install_it(emo, trained, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "opensmile", None)
    said = emo("insight", trained, "-o", tmp_path / "out", "--recording", "d", "--partition", "test")
    assert said.status == 0
    assert "loudness is missing" in said.err and "pip install 'emotrace[opensmile]'" in said.err
    facts = json.loads((tmp_path / "out" / "insight.json").read_text())
    assert facts["cells"]["drawn"] == "d" and "rms_energy" in facts["cells"]["measures"]
    assert set(facts["cells"]["missing"]) == {"loudness", "mean F0"}


def test_wrong_use_is_one_line(emo, trained, run_folder, tmp_path):
    for words, said in (
        (("--partition", "dev"), "--partition is 'dev'; expected one of"),
        (("--recording", "a"), "--recording is 'a'; expected one of test: c, d"),
        (("--prepared", tmp_path / "gone"), "gone: is not a prepared corpus"),
        (("--against", tmp_path / "gone"), "gone/run.json: not readable"),
    ):
        found = emo("insight", trained, *words)
        assert found.status in (1, 2) and said in found.err
        assert len(found.err.strip().splitlines()) == 1, found.err  # no bar of what was not begun
    found = emo("insight", run_folder, "--prepared", tmp_path / "prepared")
    assert found.status == 1
    assert "has no track face-32, only audio-16000" in found.err.splitlines()[-1]
