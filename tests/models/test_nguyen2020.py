"""nguyen2020: every variant, parameter counts by hand, shapes of the tables, traces."""

import json
from pathlib import Path

import pytest
import torch

from emotrace.errors import ConfigError
from emotrace.models import CheckpointMeta, available, build, describe, load_checkpoint, save_checkpoint
from emotrace.models.base import Model
from emotrace.models.registry import configure

GOLDEN = json.loads(Path(__file__).with_name("golden_parameters.json").read_text())
VARIANTS = [name for name in available() if name.startswith("nguyen2020/")]
SYSTEM = "nguyen2020/2d1dconv-ae-lstm"

# width, height and filter sizes of Tables I and II; every layer has biases
FACE_ENCODER = (
    (3 * 8 + 8) + (8 * 8 * 9 + 8) + (8 * 16 + 16) + (3 * 16 + 16)  # first bottleneck and its shortcut
    + (16 * 16 + 16) + (16 * 16 * 9 + 16) + (16 * 32 + 32) + (16 * 32 + 32)
    + (24 * 24 * 32 * 2048 + 2048)
)  # fmt: skip
FACE_DECODER = (
    (2048 * 24 * 24 * 32 + 24 * 24 * 32)
    + (32 * 16 + 16) + (16 * 16 * 9 + 16) + (16 * 16 + 16) + (32 * 16 + 16)
    + (16 * 8 + 8) + (8 * 8 * 9 + 8) + (8 * 3 + 3) + (16 * 3 + 3)
)  # fmt: skip
AUDIO_ENCODER = (20 * 40 + 40) + (40 * 40 * 40 + 40) + (1280 * 640 + 640) + (640 * 1280 + 1280)
AUDIO_DECODER = (4 * 20 * 40 + 40) + (40 * 40 + 1)


def lstm(width: int, hidden: int) -> int:
    """Two layers, four gates, two biases each."""
    return 4 * hidden * (width + hidden + 2) + 4 * hidden * (2 * hidden + 2)


def windows(model: Model, batch: int, time: int) -> dict[str, torch.Tensor]:
    config = model.config
    shapes = {"face": (3, config.face_size, config.face_size), "audio": (config.samples,)}
    inputs = {name: torch.rand(batch, time, *shapes[name]) * 2 - 1 for name in config.streams}
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in config.streams}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20202)


def test_the_system_is_listed_first_and_all_variants_are_there():
    assert VARIANTS[0] == SYSTEM
    assert len(VARIANTS) == 13


def test_parameter_counts_are_those_of_the_golden_file():
    found: dict[str, dict[str, list[int]]] = {}
    for entry in describe():
        if entry["name"] in VARIANTS:
            both = [entry["parameters_training"], entry["parameters_inference"]]
            found.setdefault(entry["name"], {})[entry["preset"]] = both
    golden = {name: counts for name, counts in GOLDEN.items() if name in VARIANTS}
    assert found == golden
    assert len(golden) == 13


def test_parameter_counts_of_tables_iii_to_v_by_hand():
    system = FACE_ENCODER + AUDIO_ENCODER + lstm(2048 + 1280, 512) + (512 * 2 + 2)
    assert GOLDEN[SYSTEM]["paper"] == [system + FACE_DECODER + AUDIO_DECODER, system]
    face = FACE_ENCODER + lstm(2048, 512) + (512 * 2 + 2)
    assert GOLDEN["nguyen2020/2dconv-ae-lstm"]["paper"] == [face + FACE_DECODER, face]
    audio = AUDIO_ENCODER + lstm(1280, 512) + (512 * 2 + 2)
    assert GOLDEN["nguyen2020/1dconv-ae-lstm"]["paper"] == [audio + AUDIO_DECODER, audio]
    two = FACE_ENCODER + AUDIO_ENCODER + lstm(2048, 512) + lstm(1280, 512) + (1024 * 2 + 2)
    assert GOLDEN["nguyen2020/2d1dconv-2slstm"]["paper"] == [two, two]


@pytest.mark.parametrize("cells", [32, 64, 128, 256, 512])
def test_parameter_counts_of_table_vi_by_hand(cells):
    inference = FACE_ENCODER + AUDIO_ENCODER + lstm(3328, cells) + (cells * 2 + 2)
    expected = [inference + FACE_DECODER + AUDIO_DECODER, inference]
    assert GOLDEN[f"{SYSTEM}-h{cells}"]["paper"] == expected


