"""A recipe that learns some of the rated dimensions: what training, predictions and checkpoints then hold."""

import pickle

import numpy as np
import pytest
import tiny_world

from emotrace.errors import ConfigError, DataError
from emotrace.models import load_checkpoint
from emotrace.training import predict_partition, train, train_folds
from emotrace.training.chosen_labels import choose_labels
from emotrace.training.folds_folder import FoldsFolder
from emotrace.training.run_folder import RunFolder


def learning(*labels, **changes):
    return tiny_world.recipe(**changes).model_copy(update={"labels": labels})


def test_labels_are_columns_of_the_corpus_in_the_order_asked_for():
    corpus = tiny_world.corpus()
    assert choose_labels(corpus, ("arousal", "valence")) is corpus
    turned = choose_labels(corpus, ("valence", "arousal"))
    one = choose_labels(corpus, ["valence"])
    assert turned.dimensions == ("valence", "arousal") and one.dimensions == ("valence",)
    for whole, two, single in zip(corpus.recordings, turned.recordings, one.recordings, strict=True):
        assert np.array_equal(two.labels.values, whole.labels.values[:, ::-1])
        assert np.array_equal(single.labels.values, whole.labels.values[:, 1:])
        assert single.labels.timeline.length == 60 and single.name == whole.name
        assert single.track("face-8") is whole.track("face-8")
        restored = pickle.loads(pickle.dumps(single))  # as worker processes get it
        assert np.array_equal(restored.labels.values, single.labels.values)


def test_a_recording_without_labels_stays_without():
    one = choose_labels(tiny_world.corpus(rated=False), ("valence",))
    assert one.recordings[0].labels is None


@pytest.mark.parametrize("labels", [("liking",), (), ("valence", "valence"), ("arousal", "liking")])
def test_labels_that_the_corpus_does_not_have_are_refused(labels):
    with pytest.raises(
        DataError, match=r"labels to learn are .*rated dimensions, each once: arousal, valence"
    ):
        choose_labels(tiny_world.corpus(), labels)


def test_a_run_of_one_dimension_speaks_of_it_alone(enter, tmp_path):
    enter()
    run = train(learning("valence"), "prepared", tmp_path / "run", progress=False)
    folder = RunFolder(run)
    assert folder.facts()["labels"] == ["valence"]
    header = folder.metrics_csv.read_text().splitlines()[0]
    assert "development_ccc_valence" in header and "arousal" not in header
    model, meta = load_checkpoint(folder.best)
    assert model.labels == meta.labels == ("valence",) and model.head.out_features == 1
    (csv,) = predict_partition(run)
    assert csv.read_text().splitlines()[0] == "time_s,face_found,valence,gold_valence,based_on"
    gold = np.loadtxt(csv, delimiter=",", skiprows=1, usecols=3)
    assert gold == pytest.approx(tiny_world.TinyRecording(4, "test").affect[:, 1], abs=1e-4)


def test_folds_learn_it_too(enter, tmp_path):
    enter(tiny_world.corpus(train=3, development=0, test=0))
    recipe = learning("arousal", partition={"scheme": "kfold", "folds": 3}, steps=2, validate_every=2)
    train_folds(recipe, "prepared", tmp_path / "folds", progress=False)
    for fold in range(3):
        assert RunFolder(FoldsFolder(tmp_path / "folds").fold(fold)).facts()["labels"] == ["arousal"]


def test_all_dimensions_are_learnt_where_none_is_named(enter, tmp_path):
    enter()
    run = train(tiny_world.recipe(steps=1, validate_every=1), "prepared", tmp_path / "run", progress=False)
    assert RunFolder(run).facts()["labels"] == ["arousal", "valence"]


def test_a_model_of_classes_takes_no_labels(enter, tmp_path):
    enter(tiny_world.corpus_of_classes())
    with pytest.raises(ConfigError, match="labels is calm, but tiny/class predicts the class of a clip"):
        train(learning("calm", variant="class"), "prepared", tmp_path / "run", progress=False)
