"""Recipes of chen2015: every number of the paper's Tables 2 to 12, transcribed a second time."""

import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.config.paper import load_paper
from emotrace.features.derived import find
from emotrace.models.registry import build_without_weights, configure
from emotrace.training.losses import check_losses

EVERY = [name for name in list_recipes() if name.startswith("chen2015/")]
CEAP = [name for name in EVERY if name.startswith("chen2015/ceap360vr")]
RECIPES = [name for name in EVERY if name not in CEAP]
LOSSES = ("mse", "mae", "tube", "minus_ccc", "mse_minus_cov", "mse_over_cc")  # columns of Tables 4 and 5
A, V = "arousal", "valence"
TABLES_4_AND_5 = {
    ("4", "audio-short", A): (0.762, 0.802, 0.756, 0.807, 0.761, 0.765),
    ("4", "video-app", A): (0.533, 0.258, 0.511, 0.515, 0.571, 0.476),
    ("4", "video-geo", A): (0.417, 0.340, 0.394, 0.423, 0.471, 0.354),
    ("4", "ecg", A): (0.221, 0.240, 0.235, 0.333, 0.329, 0.208),
    ("5", "audio-long", V): (0.312, 0.24, 0.221, 0.334, 0.443, 0.435),
    ("5", "video-app", V): (0.354, 0.409, 0.415, 0.526, 0.496, 0.433),
    ("5", "video-geo", V): (0.504, 0.517, 0.468, 0.557, 0.530, 0.525),
    ("5", "ecg", V): (0.159, 0.114, 0.147, 0.314, 0.252, 0.229),
    ("5", "eda", V): (0.236, 0.131, 0.174, 0.315, 0.262, 0.140),
}
ROWS = [  # table, recipe, RMSE, CC and CCC of a dimension, partition
    ("2", "audio-long-arousal-mse", A, (0.133, 0.730, 0.703)),
    ("2", "audio-long-valence-mse", V, (0.118, 0.369, 0.312)),
    ("2", "video-app-arousal-mse", A, (0.168, 0.550, 0.533)),
    ("2", "video-app-valence-mse", V, (0.114, 0.430, 0.354)),
    ("2", "video-geo-arousal-mse", A, (0.182, 0.470, 0.417)),
    ("2", "video-geo-valence-mse", V, (0.111, 0.523, 0.504)),
    ("2", "ecg-arousal-mse", A, (0.190, 0.343, 0.221)),
    ("2", "ecg-valence-mse", V, (0.119, 0.303, 0.159)),
    ("2", "eda-arousal-mse", A, (0.195, 0.140, 0.065)),
    ("2", "eda-valence-mse", V, (0.117, 0.348, 0.236)),
    ("3", "audio-long-arousal-mse", A, (0.133, 0.730, 0.703)),
    ("3", "audio-short-arousal-mse", A, (0.122, 0.78, 0.762)),
    ("3", "audio-long-valence-mse", V, (0.118, 0.369, 0.312)),
    ("3", "audio-short-valence-mse", V, (0.119, 0.32, 0.224)),
    ("6", "audio-short-arousal-minus-ccc", A, (0.115, 0.810, 0.807)),
    ("6", "audio-short-blstm", A, (0.116, 0.816, 0.812)),
    ("6", "video-geo-valence-minus-ccc", V, (0.116, 0.564, 0.557)),
    ("6", "video-geo-blstm", V, (0.121, 0.573, 0.564)),
    ("7", "audio-short-arousal-mse", A, (0.122, 0.780, 0.762)),
    ("7", "audio-long-valence-mse", V, (0.118, 0.369, 0.312)),
    ("7", "video-geo-arousal-mse", A, (0.182, 0.470, 0.417)),
    ("7", "video-geo-valence-mse", V, (0.111, 0.523, 0.504)),
    ("7", "audio-short", A, (0.134, 0.771, 0.765)),
    ("7", "audio-long", V, (0.119, 0.379, 0.235)),
    ("7", "video-geo", A, (0.195, 0.426, 0.418)),
    ("7", "video-geo", V, (0.104, 0.622, 0.618)),
    ("8", "concatenation-arousal", A, (0.149, 0.802, 0.777)),
    ("8", "layered-arousal", A, (0.141, 0.789, 0.779)),
    ("8", "concatenation-valence", V, (0.101, 0.654, 0.652)),
    ("8", "layered-valence", V, (0.107, 0.613, 0.610)),
    ("9", "concatenation-audio-video", V, (0.609,)),
    ("9", "layered-audio-video", V, (0.536,)),
    ("9", "concatenation-video-body", V, (0.588,)),
    ("9", "layered-video-body", V, (0.611,)),
    ("9", "concatenation-audio-body", V, (0.492,)),
    ("9", "layered-audio-body", V, (0.451,)),
    ("11", "audio-short-arousal-minus-ccc", A, (0.8073,)),
    ("11", "audio-short-arousal-minus-ccc-smoothed", A, (0.8101,)),
    ("11", "video-geo-valence-minus-ccc", V, (0.5570,)),
    ("11", "video-geo-valence-minus-ccc-smoothed", V, (0.5571,)),
    ("12", "concatenation-valence", V, (0.043, 0.973, 0.952), "train"),
    ("12", "concatenation-valence", V, (0.101, 0.654, 0.652), "development"),
    ("12", "concatenation-valence", V, (0.111, 0.590, 0.567), "test"),
]
LATE = {  # Table 10 and the late fusion of Table 12: dimension, partition, people, RMSE, CC and CCC
    ("10", A, "development", 9, (0.768,)),
    ("10", A, "development", 8, (0.872,)),
    ("10", A, "development", 1, (0.770,)),
    ("10", A, "development", 9, (0.841,)),
    ("10", V, "development", 9, (0.597,)),
    ("10", V, "development", 8, (0.717,)),
    ("10", V, "development", 1, (0.600,)),
    ("10", V, "development", 9, (0.669,)),
    ("12", A, "train", 9, (0.074, 0.974, 0.928)),
    ("12", A, "development", 9, (0.096, 0.867, 0.860)),
    ("12", A, "test", 9, (0.121, 0.746, 0.739)),
}


