"""aspandi2022: Table 11 to the integer, what really runs, every variant, streams, wrong sizes."""

from functools import cache
from itertools import pairwise

import pytest
import torch
from tiny_aspandi2022 import TINY, tiny, windows

from emotrace.config.base import validate
from emotrace.config.declaration import FaceInput, SpectrogramInput
from emotrace.errors import ConfigError
from emotrace.models import CheckpointMeta, available, build, describe, load_checkpoint, save_checkpoint
from emotrace.models.aspandi2022.config import Aspandi2022Config
from emotrace.models.run import trace_recording

NAMES = [name.partition("/")[2] for name in available() if name.startswith("aspandi2022/")]
GENERATOR = (
    (49 * 3 * 16 + 2 * 16)  # 7x7 convolution, no bias; scale and shift of each channel
    + (16 * 16 * 32 + 2 * 32)
    + (16 * 32 * 64 + 2 * 64)
    + 5 * 2 * (9 * 64 * 64 + 2 * 64)
    + (16 * 64 * 32 + 2 * 32)
    + (16 * 32 * 16 + 2 * 16)
    + 49 * 16 * 3
)


def strided(*widths: int) -> int:
    """4x4 convolutions with biases."""
    return sum(16 * before * after + after for before, after in pairwise(widths))


REAL, COARSE = 9 * 512, 4 * 512 * 2
DISCRIMINATOR = strided(3, 16, 32, 64, 128, 256, 512) + REAL + COARSE
TRUNK = strided(64, 16, 32, 64, 128, 256)


def head(width: int) -> int:
    """An LSTM of 256 cells with two biases a gate, and its output."""
    return 4 * 256 * (width + 256 + 2) + (256 * 2 + 2)


@cache
def counts(preset: str) -> dict[str, tuple[int, int]]:
    """Inference and training by variant."""
    return {
        entry["name"].partition("/")[2]: (entry["parameters_inference"], entry["parameters_training"])
        for entry in describe()
        if entry["name"].startswith("aspandi2022/") and entry["preset"] == preset
    }


def test_table_11_to_the_integer():
    assert counts("table11") == {
        **dict.fromkeys(["vi", "au", "vi-de", "au-de"], (2_483_346, 5_287_308)),
        **dict.fromkeys(["vi-des", "au-des"], (2_747_027, 5_550_989)),
        "avi-cas": (3_196_546, 6_000_508),
        "avi-gas": (3_460_227, 6_264_189),
    }


def test_table_11_by_arithmetic():
    assert (GENERATOR, TRUNK, head(1024)) == (456_864, 713_200, 1_313_282)
    counted = DISCRIMINATOR + (4 * 2 + 2)
    attention = (512 * 512 + 512) + (1024 + 1)
    assert (counted, attention) == (2_803_962, 263_681)
    inference = GENERATOR + TRUNK + head(1024)
    assert counts("table11")["vi-de"] == (inference, inference + counted)
    assert counts("table11")["vi-des"] == (inference + attention, inference + attention + counted)
    assert counts("table11")["avi-cas"] == (inference + TRUNK, inference + TRUNK + counted)
    both = inference + TRUNK + attention
    assert counts("table11")["avi-gas"] == (both, both + counted)


def test_what_really_runs_by_arithmetic():
    """Each modality has networks of its own; inference leaves out only what tells real from made."""
    one = GENERATOR + DISCRIMINATOR + TRUNK
    attention = (512 * 512 + 512) + 512  # the score of a past state alone
    gate = 1024 * 512 + 512 * 512 + 512 * 512  # eqs. 6 to 8, no biases
    training = {
        **dict.fromkeys(["vi", "au", "vi-de", "au-de"], one + head(512 + 512)),
        **dict.fromkeys(["vi-des", "au-des"], one + head(512 + 512) + attention),
        "avi-cas": 2 * one + head(2 * 512 + 512) + attention,
        "avi-gas": 2 * one + head(512 + 512) + attention + gate,
    }
    assert training["vi-de"] == 5_287_298 and training["vi-des"] == 5_550_466
    assert training["avi-cas"] == 10_048_770 and training["avi-gas"] == 10_573_058
    assert counts("full") == {
        name: (count - (2 if name.startswith("avi") else 1) * REAL, count) for name, count in training.items()
    }


