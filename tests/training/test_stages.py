"""Stages that train other models: what each takes over, keeps frozen and starts anew, and how it resumes."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny_world
import torch
import two_streams
from safetensors.torch import load_file
from test_resume import assert_same_weights, interrupt, metrics_rows
from two_streams import AUDIO, FACE, FUSION

from emotrace.errors import CheckpointError, ConfigError
from emotrace.models import build, load_checkpoint
from emotrace.training import run as run_module
from emotrace.training import train
from emotrace.training.keeper import StageKeeper
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder
from emotrace.training.sampler import seed_of


@pytest.fixture
def enter(monkeypatch):
    two_streams.enter(tiny_world.corpus(), monkeypatch.setattr)


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """A run in three stages that was never interrupted, and what each stage started from."""
    starts = []
    original = run_module.train_stage

    def watched(model, *args):
        starts.append({name: values.clone() for name, values in model.state_dict().items()})
        return original(model, *args)

    with pytest.MonkeyPatch.context() as patch:
        two_streams.enter(tiny_world.corpus(), patch.setattr)
        patch.setattr(run_module, "train_stage", watched)
        folder = tmp_path_factory.mktemp("staged") / "run"
        train(two_streams.recipe(), "prepared", folder, progress=False)
    return folder, starts


def go(run, recipe=None, **options):
    return train(recipe or two_streams.recipe(), "prepared", run, progress=False, **options)


def best_of(run, stage):
    return load_file(RunFolder(run).best_of(stage, stage == "fusion"))


def same(one, other, names):
    return [torch.equal(one[name], other[name]) for name in names]


def test_what_is_taken_over_is_exactly_what_was_learnt(staged):
    run, starts = staged
    for stream in ("audio", "face"):
        learnt = best_of(run, stream)
        names = [name for name in learnt if name.startswith("encoders.")]
        assert len(names) == 7 and "encoders.face.norm.running_mean".replace("face", stream) in names
        assert all(same(starts[2], learnt, names))
        assert not torch.equal(starts[2]["head.weight"], learnt["head.weight"])
    assert len(starts) == 3


def test_what_is_not_taken_over_is_fresh_by_the_seed_of_the_stage(enter, staged):
    _, starts = staged
    for number, name, variant in [(0, "audio", "sound"), (1, "face", "sight"), (2, "fusion", "both")]:
        torch.manual_seed(seed_of(3, name, "start") if number else 3)
        fresh = build(f"duet/{variant}").state_dict()
        kept = [key for key in fresh if number < 2 or not key.startswith("encoders.")]
        assert len(kept) == (13 if number < 2 else 6)
        assert all(same(starts[number], fresh, kept))
    assert starts[2]["recurrent.weight_ih_l0"].shape == (20, 12)
    assert starts[1]["recurrent.weight_ih_l0"].shape == (20, 6)


def test_a_run_in_stages_leaves_a_model_of_each(enter, staged):
    run, _ = staged
    folder = RunFolder(run)
    found = {str(path.relative_to(folder.checkpoints)) for path in folder.checkpoints.rglob("*.*")}
    expected = {f"{stage}/last.ckpt" for stage in ("audio", "face", "fusion")}
    assert found == expected | {"best.safetensors", "audio/best.safetensors", "face/best.safetensors"}
    model, meta = load_checkpoint(folder.best_of("audio", False))
    assert (meta.name, list(model.declaration.inputs)) == ("duet/sound", ["audio"])
    model, meta = load_checkpoint(folder.best_of("face", False))
    assert (meta.name, list(model.declaration.inputs)) == ("duet/both", ["face"])
    assert load_checkpoint(folder.best, "duet/both")[1].config["streams"] == ["face", "audio"]
    facts = folder.facts()
    assert [(stage["name"], stage["state"]) for stage in facts["stages"]] == [
        ("audio", "done"), ("face", "done"), ("fusion", "done"),
    ]  # fmt: skip
    assert [stage.get("taken") for stage in facts["stages"]] == [None, None, {"audio": 7, "face": 7}]
    assert facts["best"] == facts["stages"][2]["best"]
    assert list(facts["cost"]["seconds"]) == [stage["name"] for stage in facts["stages"]]
    assert facts["cost"]["peak_memory_mb"] > 10 and facts["cost"]["device"] == "cpu"
    assert facts["cost"]["parameters_training"] >= facts["cost"]["parameters_inference"] > 0
    assert all(stage["best"]["score"] is not None for stage in facts["stages"])
    with folder.metrics_csv.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["stage"], row["step"]) for row in rows if row["development_score"]] == [
        ("audio", "4"), ("audio", "6"), ("face", "4"), ("face", "8"), ("fusion", "4"), ("fusion", "8"),
    ]  # fmt: skip


def test_frozen_parts_stay_as_they_are_to_the_bit(enter, tmp_path, recwarn):
    frozen = FUSION | {"freeze": ["encoders.face", "recurrent.bias_hh_l0"]}
    decayed = {"optimiser": {"name": "adamw", "weight_decay": 0.5}}
    run = go(tmp_path / "run", two_streams.recipe((AUDIO, FACE, frozen), **decayed))
    face, audio, fusion = (best_of(run, stage) for stage in ("face", "audio", "fusion"))
    last = torch.load(RunFolder(run).last_of("fusion"), weights_only=True)["state_dict"]
    names = [name for name in face if name.startswith("encoders.")]
    assert len(names) == 7  # with the statistics of batch norm, and how many batches it saw
    assert all(same(fusion, face, names))
    assert all(torch.equal(last[f"model.{name}"], face[name]) for name in names)
    moved = [name for name in audio if name.startswith("encoders.")]
    assert len(moved) == 7 and not any(same(fusion, audio, moved))
    torch.manual_seed(seed_of(3, "fusion", "start"))
    fresh = build("duet/both").state_dict()
    assert torch.equal(last["model.recurrent.bias_hh_l0"], fresh["recurrent.bias_hh_l0"])
    assert not torch.equal(last["model.recurrent.bias_ih_l0"], fresh["recurrent.bias_ih_l0"])
    assert [str(warning.message) for warning in recwarn] == []


def test_the_latest_stage_that_has_it_wins(enter, tmp_path):
    again = {"name": "again", "variant": "sound", "take": ["encoders.audio"]}
    run = go(tmp_path / "run", two_streams.recipe((AUDIO, FACE, again, FUSION), steps=4), until="again")
    assert RunFolder(run).facts()["stages"][2]["taken"] == {"audio": 7}
    facts = RunFolder(go(run, two_streams.recipe((AUDIO, FACE, again, FUSION), steps=4), resume=True)).facts()
    assert facts["stages"][3]["taken"] == {"face": 7, "again": 7}


def test_a_stage_of_the_same_weights_carries_on(enter, tmp_path):
    """A curriculum: longer windows, and a setting of the model that changes no weight."""
    longer = {"name": "longer", "set": {"window_steps": 8}}
    stages = ({"name": "short", "model": {"dropout": 0.0}, "set": {"window_steps": 2}}, longer)
    run = go(tmp_path / "run", two_streams.recipe(stages, steps=4))
    assert RunFolder(run).facts()["stages"][1]["taken"] == {"short": 20}


def test_train_until_a_stage_and_go_on(enter, staged, tmp_path):
    run = tmp_path / "run"
    go(run, until="audio")
    facts = RunFolder(run).facts()
    assert facts["state"] == "running" and facts["best"] is None
    assert [stage["state"] for stage in facts["stages"]] == ["done", "waiting", "waiting"]
    go(run, until="face", resume=True)
    assert not RunFolder(run).best.exists()
    go(run, resume=True)
    assert_same_weights(run, staged[0])
    assert metrics_rows(run) == metrics_rows(staged[0])
    with pytest.raises(ConfigError, match="duet/both has no stage 'fussion'; it has: audio, face, fusion"):
        go(run, resume=True, until="fussion")


@pytest.mark.parametrize(
    ("owner", "method", "call"),
    [
        pytest.param(StageKeeper, "on_train_end", 1, id="between the first stages"),
        pytest.param(TrainingModule, "training_step", 8, id="at the start of the second stage"),
        pytest.param(TrainingModule, "training_step", 12, id="in the middle of the second stage"),
        pytest.param(TrainingModule, "training_step", 15, id="at the start of the last stage"),
        pytest.param(TrainingModule, "training_step", 20, id="in the middle of the last stage"),
    ],
)
def test_a_stage_resumes_on_its_own(enter, monkeypatch, tmp_path, staged, owner, method, call):
    with monkeypatch.context() as patch:
        interrupt(patch, owner, method, call)
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run")
    if call in (12, 20):  # a stage that was begun needs nothing of those before it
        for done in ("audio", "face"):
            (RunFolder(tmp_path / "run").checkpoints / done / "last.ckpt").unlink()
        (RunFolder(tmp_path / "run").checkpoints / "audio" / "best.safetensors").rename(tmp_path / "kept")
    if call == 12:
        with pytest.raises(
            CheckpointError, match=r"audio/best.safetensors: there is no such checkpoint file"
        ):
            go(tmp_path / "run", resume=True)
        assert RunFolder(tmp_path / "run").facts()["stages"][1]["state"] == "done"
        (tmp_path / "kept").rename(RunFolder(tmp_path / "run").checkpoints / "audio" / "best.safetensors")
    go(tmp_path / "run", resume=True)
    mine, theirs = (RunFolder(run) for run in (tmp_path / "run", staged[0]))
    for last in (folder.last_of("fusion") for folder in (mine, theirs)):
        assert last.exists()
    weights = [
        torch.load(folder.last_of("fusion"), weights_only=True)["state_dict"] for folder in (mine, theirs)
    ]
    assert weights[0].keys() == weights[1].keys()
    assert all(same(*weights, weights[0]))
    assert all(same(load_file(mine.best), load_file(theirs.best), load_file(mine.best)))
    assert metrics_rows(mine.path) == metrics_rows(theirs.path)
    assert mine.facts()["stages"] == theirs.facts()["stages"]
    assert mine.facts()["state"] == "done"


def test_kill_9_in_the_second_stage(enter, staged, tmp_path):
    script = f"""
