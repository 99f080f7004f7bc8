"""tzirakis2017: variants and presets, parameter counts by hand, features, traces, dropout, activations."""

import json
from pathlib import Path

import pytest
import torch

from emotrace.errors import ConfigError
from emotrace.models import CheckpointMeta, available, build, describe, load_checkpoint, save_checkpoint
from emotrace.models.registry import configure
from emotrace.models.run import trace_recording

GOLDEN = json.loads(Path(__file__).with_name("golden_parameters.json").read_text())
NAMES = [name for name in available() if name.startswith("tzirakis2017/")]
MULTIMODAL, SPEECH, VISUAL = "tzirakis2017/multimodal", "tzirakis2017/speech", "tzirakis2017/visual"
NARROW = {  # sizes of `small`, with which `paper` is tested; long filters of 50 ms
    key: value for key, value in configure(MULTIMODAL, "small").model_dump().items()
    if key in ("face_size", "face_crop", "trunk_blocks", "trunk_widths", "cells")
} | {"speech_filters": (10, 20), "speech_taps": (80, 400), "visual_features": 24}  # fmt: skip

CONVOLUTIONS = (20 * 40 + 40) + (40 * 40 * 40 + 40)
LONG_CONVOLUTIONS = (80 * 20 + 20) + (4000 * 20 * 40 + 40)  # 5 ms at 16 kHz, 500 ms at 8 kHz
RESNET_50 = 23_508_032  # tests/models/test_resnet.py counts it
LINEAR_MAP = 2048 * 640 + 640
OUTPUT = 256 * 2 + 2


def lstm(width: int, peepholes: bool) -> int:
    """Two layers of 256 cells: four gates with one bias each, three peepholes per cell."""
    layers = 4 * 256 * (width + 256 + 1) + 4 * 256 * (256 + 256 + 1)
    return layers + 2 * 3 * 256 * peepholes


def small_model(name, preset="small", **overrides):
    return build(name, preset, **(NARROW if preset == "paper" else {}) | overrides)


def windows(model, batch, time):
    inputs, config = {}, model.config
    if "speech" in config.networks:
        inputs["audio"] = torch.randn(batch, time, 640)
    if "visual" in config.networks:
        inputs["face"] = torch.rand(batch, time, 3, config.face_size, config.face_size) * 2 - 1
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in inputs}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20215)


def test_the_system_is_listed_with_its_variants_and_presets():
    assert NAMES == [MULTIMODAL, SPEECH, VISUAL]
    found = {}
    for entry in describe():
        if entry["name"] in NAMES:
            both = [entry["parameters_training"], entry["parameters_inference"]]
            found.setdefault(entry["name"], {})[entry["preset"]] = both
            assert entry["labels"] == ["arousal", "valence"]
    assert found == {name: GOLDEN[name] for name in NAMES}
    assert [list(presets) for presets in found.values()] == [["code", "paper", "small"]] * 3
    sizes = {e["preset"]: e["inputs"]["face"]["size"] for e in describe() if e["name"] == VISUAL}
    assert sizes == {"code": 110, "paper": 110, "small": 55}


def test_parameter_counts_by_hand():
    assert CONVOLUTIONS == 64_880
    expected = {
        SPEECH: {
            "code": CONVOLUTIONS + lstm(1280, True) + OUTPUT,
            "paper": LONG_CONVOLUTIONS + lstm(1280, False) + OUTPUT,
        },
        VISUAL: {
            "code": RESNET_50 + lstm(2048, True) + OUTPUT,
            "paper": RESNET_50 + LINEAR_MAP + lstm(640, False) + OUTPUT,
        },
        MULTIMODAL: {
            "code": CONVOLUTIONS + RESNET_50 + lstm(3328, True) + OUTPUT,
            "paper": LONG_CONVOLUTIONS + RESNET_50 + LINEAR_MAP + lstm(1920, False) + OUTPUT,
        },
    }
    assert expected[SPEECH]["code"] == 2_166_130
    for name, presets in expected.items():
        for preset, count in presets.items():
            assert GOLDEN[name][preset] == [count, count]


