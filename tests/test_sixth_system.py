"""A sixth system moves in with one file in `models/` and one folder in `recipes/`, through every command.

The house is copied, `sixth_system/heron2031.py` and `sixth_system/recipes` are put into the copy, and
nothing else; commands run in processes of their own, as a user runs them.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skimage.data
import torch
from safetensors.torch import load_file

import emotrace
from emotrace.inference import predictor
from emotrace.media import write_sound, write_video
from emotrace.models import registry
from emotrace.timing import step_count

GUEST = Path(__file__).with_name("sixth_system")
DIMENSIONS = ("tension", "warmth", "haste")
CLASSES = ("growl", "hum", "squeak")  # in the order of the alphabet, as columns are
RATE_HZ = 16000
VIDEO_S = 2.4
PARTITIONS = ("train", "train", "development", "test")
OWN_LOSS_STEPS, AGREEMENT_STEPS = 8, 12  # of the two stages of wader.yaml


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Folder of a copy of the package, with the guest in it."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(Path(emotrace.__file__).parent, folder / "emotrace")
    shutil.copy(GUEST / "heron2031.py", folder / "emotrace" / "models")
    shutil.copytree(GUEST / "recipes", folder / "emotrace" / "recipes" / "heron2031")
    return folder


@pytest.fixture
def run(house, tmp_path):
    """Function that runs a command of the copy and gives what it printed."""

    def command(*words) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "emotrace", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(house), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return command


def test_the_guest_is_listed_with_its_sizes(run):
    entries = [entry for entry in json.loads(run("systems", "--json")) if entry["name"].startswith("heron")]
    assert [(entry["name"].partition("/")[2], entry["preset"]) for entry in entries] == [
        ("wader", "full"), ("wader", "slim"), ("caller", "full"), ("caller", "slim"),
    ]  # fmt: skip
    wader, caller = entries[0], entries[2]
    assert list(wader["inputs"]) == ["portrait", "glance", "voice"]
    assert wader["parameters_inference"] < wader["parameters_training"]
    assert list(caller["inputs"]) == ["voice"]
    assert [entry["predicts"] for entry in (wader, caller)] == ["trace", "class"]
    width, bands, classes = 48, 8, 4  # GRU, then a linear output for the four classes of Table 2
    assert caller["parameters_training"] == 3 * width * (bands + width + 2) + (width + 1) * classes


def test_traces_of_three_dimensions(run, tmp_path, rng, monkeypatch):
    """Two faces and a sound, 0.1 s, three dimensions from 1 to 9, two stages with a loss of its own."""
    root, prepared, folder = tmp_path / "lagoon", tmp_path / "prepared", tmp_path / "run"
    _write_videos(root, rng)
    inputs = ("--for", "heron2031/wader", "--option", "value_range=1,9")
    run("prepare", "folder", root, "-o", prepared, *inputs)
    run("train", "heron2031/wader", prepared, "-o", folder)
    assert json.loads((folder / "run.json").read_text())["state"] == "done"
    log = pd.read_csv(folder / "logs" / "metrics.csv")
    ends = log.groupby("stage", sort=False)["step"].max()
    assert ends.to_dict() == {"own-loss": OWN_LOSS_STEPS, "agreement": AGREEMENT_STEPS}
    assert log.groupby("stage")["loss_model"].count()["own-loss"] > 0
    assert log.groupby("stage")["loss_reconstruction_portrait"].count()["own-loss"] == 0
    best = folder / "checkpoints" / "best.safetensors"
    weights = load_file(best)
    _forget_last_stage(folder)
    run("train", "heron2031/wader", prepared, "-o", folder, "--resume")
    resumed = load_file(best)
    assert resumed.keys() == weights.keys()
    assert all(torch.equal(resumed[name], weights[name]) for name in weights)

    run("evaluate", folder)
    scores = json.loads((folder / "metrics.json").read_text())["partitions"]["test"]
    assert {f"ccc_{name}" for name in DIMENSIONS} <= set(scores["concatenated"])
    assert scores["seconds"] == pytest.approx(VIDEO_S)
    run("report", folder)
    page = (folder / "report.html").read_text()
    assert "heron2031" in page and "Valence and arousal plane" not in page and "Lagoon" in page
    assert "no face seen" in page

    video, hum = root / "p3" / "clip.mp4", tmp_path / "long.wav"
    write_sound(hum, [_voice(30.0, 1, rng)], 8000)  # 300 steps: more than a chunk, so the state is handed on
    run("predict", folder, video, hum, "-o", tmp_path / "traces")
    trace = pd.read_csv(tmp_path / "traces" / "clip.csv")
    assert list(trace.columns) == ["time_s", "face_found", *DIMENSIONS, "based_on"]
    np.testing.assert_allclose(trace["time_s"], np.arange(24) * 0.1, atol=1e-9)
    assert trace["face_found"].all()
    evaluated = pd.read_csv(folder / "predictions" / "p3__clip.csv")
    pd.testing.assert_frame_equal(evaluated[trace.columns], trace)  # prepared corpus or file: one path
    assert evaluated["gold_haste"].notna().all()
    long = pd.read_csv(tmp_path / "traces" / "long.csv")
    assert len(long) == 300
    guest = _guest_system()
    monkeypatch.setattr(registry, "systems", lambda: {guest.name: guest})
    monkeypatch.setattr(predictor, "CHUNK_STEPS", 7)
    chunked = emotrace.load(folder).predict(hum)
    np.testing.assert_allclose(chunked.values, long[list(DIMENSIONS)], atol=2e-6)  # 6 decimals in the CSV
    html = (tmp_path / "traces" / "clip.html").read_text()
    assert "present value of each dimension" in html and "1 to 9" in html and '"step_s":0.1,' in html


def test_a_class_per_clip_from_the_sound(run, tmp_path, rng):
    """Sound alone, 0.08 s at 11025 Hz, one of three classes per clip, folds by subject."""
    root, prepared, folder = tmp_path / "calls", tmp_path / "prepared", tmp_path / "run"
    _write_clips(root, rng)
    run("prepare", "folder", root, "-o", prepared)  # for all systems
    run("train", "heron2031/caller", prepared, "-o", folder, "--fold", 1)
    facts = json.loads((folder / "run.json").read_text())
    assert facts["state"] == "done" and facts["labels"] == list(CLASSES)

    printed = run("evaluate", folder)
    assert "uar" in printed and "macro_f1" in printed and "ece" in printed
    assert (folder / "tables" / "test_confusion.csv").is_file()
    scores = json.loads((folder / "metrics.json").read_text())["partitions"]["test"]
    assert scores["predicts"] == "class" and scores["classes"] == list(CLASSES)
    assert scores["concatenated"]["uar"]["value"] == 1.0  # pitch tells the classes apart
    run("report", folder)
    page = (folder / "report.html").read_text()
    assert "Confusion matrix" in page and all(name in page for name in CLASSES)
    assert "no face seen" not in page

    told = run("predict", folder, root / "p1", "-o", tmp_path / "traces")
    for name in CLASSES:
        assert f"{name}.wav: {name}, confidence " in told
    found = sorted((tmp_path / "traces").glob("*.csv"))
    assert [path.stem for path in found] == list(CLASSES)
    for path in found:
        trace = pd.read_csv(path)
        assert list(trace.columns) == ["time_s", "face_found", *CLASSES]
        assert len(trace) == step_count(1.2, 0.08)
        assert trace["time_s"][1] == 0.08 and not trace["face_found"].any()
        np.testing.assert_allclose(trace[list(CLASSES)].sum(axis=1), 1.0, atol=1e-5)
        assert trace[list(CLASSES)].mean().idxmax() == path.stem
        assert '"predicts":"class"' in path.with_suffix(".html").read_text()


def _forget_last_stage(folder: Path) -> None:
    """Leave a run as if it was killed between its two stages."""
    facts = json.loads((folder / "run.json").read_text())
    facts["stages"][1] = {"name": "agreement", "state": "waiting", "best": None}
    (folder / "run.json").write_text(json.dumps(facts | {"state": "running", "best": None}))
    shutil.rmtree(folder / "checkpoints" / "agreement")
    (folder / "checkpoints" / "best.safetensors").unlink()


def _guest_system():
    """The system as its file declares it, outside of the house."""
    spec = importlib.util.spec_from_file_location("heron2031", GUEST / "heron2031.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SYSTEM


def _write_videos(root: Path, rng) -> None:
    """A folder corpus of four people: a real, still face that grows brighter and darker, and a voice."""
    face = skimage.data.astronaut()[0:256, 96:352]
    rows = [f"file,time_s,{','.join(DIMENSIONS)},subject,partition"]
    for number, partition in enumerate(PARTITIONS):
        file = root / f"p{number}" / "clip.mp4"
        file.parent.mkdir(parents=True)
        light = 0.8 + 0.2 * np.sin(np.arange(round(VIDEO_S * 20)) / 5 + number)
        frames = ((face * share).astype(np.uint8) for share in light)
        voice = _voice(VIDEO_S, 1 + number % 3, rng, RATE_HZ)
        write_video(file, frames, 20, voice, RATE_HZ)
        for time_s in np.arange(0, VIDEO_S, 0.05):
            phases = time_s * np.array([4, 5, 6]) + number
            values = ",".join(f"{value:.3f}" for value in 5 + 3 * np.sin(phases))
            rows.append(f"p{number}/clip.mp4,{time_s:.2f},{values},P{number},{partition}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n")


def _write_clips(root: Path, rng) -> None:
    """A folder corpus of three people, a clip of each class from each."""
    rows = ["file,emotion"]
    for person in range(3):
        for number, name in enumerate(CLASSES):
            file = root / f"p{person}" / f"{name}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            write_sound(file, [_voice(1.2, 1 + 4 * number, rng)], 8000)
            rows.append(f"p{person}/{name}.wav,{name}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n")


def _voice(seconds: float, pitch: float, rng, rate_hz: int = 8000) -> np.ndarray:
    """A tone of `pitch` times 300 Hz in noise, float32 (sample,)."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * 300 * pitch * times) + 0.01 * rng.standard_normal(len(times))).astype(
        np.float32
    )