def test_layers_have_the_output_sizes_of_tables_i_and_ii():
    expected = {
        "encoders.face.blocks.0": (16, 48, 48),
        "encoders.face.blocks.1": (32, 24, 24),
        "encoders.face": (2048,),
        "decoders.face.blocks.0": (16, 48, 48),
        "decoders.face.blocks.1": (3, 96, 96),
        "encoders.audio.convolutions.near": (40, 640),
        "encoders.audio.convolutions.far": (40, 320),
        "encoders.audio.squeeze": (640,),
        "encoders.audio": (1280,),
        "decoders.audio.near": (40, 320),
        "decoders.audio.far": (1, 640),
    }
    model, shapes = build(SYSTEM), {}

    def note(name):
        return lambda module, inputs, output: shapes.update({name: tuple(output.shape[1:])})

    for name in expected:
        model.get_submodule(name).register_forward_hook(note(name))
    outputs = model(windows(model, 1, 2))
    assert shapes == expected
    assert outputs["prediction"].shape == (1, 2, 2)
    assert outputs["face_reconstruction"].shape == (1, 2, 3, 96, 96)
    assert outputs["audio_reconstruction"].shape == (1, 2, 640)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_runs_learns_and_survives_saving(name, tmp_path):
    config = configure(name, "small")
    model = build(name, "small")
    assert [sum(p.numel() for p in model.parameters()), model.parameter_counts()[1]] == GOLDEN[name]["small"]
    inputs = windows(model, 2, 5)
    outputs = model(inputs)
    assert outputs["prediction"].shape == (2, 5, 2)
    rebuilt = {f"{stream}_reconstruction" for stream in config.streams if config.autoencoder}
    assert set(outputs) == {"prediction"} | rebuilt
    for key in rebuilt:
        assert outputs[key].shape == inputs[key.removesuffix("_reconstruction")].shape
    sum(value.square().mean() for value in outputs.values()).backward()
    still = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert still == []
    meta = CheckpointMeta(
        name=name,
        preset="small",
        config=config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    loaded, _ = load_checkpoint(tmp_path / "model.safetensors")
    assert torch.equal(loaded(inputs)["prediction"], model.eval()(inputs)["prediction"])


@pytest.mark.parametrize(
    ("name", "preset"),
    [*((name, "small") for name in VARIANTS[:8]), (SYSTEM, "paper"), ("nguyen2020/2d1dconv-2slstm", "paper")],
)
def test_trace_is_that_of_the_base_window_by_window(name, preset):
    model = build(name, preset).eval()
    inputs = windows(model, 1, 40 if preset == "small" else 7)
    with torch.inference_mode():
        prediction, _ = model.trace(inputs)
        expected, _ = Model.trace(model, inputs)
    assert prediction.shape == (1, inputs[f"{model.config.streams[0]}_mask"].shape[1] - 4, 2)
    torch.testing.assert_close(prediction, expected, atol=1e-5, rtol=0)  # sums in another order


def test_a_step_sees_four_steps_before_it_and_none_after():
    model = build(SYSTEM, "small").eval()
    inputs = windows(model, 1, 12)
    changed = {name: value.clone() for name, value in inputs.items()}
    changed["audio"][:, 5] = 0
    with torch.inference_mode():
        same = (model.trace(inputs)[0] == model.trace(changed)[0]).all(dim=-1)[0]
    # row i of the trace is step i + 4: step 5 matters to steps 5 to 9, rows 1 to 5
    assert same.tolist() == [True, False, False, False, False, False, True, True]


def test_masks_are_not_read():
    model = build(SYSTEM, "small").eval()
    inputs = windows(model, 1, 6)
    blind = {name: torch.zeros_like(value) if "mask" in name else value for name, value in inputs.items()}
    with torch.inference_mode():
        assert torch.equal(model(inputs)["prediction"], model(blind)["prediction"])


def test_pooling_over_channels_gives_as_many_features():
    time, channels = build(SYSTEM, preset="paper"), build(SYSTEM, preset="paper", pooling="channels")
    assert time.parameter_counts() == channels.parameter_counts()
    inputs = {"audio": torch.randn(2, 640)}
    assert channels.encoders["audio"](inputs["audio"]).shape == (2, 1280)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"streams": ()}, "streams is .*expected face, audio or both, each once"),
        ({"streams": ("face", "face")}, "streams is .*expected face, audio or both, each once"),
        ({"streams": ("face",), "lstm": "per_stream"}, "lstm is per_stream with streams .*expected two"),
        ({"face_size": 50}, "face_size is 50; expected a multiple of 4"),
        ({"visual_channels": ()}, "visual_channels, audio_taps and audio_pools must hold numbers >= 1"),
        ({"audio_taps": (0, 40)}, "visual_channels, audio_taps and audio_pools must hold numbers >= 1"),
        ({"rate_hz": 16010}, "step_s 0.04 at 16010 Hz is no whole number of samples"),
        ({"audio_pools": (3, 10)}, "samples per step is 640; expected a multiple of 3"),
        ({"audio_pools": (2, 9)}, "samples per step after the first pool is 320; expected a multiple of 9"),
        ({"pooling": "channels", "audio_filters": 16}, "audio_filters is 16; expected a multiple of 10"),
        ({"audio_features": 1000}, "audio_features .* is 1000; expected a multiple of 320"),
        ({"hidden": 0}, "hidden is 0: "),
        ({"hiden": 3}, "unknown key 'hiden', expected one of: .*hidden"),
        ({"lstm": "none"}, "lstm is 'none': "),
    ],
)
def test_settings_that_do_not_fit_are_refused(overrides, message):
    with pytest.raises(ConfigError, match=message):
        build(SYSTEM, **overrides)
