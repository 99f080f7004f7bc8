"""Packaged recipes: one per variant, with the paper's numbers, of models that can be built."""

import math

import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.models import available
from emotrace.models.registry import configure

RECIPES = list_recipes()


def test_every_variant_has_a_recipe_of_its_name():
    assert set(available()) <= set(RECIPES)
    assert set(RECIPES) - set(available()) == {"nguyen2020/demo"}
    assert len(RECIPES) == 14


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_model_and_losses_that_fit_it(name):
    recipe = load_recipe(name)
    config = configure(recipe.name, recipe.preset, recipe.model)
    if name != "nguyen2020/demo":
        assert recipe.name == name
    rebuilt = [term.of for term in recipe.training.losses if term.kind == "reconstruction"]
    assert rebuilt == (list(config.streams) if config.autoencoder else [])
    assert [term.kind for term in recipe.training.losses].count("ccc") == 1


def test_the_paper_s_training_is_that_of_section_iv_b():
    for name in available():
        training = load_recipe(name).training
        assert (training.batch_size, training.steps, training.learning_rate) == (32, 50_000, 1e-4)
        assert training.optimiser.name == "adam"
        for term in training.losses:
            assert (term.weight, term.reduction) == ((0.01, None) if term.kind == "ccc" else (1, "sum"))


def test_reported_numbers_agree_with_equation_11():
    rows = [row for name in available() for row in load_recipe(name).reported]
    assert len(rows) == 16  # rows of Tables III-VI that are variants; the system stands in each
    for row in rows:
        metrics = row.metrics
        joint = math.hypot(metrics["rmse_arousal"], metrics["rmse_valence"])
        assert abs(joint - metrics["rmse_joint"]) < 0.0015  # of numbers with three decimals
        assert (row.corpus, row.partition, row.subjects) == ("RECOLA", "development", 15)


def test_the_numbers_of_the_full_size_stand_in_two_recipes_and_agree():
    h512 = load_recipe("nguyen2020/2d1dconv-ae-lstm-h512").reported[0]
    system = {row.table: row for row in load_recipe("nguyen2020/2d1dconv-ae-lstm").reported}
    assert set(system) == {"III", "IV", "V", "VI"}
    assert all(row.metrics == h512.metrics for row in system.values())
    assert system["VI"] == h512


def test_the_demo_is_the_small_system():
    recipe = load_recipe("nguyen2020/demo")
    assert (recipe.variant, recipe.preset) == ("2d1dconv-ae-lstm", "small")
