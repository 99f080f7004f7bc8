"""chen2015: golden parameter counts, structures, traces, where weights start, activations."""

from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from emotrace.errors import InputError
from emotrace.models import CheckpointMeta, available, build, describe, load_checkpoint, save_checkpoint
from emotrace.models.example import Example
from emotrace.models.layers.peephole_lstm import PeepholeLSTM
from emotrace.models.run import trace_recording

NAMES = [name for name in available() if name.startswith("chen2015/")]
ALONE = ["audio-short", "audio-long", "video-app", "video-geo", "ecg", "eda"]
FUSED = ["arousal", "valence", "audio-video", "video-body", "audio-body"]
NARROW = {  # a few columns of each input, for the tests that run a model
    "inputs": {
        name: {"kind": kind, "name": name.replace("_", "-"), "columns": columns}
        for name, kind, columns in (
            ("audio_short", "feature", 3),
            ("audio_long", "table", 4),
            ("video_app", "feature", 9),
            ("video_geo", "table", 5),
            ("ecg", "feature", 2),
            ("eda", "table", 6),
        )
    },
    "components": {},
    "narrow": 25,
}


def lstm(width: int, cells: int) -> int:
    """Four gates with one bias each and three diagonal peepholes."""
    return 4 * cells * (width + cells + 1) + 3 * cells


def network(*sizes: int) -> int:
    """Parameters of [input, cells, ..., output]."""
    layers = sum(lstm(width, cells) for width, cells in pairwise(sizes[:-1]))
    return layers + sizes[-2] * sizes[-1] + sizes[-1]


def narrow(name: str, **changes):
    return build(f"chen2015/{name}", **NARROW | changes)


def windows(model, batch: int, time: int):
    inputs = {name: torch.randn(batch, time, spec.columns) for name, spec in model.declaration.inputs.items()}
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in inputs}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20215)


def test_the_papers_networks_have_its_sizes():
    assert network(76, 160, 120, 1) == 287_521
    assert network(618, 160, 120, 1) == 634_401
    assert network(618, 200, 200, 200, 1) == 1_298_801
    counts = {
        entry["name"].partition("/")[2]: entry["parameters_training"]
        for entry in describe()
        if entry["name"] in NAMES and entry["preset"] == "paper"
    }
    assert counts["audio-short"] == 287_521
    assert counts["concatenation-two-layers"] == 634_401
    assert counts["concatenation-valence"] == counts["layered-valence"] == 1_298_801
    widths = {"audio-long": 102, "video-app": 84, "video-geo": 316, "ecg": 54, "eda": 62}
    for name, width in widths.items():
        assert counts[name] == network(width, 160, 120, 1)
    assert counts["concatenation-arousal"] == network(76 + 84 + 316 + 54, 200, 200, 200, 1)
    assert counts["concatenation-audio-video"] == network(102 + 84 + 316, 200, 200, 1)
    assert counts["concatenation-video-body"] == network(84 + 316 + 54 + 62, 200, 200, 1)
    assert counts["concatenation-audio-body"] == network(102 + 54 + 62, 200, 200, 1)
    for name in FUSED:  # cells are equal in all layers, so it is the same where an input enters
        assert counts[f"layered-{name}"] == counts[f"concatenation-{name}"]
    both_ways = 2 * (lstm(76, 160) + lstm(320, 120)) + 240 + 1
    assert counts["audio-short-blstm"] == both_ways


def test_variants_presets_and_labels_are_listed():
    expected = [*ALONE, "audio-short-blstm", "video-geo-blstm", "concatenation-two-layers"]
    expected += ["concatenation-blstm"]
    expected += [f"{kind}-{name}" for name in FUSED for kind in ("concatenation", "layered")]
    assert [name.partition("/")[2] for name in NAMES] == expected
    entries = [entry for entry in describe() if entry["name"] in NAMES]
    assert {entry["preset"] for entry in entries} == {"paper", "theanets", "computed", "small"}
    for entry in entries:
        about_arousal = entry["name"].endswith("arousal") or "audio-short" in entry["name"]
        assert entry["labels"] == (["arousal"] if about_arousal else ["valence"])
    small = {e["name"]: e["parameters_training"] for e in entries if e["preset"] == "small"}
    assert small["chen2015/audio-short"] == network(76, 32, 24, 1)
    assert small["chen2015/layered-audio-body"] == network(88 + 54 + 62, 40, 40, 1)