@pytest.mark.parametrize(("preset", "features"), [("code", 3328), ("paper", 1920)])
def test_the_full_system_runs_and_learns(preset, features):
    model, shapes = build(MULTIMODAL, preset), {}
    for name in ("speech", "visual", "recurrent"):
        model.get_submodule(name).register_forward_hook(
            lambda module, inputs, output, name=name: shapes.update(
                {name: tuple((output[0] if isinstance(output, tuple) else output).shape)}
            )
        )
    assert model.recurrent.layers[0].width == features
    model(windows(model, 1, 2))["prediction"].square().sum().backward()
    assert shapes == {"speech": (1, 2, 1280), "visual": (1, 2, features - 1280), "recurrent": (1, 2, 256)}
    convolution = model.get_submodule("visual.trunk.layer2.0.downsample.0")
    assert convolution.stride == (2, 2) and convolution.weight.grad.any()


@pytest.mark.parametrize("preset", ["small", "paper"])
@pytest.mark.parametrize("name", NAMES)
def test_every_variant_runs_learns_and_survives_saving(name, preset, tmp_path):
    model = small_model(name, preset)
    if preset == "small":
        assert list(model.parameter_counts()) == GOLDEN[name]["small"]
    inputs = windows(model, 2, 5)
    outputs = model(inputs)
    assert outputs.keys() == {"prediction"} and outputs["prediction"].shape == (2, 5, 2)
    outputs["prediction"].square().sum().backward()
    still = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert still == []
    meta = CheckpointMeta(
        name=name,
        preset=preset,
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    loaded, _ = load_checkpoint(tmp_path / "model.safetensors")
    assert torch.equal(loaded(inputs)["prediction"], model.eval()(inputs)["prediction"])


@pytest.mark.parametrize("preset", ["small", "paper"])
@pytest.mark.parametrize("name", NAMES)
def test_a_trace_in_pieces_is_the_whole_and_the_forward(name, preset):
    model = small_model(name, preset).eval()
    inputs = windows(model, 1, 40)

    def chunk(first, last):
        assert 0 <= first < last <= 40  # it needs no step before or after those that it predicts
        return {key: value[0, first:last] for key, value in inputs.items()}

    whole = torch.from_numpy(trace_recording(model, chunk, 40))
    with torch.inference_mode():
        torch.testing.assert_close(model(inputs)["prediction"][0], whole, atol=1e-6, rtol=0)
    for steps in (1, 7):  # float32 sums in another order
        pieces = torch.from_numpy(trace_recording(model, chunk, 40, chunk_steps=steps))
        torch.testing.assert_close(pieces, whole, atol=1e-5, rtol=0)
    assert (whole - whole[:1]).abs().max() > 1e-4


def test_the_papers_long_filters_stream_too():
    model = build(SPEECH, "paper").eval()
    inputs = windows(model, 1, 60)["audio"]
    with torch.inference_mode():
        whole = model({"audio": inputs})["prediction"]
        pieces, state = [], None
        for piece in inputs.split([3, 20, 37], dim=1):
            prediction, state = model.trace({"audio": piece}, state)
            pieces.append(prediction)
    torch.testing.assert_close(torch.cat(pieces, dim=1), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("preset", ["small", "paper"])
@pytest.mark.parametrize("name", NAMES)
def test_a_batch_of_two_is_two_batches_of_one(name, preset):
    model = small_model(name, preset).eval()
    inputs = windows(model, 2, 5)
    with torch.inference_mode():
        both = model(inputs)["prediction"]
        singles = [model({key: value[i : i + 1] for key, value in inputs.items()}) for i in range(2)]
    torch.testing.assert_close(both, torch.cat([s["prediction"] for s in singles]), atol=1e-5, rtol=0)


def test_variants_share_the_names_and_shapes_of_their_networks():
    together = {key: value.shape for key, value in build(MULTIMODAL, "small").state_dict().items()}
    for name, own in ((SPEECH, "speech."), (VISUAL, "visual.")):
        alone = {key: value.shape for key, value in build(name, "small").state_dict().items()}
        assert {key.partition(".")[0] for key in alone} == {own[:-1], "recurrent", "output"}
        for key, shape in alone.items():
            if key.startswith(own):
                assert together[key] == shape
    assert {key.partition(".")[0] for key in together} == {"speech", "visual", "recurrent", "output"}


def seen_by(module):
    """What a module is called with, as a list that fills."""
    calls = []
    module.register_forward_pre_hook(lambda module, inputs: calls.append(inputs[0].detach().clone()))
    return calls


def test_dropout_is_on_the_raw_sound_in_code_and_on_features_in_paper():
    for preset, on_sound in (("code", True), ("paper", False)):
        model = small_model(MULTIMODAL, preset, **{} if preset == "paper" else configure_small())
        samples, features = seen_by(model.speech.filters), seen_by(model.recurrent)
        inputs = windows(model, 1, 20)
        model.train()(inputs)
        model.eval()(inputs)
        dropped = [float((each == 0).float().mean()) for each in samples]
        assert dropped == [pytest.approx(0.5 if on_sound else 0, abs=0.02), 0]
        if on_sound:
            kept = samples[0] != 0
            torch.testing.assert_close(samples[0][kept], 2 * samples[1][kept])
        else:
            assert float((features[0] == 0).float().mean()) == pytest.approx(0.5, abs=0.02)
            assert float((features[1] == 0).float().mean()) < 0.01


def configure_small():
    """`code` in the sizes of `small`."""
    return {key: value for key, value in NARROW.items() if key.startswith(("face", "trunk", "cells"))}


def test_faces_are_scaled_as_torchvisions_weights_expect():
    model = build(VISUAL, "small").eval()
    seen = seen_by(model.visual.trunk)
    model({"face": torch.ones(1, 40, 3, 55, 55)})  # white
    assert [tuple(each.shape) for each in seen] == [(32, 3, 48, 48), (8, 3, 48, 48)]  # in parts
    white = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    torch.testing.assert_close(seen[0][0, :, 0, 0], torch.tensor(white))
    model.train()({"face": torch.zeros(1, 40, 3, 55, 55), "face_mask": torch.zeros(1, 40) > 0})
    assert seen[2].shape == (40, 3, 48, 48)  # at once, for the statistics of the norms
    grey = torch.tensor([(0.5 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (0.5 - 0.406) / 0.225])
    torch.testing.assert_close(seen[2][0, :, 0, 0], grey)  # a missing face stays zeros, whatever the jitter


def test_training_is_a_function_of_torchs_seed():
    model = build(MULTIMODAL, "small")
    inputs, results = windows(model, 2, 4), []
    for seed in (8, 8, 9):
        torch.manual_seed(seed)
        results.append(model(inputs)["prediction"])
    assert torch.equal(results[0], results[1]) and not torch.equal(results[0], results[2])


@pytest.mark.parametrize("preset", ["small", "paper"])
def test_activations_are_those_behind_the_trace(preset):
    model = small_model(SPEECH, preset).eval()
    inputs = windows(model, 1, 30)
    with torch.inference_mode():
        expected = model.trace(inputs)[0]
    shown, state = {}, None
    for first, last in ((0, 11), (11, 30)):
        part, state = model.activations({"audio": inputs["audio"][:, first:last]}, state)
        for key, value in part.items():
            shown.setdefault(key, []).append(value)
    joined = {key: torch.cat(values, dim=1) for key, values in shown.items()}
    gates = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
    assert list(joined) == [f"layer{layer}/{gate}" for layer in (1, 2) for gate in gates]
    assert all(value.shape == (1, 30, 64) and not value.requires_grad for value in joined.values())
    torch.testing.assert_close(model.output(joined["layer2/hidden"]), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(
        joined["layer1/hidden"], joined["layer1/output_gate"] * joined["layer1/cell"].tanh()
    )


def test_labels_set_the_last_axis():
    model = build(SPEECH, "small", ("arousal", "valence", "liking"))
    assert model(windows(model, 1, 2))["prediction"].shape == (1, 2, 3)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"networks": ()}, "networks is .*expected speech, visual or both, each once"),
        ({"networks": ("speech", "speech")}, "networks is .*expected speech, visual or both, each once"),
        ({"cells": ()}, "trunk_widths and cells must hold numbers >= 1"),
        ({"speech_taps": (0, 40)}, "speech_filters, speech_taps, .* must hold numbers >= 1"),
        ({"face_crop": 111}, "face_crop is 111; expected at most face_size, 110"),
        ({"rate_hz": 16010}, "step_s 0.04 at 16010 Hz is no whole number of samples"),
        ({"speech_pools": (3, 10)}, "samples per step is 640; expected a multiple of 3"),
        ({"speech_filters": (40, 41)}, "speech_filters of the second layer is 41; expected a multiple of 10"),
        ({"cell_clip": 0}, "cell_clip is 0: "),
        ({"weights_path": "x"}, "unknown key 'weights_path', expected one of: "),
    ],
)
def test_settings_that_do_not_fit_are_refused(overrides, message):
    with pytest.raises(ConfigError, match=message):
        build(MULTIMODAL, **overrides)


def test_settings_of_a_network_that_is_not_there_do_not_matter():
    assert build(VISUAL, "small", rate_hz=16010).declaration.inputs.keys() == {"face"}
