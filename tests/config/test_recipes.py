"""Packaged recipes: one per variant, with the paper's numbers, of models that can be built."""

import math

import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.features.derived import find
from emotrace.models import available
from emotrace.models.registry import configure

ELSEWHERE = ("chen2015/", "aspandi2022/", "priyasad2019/")  # in test_recipes_<system>
RECIPES = [name for name in list_recipes() if not name.startswith(ELSEWHERE)]
NGUYEN = [name for name in available() if name.startswith("nguyen2020/")]
TRAINING_ONLY = {  # what differs is in training, so the model is that of another variant
    "nguyen2020/demo",
    "tzirakis2017/demo",
    *(
        f"tzirakis2017/{name}"
        for name in ("speech-75", "speech-300", "speech-mse", "visual-75", "visual-300")
    ),
}
TABLE_III = {  # baselines of tzirakis2017: test arousal and valence, development arousal and valence
    "svr-egemaps": (0.318, 0.169, 0.489, 0.210),
    "svr-compare": (0.366, 0.180, 0.491, 0.178),
    "blstm-egemaps-mse": (0.300, 0.192, 0.404, 0.187),
    "blstm-compare-mse": (0.132, 0.117, 0.221, 0.152),
    "blstm-egemaps": (0.316, 0.195, 0.445, 0.190),
    "blstm-compare": (0.382, 0.187, 0.478, 0.246),
}
TRAINING_ONLY |= {f"tzirakis2017/{name}" for name in TABLE_III}  # variants of the system `baselines`


def test_every_variant_has_a_recipe_of_its_name():
    assert set(available()) <= set(list_recipes())
    assert set(RECIPES) - set(available()) == TRAINING_ONLY
    assert len(RECIPES) == 33


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
    assert len(rows) == 15  # rows of Tables III-VI that are variants; the system stands in each
    for row in rows:
        metrics = row.metrics
        joint = math.hypot(metrics["rmse_arousal"], metrics["rmse_valence"])
        assert abs(joint - metrics["rmse_joint"]) < 0.0015  # of numbers with three decimals
        assert (row.corpus, row.partition, row.subjects) == ("RECOLA", "development", 15)


def test_the_numbers_of_the_full_size_stand_in_each_table_once_and_agree():
    h512 = load_recipe("nguyen2020/2d1dconv-ae-lstm-h512").reported[0]
    system = {row.table: row for row in load_recipe("nguyen2020/2d1dconv-ae-lstm").reported}
    assert (set(system), h512.table) == ({"III", "IV", "V"}, "VI")
    assert all(row.metrics == h512.metrics for row in system.values())


def test_the_demo_is_the_small_system():
    recipe = load_recipe("nguyen2020/demo")
    assert (recipe.variant, recipe.preset) == ("2d1dconv-ae-lstm", "small")


def test_tzirakis_numbers_stand_with_their_table_partition_and_people():
    rows = {
        (name.partition("/")[2], row.table, row.partition, row.subjects): row.metrics
        for name in RECIPES
        if name.startswith("tzirakis2017/") and load_recipe(name).system == "tzirakis2017"
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


@pytest.mark.parametrize("name", TABLE_III)
def test_the_baselines_of_table_iii(name):
    recipe = load_recipe(f"tzirakis2017/{name}")
    method, feature, *_ = name.split("-")
    assert recipe.name == f"baselines/{method}"
    test, development = recipe.reported
    shown = [*test.metrics.values(), *development.metrics.values()]
    assert tuple(shown) == TABLE_III[name]
    assert [(row.partition, row.subjects, row.table) for row in (test, development)] == [
        ("test", 15, "III"),
        ("development", 15, "III"),
    ]
    (spec,) = configure(recipe.name, recipe.preset, recipe.model).features
    assert spec.name == f"{feature}-functionals-3s"
    assert spec.columns == find(spec.name).width
    if method == "svr":
        assert recipe.training.steps == 0
    else:
        assert [term.kind for term in recipe.training.losses] == ["mse" if name.endswith("mse") else "ccc"]
        assert (recipe.training.window_steps, recipe.training.learning_rate) == (150, 1e-4)


@pytest.mark.parametrize("name", ["constant", "svr", "svm"])
def test_what_is_found_without_gradients_has_no_steps(name):
    assert load_recipe(f"baselines/{name}").training.steps == 0


def test_other_methods_stand_beside_the_system_whose_table_they_are_in():
    rows = {
        (row.table, row.method, row.partition): row
        for name in ("speech", "visual", "multimodal")
        for row in load_recipe(f"tzirakis2017/{name}").reported_by_others
    }
    assert {table: sum(key[0] == table for key in rows) for table in ("IV", "V", "VI")} == {
        "IV": 9, "V": 9, "VI": 4,
    }  # fmt: skip
    assert len(rows) == 22
    best = rows["VI", "OA RVM-SR [30]", "test"]
    assert best.metrics == {"ccc_arousal": 0.770, "ccc_valence": 0.545} and best.subjects == 9
    assert rows["IV", "Brady et al. [32]", "development"].metrics["ccc_arousal"] == 0.846
    assert rows["V", "Weber et al. [31]", "development"].features == "Geometric"
    assert rows["V", "Han et al. [28]", "test"].subjects is None  # not of the challenge