import sys, time
sys.path.append({str(Path(__file__).parent)!r})
import tiny_world, two_streams
from emotrace.training import train
from emotrace.training.module import TrainingModule
two_streams.enter(tiny_world.corpus())
step = TrainingModule.training_step
def slow(self, *args):
    time.sleep(0.2 * (self.stage == "face"))
    return step(self, *args)
TrainingModule.training_step = slow
train(two_streams.recipe(), "prepared", sys.argv[1], progress=False)
"""
    folder = RunFolder(tmp_path / "run")
    process = subprocess.Popen(
        [sys.executable, "-c", script, folder.path], env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    try:
        until = time.monotonic() + 100
        while not folder.last_of("face").exists():
            assert process.poll() is None, "the training ended before it was killed"
            assert time.monotonic() < until, "no checkpoint appeared"
            time.sleep(0.02)
        time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert [stage["state"] for stage in folder.facts()["stages"]] == ["done", "running", "waiting"]
    go(folder.path, resume=True)
    assert_same_weights(folder.path, staged[0])
    assert metrics_rows(folder.path) == metrics_rows(staged[0])


def resume_fusion_with(run, file, stage="face"):
    """Go on before the last stage, with another file for an earlier one."""
    go(run, until="face")
    shutil.copy(file, RunFolder(run).best_of(stage, False))
    go(run, resume=True)


def test_a_file_of_another_model_is_refused(enter, staged, tmp_path):
    audio = RunFolder(staged[0]).best_of("audio", False)
    says = (
        r"face/best.safetensors: is not of the model that stage 'face' trains, it has model 'duet/sound' for "
    )
    with pytest.raises(CheckpointError, match=says + "'duet/both'.*put the stage's own file back"):
        resume_fusion_with(tmp_path / "one", audio)
    wide = two_streams.recipe().model_copy(update={"preset": "wide"})
    go(tmp_path / "wide", wide, until="face")
    face = RunFolder(tmp_path / "wide").best_of("face", False)
    with pytest.raises(CheckpointError, match=r"stage 'face' trains, it has width 9 for 6; put"):
        resume_fusion_with(tmp_path / "two", face)
    (tmp_path / "damaged").write_bytes(audio.read_bytes()[:200])
    with pytest.raises(CheckpointError, match=r"face/best.safetensors: is damaged"):
        resume_fusion_with(tmp_path / "three", tmp_path / "damaged")


def test_another_stage_is_another_recipe(enter, staged):
    for changed, message in [
        ({"freeze": ["head"]}, "stages.2.freeze.0 is 'head' but was None"),
        ({"take": ["encoders", "recurrent.bias_hh_l0"]}, "stages.2.take.1 is 'recurrent.bias_hh_l0' but was"),
    ]:
        with pytest.raises(CheckpointError, match=message):
            go(staged[0], two_streams.recipe((AUDIO, FACE, FUSION | changed)), resume=True)


def test_an_older_recipe_without_these_fields_is_resumed(enter, tmp_path):
    import yaml

    stages = ({"name": "first"}, {"name": "second"})
    run = go(tmp_path / "run", two_streams.recipe(stages, steps=2), until="first")
    values = yaml.safe_load((run / "recipe.yaml").read_text())
    for stage in values["stages"]:
        for key in ("variant", "model", "take", "freeze"):
            del stage[key]
    (run / "recipe.yaml").write_text(yaml.safe_dump(values))
    facts = json.loads((run / "run.json").read_text())
    assert "weights" not in facts
    go(run, two_streams.recipe(stages, steps=2), resume=True)
    assert RunFolder(run).facts()["stages"][1]["taken"] == {"first": 20}
