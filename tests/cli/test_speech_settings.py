"""Settings of voice activity from the command line: a track of their own, in training and in predictions."""

import csv
import json

import numpy as np
import pytest

from emotrace.media.wave_file import write_sound
from emotrace.store import open_prepared

RATE_HZ, EMOTIONS = 16000, ("anger", "fear")
TINY = {"blocks": [1], "widths": [4], "connected": [4, 4], "cells": 4}
RECIPE = f"""
base: priyasad2019/audio
preset: small
model: {json.dumps(TINY)}
training: {{steps: 2, validate_every: 2, workers: 0}}
"""
WIDE = "model.speech.band_hz=[100, 3000]"  # so that the hum of the clips is speech
AS_PRINTED = ("--set", "model.speech.least_windows=1", "--set", "model.speech.pause_s=inf")
TRACK = "feature-speech-segments"


@pytest.fixture
def corpus(tmp_path):
    """A folder of six clips of 4 s: a hum of 200 Hz, below the band, from 1.5 to 3 s; three speakers."""
    root = tmp_path / "mine"
    root.mkdir()
    rows = ["file,emotion,subject"]
    for number in range(6):
        samples = np.zeros(4 * RATE_HZ, np.float32)
        hum = np.sin(2 * np.pi * (200 + number) * np.arange(round(1.5 * RATE_HZ)) / RATE_HZ)
        samples[round(1.5 * RATE_HZ) : 3 * RATE_HZ] = 0.3 * hum
        write_sound(root / f"{number}.wav", [samples], RATE_HZ)
        rows.append(f"{number}.wav,{EMOTIONS[number % 2]},s{number // 2}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n")
    return root


def voting(path):
    """Starts of the segments whose classes are not all equally probable, s."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    classes = [name for name in rows[0] if name in EMOTIONS]
    assert len(classes) == 2
    return [float(row["time_s"]) for row in rows if abs(float(row["anger"]) - float(row["fear"])) > 1e-6]


def test_a_model_is_trained_on_and_predicts_by_its_own_settings(emo, corpus, recipe, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    prepare = ("prepare", "folder", corpus, "-o", prepared, "--for", recipe)
    said = emo(*prepare)
    assert said.status == 0, said.err
    assert "no speech was found, so all of the sound is kept: 6" in said.err
    said = emo("train", recipe, prepared, "-o", run, "--fold", 0, "--set", WIDE)
    assert said.status == 1
    assert f"prepared without the track {TRACK}-band-hz-100-3000, which priyasad2019/audio" in said.err
    said = emo(*prepare, "--set", WIDE)
    assert said.status == 0, said.err
    recording = next(iter(open_prepared(prepared).recordings))
    assert {TRACK, f"{TRACK}-band-hz-100-3000"} <= set(recording.track_names)
    assert recording.track(f"{TRACK}-band-hz-100-3000").attributes["speech_found"]
    said = emo("train", recipe, prepared, "-o", run, "--fold", 0, "--set", WIDE)
    assert said.status == 0, said.err
    assert emo("evaluate", run).status == 0
    said = emo("predict", run, corpus / "0.wav", "-o", tmp_path / "out")
    assert said.status == 0, said.err
    assert "no speech was found" not in said.err
    predicted = voting(tmp_path / "out" / "0.csv")
    # the hum with its margins of 0.2 s: from 1.28 s to 3.22 s
    assert predicted == [1.5, 1.8, 2.1, 2.4]
    (tested,) = {path.stem for path in (run / "predictions").glob("*.csv")} & {"0", "2", "4"}
    assert voting(run / "predictions" / f"{tested}.csv") == predicted


def test_as_the_paper_prints_it(emo, corpus, recipe, tmp_path):
    prepared = tmp_path / "prepared"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", recipe, *AS_PRINTED).status == 0
    said = emo("train", recipe, prepared, "-o", tmp_path / "run", "--fold", 0, *AS_PRINTED)
    assert said.status == 0, said.err
    names = next(iter(open_prepared(prepared).recordings)).track_names
    assert f"{TRACK}-least-windows-1-pause-s-inf" in names and TRACK not in names
    assert emo("predict", tmp_path / "run", corpus / "0.wav", "-o", tmp_path / "out").status == 0


def test_settings_that_make_no_sense(emo, corpus, recipe, tmp_path):
    prepare = ("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe)
    said = emo(*prepare, "--set", "model.speech.threshold=60")
    assert said.status == 2 and "threshold is 60.0; expected a share of the energy, 0 to 1" in said.err
