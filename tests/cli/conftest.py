"""Fixtures of the command line's tests: commands in this process, tiny clips, a run nobody trained."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import emotrace.cli
from emotrace import media

TINY = {"face_size": 32, "visual_features": 16, "audio_filters": 4, "audio_hidden": 16, "hidden": 8}
STEPS = 10  # of a clip
RECIPE = f"""
system: nguyen2020
variant: 2d1dconv-lstm
preset: small
model: {json.dumps(TINY)}
training:
  steps: 2
  validate_every: 2
  losses: [{{kind: ccc, weight: 1}}]
  workers: 0
"""


class Said(NamedTuple):
    """What a command left."""

    status: int
    out: str
    err: str


@pytest.fixture
def emo(monkeypatch, capsys):
    """Function that runs a command as the shell would, within this process."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["emotrace", *map(str, words)])
        status = 0
        try:
            emotrace.cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """0.4 s of a real face with sound."""
    from skimage.data import astronaut

    picture = astronaut()[:240, 100:340]
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    sound = 0.2 * np.sin(np.arange(STEPS * 640) * 0.1).astype(np.float32)
    media.write_video(path, (picture for _ in range(STEPS)), 25, audio=sound, rate_hz=16000)
    return path


@pytest.fixture
def corpus(tmp_path, clip) -> Path:
    """A folder corpus of three subjects, one clip each."""
    root = tmp_path / "corpus"
    root.mkdir()
    rows = ["file,time_s,arousal,valence,subject,partition"]
    for name, part in (("a", "train"), ("b", "development"), ("c", "test")):
        (root / f"{name}.mp4").write_bytes(clip.read_bytes())
        rows += [f"{name}.mp4,{i * 0.04:.2f},{i / 20},{-i / 20},{name},{part}" for i in range(STEPS)]
    (root / "labels.csv").write_text("\n".join(rows) + "\n")
    return root


@pytest.fixture(scope="module")
def recipe(request, tmp_path_factory) -> Path:
    """A recipe of a very small model, as a file; the module's own RECIPE, if it has one."""
    path = tmp_path_factory.mktemp("recipe") / "tiny.yaml"
    path.write_text(getattr(request.module, "RECIPE", RECIPE))
    return path


@pytest.fixture
def run_folder(tmp_path) -> Path:
    """A run folder as `train` leaves it, with weights that nobody trained and one prediction."""
    from emotrace import models

    folder = tmp_path / "run"
    model = models.build("nguyen2020/2d1dconv-lstm", preset="small", **TINY)
    meta = models.CheckpointMeta(
        name="nguyen2020/2d1dconv-lstm",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1.0, 1.0),
        declaration=model.declaration,
        corpus="folder",
    )
    models.save_checkpoint(folder / "checkpoints" / "best.safetensors", model, meta)
    facts = {"system": "nguyen2020", "variant": "2d1dconv-lstm", "preset": "small", "corpus": "folder"}
    facts |= {"labels": list(model.labels), "predicts": "trace", "state": "done", "prepared": "gone"}
    (folder / "run.json").write_text(json.dumps(facts))
    parts = {"train": ["a"], "development": ["b"], "test": ["c"]}
    (folder / "partition.json").write_text(
        json.dumps({"parts": parts, "subjects": {one: one for one in "abc"}})
    )
    (folder / "recipe.yaml").write_text(RECIPE)
    (folder / "predictions").mkdir()
    rows = [f"{i * 0.04:.3f},1,{i / 20},{-i / 20},{i / 10},{-i / 10}" for i in range(STEPS)]
    header = "time_s,face_found,arousal,valence,gold_arousal,gold_valence"
    (folder / "predictions" / "c.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder


@pytest.fixture
def small_disk():
    """Context in which no file grows beyond so many bytes: the system refuses as a full disk does."""
    resource = pytest.importorskip("resource")
    from contextlib import contextmanager

    @contextmanager
    def limit(size: int):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limit
