"""Opening runs and checkpoints, and what is said when there is none."""

import json

import pytest

from emotrace import inference, models
from emotrace.config.declaration import Declaration, SpectrogramInput
from emotrace.errors import CheckpointError
from emotrace.features.derived import versions_of
from emotrace.inference.load import _refuse_other_versions

NAME = "nguyen2020/1dconv-lstm"


@pytest.fixture
def run_folder(tmp_path, make_predictor):
    """A finished run with untrained weights."""
    predictor = make_predictor("1dconv-lstm")
    folder = tmp_path / "run"
    (folder / "checkpoints").mkdir(parents=True)
    models.save_checkpoint(folder / "checkpoints" / "best.safetensors", predictor.model, predictor.meta)
    write_facts(folder)
    return folder


def write_facts(folder, **changes):
    facts = {"system": "nguyen2020", "variant": "1dconv-lstm", "state": "done"} | changes
    (folder / "run.json").write_text(json.dumps(facts))


def test_a_run_and_its_checkpoint_load_alike(run_folder, sound_clip):
    by_run = inference.load(run_folder)
    by_file = inference.load(str(run_folder / "checkpoints" / "best.safetensors"))
    assert by_run.name == by_file.name == NAME
    assert by_run.labels == ("arousal", "valence")
    assert (by_run.predict(sound_clip).values == by_file.predict(sound_clip).values).all()


def test_an_unfinished_run_with_a_best_checkpoint_warns(run_folder, sound_clip):
    write_facts(run_folder, state="running")
    assert "has not finished training" in inference.load(run_folder).analyse(sound_clip).warnings[0]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(CheckpointError, match="no such run folder or checkpoint"):
        inference.load(tmp_path / "gone")


def test_a_run_without_best_checkpoint_is_told(run_folder):
    write_facts(run_folder, state="running")
    (run_folder / "checkpoints" / "best.safetensors").unlink()
    with pytest.raises(
        CheckpointError, match=r"run: training has not come to an end, so there are no weights"
    ):
        inference.load(run_folder)
    stages = {"speech": "done", "visual": "running", "fusion": "waiting"}
    write_facts(run_folder, stages=[{"name": name, "state": state} for name, state in stages.items()])
    with pytest.raises(
        CheckpointError,
        match=r"an end: visual, fusion still to be trained \(speech done\), so there are no weights to use "
        r"yet; finish it with `emotrace train ... --resume`$",
    ):
        inference.load(run_folder)


def test_a_folder_that_is_no_run_is_told(tmp_path):
    with pytest.raises(CheckpointError, match="is no run folder"):
        inference.load(tmp_path)


def test_a_run_file_that_is_not_json_is_told(run_folder):
    (run_folder / "run.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"run\.json: not readable"):
        inference.load(run_folder)


@pytest.mark.parametrize(
    ("text", "message"), [("[]", "holds no JSON object"), ('{"name": "other"}', "lacks system and variant")]
)
def test_a_run_file_of_another_format_is_told(run_folder, text, message):
    (run_folder / "run.json").write_text(text)
    with pytest.raises(CheckpointError, match=message):
        inference.load(run_folder)


def test_a_checkpoint_of_another_variant_is_told(run_folder):
    write_facts(run_folder, variant="2dconv-lstm")
    with pytest.raises(CheckpointError, match="holds a model of nguyen2020/1dconv-lstm"):
        inference.load(run_folder)


def test_another_kind_of_file_is_told(tmp_path):
    (file := tmp_path / "model.pt").touch()
    with pytest.raises(CheckpointError, match=r"is a file named \*.pt"):
        inference.load(file)


def test_a_damaged_checkpoint_is_told(run_folder):
    (run_folder / "checkpoints" / "best.safetensors").write_bytes(b"no weights")
    with pytest.raises(CheckpointError, match=r"best\.safetensors"):
        inference.load(run_folder)


def test_a_model_of_features_that_are_made_otherwise_now_is_refused(run_folder, make_predictor):
    made = make_predictor("1dconv-lstm")
    mel = Declaration(inputs={"sound": SpectrogramInput()})
    best = run_folder / "checkpoints" / "best.safetensors"
    for learnt in ({}, versions_of(mel.inputs.values())):
        models.save_checkpoint(best, made.model, made.meta.model_copy(update={"feature_versions": learnt}))
        assert inference.load(run_folder).name == NAME
    declared = made.meta.model_copy(update={"declaration": mel, "feature_versions": {"feature-mel-128": 0}})
    with pytest.raises(
        CheckpointError, match=r"learnt from version 0 of feature-mel-128, and this .* train it again"
    ):
        _refuse_other_versions(best, declared)