def test_features_are_those_that_the_corpus_brings_or_that_emotrace_computes():
    tracks = {
        preset: [spec.track for spec in build(NAMES[-6], preset).declaration.inputs.values()]
        for preset in ("paper", "computed")
    }
    assert NAMES[-6] == "chen2015/concatenation-audio-video"
    assert tracks["paper"] == [
        "table-features_video_appearance",
        "table-features_video_geometric",
        "table-features_audio",
    ]
    assert tracks["computed"] == [
        "feature-lgbp-top",
        "feature-geometric-316",
        "feature-egemaps-functionals-3s",
    ]
    assert build("chen2015/audio-short").declaration.inputs["audio_short"].track == "feature-is10-short"


@pytest.mark.parametrize("name", [name.partition("/")[2] for name in NAMES])
def test_every_variant_runs_learns_and_survives_saving(name, tmp_path):
    model = narrow(name)
    inputs = windows(model, 2, 7)
    outputs = model(inputs)
    assert outputs.keys() == {"prediction"} and outputs["prediction"].shape == (2, 7, 1)
    outputs["prediction"].square().sum().backward()
    still = [key for key, value in model.named_parameters() if value.grad is None or not value.grad.any()]
    assert still == []
    meta = CheckpointMeta(
        name=f"chen2015/{name}",
        preset="paper",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    loaded, _ = load_checkpoint(tmp_path / "model.safetensors")
    assert torch.equal(loaded(inputs)["prediction"], model.eval()(inputs)["prediction"])


def test_the_layered_structure_is_figure_2_step_by_step():
    """Layer 1 reads the voice, layer 2 faces beside layer 1, layer 3 the heart beside layer 2."""
    model = narrow("layered-arousal").eval()
    inputs = windows(model, 2, 9)
    with torch.inference_mode():
        found = model(inputs)["prediction"]
        below = None
        for layer, names in enumerate([["audio_short"], ["video_app", "video_geo"], ["ecg"]]):
            parts = [inputs[name] for name in names] + ([below] if below is not None else [])
            below = literal_lstm(model.recurrent[layer].layers[0], torch.cat(parts, dim=2))
        expected = F.linear(below, model.output.weight, model.output.bias)
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)
    assert [len(layer.layers) for layer in model.recurrent] == [1, 1, 1]


def literal_lstm(layer: PeepholeLSTM, inputs: torch.Tensor) -> torch.Tensor:
    """Equation 2, step by step."""
    w, u, b, p = layer.weight_input, layer.weight_hidden, layer.bias, layer.peephole
    hidden = cell = torch.zeros(len(inputs), layer.cells)
    given = []
    for step in inputs.unbind(1):
        i, f, g, o = (step @ w.T + hidden @ u.T + b).chunk(4, dim=1)
        i, f = torch.sigmoid(i + p[0] * cell), torch.sigmoid(f + p[1] * cell)
        cell = f * cell + i * torch.tanh(g)
        hidden = torch.sigmoid(o + p[2] * cell) * torch.tanh(cell)
        given.append(hidden)
    return torch.stack(given, dim=1)


@pytest.mark.parametrize("name", ["audio-short", "layered-valence", "video-geo-blstm"])
def test_a_trace_in_pieces_is_the_whole_and_the_forward(name):
    model = narrow(name).eval()
    inputs = windows(model, 1, 40)
    asked = []

    def chunk(first, last):
        asked.append((first, last))
        return {key: value[0, first:last] for key, value in inputs.items()}

    with torch.inference_mode():
        whole = model(inputs)["prediction"][0]
    for steps in (7, 40):
        pieces = torch.from_numpy(trace_recording(model, chunk, 40, chunk_steps=steps))
        torch.testing.assert_close(pieces, whole, atol=1e-6, rtol=0)
    both_ways = name.endswith("blstm")
    assert model.declaration.whole == both_ways
    assert set(asked[:-1]) == ({(0, 40)} if both_ways else {(n, min(n + 7, 40)) for n in range(0, 40, 7)})