def test_the_small_preset():
    assert counts("small") == {
        **dict.fromkeys(["vi", "au", "vi-de", "au-de"], (224_994, 225_570)),
        **dict.fromkeys(["vi-des", "au-des"], (234_402, 234_978)),
        "avi-cas": (431_266, 432_418),
        "avi-gas": (435_362, 436_514),
    }


def test_variants_and_inputs():
    assert NAMES == ["avi-gas", "avi-cas", "vi-des", "au-des", "vi-de", "au-de", "vi", "au"]
    inputs = build("aspandi2022/avi-gas", "small").declaration.inputs
    assert inputs == {"face": FaceInput(size=64), "spectrogram": SpectrogramInput(columns=128)}
    assert build("aspandi2022/vi-de", "small").declaration.inputs.keys() == {"face"}
    assert [build(f"aspandi2022/{name}", "small").config.degradation for name in ("vi", "au", "au-de")] == [
        0.0,
        0.0,
        0.5,
    ]


def test_the_networks_halve_pictures_as_the_paper_has_it():
    model = build("aspandi2022/vi-de").eval()
    with torch.inference_mode():
        latent, restored = model.generators["face"](torch.zeros(1, 3, 128, 128))
        real, coarse = model.discriminators["face"](restored)
        assert latent.shape == (1, 64, 32, 32) and restored.shape == (1, 3, 128, 128)
        assert real.shape == (1, 1, 2, 2) and coarse.shape == (1, 2)
        assert model.trunks["face"](latent).shape == (1, 256)


WITHOUT_GRADIENT = {  # in training by what is read of the prediction alone
    "vi-de": {"discriminators.face.real.weight", "head.lstm.weight_hh"},
    "vi-des": {"discriminators.face.real.weight"},
    "avi-cas": {"discriminators.face.real.weight", "discriminators.spectrogram.real.weight"},
    "avi-gas": {"discriminators.face.real.weight", "discriminators.spectrogram.real.weight"},
}


