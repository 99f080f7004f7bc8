"""priyasad2019 on given features: counts by hand, the formula, missing values and tables, saving."""

import json
from pathlib import Path

import pytest
import torch

from emotrace.errors import ConfigError
from emotrace.features.derived import find
from emotrace.models import CheckpointMeta, build, load_checkpoint, save_checkpoint
from emotrace.models.example import Example

GOLDEN = json.loads(Path(__file__).with_name("golden_parameters.json").read_text())
ATTENTION, CONCATENATION = NAMES = [f"priyasad2019/{kind}-tables" for kind in ("attention", "concatenation")]
TWO = (
    {"kind": "table", "name": "voice", "columns": 4},
    {"kind": "feature", "name": "ravdess-face", "columns": 3},
)


def made(name, **more):
    return build(name, "small", **{"tables": TWO, "embedding": 5} | more)


def rows(batch=2, time=3):
    inputs = {"voice": torch.randn(batch, time, 4), "ravdess-face": torch.randn(batch, time, 3)}
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in inputs}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20233)


def test_parameter_counts_by_hand():
    embedded = (69 + 1) * 64 + (56 + 1) * 64
    expected = {
        ATTENTION: embedded + 64 * 64 + 64 + 64 + 65 * 8,
        CONCATENATION: embedded + 129 * 8,
    }
    for name, count in expected.items():
        assert GOLDEN[name] == {preset: [count, count] for preset in ("vgg19", "small")}
        assert list(build(name, "small").parameter_counts()) == [count, count]


def test_its_inputs_are_features_that_there_are():
    for name in NAMES:
        declaration = build(name).declaration
        assert (declaration.predicts, declaration.window_steps) == ("class", 1)
        for spec in declaration.inputs.values():
            assert find(spec.name).width == spec.columns and spec.normalise == "subject"


@pytest.mark.parametrize("more", [{}, {"over": "features"}, {"fusion": "concatenation"}])
def test_it_runs_learns_and_survives_saving(more, tmp_path):
    model = made(ATTENTION, **more)
    inputs = rows()
    outputs = model(inputs)
    assert outputs["prediction"].shape == (2, 3, 8)
    assert ("attention" in outputs) == ("fusion" not in more)
    outputs["prediction"].square().sum().backward()
    assert all(value.grad is not None for value in model.parameters())
    meta = CheckpointMeta(
        name=ATTENTION,
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1, 1),
        declaration=model.declaration,
    )
    save_checkpoint(tmp_path / "model.safetensors", model, meta)
    again, _ = load_checkpoint(tmp_path / "model.safetensors", ATTENTION)
    model.eval(), again.eval()
    torch.testing.assert_close(again(inputs)["prediction"], model(inputs)["prediction"])


def test_against_the_formula():
    model, inputs = made(ATTENTION).eval(), rows(1, 1)
    vectors = [
        torch.relu(embed[1].weight @ inputs[name][0, 0] + embed[1].bias)
        for name, embed in zip(("voice", "ravdess-face"), model.embed, strict=True)
    ]
    scores = [  # equations 5 and 6
        torch.tanh(model.fusion.project.weight @ one + model.fusion.project.bias).abs() @ model.fusion.context
        for one in vectors
    ]
    weights = torch.stack(scores).softmax(0)
    fused = weights[0] * vectors[0] + weights[1] * vectors[1]  # equation 7
    outputs = model(inputs)
    torch.testing.assert_close(outputs["attention"][0, 0], weights)
    torch.testing.assert_close(outputs["prediction"][0, 0], model.output.weight @ fused + model.output.bias)


@pytest.mark.parametrize("name", NAMES)
def test_z_scores_are_those_of_training_and_a_missing_value_is_the_mean(name):
    model = made(name).eval()
    examples = []
    for number in range(4):
        inputs = {key: value[0] for key, value in rows(1, 1).items()}
        inputs["voice"] = inputs["voice"] * 3 + 7
        inputs["voice"][:, 3] = torch.nan  # of no clip
        if number == 0:
            inputs["voice"][:, 1] = torch.nan
        examples.append(Example(str(number), "A", inputs, torch.zeros(1, 1)))
    model.fit_on(examples, ())
    voices = torch.cat([one.inputs["voice"] for one in examples])
    torch.testing.assert_close(model.scales[0].mean[:3], voices[:, :3].nanmean(dim=0))
    inputs = {key: value.unsqueeze(0) for key, value in examples[0].inputs.items()}
    filled = inputs | {"voice": inputs["voice"].clone()}
    filled["voice"][..., 1] = voices[:, 1].nanmean()
    filled["voice"][..., 3] = 100.0  # a column that was never observed tells nothing
    torch.testing.assert_close(model(inputs)["prediction"], model(filled)["prediction"], atol=1e-5, rtol=1e-4)
    assert model(inputs)["prediction"].isfinite().all()


@pytest.mark.parametrize("more", [{}, {"over": "features"}, {"fusion": "concatenation"}])
def test_a_missing_table_is_left_to_the_other_and_a_step_without_any_says_nothing(more):
    model, inputs = made(ATTENTION, **more).eval(), rows()
    inputs["voice_mask"][0] = False
    inputs["ravdess-face_mask"][0, 1] = False
    outputs = model(inputs)
    spoilt = inputs | {"voice": inputs["voice"].clone()}
    spoilt["voice"][0] = torch.nan
    torch.testing.assert_close(model(spoilt)["prediction"], outputs["prediction"])
    said = outputs["prediction"].any(dim=2)
    assert said.tolist() == [[True, False, True], [True, True, True]]
    if "attention" in outputs:
        expected = torch.tensor([[0.0, 1.0], [0.0, 0.0], [0.0, 1.0]])
        torch.testing.assert_close(outputs["attention"][0], expected)


def test_what_is_shown():
    model, inputs = made(ATTENTION).eval(), rows(1, 3)
    for key in ("voice_mask", "ravdess-face_mask"):
        inputs[key][0, 2] = False
    prediction, shown, _ = model.trace_shown(inputs)
    assert model.shown_columns == ("attention_voice", "attention_ravdess-face")
    torch.testing.assert_close(prediction, model(inputs)["prediction"])
    torch.testing.assert_close(shown[0, :2].sum(dim=1), torch.ones(2))
    assert shown[0, 2].isnan().all()
    joined = made(CONCATENATION).eval()
    assert joined.shown_columns == () and joined.trace_shown(inputs)[1].shape == (1, 3, 0)


def test_one_table_alone_has_nothing_to_fuse():
    model = made(ATTENTION, tables=TWO[:1])
    assert model.fusion is None and model.shown_columns == ()
    inputs = {name: value for name, value in rows().items() if name.startswith("voice")}
    assert set(model(inputs)) == {"prediction"}


def test_tables_of_one_name_are_refused():
    with pytest.raises(ConfigError, match=r"tables names \['voice', 'voice'\]; expected each once"):
        made(ATTENTION, tables=(TWO[0], TWO[0]))
