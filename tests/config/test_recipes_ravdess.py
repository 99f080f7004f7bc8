"""Recipes of priyasad2019 on RAVDESS: what is compared differs in the method alone, and nobody stops it."""

from emotrace.config.load import load_recipe
from emotrace.features.derived import find
from emotrace.models import declare


def recipe(name):
    return load_recipe(f"priyasad2019/{name}")


def inputs(name):
    found = recipe(name)
    return declare(found.name, found.preset, found.model).inputs


def test_features_are_fused_and_compared_on_the_same_inputs_and_folds():
    names = ("attention-tables", "concatenation-tables", "ravdess-features-svm")
    assert [recipe(name).partition for name in names] == [recipe(names[0]).partition] * 3
    assert recipe(names[0]).partition.scheme == "loso"
    assert [inputs(name) for name in names] == [inputs(names[0])] * 3
    for spec in inputs(names[0]).values():
        assert spec.columns == find(spec.name).width and spec.normalise == "subject"
    assert recipe(names[0]).training == recipe(names[1]).training


def test_speech_is_cross_validated_with_three_unseen_actors_a_fold():
    for name in ("ravdess-audio", "ravdess-audio-svm"):
        partition = recipe(name).partition
        assert (partition.scheme, partition.folds, partition.shares_subjects) == ("kfold", 8, False)
    found = recipe("ravdess-audio")
    assert (found.preset, found.partition.development) == ("small", "none")
    assert found.model["random_start"] and found.training.window_steps == 2
    assert found.model["tempo"] > 0 and found.model["tract"] > 0
    assert inputs("ravdess-audio")["audio"].normalise == "subject"
