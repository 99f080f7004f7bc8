"""Clips of classes through the command line: no speech, no face, short; names to map; a paper's protocol."""

import json

import numpy as np
import pytest

from emotrace import media

TINY = {"blocks": [1], "widths": [4], "connected": [4, 4], "cells": 4}
RECIPE = f"""
base: priyasad2019/attention
preset: small
model: {json.dumps(TINY)}
training: {{steps: 2, validate_every: 2, workers: 0}}
"""
EMOTIONS = {"an": "anger", "fe": "fear"}


def write(path, clip, kind):
    """A clip of 0.4 s, too short for a segment and without speech; "faceless": grey pictures, silent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "faceless":
        grey = np.full((48, 64, 3), 90, np.uint8)
        silence = np.zeros(6400, np.float32)
        media.write_video(path, (grey for _ in range(10)), 25, audio=silence, rate_hz=16000)
    else:
        path.write_bytes(clip.read_bytes())


@pytest.fixture
def rml(tmp_path, clip):
    """An RML of three speakers who act two emotions; s2 shows no face in one."""
    root = tmp_path / "rml"
    for speaker in (1, 2, 3):
        for code in EMOTIONS:
            kind = "faceless" if (speaker, code) == (2, "fe") else "whole"
            write(root / "rml-1" / f"s{speaker}" / f"{code}1.mp4", clip, kind)
    return root


def test_short_clips_without_speech_or_face_are_counted_trained_on_and_scored(emo, rml, recipe, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "cv"
    said = emo("prepare", "rml", rml, "-o", prepared, "--for", recipe)
    assert said.status == 0, said.err
    assert "no face was found in any frame: 1 (s2__fe1)" in said.err
    assert "no speech was found, so all of the sound is kept: 5 (s1__an1," in said.err
    assert "without feature-mfcc-images, feature-speech-segments, for want of sound: 1 (s2__fe1)" in said.err
    said = emo("crossval", recipe, prepared, "-o", run)
    assert said.status == 0, said.err
    assert "no clip of the corpus is of disgust, happiness, sadness, surprise: it cannot" in said.err
    assert "no training clip" not in said.err and "no test clip" not in said.err
    assert "3 folds trained, 0 left as they were, 0 failed" in said.out
    assert "Figure 4 (RML, test, 8 subjects)" in said.out  # the protocol is that of Table 1
    assert "the preset is small here; there are 8 subjects there and 3 here" in said.out
    assert "eNTERFACE05" not in said.out and "the split is" not in said.out
    scores = json.loads((run / "metrics.json").read_text())["partitions"]["test"]
    assert scores["recordings"] == 6
    assert sorted(scores["per_recording"]["s2__fe1"]["probabilities"]) == sorted(scores["classes"])
    assert emo("report", run).status == 0
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Figure 4: confusion matrix in the paper" in page


def test_a_class_that_only_one_speaker_acts(emo, rml, recipe, tmp_path):
    (rml / "rml-1" / "s1" / "an1.mp4").rename(rml / "rml-1" / "s1" / "su1.mp4")
    assert emo("prepare", "rml", rml, "-o", tmp_path / "prepared", "--for", "baselines/svm").status == 0
    svm = ("--set", "partition.scheme=loso", "--set", "partition.development=none")
    said = emo("crossval", "baselines/svm", tmp_path / "prepared", "-o", tmp_path / "cv", *svm)
    assert said.status == 0, said.err
    assert "warning: no clip of the corpus is of disgust, happiness, sadness: it cannot be" in said.err
    assert "fold 0: no training clip is of surprise: it cannot be learnt, and clips" in said.err
    scores = json.loads((tmp_path / "cv" / "metrics.json").read_text())["partitions"]["test"]
    values = {name: cell["value"] for name, cell in scores["concatenated"].items()}
    assert values["recall_surprise"] == 0  # nobody else acts it, so it is missed, and counts
    assert values["recall_sadness"] is None  # nobody acts it: it does not count
    three = [values[f"recall_{name}"] for name in ("anger", "fear", "surprise")]
    assert values["uar"] == pytest.approx(sum(three) / 3)


def test_names_of_classes(emo, clip, tmp_path):
    root = tmp_path / "mine"
    root.mkdir()
    rows = ["file,emotion,subject"]
    for number, label in enumerate(("glad", "glad", "angre", "odd")):
        (root / f"{number}.mp4").write_bytes(clip.read_bytes())
        rows.append(f"{number}.mp4,{label},s{number}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n")
    prepare = ("prepare", "folder", root, "-o", tmp_path / "prepared", "--for", "baselines/svm")
    said = emo(*prepare)
    assert said.status == 0
    assert "emotrace does not know: glad (2 clips), angre (1 clip; anger?), odd (1 clip); they" in said.err
    names = tmp_path / "names.csv"
    names.write_text("label,emotion\nglad,happiness\nodd,\n")
    said = emo(*prepare, "--classes", names)
    assert (said.status, "does not say which emotion angre (1 clip; anger?) is" in said.err) == (1, True)
    names.write_text("label,emotion\nglad,happiness\nangre,anger\nodd,\n")
    said = emo(*prepare, "--classes", names)
    assert said.status == 0, said.err
    assert "does not know" not in said.err and "leaves out: 1 (3)" in said.err
    facts = json.loads((tmp_path / "prepared" / "corpus.json").read_text())
    assert facts["classes"] == ["anger", "happiness"]
    assert [one["name"] for one in facts["recordings"]] == ["0", "1", "2"]
