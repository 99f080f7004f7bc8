"""Features of heart and skin from the command line, on a corpus laid out as AVEC 2016: what is told."""

import numpy as np
import pytest

from corpus_writers.avec2016 import gold_text, put
from corpus_writers.media import write_wav
from made_physiology import beat_times, ecg_wave, skin

SECONDS, RATE_HZ = 12, 250
SETTINGS = ("--for", "chen2015/ecg-valence-mse", "--set", "preset=computed")
NAMED = (*SETTINGS, "--set", "model.inputs.ecg.of=table-recordings_physio")


@pytest.fixture
def avec(tmp_path, rng):
    """Six people: of one the ECG is flat, of one the electrode falls off, of one the times are wrong."""
    root = tmp_path / "avec"
    times = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    wave = ecg_wave(beat_times(SECONDS), SECONDS, RATE_HZ) + rng.normal(0, 0.002, len(times))
    gone = np.where(times < 7, wave, 2.0)
    signals = {
        "train_1": (times, wave),
        "train_2": (times, np.full(len(times), 0.3)),
        "train_3": (times, gone),
        "train_4": (times / 4, wave),
        "dev_1": (times, wave),
        "test_1": (times, wave),
    }
    conductance = skin(np.array([3.0]), SECONDS, RATE_HZ)
    for stem, (at, ecg) in signals.items():
        write_wav(root / "recordings_audio" / f"{stem}.wav", seconds=SECONDS)
        for dimension in ("arousal", "valence"):
            text = gold_text(stem, np.sin(np.arange(SECONDS * 25) / 20))
            put(root / "ratings_gold_standard" / dimension / f"{stem}.arff", text)
        rows = [f"{t:.4f};{s:.5f};{e:.5f}" for t, s, e in zip(at, conductance, ecg, strict=True)]
        put(root / "recordings_physio" / f"{stem}.csv", "\n".join(["time;EDA;ECG ", *rows]) + "\n")
    return root


def lines_of(text):
    return [line for line in text.splitlines() if line.strip() and "━" not in line]


def test_what_is_wrong_with_signals_is_told_and_the_rest_trained_on(emo, avec, tmp_path):
    prepared = tmp_path / "prepared"
    said = emo("prepare", "avec2016", avec, "-o", prepared, *NAMED)
    lines = lines_of(said.err)
    assert said.status == 1 and "5 recordings used (5 prepared, 0 reused), 1 left out" in said.out
    (left_out,) = [line for line in lines if line.startswith("left out")]
    assert left_out.startswith(
        "left out: train_4: the ECG has no heart's rhythm at the 1000 samples a second"
    )
    about = [line.partition("recordings_physio is made of is ")[2] for line in lines if "tenth" in line]
    assert about == ["flat: 1 (train_2)", "at the end of its range: 1 (train_3)"]
    run = tmp_path / "run"
    small = ("model.narrow=40", "training.steps=2", "training.validate_every=2", "training.window_steps=100")
    more = [word for one in small for word in ("--set", one)]
    assert emo("train", SETTINGS[1], prepared, "-o", run, *NAMED[2:], *more).status == 0
    assert emo("evaluate", run).status == 0


def test_a_signal_in_another_table_is_pointed_to(emo, avec, tmp_path):
    prepared = tmp_path / "prepared"
    said = emo("prepare", "avec2016", avec, "-o", prepared, *SETTINGS)
    wanted = (
        "for want of the table ecg (there are recordings_physio; for such an INPUT "
        "`--set model.inputs.INPUT.of=table-recordings_physio` takes that"
    )
    assert said.status == 0 and wanted in said.err
    said = emo("train", SETTINGS[1], prepared, "-o", tmp_path / "run", *SETTINGS[2:])
    (line,) = lines_of(said.err)
    assert said.status == 1 and "no training recording has the modality" in line and wanted in line
