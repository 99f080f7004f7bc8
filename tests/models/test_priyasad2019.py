"""priyasad2019: variants and presets, counts by hand, which segments count, missing modalities, phases."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from emotrace.errors import ConfigError
from emotrace.features import Track, assemble
from emotrace.features.derived import find
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.mfcc_image import SHAPE
from emotrace.features.segments import FRAMES, SHIFT_S
from emotrace.models import CheckpointMeta, available, build, describe, load_checkpoint, save_checkpoint
from emotrace.models import priyasad2019_branches as branches
from emotrace.models.example import Example
from emotrace.models.priyasad2019_branches import columns_of
from emotrace.models.priyasad2019_variation import IMAGE
from emotrace.models.run import trace_and_show, trace_recording
from emotrace.timing import Timeline

GOLDEN = json.loads(Path(__file__).with_name("golden_parameters.json").read_text())
TABLES = {"priyasad2019/attention-tables", "priyasad2019/concatenation-tables"}  # test_priyasad2019_tables
NAMES = [name for name in available() if name.startswith("priyasad2019/") and name not in TABLES]
ATTENTION, FEATURES, CONCATENATION, AUDIO, VIDEO = (
    f"priyasad2019/{variant}"
    for variant in ("attention", "attention-features", "concatenation", "audio", "video")
)
TINY = {"widths": (2, 2, 3, 3, 3), "connected": (8, 6), "cells": 6}

TRUNK = 139_570_240  # tests/models/test_vgg.py counts it
LSTM = 4 * 4096 * (4096 + 4096) + 2 * 4 * 4096
SQUARE = 4096 * 4096 + 4096


def tiny(name, **overrides):
    return build(name, "small", **TINY | overrides)


def clips(model, batch, time, inside=1.0):
    inputs = {"speech": torch.full((batch, time, 2), inside)}
    for name in model.config.modalities:
        inputs[name] = torch.rand(batch, time, model.declaration.inputs[name].columns) * 255
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in inputs}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20233)


def test_the_system_is_listed_with_its_variants_and_presets():
    assert sorted(NAMES) == sorted([ATTENTION, FEATURES, CONCATENATION, AUDIO, VIDEO])
    found = {}
    for entry in describe():
        if entry["name"] in NAMES:
            both = [entry["parameters_training"], entry["parameters_inference"]]
            found.setdefault(entry["name"], {})[entry["preset"]] = both
            assert entry["predicts"] == "class" and len(entry["labels"]) == 6
    assert found == {name: GOLDEN[name] for name in NAMES}
    assert [list(presets) for presets in found.values()] == [["vgg19", "small"]] * 5


def test_parameter_counts_by_hand():
    assert LSTM == 134_250_496
    expected = {
        AUDIO: TRUNK + 4096 * 6 + 6,
        VIDEO: TRUNK + LSTM + 4096 * 6 + 6,
        CONCATENATION: 2 * TRUNK + LSTM + 8192 * 6 + 6,
        ATTENTION: 2 * TRUNK + LSTM + SQUARE + 4096 + 4096 * 6 + 6,
        FEATURES: 2 * TRUNK + LSTM + 8192 * 8192 + 8192 + 8192 + 8192 * 6 + 6,
    }
    for name, count in expected.items():
        assert GOLDEN[name]["vgg19"] == [count, count]


def test_its_inputs_are_features_that_there_are():
    assert (branches.IMAGE, branches.FRAMES) == (SHAPE, FRAMES)
    for name, size in ((ATTENTION, 64), (VIDEO, 224)):
        declaration = tiny(name, image_size=size).declaration
        assert declaration.step_s == SHIFT_S == 0.3 and declaration.window_steps == 1
        for spec in declaration.inputs.values():
            assert find(spec.name).width == spec.columns
        assert declaration.inputs["video"].track == f"feature-face-segments-{size}"
    aligned = tiny(VIDEO, face_align=True).declaration.inputs["video"].track
    assert aligned == "feature-face-segments-64@face-64-aligned"


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_runs_learns_and_survives_saving(name, tmp_path):
    model = tiny(name)
    assert build(name, "small").parameter_counts() == tuple(GOLDEN[name]["small"])
    inputs = clips(model, 2, 3)
    outputs = model(inputs)
    assert outputs["prediction"].shape == (2, 3, 6)
    assert ("attention" in outputs) == ("attention" in name)
    outputs["prediction"].square().sum().backward()
    still = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert [key for key in still if "recurrent" not in key and ".bias" not in key] == []  # norms undo biases
    meta = CheckpointMeta(
        name=name,
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    again, _ = load_checkpoint(tmp_path / "model.safetensors", name)
    model.eval(), again.eval()
    torch.testing.assert_close(again(inputs)["prediction"], model(inputs)["prediction"])


@pytest.mark.parametrize("name", NAMES)
def test_segments_that_do_not_count_say_nothing(name):
    model = tiny(name).eval()
    inputs = clips(model, 1, 5)
    inputs["speech"][0, :, 0] = torch.tensor([0.0, 1, 1, 0, 1])
    for modality in model.config.modalities:
        inputs[f"{modality}_mask"][0, 4] = False
    outputs = model(inputs)
    said = outputs["prediction"][0].any(dim=1).tolist()
    assert said == [False, True, True, False, False]
    if "attention" in outputs:
        torch.testing.assert_close(outputs["attention"][0].sum(dim=1), torch.tensor([0.0, 1, 1, 0, 0]))
    spoilt = {key: value.clone() for key, value in inputs.items()}
    for modality in model.config.modalities:
        spoilt[modality][0, [0, 3, 4]] = torch.nan
    torch.testing.assert_close(model(spoilt)["prediction"], outputs["prediction"])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_counts_still_trains(name):
    model = tiny(name)
    outputs = model(clips(model, 2, 2, inside=0.0))
    assert not outputs["prediction"].any() and outputs["prediction"].requires_grad
    outputs["prediction"].sum().backward()


def test_without_sound_every_segment_counts():
    model = tiny(VIDEO).eval()
    inputs = clips(model, 1, 3, inside=0.0)
    inputs["speech_mask"][:] = False
    assert model(inputs)["prediction"].any(dim=2).all()


class Film:
    """Ten seconds of faces at 30 frames/s, and four of sound: a tone from 1 s to its end, or no sound."""

    duration_s = 10.0

    def __init__(self, sound):
        self.sound = sound

    def track(self, name):
        if name == "face-64":
            pixels = np.random.default_rng(1).integers(0, 256, (300, 64, 64, 3), np.uint8)
            return Track(pixels, Timeline.regular(300, 30.0))
        samples = np.sin(2 * np.pi * 1000 * np.arange(64000) / 16000) * (np.arange(64000) >= 16000)
        return Track(samples.astype(np.float32), Timeline.regular(64000, 16000.0)) if self.sound else None


@pytest.mark.parametrize("name", [ATTENTION, VIDEO])
@pytest.mark.parametrize("training", [False, True])
def test_faces_after_the_sound_has_ended_do_not_count(name, training):
    # speech and its margin before are from 0.8 s to 4.0 s: the segments that begin at 0.9 to 3.3 s
    for sound, counted in ((True, range(3, 12)), (False, range(33))):
        model = tiny(name).train(training)
        given = assemble(model.declaration, DerivedTracks(Film(sound)), 0, 33)
        inputs = {key: value.unsqueeze(0) for key, value in given.items()}
        said = model(inputs)["prediction"][0].any(dim=1)
        assert said.nonzero().flatten().tolist() == list(counted)


@pytest.mark.parametrize("name", [ATTENTION, FEATURES, CONCATENATION])
@pytest.mark.parametrize("missing", ["audio", "video"])
def test_a_missing_modality_is_left_to_the_other(name, missing):
    model = tiny(name).eval()
    inputs = clips(model, 1, 2)
    inputs[f"{missing}_mask"][:] = False
    outputs = model(inputs)
    assert outputs["prediction"].any(dim=2).all() and outputs["prediction"].isfinite().all()
    if "attention" in outputs:
        kept = 0 if missing == "video" else 1
        torch.testing.assert_close(outputs["attention"][0, :, kept], torch.ones(2))
    other = inputs | {missing: torch.rand_like(inputs[missing]) * 255}
    torch.testing.assert_close(model(other)["prediction"], outputs["prediction"])


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_of_two_is_two_batches_of_one_and_time_is_not_mixed(name):
    model = tiny(name).eval()
    inputs = clips(model, 2, 4)
    whole = model(inputs)["prediction"]
    for row in range(2):
        for step in range(4):
            one = {key: value[row : row + 1, step : step + 1] for key, value in inputs.items()}
            torch.testing.assert_close(model(one)["prediction"][0, 0], whole[row, step], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_condensed_inputs_give_the_same(name):
    model = tiny(name).eval()
    inputs = clips(model, 2, 3)
    inputs["speech"][0, 1] = 0.0
    made = model.condense(inputs)
    both = len(model.config.modalities) > 1
    assert not set(model.config.modalities) & made.keys()
    assert {key for key in made if key.startswith("condensed/")} == {
        f"condensed/{modality}" for modality in model.config.modalities
    }
    shapes = {"audio": (2, 3, 6), "video": (2, 3, 6) if both else (2, 3, 20, 6)}
    for modality in model.config.modalities:
        assert made[f"condensed/{modality}"].shape == shapes[modality]
        assert not made[f"condensed/{modality}"][0, 1].any()
    torch.testing.assert_close(model(made)["prediction"], model(inputs)["prediction"])
    assert model.condense(made).keys() == made.keys()
    for part in model.condensed_by:
        model.get_submodule(part)


def test_phases_take_branches_over_by_name():
    system, audio, video = (dict(tiny(name).named_parameters()) for name in (ATTENTION, AUDIO, VIDEO))
    for phase, part in ((audio, "audio."), (video, "video.")):
        taken = {name: value.shape for name, value in phase.items() if name.startswith(part)}
        assert taken and taken == {k: v.shape for k, v in system.items() if k.startswith(part)}


def test_images_of_sound_are_channels_of_coefficients():
    model = tiny(AUDIO, image_scale="imagenet").eval()
    seen = []
    model.audio.trunk.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    inputs = clips(model, 1, 2)
    model(inputs)
    expected = inputs["audio"][0].view(2, *IMAGE) / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    torch.testing.assert_close(seen[0], (expected - mean.view(3, 1, 1)) / std.view(3, 1, 1))


def test_images_of_another_size_are_enlarged():
    model = tiny(AUDIO, image_size=224).eval()
    seen = []
    model.audio.trunk.register_forward_pre_hook(lambda module, given: seen.append(tuple(given[0].shape)))
    model(clips(model, 1, 2))
    assert seen == [(2, 3, 224, 224)]


def test_faces_reach_the_trunk_upright_and_in_order():
    model = tiny(VIDEO).eval()
    seen = []
    model.video.trunk.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    inputs = clips(model, 1, 2)
    model(inputs)
    pictures = inputs["video"][0].view(2, 20, 64, 64, 3)
    scaled = (pictures / 255 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    for place, (segment, frame) in {0: (0, 0), 7: (0, 7), 20: (1, 0)}.items():
        torch.testing.assert_close(seen[0][place].permute(1, 2, 0), scaled[segment, frame])


def example(steps=4):
    inputs = {"audio": torch.rand(steps, 12288) * 255, "speech": torch.ones(steps, 2)}
    inputs |= {f"{name}_mask": torch.ones(steps, dtype=torch.bool) for name in inputs}
    inputs["speech"][0, 0] = 0.0
    inputs["audio_mask"][3] = False
    return Example("clip", "Ann", inputs, torch.zeros(steps, 1))


def test_training_scale_is_that_of_the_segments_that_count():
    model, clip = tiny(AUDIO), example()
    model.fit_on([clip], [])
    rows = columns_of(clip.inputs["audio"][1:3].view(2, *IMAGE)).reshape(-1, 192).double()
    torch.testing.assert_close(model.audio.scale.mean.double(), rows.mean(0), atol=1e-3, rtol=1e-5)
    torch.testing.assert_close(
        model.audio.scale.std.double(), rows.std(0, unbiased=False), atol=1e-3, rtol=1e-5
    )
    seen = []
    model.eval().audio.trunk.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    model({key: value.unsqueeze(0) for key, value in clip.inputs.items()})
    image = clip.inputs["audio"][1].view(IMAGE)
    at = (1, 5, 9)  # channel, coefficient, frame
    column = 64 + 5
    expected = (image[at] - model.audio.scale.mean[column]) / model.audio.scale.std[column]
    assert seen[0][0][at].item() == pytest.approx(expected.item(), abs=1e-5)
    others = tiny(AUDIO, image_scale="imagenet")
    before = {key: value.clone() for key, value in others.state_dict().items()}
    others.fit_on([clip], [])
    assert all(torch.equal(before[key], value) for key, value in others.state_dict().items())
    tiny(VIDEO).fit_on([clip], [])  # nothing to find


def test_a_trace_does_not_depend_on_the_cutting():
    model = tiny(AUDIO)
    inputs = clips(model, 1, 9)
    inputs["speech"][0, [0, 8]] = 0.0

    def assemble(first, last):
        return {key: value[0, first:last] for key, value in inputs.items()}

    whole = trace_recording(model, assemble, 9)
    assert whole.shape == (9, 6) and whole.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert whole[[0, 8]] == pytest.approx(1 / 6)
    assert trace_recording(model, assemble, 9, chunk_steps=2) == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("name", [ATTENTION, FEATURES, CONCATENATION, AUDIO, VIDEO])
def test_attention_is_told_beside_the_classes(name):
    model = tiny(name).eval()
    attends = name in (ATTENTION, FEATURES)
    assert model.shown_columns == (("attention_audio", "attention_video") if attends else ())
    assert bool(model.shown_meaning) == attends
    inputs = clips(model, 1, 4)
    inputs["speech"][0, 0] = 0.0
    if "video" in inputs:
        inputs["video_mask"][0, 1] = False
    values, shown = trace_and_show(
        model, lambda first, last: {k: v[0, first:last] for k, v in inputs.items()}, 4
    )
    assert values == pytest.approx(model.trace(inputs)[0].softmax(-1)[0].detach().numpy(), abs=1e-6)
    assert set(shown) == set(model.shown_columns)
    if attends:
        weights = np.stack([shown["attention_audio"], shown["attention_video"]], axis=1)
        assert np.isnan(weights[0]).all()  # outside of speech
        assert weights[1].tolist() == [1, 0]  # no face
        assert weights[2:].sum(axis=1) == pytest.approx(1) and (weights[2:] > 0).all()


@pytest.mark.parametrize(
    ("overrides", "match"),
    [
        ({"modalities": ()}, "expected audio, video or both, each once"),
        ({"modalities": ("audio", "audio")}, "expected audio, video or both, each once"),
        ({"blocks": (2, 2)}, "expected as many of one as of the other, 1 to 5"),
        ({"blocks": (1,) * 6, "widths": (1,) * 6}, "expected as many of one as of the other, 1 to 5"),
        ({"widths": (2, 2, 0, 3, 3)}, "must hold numbers >= 1"),
        ({"cells": 7}, "cells is 7; expected 6, as many as fc7"),
    ],
)
def test_settings_that_do_not_fit(overrides, match):
    with pytest.raises(ConfigError, match=match):
        tiny(ATTENTION, **overrides)
