"""Recipes of priyasad2019 on RAVDESS: what is compared differs in the method alone, and nobody stops it."""

import pytest

from emotrace.config.load import load_recipe
from emotrace.features.derived import find
from emotrace.models import declare

FEATURES = ("attention-tables", "concatenation-tables", "ravdess-features-svm")
SPEECH = ("ravdess-audio", "ravdess-audio-svm")


def recipe(name, *changes):
    return load_recipe(f"priyasad2019/{name}", changes)


def inputs(name):
    found = recipe(name)
    return declare(found.name, found.preset, found.model).inputs


@pytest.mark.parametrize(
    ("names", "changes"),
    [(FEATURES, ()), (SPEECH, ()), (SPEECH, ("partition.scheme=clips",))],
    ids=["features", "speech, speakers apart", "speech, speakers shared"],
)
def test_what_is_compared_learns_from_the_same_people(names, changes):
    partitions = [recipe(name, *changes).partition for name in names]
    assert partitions == [partitions[0]] * len(names)
    assert partitions[0].development == "none"


@pytest.mark.parametrize("name", ["ravdess-features-svm", "ravdess-audio-svm"])
def test_without_development_a_machine_has_one_complexity(name):
    found = recipe(name)
    assert found.partition.development == "none" and len(found.model["complexities"]) == 1
    assert found.postprocess is None  # a calibration needs development too


def test_features_are_fused_and_compared_on_the_same_inputs():
    assert recipe(FEATURES[0]).partition.scheme == "loso"
    assert [inputs(name) for name in FEATURES] == [inputs(FEATURES[0])] * 3
    for spec in inputs(FEATURES[0]).values():
        assert spec.columns == find(spec.name).width and spec.normalise == "subject"
    assert recipe("attention-tables").training == recipe("concatenation-tables").training


def test_speech_is_cross_validated_with_three_unseen_actors_a_fold():
    for name in SPEECH:
        partition = recipe(name).partition
        assert (partition.scheme, partition.folds, partition.shares_subjects) == ("kfold", 8, False)
    found = recipe("ravdess-audio")
    assert found.preset == "small"
    assert found.model["random_start"] and found.training.window_steps == 2
    assert found.model["tempo"] > 0 and found.model["tract"] > 0
    assert inputs("ravdess-audio")["audio"].normalise == "subject"
    assert inputs("ravdess-audio-svm")["egemaps-functionals"].normalise == "subject"
