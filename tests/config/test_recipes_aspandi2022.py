"""Recipes of aspandi2022: every variant, the stages of section 3.4, the numbers of its tables."""

import pytest

from emotrace.config.base import validate
from emotrace.config.load import list_recipes, load_recipe, stage_settings
from emotrace.config.paper import PaperLevels, load_paper
from emotrace.errors import ConfigError
from emotrace.models import available

VARIANTS = [name for name in available() if name.startswith("aspandi2022/")]
RECIPES = [name for name in list_recipes() if name.startswith("aspandi2022/")]
CORPORA = dict.fromkeys(("1", "5", "12"), "SEMAINE") | dict.fromkeys(("2", "6", "13"), "SEWA")


def rows():
    return {
        (name.partition("/")[2], row.table): row for name in VARIANTS for row in load_recipe(name).reported
    }


def test_every_variant_has_a_recipe_at_full_size():
    assert len(VARIANTS) == 8 and len(RECIPES) == 10
    for name in VARIANTS:
        recipe = load_recipe(name)
        assert (recipe.name, recipe.preset, recipe.labels) == (name, "full", ("arousal", "valence"))
        assert (recipe.partition.scheme, recipe.partition.folds, recipe.partition.by) == (
            "kfold",
            5,
            "subject",
        )


@pytest.mark.parametrize("name", RECIPES)
def test_sequences_grow_on_features_of_single_steps(name):
    recipe = load_recipe(name)
    settings = [stage_settings(recipe, stage) for stage in recipe.stages]
    grows = [one.window_steps for one, stage in zip(settings, recipe.stages, strict=True) if stage.freeze]
    assert grows == ([] if recipe.variant in ("vi", "au", "vi-de", "au-de") else [2, 4, 8])
    for one, stage in zip(settings, recipe.stages, strict=True):
        if stage.freeze:
            assert (one.adversarial, [term.kind for term in one.losses]) == (None, ["affect"])
        else:
            assert (one.window_steps, one.losses) == (1, ()) and one.adversarial is not None


def test_the_numbers_stand_with_their_tables():
    found = rows()
    assert {table: sum(key[1] == table for key in found) for table in CORPORA} == {
        "1": 6, "2": 6, "5": 4, "6": 4, "12": 3, "13": 3,
    }  # fmt: skip
    assert all(
        (row.corpus, row.partition, row.scheme) == (CORPORA[table], "test", "kfold")
        for (_, table), row in found.items()
    )
    assert found["vi", "1"].metrics == {
        "rmse_valence": 0.268, "rmse_arousal": 0.315, "pcc_valence": 0.364, "pcc_arousal": 0.238,
        "ccc_valence": 0.350, "ccc_arousal": 0.233, "icc_valence": 0.368, "icc_arousal": 0.235,
    }  # fmt: skip
    system = found["avi-gas", "6"].metrics
    assert (system["rmse_mean"], system["pcc_mean"], system["ccc_mean"], system["icc_mean"]) == (
        0.282, 0.651, 0.634, 0.641,
    )  # fmt: skip
    assert (
        "ccc_mean" not in found["avi-gas", "12"].metrics and "icc_mean" not in found["avi-gas", "13"].metrics
    )


@pytest.mark.parametrize(("one", "two"), [("1", "5"), ("2", "6"), ("5", "12"), ("6", "13")])
def test_a_number_that_stands_in_two_tables_is_the_same(one, two):
    found = rows()
    both = [variant for variant, table in found if table == two and (variant, one) in found]
    compared = 0
    for variant in both:
        mine, theirs = found[variant, one].metrics, found[variant, two].metrics
        for metric in mine.keys() & theirs.keys():
            assert mine[metric] == theirs[metric], (variant, metric)
            compared += 1
    assert compared >= 16


def test_averages_are_those_of_the_two_dimensions():
    others = load_recipe("aspandi2022/avi-gas").reported_by_others
    assert len(others) == 10
    for row in [*rows().values(), *others]:
        for metric in ("rmse", "pcc", "ccc", "icc"):
            if f"{metric}_mean" in row.metrics:
                mean = (row.metrics[f"{metric}_valence"] + row.metrics[f"{metric}_arousal"]) / 2
                assert row.metrics[f"{metric}_mean"] == pytest.approx(mean, abs=0.0011)  # of three decimals


def test_methods_of_others_stand_beside_the_system_alone():
    others = {(row.table, row.method): row for row in load_recipe("aspandi2022/avi-gas").reported_by_others}
    assert others["12", "BLSTM-WS [39]"].metrics == {
        "pcc_valence": 0.680, "pcc_arousal": 0.506, "pcc_mean": 0.593,
    }  # fmt: skip
    assert others["13", "Factorised [9]"].metrics["ccc_valence"] == 0.750
    assert {row.scheme for row in others.values()} == {"kfold"}
    assert all(not load_recipe(name).reported_by_others for name in RECIPES if name != "aspandi2022/avi-gas")


def test_errors_by_level_give_the_gains_that_the_paper_prints():
    levels = {one.table: one for one in load_paper("aspandi2022").levels}
    assert sorted(levels, key=int) == ["3", "4", "7", "8", "9", "10"]
    own, other = levels["3"].rows["au-des"], levels["3"].rows["au-de"]
    gains = [1 - mine / theirs for mine, theirs in zip(own.rmse[2], other.rmse[2], strict=True)]
    assert gains == pytest.approx([0.512, 0.494], abs=0.03)  # of numbers with two decimals
    full = levels["9"].rows
    gains = [
        1 - mine / theirs
        for mine, theirs in zip(full["avi-gas"].rmse[1], full["avi-cas"].rmse[1], strict=True)
    ]
    assert gains == pytest.approx([0.213, 0.286], abs=0.03)


def test_a_table_by_level_that_lacks_numbers_is_refused():
    errors = {"rmse": [[0.1, 0.2]], "correlation": [[0.1]]}
    values = {"table": "3", "analysis": "attention", "corpus": "C", "thresholds": [0.5]}
    with pytest.raises(ConfigError, match=r"table 3: numbers of vi are .*; expected 2 for each of 1 thresh"):
        validate(PaperLevels, values | {"labels": ["valence", "arousal"], "rows": {"vi": errors}}, "here")
