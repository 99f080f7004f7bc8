"""Packaged recipes: one per variant, with the paper's numbers, of models that can be built."""

import math

import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.models import available
from emotrace.models.registry import configure

RECIPES = list_recipes()
NGUYEN = [name for name in available() if name.startswith("nguyen2020/")]
TRAINING_ONLY = {  # what differs is in training, so the model is that of another variant
    "nguyen2020/demo",
    *(
        f"tzirakis2017/{name}"
        for name in ("speech-75", "speech-300", "speech-mse", "visual-75", "visual-300")
    ),
}


def test_every_variant_has_a_recipe_of_its_name():
    assert set(available()) <= set(RECIPES)
    assert set(RECIPES) - set(available()) == TRAINING_ONLY
    assert len(RECIPES) == 22


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_model_and_losses_that_fit_it(name):
    recipe = load_recipe(name)
    config = configure(recipe.name, recipe.preset, recipe.model)
    if name not in TRAINING_ONLY:
        assert recipe.name == name
    if recipe.system != "nguyen2020":
        return
    rebuilt = [term.of for term in recipe.training.losses if term.kind == "reconstruction"]
    assert rebuilt == (list(config.streams) if config.autoencoder else [])
    assert [term.kind for term in recipe.training.losses].count("ccc") == 1


def test_the_paper_s_training_is_that_of_section_iv_b():
    for name in NGUYEN:
        training = load_recipe(name).training
        assert (training.batch_size, training.steps, training.learning_rate) == (32, 50_000, 1e-4)
        assert training.optimiser.name == "adam"
        for term in training.losses:
            assert (term.weight, term.reduction) == ((0.01, None) if term.kind == "ccc" else (1, "sum"))


def test_reported_numbers_agree_with_equation_11():
    rows = [row for name in NGUYEN for row in load_recipe(name).reported]
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


def test_tzirakis_numbers_stand_with_their_table_partition_and_people():
    rows = {
        (name.partition("/")[2], row.table, row.partition, row.subjects): row.metrics
        for name in RECIPES
        if name.startswith("tzirakis2017/")
        for row in load_recipe(name).reported
    }
    assert len(rows) == 16  # "Proposed" in Tables II to VI, development and test
    assert rows["multimodal", "VI", "test", 9] == {"ccc_arousal": 0.714, "ccc_valence": 0.612}
    assert rows["speech-mse", "III", "development", 15] == {"ccc_arousal": 0.728, "ccc_valence": 0.312}
    assert rows["visual-300", "II", "development", None] == {"ccc_arousal": 0.193, "ccc_valence": 0.496}


def test_tzirakis_training_is_that_of_the_paper():
    for name in ("speech", "visual", "multimodal"):
        training = load_recipe(f"tzirakis2017/{name}").training
        assert (training.window_steps, training.learning_rate) == (150, 1e-4)
        assert [term.kind for term in training.losses] == ["ccc"]
    assert [stage.name for stage in load_recipe("tzirakis2017/multimodal").stages] == [
        "speech",
        "visual",
        "fusion",
    ]
    assert load_recipe("tzirakis2017/speech-mse").training.losses[0].kind == "mse"