def dimensions_of(row):
    """``(dimension, values)`` for each dimension that a row has numbers of, in the order of the tables."""
    for dimension in (A, V):
        names = [f"{metric}_{dimension}" for metric in ("rmse", "pcc", "ccc")]
        values = tuple(row.metrics[name] for name in names if name in row.metrics)
        if values:
            yield dimension, values


def test_recipes_report_the_tables_and_nothing_else():
    expected = {
        (table, f"{name}-{dimension}-{loss.replace('_', '-')}", dimension, (value,), "development")
        for (table, name, dimension), values in TABLES_4_AND_5.items()
        for loss, value in zip(LOSSES, values, strict=True)
    }
    expected |= {row if len(row) == 5 else (*row, "development") for row in ROWS}
    found = set()
    for name in RECIPES:
        for row in load_recipe(name).reported:
            assert (row.corpus, row.subjects) == ("AVEC 2015", 9)
            for dimension, values in dimensions_of(row):
                found.add((row.table, name.partition("/")[2], dimension, values, row.partition))
    assert found == expected
    assert len(found) == 54 + len(ROWS)


def test_late_fusion_stands_beside_the_early_fusion_of_its_dimension_or_is_made_by_a_fusion():
    found = []
    others = {about: load_recipe(f"chen2015/concatenation-{about}").reported_by_others for about in (A, V)}
    made = [(one.labels[0], one.reported) for one in load_paper("chen2015").fusions]
    for dimension, rows in (*others.items(), *made):
        for row in rows:
            assert row.corpus == "AVEC 2015"
            ((about, values),) = dimensions_of(row)
            assert about == dimension
            found.append((row.table, about, row.partition, row.subjects, values))
    assert set(found) == LATE and len(found) == len(LATE)  # each once


def test_every_table_of_the_paper_is_there():
    rows = [
        row
        for name in RECIPES
        for row in (*load_recipe(name).reported, *load_recipe(name).reported_by_others)
    ]
    assert {row.table for row in rows} == {str(number) for number in range(2, 13)}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_says_what_its_name_says(name):
    recipe = load_recipe(name)
    config = configure(recipe.name, recipe.preset, recipe.model)
    model = build_without_weights(recipe.name, config, recipe.labels)
    check_losses(recipe.training.losses, model.declaration, model)
    words = name.partition("/")[2]
    assert words.startswith(recipe.variant) or words == "demo"
    for loss in LOSSES:
        if words.removesuffix("-smoothed").endswith(f"-{loss.replace('_', '-')}"):
            assert [term.kind for term in recipe.training.losses] == [loss]
    for dimension in (A, V):
        if f"-{dimension}" in words:
            assert recipe.labels == (dimension,)
    assert (recipe.postprocess is not None) == words.endswith("-smoothed")


def test_training_is_that_of_section_5():
    for name in RECIPES:
        if name == "chen2015/demo":
            continue
        training = load_recipe(name).training
        assert (training.optimiser.name, training.optimiser.momentum) == ("rmsprop_graves", 0.9)
        assert (training.learning_rate, training.optimiser.half_life_steps) == (1e-4, 14)
        assert training.early_stopping.patience == 50
        # 9 recordings of 7,500 steps: 10 batches are an epoch, after which development is scored
        assert training.batch_size * training.window_steps * training.validate_every == 9 * 7500


def test_the_multi_task_recipes_learn_all_dimensions():
    for name in ("audio-short", "audio-long", "video-app", "video-geo", "ecg", "eda"):
        assert load_recipe(f"chen2015/{name}").labels is None


def test_the_recipes_of_ceap360vr_differ_in_what_enters_alone():
    assert [name.partition("ceap360vr")[2] for name in CEAP] == [
        *("", "-behaviour", "-body", "-constant", "-eyes", "-head", "-pupil", "-svr")
    ]
    first = load_recipe("chen2015/ceap360vr")
    features = {}
    for name in CEAP:
        recipe = load_recipe(name)
        assert recipe.reported == () and recipe.labels == (V, A)
        assert (recipe.partition.scheme, recipe.partition.folds, recipe.partition.by) == (
            "kfold",
            8,
            "subject",
        )
        config = configure(recipe.name, recipe.preset, recipe.model)
        declaration = build_without_weights(recipe.name, config, recipe.labels).declaration
        assert declaration.step_s == 1.0
        features[name.partition("ceap360vr")[2]] = {spec.name for spec in declaration.inputs.values()}
        for spec in declaration.inputs.values():
            assert (spec.normalise, spec.clip) == ("subject", 4)
            assert spec.columns == find(spec.name).width
        if recipe.system == "chen2015":
            check_losses(recipe.training.losses, declaration, None)
            assert recipe.training == first.training and config.bidirectional and config.cells == (64,)
        else:
            assert recipe.system == "baselines" and not recipe.training.steps
    every = {f"ceap360vr-{one}" for one in ("body", "eyes", "head", "pupil")}
    assert features[""] == features["-svr"] == features["-constant"] == every
    assert features["-behaviour"] == every - {"ceap360vr-body"}
    assert all(features[f"-{one}"] == {f"ceap360vr-{one}"} for one in ("body", "eyes", "head", "pupil"))
    assert load_recipe(CEAP[0], ["partition.by=stimulus"]).partition.shares_subjects