@pytest.mark.parametrize("preset", ["full", "table11"])
@pytest.mark.parametrize("name", NAMES)
def test_every_variant_runs_learns_and_survives_saving(name, preset, tmp_path):
    model = tiny(name, preset)
    inputs = windows(model, 2, 5)
    outputs = model(inputs)
    assert outputs["prediction"].shape == (2, 5, 2)
    for modality in model.config.modalities:
        for what in ("picture", "degraded", "restored"):
            assert outputs[f"{modality}_{what}"].shape == (2, 5, 3, 16, 16)
        assert outputs[f"{modality}_coarse"].shape == (2, 5, 2)
    outputs["prediction"].square().sum().backward()
    still = {key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()}
    if preset == "full" and name in WITHOUT_GRADIENT:
        assert still == WITHOUT_GRADIENT[name]
    meta = CheckpointMeta(
        name=f"aspandi2022/{name}",
        preset=preset,
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    loaded, _ = load_checkpoint(tmp_path / "model.safetensors")
    assert torch.equal(loaded(inputs)["prediction"], model.eval()(inputs)["prediction"])


def test_table_11_counts_one_generator_for_two_modalities_and_full_one_for_each():
    counted, real = tiny("avi-gas", "table11"), tiny("avi-gas")
    assert counted.generators["face"] is counted.generators["spectrogram"]
    assert counted.discriminators["face"] is counted.discriminators["spectrogram"]
    assert real.generators["face"] is not real.generators["spectrogram"]
    assert counted.gate is None and real.gate is not None
    assert tiny("avi-cas", "table11").attention is None and tiny("avi-cas").attention is not None


@pytest.mark.parametrize("preset", ["full", "table11", "small"])
@pytest.mark.parametrize("name", ["avi-gas", "avi-cas", "au-des", "vi-de"])
def test_a_stream_is_the_whole_whatever_the_cutting(name, preset):
    torch.manual_seed(2)
    model = build(f"aspandi2022/{name}", preset, **(TINY if preset != "small" else {"columns": 64}))
    steps, shapes = 13, {"face": (3, model.config.size, model.config.size)}
    shapes["spectrogram"] = (model.config.columns, 128)
    inputs = {name: torch.rand(steps, *shapes[name]) * 2 - 1 for name in model.config.modalities}
    inputs |= {f"{name}_mask": torch.rand(steps) > 0.3 for name in inputs}
    whole = trace_recording(
        model, lambda first, last: {k: v[first:last] for k, v in inputs.items()}, steps, steps
    )
    for chunk in (1, 3, 8):
        parts = trace_recording(
            model, lambda first, last: {k: v[first:last] for k, v in inputs.items()}, steps, chunk
        )
        assert abs(parts - whole).max() < 1e-5  # float32: other numbers of pictures at a time
    at_once = model.eval()({key: value.unsqueeze(0) for key, value in inputs.items()})["prediction"][0]
    assert (at_once - torch.from_numpy(whole)).abs().max() < 1e-5
    assert whole.std() > 0


def test_a_batch_of_two_is_two_batches_of_one():
    model = tiny("avi-gas").eval()
    inputs = windows(model, 2, 4)
    both = model(inputs)["prediction"]
    for row in range(2):
        alone = model({key: value[row : row + 1] for key, value in inputs.items()})["prediction"]
        torch.testing.assert_close(both[row : row + 1], alone, atol=1e-6, rtol=1e-5)


def test_labels_may_be_other_than_two():
    torch.manual_seed(1)
    model = build("aspandi2022/avi-gas", labels=("arousal", "liking", "valence"), **TINY)
    outputs = model(windows(model, 2, 3))
    assert outputs["prediction"].shape == (2, 3, 3) and outputs["face_coarse"].shape == (2, 3, 3)


def test_only_training_degrades_and_the_seed_decides():
    model = tiny("avi-gas", degradation=1.0)
    inputs = windows(model, 3, 2)
    outputs = []
    for _ in range(2):
        torch.manual_seed(8)
        outputs.append(model.train()(inputs))
    assert torch.equal(outputs[0]["face_degraded"], outputs[1]["face_degraded"])
    for name in ("face", "spectrogram"):
        changed = outputs[0][f"{name}_degraded"] != outputs[0][f"{name}_picture"]
        assert changed.flatten(1).any(1).all()
    assert torch.equal(model.eval()(inputs)["face_degraded"], inputs["face"])
    clean = tiny("vi")
    assert torch.equal(clean.train()(windows(clean, 2, 2))["face_degraded"], windows(clean, 2, 2)["face"])


@pytest.mark.parametrize(
    ("changes", "may"),
    [({}, False), ({"condense": True}, True), ({"degradation": 0.0}, True)],
)
def test_sequences_learn_of_condensed_pictures_where_asked_or_never_degraded(changes, may):
    assert tiny("avi-gas", **changes).learns_condensed is may


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"modalities": ()}, "modalities is .*; expected face, spectrogram or both, each once"),
        ({"modalities": ("face", "face")}, "modalities is .*; expected face, spectrogram or both"),
        ({"size": 48}, "size is 48; expected a power of 2"),
        ({"size": 64}, "discriminator_widths has 6 layers; expected 5 for size 64"),
        ({"trunk_widths": (1, 2)}, "trunk_widths has 2 layers; expected 5 for size 128"),
        ({"trunk_widths": (1, 2, 0, 3, 4)}, "trunk_widths must hold numbers >= 1"),
        ({"generator_blocks": 4}, "generator_blocks is 4; expected an odd number"),
        ({"columns": 100}, "columns is 100 and size 128; expected columns and the 128 mel bands to be mult"),
        ({"shared": True, "cells": 99}, "give 512 values and a state has 198; expected the same"),
        (
            {"shared": True, "cells": 200, "coarse_width": 144},
            "two trunks give 512 values and a state has 400",
        ),
    ],
)
def test_sizes_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        validate(Aspandi2022Config, changes, "test")
