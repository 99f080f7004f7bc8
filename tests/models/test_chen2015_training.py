"""chen2015 in training: noise, dropout, and where the output layer starts."""

import pytest
import torch
from test_chen2015 import NARROW, example, windows

from emotrace.errors import ConfigError
from emotrace.models import build
from emotrace.models.example import Example

NAME = "chen2015/concatenation-valence"


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20215)


def entering(model, inputs, torch_seed=1):
    torch.manual_seed(torch_seed)
    return torch.cat(next(model._read(inputs)), dim=2)  # (batch, time, column)


def test_noise_is_of_the_asked_deviation_in_training_alone_and_seeded():
    model = build(NAME, **NARROW, input_noise=0.3).train()
    inputs = windows(model, 40, 50)
    given = torch.cat([inputs[name] for name in model.config.used], dim=2)
    noise = entering(model, inputs) - given
    assert noise.std().item() == pytest.approx(0.3, rel=0.02)  # of 50,000 draws
    assert abs(noise.mean().item()) < 0.01
    assert torch.equal(entering(model, inputs), entering(model, inputs))
    assert not torch.equal(entering(model, inputs, 2), entering(model, inputs))
    assert torch.equal(entering(model.eval(), inputs), given)


def test_inputs_are_dropped_value_by_value_and_the_rest_makes_up_for_it():
    model = build(NAME, **NARROW, input_dropout=0.2).train()
    inputs = windows(model, 40, 50)
    given = torch.cat([inputs[name] for name in model.config.used], dim=2)
    found = entering(model, inputs)
    kept = found != 0
    assert kept.float().mean().item() == pytest.approx(0.8, abs=0.01)
    torch.testing.assert_close(found[kept], given[kept] / 0.8)
    assert torch.equal(entering(model.eval(), inputs), given)


def test_what_the_output_layer_reads_is_dropped_in_training_alone():
    model = build(NAME, **NARROW, output_dropout=0.5).train()
    inputs, read = windows(model, 4, 5), []
    model.output.register_forward_hook(lambda layer, given, made: read.append(given[0]))
    model(inputs)
    assert (read[0] == 0).float().mean().item() == pytest.approx(0.5, abs=0.15)  # of 160 values
    model.eval()
    with torch.inference_mode():
        assert torch.equal(model(inputs)["prediction"], model(inputs)["prediction"])
    assert (read[-1] != 0).all()


def test_the_output_starts_at_the_mean_and_deviation_of_the_gold_standard():
    model = build(NAME, labels=("valence", "arousal"), **NARROW)
    drawn = model.output.weight.detach().clone()
    gold = torch.tensor([[1.0, 5.0], [9.0, 5.0], [5.0, torch.nan]]).repeat(20, 1)
    inputs = example(model, 1, steps=60).inputs
    model.fit_on([Example("r", "s", inputs, gold)], [])
    assert model.output.bias.tolist() == [5, 5]
    deviation = (2 / 3 * 16) ** 0.5  # of 1, 9, 5; the other is constant and keeps what was drawn
    torch.testing.assert_close(model.output.weight, drawn * torch.tensor([[deviation], [1.0]]))
    unrated = build(NAME, **NARROW)
    unrated.fit_on([Example("r", "s", inputs, torch.full((60, 1), torch.nan))], [])
    assert unrated.output.bias.tolist() == [0]


@pytest.mark.parametrize(
    ("setting", "value"), [("input_noise", -0.1), ("input_dropout", 1.0), ("output_dropout", 1.0)]
)
def test_settings_that_mean_nothing_are_refused(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} is {value}"):
        build(NAME, **{setting: value})