def test_a_blstm_reads_both_ways_and_takes_no_state():
    model = narrow("video-geo-blstm").eval()
    inputs = windows(model, 1, 12)
    later = {**inputs, "video_geo": inputs["video_geo"].clone()}
    later["video_geo"][:, 11] += 5
    with torch.inference_mode():
        before, after = model(inputs)["prediction"], model(later)["prediction"]
    assert (before - after)[:, 0].abs().max() > 1e-5
    with pytest.raises(InputError, match="bidirectional LSTM, which begins at both ends"):
        model.trace(inputs, [[None], [None]])


def test_a_batch_of_two_is_two_batches_of_one():
    model = narrow("layered-valence").eval()
    inputs = windows(model, 2, 6)
    with torch.inference_mode():
        both = model(inputs)["prediction"]
        singles = [
            model({key: value[i : i + 1] for key, value in inputs.items()})["prediction"] for i in range(2)
        ]
    torch.testing.assert_close(both, torch.cat(singles), atol=1e-6, rtol=0)


def example(model, seed: int, steps: int = 50) -> Example:
    generator = torch.Generator().manual_seed(seed)
    inputs = {}
    for name, spec in model.declaration.inputs.items():
        rows = torch.randn(steps, spec.columns, generator=generator) * 4 + 10
        mask = torch.ones(steps, dtype=torch.bool)
        rows[:5], mask[:5] = 0, False
        rows[7, 0] = torch.nan
        inputs |= {name: rows, f"{name}_mask": mask}
    return Example(f"r{seed}", f"s{seed}", inputs, torch.zeros(steps, 1))


def test_forget_gates_start_at_2_and_theanets_starts_all_gates_there():
    for layer in (each for each in build("chen2015/audio-short").modules() if isinstance(each, PeepholeLSTM)):
        cells = layer.cells
        assert layer.bias[cells : 2 * cells].unique().tolist() == [2]
        assert not layer.bias[:cells].any() and not layer.bias[2 * cells :].any()
    model = build("chen2015/audio-short", "theanets")
    for layer in (each for each in model.modules() if isinstance(each, PeepholeLSTM)):
        for gate in layer.bias.detach().chunk(4):
            assert gate.mean().item() == pytest.approx(2, abs=0.35)  # of 120 or 160 draws
            assert gate.std().item() == pytest.approx(1, abs=0.25)
        assert layer.peephole.std().item() == pytest.approx(1, abs=0.15)
        assert layer.weight_input.std().item() == pytest.approx(
            (layer.width + 4 * layer.cells) ** -0.5, rel=0.05
        )
        assert layer.weight_hidden.std().item() == pytest.approx((5 * layer.cells) ** -0.5, rel=0.05)


@pytest.mark.parametrize("name", ["layered-arousal", "video-geo-blstm"])
def test_activations_are_those_behind_the_trace(name):
    model = narrow(name).eval()
    inputs = windows(model, 1, 30)
    with torch.inference_mode():
        expected = model.trace(inputs)[0]
    shown, state = model.activations(inputs)
    layers = len(model.recurrent)
    ways = ("", "-reversed") if model.config.bidirectional else ("",)
    gates = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
    assert list(shown) == [
        f"layer{n + 1}{way}/{gate}" for n in range(layers) for way in ways for gate in gates
    ]
    top = torch.cat([shown[f"layer{layers}{way}/hidden"] for way in ways], dim=2)
    torch.testing.assert_close(model.output(top), expected, atol=1e-6, rtol=0)
    if model.config.bidirectional:
        assert state is None
    else:
        first, before = model.activations({key: value[:, :11] for key, value in inputs.items()})
        rest, _ = model.activations({key: value[:, 11:] for key, value in inputs.items()}, before)
        joined = torch.cat([first["layer3/cell"], rest["layer3/cell"]], dim=1)
        torch.testing.assert_close(joined, shown["layer3/cell"], atol=1e-6, rtol=0)


def test_both_dimensions_at_once_are_multi_task():
    model = build("chen2015/video-geo", labels=("arousal", "valence"))
    assert model.parameter_counts()[0] == network(316, 160, 120, 2)
