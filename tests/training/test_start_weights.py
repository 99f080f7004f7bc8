"""Weights given by the user: which stages start from them, what is refused, what a resumed run needs."""

import hashlib

import pytest
import tiny_world
import torch
import two_streams
from safetensors.torch import load_file, save_file
from two_streams import AUDIO, FACE, FUSION

from emotrace.errors import CheckpointError, ConfigError
from emotrace.training import run as run_module
from emotrace.training import train, train_folds
from emotrace.training.run_folder import RunFolder

PART = "encoders.face"


@pytest.fixture
def starts(monkeypatch):
    """What each stage started from, by its number."""
    two_streams.enter(tiny_world.corpus(), monkeypatch.setattr)
    found = {}
    original = run_module.train_stage

    def watched(model, plans, number, *args):
        found[number] = {name: values.clone() for name, values in model.state_dict().items()}
        return original(model, plans, number, *args)

    monkeypatch.setattr(run_module, "train_stage", watched)
    return found


@pytest.fixture
def trunk(tmp_path):
    """A file of weights for an encoder."""
    encoder = two_streams.Encoder(two_streams.DuetConfig())
    with torch.no_grad():
        for number, values in enumerate(encoder.parameters()):
            values.fill_(number + 0.5)
    path = tmp_path / "trunk.safetensors"
    save_file(encoder.state_dict(), path)
    return path


def recipe(*stages):
    return two_streams.recipe(stages or (AUDIO, FACE, FUSION), steps=2, validate_every=2)


def go(run, chosen=None, **options):
    return train(chosen or recipe(), "prepared", run, progress=False, **options)


def test_a_stage_starts_from_them_unless_it_takes_the_part_over(starts, trunk, tmp_path):
    run = RunFolder(go(tmp_path / "run", weights={PART: trunk}))
    given = load_file(trunk)
    assert all(torch.equal(starts[1][f"{PART}.{name}"], values) for name, values in given.items())
    learnt = load_file(run.best_of("face", False))
    assert torch.equal(starts[2][f"{PART}.spread.weight"], learnt[f"{PART}.spread.weight"])
    assert not torch.equal(starts[2][f"{PART}.spread.weight"], given["spread.weight"])
    digest = hashlib.sha256(trunk.read_bytes()).hexdigest()
    assert run.facts()["weights"] == {PART: {"file": "trunk.safetensors", "sha256": digest}}


def test_a_stage_that_takes_a_part_of_it_only_starts_from_both(starts, trunk, tmp_path):
    some = FUSION | {"take": ["encoders.audio", "encoders.face.norm"]}
    go(tmp_path / "run", recipe(AUDIO, FACE, some), weights={PART: trunk})
    learnt = load_file(RunFolder(tmp_path / "run").best_of("face", False))
    assert torch.equal(starts[2][f"{PART}.spread.weight"], load_file(trunk)["spread.weight"])
    assert torch.equal(starts[2][f"{PART}.norm.weight"], learnt[f"{PART}.norm.weight"])


def test_a_resumed_run_must_be_given_the_same(starts, trunk, tmp_path):
    run = go(tmp_path / "run", weights={PART: trunk}, until="audio")
    other = tmp_path / "other.safetensors"
    save_file({name: values + 1 for name, values in load_file(trunk).items()}, other)
    for weights, message in [
        ({}, r'weights is \{\} but was \{"encoders.face": "'),
        ({PART: other}, r'weights is \{"encoders.face": ".*"\} but was \{"encoders.face": ".*use the same'),
    ]:
        with pytest.raises(CheckpointError, match=message):
            go(run, weights=weights, resume=True)
    renamed = trunk.rename(tmp_path / "renamed.safetensors")
    go(run, weights={PART: renamed}, resume=True)
    whole = go(tmp_path / "whole", weights={PART: renamed})
    mine, theirs = (load_file(RunFolder(folder).best) for folder in (run, whole))
    assert len(mine) == 20 and all(torch.equal(mine[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("damaged", [[1], {PART: 5}, {PART: {}}])
def test_damaged_facts_are_not_the_same(starts, trunk, tmp_path, damaged):
    run = RunFolder(go(tmp_path / "run", weights={PART: trunk}, until="audio"))
    run.update(weights=damaged)
    with pytest.raises(CheckpointError, match="run of another recipe or partition: weights is"):
        go(run.path, weights={PART: trunk}, resume=True)


def test_a_run_without_cannot_be_resumed_with(starts, trunk, tmp_path):
    run = go(tmp_path / "run", until="audio")
    with pytest.raises(CheckpointError, match=r'weights is \{"encoders.face": ".*"\} but was \{\}'):
        go(run, weights={PART: trunk}, resume=True)


def test_files_that_do_not_fit_are_refused_before_anything_is_trained(starts, trunk, tmp_path):
    save_file({"a": torch.zeros(1)}, tmp_path / "wrong.safetensors")
    for weights, kind, message in [
        (
            {"encoders.fase": trunk},
            ConfigError,
            "--weights encoders.fase=.*: no stage's model has a part of that name; there are: "
            "encoders.audio, encoders.face$",
        ),
        ({"head.bias": trunk}, ConfigError, r"there are: head.weight, head.bias$"),
        (
            {PART: tmp_path / "none"},
            CheckpointError,
            r"--weights encoders.face=.*none: cannot be read \(No such",
        ),
        ({PART: tmp_path}, CheckpointError, r"cannot be read \(Is a directory\); give a file of weights"),
        (
            {PART: tmp_path / "wrong.safetensors"},
            CheckpointError,
            r"not those of this Encoder: 6 missing \(spread",
        ),
    ]:
        with pytest.raises(kind, match=message):
            go(tmp_path / "run", weights=weights)
    assert not (tmp_path / "run").exists() and starts == {}


def test_every_fold_starts_from_them(starts, trunk, tmp_path, monkeypatch):
    two_streams.enter(tiny_world.corpus(4, 1, 1), monkeypatch.setattr)
    folds = {"partition": {"scheme": "kfold", "folds": 3}}
    chosen = type(recipe()).model_validate(recipe().model_dump() | folds)

    def cross(**options):
        return train_folds(chosen, "prepared", tmp_path / "cv", progress=False, **options)

    assert [result.state for result in cross(folds=[0], weights={PART: trunk})] == ["trained"]
    assert torch.equal(starts[1][f"{PART}.spread.weight"], load_file(trunk)["spread.weight"])
    facts = RunFolder(tmp_path / "cv" / "fold_0").facts()
    assert facts["weights"][PART]["file"] == "trunk.safetensors"
    assert [stage["state"] for stage in facts["stages"]] == ["done"] * 3
    with pytest.raises(CheckpointError, match=r"cv: is the run of another recipe .*weights is \{\} but was"):
        cross()
    with pytest.raises(ConfigError, match="no stage's model has a part of that name"):
        cross(weights={"nose": trunk})
    states = [result.state for result in cross(folds=[0, 1], weights={PART: trunk})]
    assert states == ["left", "trained"]
