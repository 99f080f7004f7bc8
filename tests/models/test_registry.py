"""Systems found by name, configured and described."""

from dataclasses import replace

import pytest

from emotrace.config.base import Settings
from emotrace.errors import ConfigError
from emotrace.models import available, build, describe, registry
from emotrace.models.registry import build_configured, configure, systems

NAME = "nguyen2020/1dconv-lstm"


def test_presets_come_first_then_variants_then_overrides():
    assert configure("nguyen2020/2d1dconv-ae-lstm", "small").hidden == 64
    assert configure("nguyen2020/2d1dconv-ae-lstm-h32", "small").hidden == 32
    assert configure("nguyen2020/2d1dconv-ae-lstm-h32", "small", {"hidden": 8}).hidden == 8
    assert configure("nguyen2020/2d1dconv-ae-lstm") == configure("nguyen2020/2d1dconv-ae-lstm", "paper")


def test_overrides_may_name_one_field_of_one_input():
    changed = {
        "inputs": {"ecg": {"of": "table-physio"}, "more": {"kind": "table", "name": "x", "columns": 2}}
    }
    found = configure("chen2015/layered-arousal", "computed", changed)
    plain = configure("chen2015/layered-arousal", "computed")
    assert found.inputs["ecg"] == plain.inputs["ecg"].model_copy(update={"of": "table-physio"})
    assert found.inputs["more"].columns == 2 and found.components == plain.components
    assert {name: found.inputs[name] for name in plain.inputs if name != "ecg"} == {
        name: one for name, one in plain.inputs.items() if name != "ecg"
    }
    assert configure("chen2015/layered-arousal", "computed") == plain  # the preset is as it was


def test_every_variant_and_preset_is_described():
    entries = describe()
    assert {entry["name"] for entry in entries} == set(available())
    assert len(entries) == sum(len(s.variants) * len(s.presets) for s in systems().values())
    first = next(entry for entry in entries if entry["name"].startswith("nguyen2020/"))
    assert first["inputs"]["face"]["size"] == 96
    assert first["source"].endswith("Tables III-VI")
    assert first["predicts"] == "trace"


def test_labels_set_the_last_axis():
    assert build(NAME, "small", ("a", "b", "c")).head.out_features == 3


def test_a_config_from_another_system_is_refused():
    with pytest.raises(
        ConfigError, match="configuration for nguyen2020/1dconv-lstm is a Settings; expected Nguyen"
    ):
        build_configured(NAME, Settings(), ("arousal",))


def test_without_labels_those_of_the_variants_paper_are_taken(monkeypatch):
    system = systems()["nguyen2020"]
    variants = {"1dconv-lstm": replace(system.variants["1dconv-lstm"], labels=("a", "b", "c"))}
    monkeypatch.setattr(registry, "systems", lambda: {"nguyen2020": replace(system, variants=variants)})
    assert build(NAME, "small").labels == ("a", "b", "c")
    assert [entry["labels"] for entry in describe()] == [["a", "b", "c"]] * len(system.presets)


def test_a_parameter_that_inference_shares_with_training_is_counted_in_both():
    model = build("nguyen2020/1dconv-ae-lstm", "small")
    model.decoders["audio"].again = model.encoders["audio"].squeeze
    training, inference = model.parameter_counts()
    assert training == sum(weight.numel() for weight in model.parameters())
    assert inference == training - sum(
        weight.numel()
        for name, weight in model.decoders.named_parameters()
        if not name.startswith("audio.again.")
    )


@pytest.mark.parametrize("labels", [(), ("a", "a"), "arousal"])
def test_bad_labels_are_refused(labels):
    with pytest.raises(ConfigError, match=r"labels is .*; expected at least one name, each once"):
        build(NAME, "small", labels)


@pytest.mark.parametrize(
    ("name", "preset", "message"),
    [
        ("nguyen/x", None, "no system is named 'nguyen'; there are: .*nguyen2020"),
        ("nguyen2020", None, "nguyen2020 has no variant ''; it has: 2d1dconv-ae-lstm, "),
        ("nguyen2020/x", None, "nguyen2020 has no variant 'x'; it has: 2d1dconv-ae-lstm, "),
        (NAME, "tiny", "nguyen2020/1dconv-lstm has no preset 'tiny'; it has: paper, small"),
    ],
)
def test_unknown_names_are_told_with_those_there_are(name, preset, message):
    with pytest.raises(ConfigError, match=message):
        build(name, preset)


@pytest.mark.parametrize("lacking", ["variants", "presets"])
def test_a_system_needs_a_variant_and_a_preset(lacking):
    with pytest.raises(ConfigError, match=r"system nguyen2020 declares .* expected at least one of each"):
        replace(systems()["nguyen2020"], **{lacking: {}})
