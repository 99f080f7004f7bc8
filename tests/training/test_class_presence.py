"""Classes that a partition lacks are told before anything is trained, once for all folds."""

import json

import pytest
import tiny_world

from emotrace.training import train, train_folds
from emotrace.training.class_presence import (
    absent_classes,
    presence_warnings,
    presence_warnings_of_folds,
)
from emotrace.training.material import gather_material

LOW, HIGH = tiny_world.CLASSES


def corpus(parts):
    """Clips of TinyRecording numbers: even ones are of the first class, odd ones of the second."""
    clips = tuple(tiny_world.TinyRecording(n, part, classes=tiny_world.CLASSES) for n, part in parts.items())
    return tiny_world.TinyPrepared(clips, dimensions=(), classes=tiny_world.CLASSES)


@pytest.fixture
def recipe():
    return tiny_world.recipe("class", steps=2, validate_every=2)


def test_each_partition_is_looked_at(enter, recipe):
    prepared = corpus({0: "train", 2: "train", 3: "development", 5: "test", 1: "test"})
    enter(prepared)
    material = gather_material(recipe, prepared, None)
    assert absent_classes(material, "train") == (HIGH,)
    assert absent_classes(material, "development") == (LOW,)
    assert absent_classes(material, "test") == (LOW,)
    assert presence_warnings(material)[0] == (
        f"no training clip is of {HIGH}: it cannot be learnt, and clips of it that are tested count as wrong"
    )
    assert presence_warnings(material)[2].endswith("the UAR is the mean over the other classes")


def test_an_empty_partition_and_traces_say_nothing(enter, recipe):
    prepared = corpus({0: "train", 1: "train"})
    enter(prepared)
    assert presence_warnings(gather_material(recipe, prepared, None)) == []
    enter(tiny_world.corpus())
    assert presence_warnings(gather_material(tiny_world.recipe(), tiny_world.corpus(), None)) == []


def test_a_class_that_nobody_acts_is_told_once(enter, recipe):
    prepared = corpus({0: "train", 2: "development", 4: "test"})
    enter(prepared)
    material = gather_material(recipe, prepared, None)
    text = f"no clip of the corpus is of {HIGH}: it cannot be learnt and plays no part in the UAR"
    assert presence_warnings(material) == [text]
    assert presence_warnings_of_folds([material, material]) == [text]


def test_a_run_says_so(enter, recipe, tmp_path):
    enter(corpus({0: "train", 2: "train", 3: "development", 1: "test"}))
    run = train(recipe, "prepared", tmp_path / "run", progress=False)
    warnings = json.loads((run / "run.json").read_text())["warnings"]
    assert [text.partition(":")[0] for text in warnings] == [
        f"no training clip is of {HIGH}",
        f"no development clip is of {LOW}",
        f"no test clip is of {LOW}",
    ]


def test_folds_say_it_once(enter, tmp_path):
    enter(corpus(dict.fromkeys((0, 1, 2, 4), "train")))
    chosen = tiny_world.recipe("class", partition={"scheme": "loso"}, steps=2, validate_every=2)
    train_folds(chosen, "prepared", tmp_path / "cv", progress=False)
    warnings = json.loads((tmp_path / "cv" / "run.json").read_text())["warnings"]
    assert [text.partition(":")[0] for text in warnings] == [
        "folds 0, 1",  # train: the only clip of HIGH is tested, or of development
        "fold 0",
        "folds 0, 2, 3",
        "folds 1, 2, 3",
        "fold 1",
    ]
    assert warnings[-1].startswith(f"fold 1: no test clip is of {LOW}: the UAR is the mean over the other")
