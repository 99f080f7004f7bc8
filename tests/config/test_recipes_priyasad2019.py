"""Recipes of priyasad2019: protocols, Tables 1 and 2 and Figure 4 as printed, and baselines beside them."""

import pytest

from emotrace.config.base import validate
from emotrace.config.load import list_recipes, load_recipe
from emotrace.config.recipe import Reported
from emotrace.errors import ConfigError
from emotrace.features.derived import find
from emotrace.models import available
from emotrace.models.priyasad2019_config import SIX_EMOTIONS
from emotrace.models.registry import configure

RECIPES = [name for name in list_recipes() if name.startswith("priyasad2019/")]
PROTOCOLS = {"attention": "loso", "attention-clips": "clips", "attention-kfold": "kfold"}
FIGURE_4 = """\
anger     88.24 0.00 0.00 0.00 11.76 0.00
disgust   22.73 77.27 0.00 0.00 0.00 0.00
fear      19.35 3.23 70.97 6.45 0.00 0.00
happiness 15.79 0.00 10.53 63.16 5.26 5.26
sadness   3.57 0.00 10.71 0.00 85.71 0.00
surprise  14.29 0.00 3.57 0.00 10.71 71.43
"""


def test_every_variant_has_a_recipe():
    assert {name for name in available() if name.startswith("priyasad2019/")} <= set(RECIPES)
    assert set(RECIPES) >= {f"priyasad2019/{name}" for name in (*PROTOCOLS, "svm-egemaps", "svm-mfcc")}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_a_model(name):
    recipe = load_recipe(name)
    configure(recipe.name, recipe.preset, recipe.model)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_protocols_differ_in_the_split_alone(name):
    recipe, loso = load_recipe(f"priyasad2019/{name}"), load_recipe("priyasad2019/attention")
    assert recipe.partition.scheme == PROTOCOLS[name]
    assert recipe.partition.shares_subjects == (name == "attention-clips")
    assert (recipe.name, recipe.stages, recipe.training) == (loso.name, loso.stages, loso.training)


def test_table_1_is_of_leaving_a_subject_out_and_table_2_of_folds():
    rows = {
        (row.table, row.corpus, getattr(row, "method", "")): row
        for name in PROTOCOLS
        for recipe in [load_recipe(f"priyasad2019/{name}")]
        for row in (*recipe.reported, *recipe.reported_by_others)
        if row.table in ("1", "2")
    }
    assert {key: row.metrics["accuracy"] for key, row in rows.items()} == {
        ("1", "RML", "Sarvestani et al. [35]"): 0.7203,
        ("1", "RML", "Zhang et al. [34]"): 0.7432,
        ("1", "RML", ""): 0.7613,
        ("1", "eNTERFACE05", "Sarvestani et al. [35]"): 0.7011,
        ("1", "eNTERFACE05", "Bejani et al. [36]"): 0.7702,
        ("1", "eNTERFACE05", ""): 0.7849,
        ("2", "RML", "Wang et al. [38]"): 0.8222,
        ("2", "RML", "Seng et al. [37]"): 0.9083,
        ("2", "RML", ""): 0.9870,
        ("2", "eNTERFACE05", "Wang et al. [38]"): 0.7247,
        ("2", "eNTERFACE05", "Seng et al. [37]"): 0.8667,
        ("2", "eNTERFACE05", ""): 0.9775,
    }
    for (table, corpus, _), row in rows.items():
        assert (row.scheme, row.partition) == ({"1": "loso", "2": "clips"}[table], "test")
        assert row.subjects == {"RML": 8, "eNTERFACE05": 42}[corpus]
    assert {row.recordings for row in load_recipe("priyasad2019/attention").reported} == {500, 1166}


def test_figure_4_as_printed_and_its_mean_recall_is_the_accuracy_of_table_1():
    (figure,) = [row for row in load_recipe("priyasad2019/attention").reported if row.confusion]
    printed = {
        name: [float(value) / 100 for value in values]
        for name, *values in (line.split() for line in FIGURE_4.splitlines())
    }
    assert tuple(figure.confusion) == SIX_EMOTIONS == tuple(printed)
    for place, (name, shares) in enumerate(figure.confusion.items()):
        assert shares == pytest.approx(printed[name], abs=1e-9)
        assert sum(shares) == pytest.approx(1, abs=2e-4)
        assert figure.metrics[f"recall_{name}"] == shares[place]
    mean = sum(figure.metrics.values()) / len(SIX_EMOTIONS)
    assert round(mean, 4) == 0.7613  # of Table 1, where it is called accuracy
    assert (figure.table, figure.scheme, figure.subjects) == ("Figure 4", "loso", 8)


def test_a_confusion_matrix_that_is_not_square_is_refused():
    row = {"table": "1", "corpus": "C", "partition": "test", "metrics": {}}
    with pytest.raises(ConfigError, match="confusion of a has 1 shares; expected 2, one for each class"):
        validate(Reported, row | {"confusion": {"a": [1.0], "b": [0.0, 1.0]}}, "here")


@pytest.mark.parametrize("name", ["svm-egemaps", "svm-mfcc"])
def test_baselines_are_fitted_on_features_that_there_are(name):
    recipe = load_recipe(f"priyasad2019/{name}")
    (spec,) = configure(recipe.name, recipe.preset, recipe.model).features
    assert (recipe.name, recipe.training.steps) == ("baselines/svm", 0)
    assert spec.columns == find(spec.name).width
    assert recipe.partition == load_recipe("priyasad2019/attention").partition
