"""RMSprop in Graves' form: steps worked out by hand, its settings, and a resumed run that ends the same."""

import pytest
import tiny_world
import torch
from test_resume import assert_same_weights, interrupt

from emotrace.config.base import validate
from emotrace.config.recipe import Optimiser, TrainingSettings
from emotrace.errors import ConfigError
from emotrace.training import train
from emotrace.training.module import TrainingModule, make_optimiser
from emotrace.training.rmsprop_graves import RMSpropGraves

SETTINGS = {"name": "rmsprop_graves", "momentum": 0.9}


def walk(optimiser, weight, gradients):
    """Where the weight is after each step."""
    places = []
    for gradient in gradients:
        weight.grad = torch.full_like(weight, gradient)
        optimiser.step()
        places.append(weight.item())
    return places


def test_two_steps_by_hand():
    """Half-life 1, so d = 1/2; momentum 0.5, rate 0.1, epsilon 0.01.

    Gradient 2: mean 1, square 2, root of 2 - 1 + 0.01 is 1.0049876, step 0.2 / 1.0049876 = 0.1990074,
    velocity -0.1990074, weight 1 - 0.5 * 0.1990074 - 0.1990074 = 0.7014888.
    Gradient 1: mean 1, square 1.5, root of 0.51 is 0.7141428, step 0.1400280, velocity
    -0.0995037 - 0.1400280 = -0.2395317, weight 0.7014888 - 0.1197659 - 0.1400280 = 0.4416950.
    """
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimiser = RMSpropGraves([weight], 0.1, momentum=0.5, half_life_steps=1.0, epsilon=0.01)
    assert walk(optimiser, weight, [2.0, 1.0]) == pytest.approx([0.7014888, 0.4416950], abs=1e-6)


def test_it_is_the_literal_recurrence_of_the_sources(rng):
    """Graves' equations 38 to 40, and Nesterov's momentum as Bengio et al. (2013), eq. 7, write it."""
    gradients = rng.standard_normal(40)
    decay, rate, momentum = 0.5 ** (1 / 14), 1e-2, 0.9
    p = v = n = g = 0.0
    expected = []
    for gradient in gradients:
        n = decay * n + (1 - decay) * gradient**2
        g = decay * g + (1 - decay) * gradient
        delta = -rate * gradient / (n - g**2 + 1e-8) ** 0.5
        p, v = p + momentum**2 * v + (1 + momentum) * delta, momentum * v + delta
        expected.append(p)
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    found = walk(RMSpropGraves([weight], rate, momentum=momentum), weight, gradients)
    assert found == pytest.approx(expected, rel=1e-9)


def test_decay_halves_after_the_half_life():
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimiser = RMSpropGraves([weight])
    walk(optimiser, weight, [1.0])
    before = optimiser.state[weight]["mean"].item()
    walk(optimiser, weight, [0.0] * 14)
    assert optimiser.state[weight]["mean"].item() == pytest.approx(before / 2)


def test_large_equal_gradients_do_not_become_nan():
    """In float32 the mean of squares less the squared mean rounds below 0 here."""
    weight = torch.nn.Parameter(torch.zeros(3))
    optimiser = RMSpropGraves([weight], 1e-6)
    for _ in range(400):
        weight.grad = torch.tensor([1e4, -123.456, 1e-9])
        optimiser.step()
        assert torch.isfinite(weight).all()


def test_weight_decay_pulls_to_zero_and_what_has_no_gradient_stays():
    pulled, still = (torch.nn.Parameter(torch.tensor([1.0])) for _ in range(2))
    optimiser = RMSpropGraves([pulled, still], 0.01, weight_decay=0.1)
    pulled.grad = torch.zeros(1)
    optimiser.step()
    assert pulled.item() < 1 and still.item() == 1 and not optimiser.state[still]


def test_a_closure_is_called_with_gradients_and_its_loss_given_back():
    weight = torch.nn.Parameter(torch.tensor([3.0]))
    optimiser = RMSpropGraves([weight], 0.01)

    def closure():
        loss = weight.square().sum()
        loss.backward()
        return loss

    assert float(optimiser.step(closure).detach()) == 9 and weight.item() < 3


def test_a_recipe_chooses_it():
    chosen = Optimiser(half_life_steps=7, epsilon=1e-4, weight_decay=0.2, **SETTINGS)
    settings = TrainingSettings(optimiser=chosen, learning_rate=3e-4)
    found = make_optimiser(settings, [torch.nn.Parameter(torch.zeros(1))])
    assert isinstance(found, RMSpropGraves)
    expected = {"lr": 3e-4, "momentum": 0.9, "half_life_steps": 7, "epsilon": 1e-4, "weight_decay": 0.2}
    assert found.defaults == expected
    adam = make_optimiser(
        TrainingSettings(optimiser=Optimiser(epsilon=1e-6)), found.param_groups[0]["params"]
    )
    assert adam.defaults["eps"] == 1e-6


@pytest.mark.parametrize("wrong", [{"momentum": 1}, {"half_life_steps": 0}, {"epsilon": 0}, {"name": "rms"}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError, match=f"recipe: {next(iter(wrong))} is "):
        validate(Optimiser, SETTINGS | wrong, "recipe")


def test_a_resumed_run_ends_with_the_same_weights(enter, monkeypatch, tmp_path):
    enter()
    recipe = tiny_world.recipe(steps=12, optimiser=SETTINGS, learning_rate=1e-3)
    whole = train(recipe, "prepared", tmp_path / "whole", progress=False)
    with monkeypatch.context() as patch:
        interrupt(patch, TrainingModule, "training_step", 7)
        with pytest.raises(RuntimeError, match="power cut"):
            train(recipe, "prepared", tmp_path / "run", progress=False)
    train(recipe, "prepared", tmp_path / "run", resume=True, progress=False)
    assert_same_weights(tmp_path / "run", whole)
