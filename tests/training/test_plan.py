"""Stages that cannot be trained are refused before a folder is made, with the names that are wrong."""

import pytest
import tiny_world
import two_streams
from pydantic import ValidationError
from two_streams import AUDIO, FACE, FUSION

from emotrace.config.recipe import Stage
from emotrace.errors import ConfigError, DataError
from emotrace.training import train
from emotrace.training.keeper import TIMES
from emotrace.training.machine import Machine
from emotrace.training.material import gather_material
from emotrace.training.plan import plan_stages
from emotrace.training.stages import log_columns


@pytest.fixture
def plan(monkeypatch):
    """Function that works out stages of the system of two streams."""

    def plan(*stages, prepared=None, machine=None, **changes):
        prepared = prepared or tiny_world.corpus()
        two_streams.enter(prepared, monkeypatch.setattr)
        recipe = two_streams.recipe(stages, **changes)
        return plan_stages(recipe, gather_material(recipe, prepared, None), machine or Machine())

    return plan


def test_each_stage_has_the_inputs_window_and_settings_of_its_model(plan):
    audio, face, fusion = plan(AUDIO, FACE, FUSION)
    assert [list(one.material.declaration.inputs) for one in (audio, face, fusion)] == [
        ["audio"], ["face"], ["face", "audio"],
    ]  # fmt: skip
    assert (audio.settings.steps, audio.settings.window_steps) == (6, None)
    assert (face.settings.steps, face.settings.window_steps, face.settings.batch_size) == (8, 6, 4)
    assert (audio.taken, face.taken) == ({}, {})
    assert len(fusion.taken) == 14
    assert {name: source for name, source in fusion.taken.items() if "spread.weight" in name} == {
        "encoders.face.spread.weight": "face",
        "encoders.audio.spread.weight": "audio",
    }
    assert fusion.shapes["encoders.face.spread.weight"] == (6, 1)


def test_the_log_has_columns_for_all_stages(plan):
    other = AUDIO | {"set": {"losses": [{"kind": "mse"}]}}
    assert log_columns(plan(other, FACE, FUSION)) == [
        "loss", "loss_mse", "loss_ccc", *TIMES,
        "development_ccc_arousal", "development_ccc_valence", "development_score",
    ]  # fmt: skip
    without = plan(AUDIO, FACE, FUSION, prepared=tiny_world.corpus(development=0))
    assert log_columns(without) == ["loss", "loss_ccc", *TIMES]


def test_nothing_is_carried_on_where_inputs_differ(plan):
    """The weights of the two streams are alike in shape and name but for the stream's name."""
    first, second = {"name": "first"}, {"name": "second", "take": []}
    assert len(plan(first, {"name": "second"})[1].taken) == 20
    with pytest.raises(ConfigError, match="no later stage takes over anything of stage 'first'"):
        plan(first, second)


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        (
            (AUDIO, FACE),
            r"the last stage, 'face', trains another model than the recipe's \(it changes streams\)",
        ),
        ((AUDIO,), r"the last stage, 'audio', .* \(it changes variant\)"),
        (
            (AUDIO, FACE, FUSION | {"take": None}),
            "no later stage takes over anything of stage 'audio', which would be trained for nothing",
        ),
        (
            (AUDIO, FACE, FUSION | {"take": ["encoders.audio"]}),
            "no later stage takes over anything of stage 'face'",
        ),
        (
            (AUDIO, FACE, FUSION | {"take": ["encoders.sound"]}),
            "stage 'fusion': take names 'encoders.sound', but its model has no part of that name; there are: "
            "encoders.face, encoders.audio$",
        ),
        (
            (AUDIO, FACE, FUSION | {"take": ["encode"]}),
            "take names 'encode', .* there are: encoders, recurrent, head$",
        ),
        (
            (AUDIO, FUSION),
            r"stage 'fusion' takes encoders, but no earlier stage \(there are: 'audio'\) has "
            r"encoders.face.spread.weight, encoders.face.spread.bias, encoders.face.norm.weight and 4 more; ",
        ),
        (
            (FUSION,),
            r"stage 'fusion' takes encoders, but no earlier stage \(there are: none\) has encoders.face",
        ),
        (
            (AUDIO, FACE, FUSION | {"take": ["encoders", "recurrent"]}),
            r"stage 'fusion' takes encoders, recurrent, but no earlier stage has in the same shape "
            r"recurrent.weight_ih_l0 \(is \(20, 12\), was \(20, 6\) in stage 'face'\); take less",
        ),
        (
            (AUDIO, FACE | {"model": {"streams": ["face"], "width": 7}}, FUSION),
            r"in the same shape encoders.face.spread.weight \(is \(6, 1\), was \(7, 1\) in stage 'face'\), ",
        ),
        (
            (AUDIO, FACE, FUSION | {"freeze": ["encoders.face.nrm"]}),
            "stage 'fusion': freeze names 'encoders.face.nrm', .* there are: encoders.face.spread, "
            "encoders.face.norm$",
        ),
        (
            (AUDIO, FACE, FUSION | {"freeze": ["encoders", "recurrent", "head"]}),
            "stage 'fusion' freezes encoders, recurrent, head, so that nothing is left to train",
        ),
        (
            (AUDIO | {"variant": "smell"}, FACE, FUSION),
            "duet/both: stage 'audio': duet has no variant 'smell'; it has: both, sound, sight",
        ),
        (
            (AUDIO | {"model": {"streems": []}}, FACE, FUSION),
            "stage 'audio': model settings of duet/sound .*: unknown key 'streems'",
        ),
        (
            (AUDIO | {"set": {"losses": [{"kind": "reconstruction", "of": "face"}]}}, FACE, FUSION),
            "is of 'face'; expected `of:` to be an input of the model: audio",
        ),
    ],
)
def test_stages_that_cannot_be_trained_are_refused(plan, tmp_path, stages, message):
    with pytest.raises(ConfigError, match=message):
        plan(*stages)
    with pytest.raises(ConfigError, match=message):
        train(two_streams.recipe(stages), "prepared", tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_the_batches_of_every_stage_can_be_shared(plan):
    with pytest.raises(ConfigError, match="batch_size is 4, which 3 processes cannot share equally"):
        plan(AUDIO, FACE, FUSION, machine=Machine(devices=3), batch_size=9)


def test_a_stage_s_model_must_suit_the_corpus(plan):
    late = tiny_world.corpus(lacks=(f"face-{tiny_world.SIZE}",))
    with pytest.raises(DataError, match="no training recording has the modality of the track face-8"):
        plan(AUDIO, FACE, FUSION, prepared=late)


@pytest.mark.parametrize(
    "wrong", [{"name": "../up"}, {"name": ""}, {"take": [""]}, {"take": ["head."]}, {"freeze": ["a b"]}]
)
def test_names_that_are_none_are_refused(wrong):
    with pytest.raises(ValidationError, match="should match pattern"):
        Stage.model_validate(wrong)
