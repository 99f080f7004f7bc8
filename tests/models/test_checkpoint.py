"""Checkpoints: what is saved comes back; everything broken is named."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from emotrace.config.media import FaceSettings
from emotrace.errors import CheckpointError, DataError
from emotrace.models import CheckpointMeta, build, checkpoint, load_checkpoint, save_checkpoint
from emotrace.models.registry import configure

NAME = "nguyen2020/1dconv-ae-lstm"


@pytest.fixture
def model():
    torch.manual_seed(20204)
    return build(NAME, "small", ("arousal", "valence", "liking"))


@pytest.fixture
def meta(model):
    return CheckpointMeta(
        name=NAME,
        preset="small",
        config=configure(NAME, "small").model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
        faces=FaceSettings(threshold=0.7).model_dump(mode="json"),
        corpus="demo",
        recipe_digest="0123456789abcdef",
        emotrace_version="0.1.0",
    )


@pytest.fixture
def saved(tmp_path, model, meta):
    path = tmp_path / "checkpoints" / "best.safetensors"
    save_checkpoint(path, model, meta)
    return path


def rewrite(path, weights=None, **header):
    """The same file with other weights or header entries; None takes an entry out."""
    with safe_open(path, framework="pt") as file:
        old = file.metadata()
        kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    new = {key: value for key, value in (old | header).items() if value is not None}
    save_file(kept if weights is None else weights(kept), path, metadata=new)


def meta_with(path, **changes):
    with safe_open(path, framework="pt") as file:
        return json.dumps(json.loads(file.metadata()["meta"]) | changes)


def test_weights_and_metadata_come_back(saved, model, meta):
    loaded, loaded_meta = load_checkpoint(saved)
    assert loaded_meta == meta
    assert loaded_meta.faces.threshold == 0.7
    assert loaded.labels == ("arousal", "valence", "liking")
    assert loaded.declaration == model.declaration
    assert not loaded.training
    assert all(torch.equal(a, b) for a, b in zip(loaded.state_dict().values(), model.state_dict().values()))  # noqa: B905


def test_a_weight_under_two_names_comes_back_under_both(tmp_path, model, meta, monkeypatch):
    def tie(*_):
        tied = build(NAME, "small", model.labels)
        tied.recurrent["fused"].weight_hh_l1 = tied.recurrent["fused"].weight_hh_l0
        return tied

    tied, path = tie(), tmp_path / "tied.safetensors"
    monkeypatch.setattr(checkpoint, "build_configured", tie)
    save_checkpoint(path, tied, meta)
    loaded = load_checkpoint(path)[0].recurrent["fused"]
    assert loaded.weight_hh_l1 is loaded.weight_hh_l0
    assert torch.equal(loaded.weight_hh_l0, tied.recurrent["fused"].weight_hh_l0)


def test_saving_replaces_and_leaves_only_the_file(saved, model, meta):
    with torch.no_grad():
        model.head.bias += 1
    save_checkpoint(saved, model, meta)
    assert torch.equal(load_checkpoint(saved)[0].head.bias, model.head.bias)
    assert [file.name for file in saved.parent.iterdir()] == ["best.safetensors"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), r"best.safetensors: cannot be written \(No space"),
        (checkpoint.SafetensorError("I/O error: full (os error 28)"), r"safetensors: cannot be written \(No"),
        (checkpoint.SafetensorError("odd"), r"best.safetensors: the checkpoint could not be written \(odd"),
    ],
)
def test_a_full_disk_is_told_and_keeps_the_old_file(saved, model, meta, monkeypatch, error, told):
    before = saved.read_bytes()

    def half_written(weights, path, metadata):
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(checkpoint, "save_file", half_written)
    with pytest.raises(DataError, match=told):
        save_checkpoint(saved, model, meta)
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == ["best.safetensors"]


def test_a_folder_that_is_a_file_is_told(tmp_path, model, meta):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be written .*choose another folder"):
        save_checkpoint(tmp_path / "file" / "best.safetensors", model, meta)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CheckpointError, match=r"none.safetensors: there is no such checkpoint file"):
        load_checkpoint(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match="there is no such checkpoint file"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("left", [0, 5, 300, -1])
def test_a_file_cut_short_is_told(saved, left):
    saved.write_bytes(saved.read_bytes()[:left])
    with pytest.raises(CheckpointError, match=r"best.safetensors: is damaged, cut short or no safetensors"):
        load_checkpoint(saved)


def test_a_pickle_is_refused_and_not_run(tmp_path, model):
    path = tmp_path / "pickled.safetensors"
    torch.save(model, path)
    with pytest.raises(CheckpointError, match="is damaged, cut short or no safetensors file"):
        load_checkpoint(path)


def test_a_foreign_safetensors_file_is_told(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(
        CheckpointError, match=r"other.safetensors: is a safetensors file, but not a checkpoint"
    ):
        load_checkpoint(tmp_path / "other.safetensors")


def test_a_newer_format_is_told(saved):
    rewrite(saved, format_version="2")
    with pytest.raises(
        CheckpointError, match=r"newer emotrace \(checkpoint format 2, this one reads up to 1\)"
    ):
        load_checkpoint(saved)


@pytest.mark.parametrize("version", [None, "one"])
def test_a_format_version_that_is_no_number_is_told(saved, version):
    rewrite(saved, format_version=version)
    with pytest.raises(CheckpointError, match=r"its format version is .*, no number"):
        load_checkpoint(saved)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("{}", "key 'name' is missing"),
        ("[]", "cannot be read"),
    ],
)
def test_unreadable_metadata_is_told(saved, text, message):
    rewrite(saved, meta=text)
    with pytest.raises(CheckpointError, match=rf"best.safetensors: its metadata .*{message}"):
        load_checkpoint(saved)


def test_an_unknown_system_is_told(saved):
    rewrite(saved, meta=meta_with(saved, name="newsystem/one"))
    with pytest.raises(
        CheckpointError, match=r"cannot build its model \(no system is named 'newsystem'.*0.1.0"
    ):
        load_checkpoint(saved)


def test_an_unknown_setting_is_told(saved):
    rewrite(saved, meta=meta_with(saved, config={"dropout": 0.5}))
    with pytest.raises(CheckpointError, match=r"cannot build its model \(.*unknown key 'dropout'"):
        load_checkpoint(saved)


def test_repeated_labels_are_told(saved):
    rewrite(saved, meta=meta_with(saved, labels=["arousal", "arousal"]))
    with pytest.raises(CheckpointError, match=r"cannot build its model \(labels is .*each once"):
        load_checkpoint(saved)


def test_another_declaration_is_told(saved, meta):
    other = meta.declaration.model_dump(mode="json") | {"context_steps": 9}
    rewrite(saved, meta=meta_with(saved, declaration=other))
    said = r"than that of this emotrace: context_steps is \d+ here and 9 there; train again$"
    with pytest.raises(CheckpointError, match=said):
        load_checkpoint(saved)


def test_wrong_weights_are_named(saved):
    def change(weights):
        weights["extra"] = torch.zeros(1)
        weights["head.bias"] = torch.zeros(7)
        del weights["head.weight"]
        return weights

    rewrite(saved, change)
    message = (
        r"lacks head.weight, has extra, which is not known, head.bias has shape \(7,\), expected \(3,\); "
    )
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(saved)


def test_of_many_wrong_weights_three_are_named(saved):
    rewrite(saved, lambda weights: {"a": torch.zeros(1)})
    with pytest.raises(
        CheckpointError, match=r"lacks encoders.audio.convolutions.near.weight, .* \d+ more; "
    ):
        load_checkpoint(saved)


def test_a_value_range_that_is_no_number_is_told(saved):
    rewrite(saved, meta=meta_with(saved, value_range=[float("nan"), 1.0]))
    with pytest.raises(CheckpointError, match=r"its metadata cannot be read .*value_range"):
        load_checkpoint(saved)


def test_a_size_beyond_all_memory_is_told(saved, meta):
    rewrite(saved, meta=meta_with(saved, config=dict(meta.config) | {"hidden": 10**12}))
    with pytest.raises(CheckpointError, match="this emotrace cannot build its model"):
        load_checkpoint(saved)
