"""What training refuses before it starts, and with which words."""

from dataclasses import replace

import pytest
import tiny_world

from emotrace.config.recipe import Recipe
from emotrace.errors import ConfigError, DataError
from emotrace.training import train
from emotrace.training.material import gather_material
from emotrace.training.provenance import run_facts
from emotrace.training.run_folder import RunFolder


def gather(enter, prepared, recipe=None, fold=None):
    enter(prepared)
    return gather_material(recipe or tiny_world.recipe(), prepared, fold)


def test_a_fitting_corpus(enter):
    material = gather(enter, tiny_world.corpus())
    assert material.labels == ("arousal", "valence")
    assert [recording.name for recording in material.recordings("train")] == ["r0", "r1", "r2"]
    assert material.partition()["subjects"]["r4"] == "s4"
    assert "classes" not in material.partition()


def test_classes_of_clips_are_written_down(enter):
    material = gather(enter, tiny_world.corpus_of_classes(), tiny_world.recipe("class"))
    assert material.labels == tiny_world.CLASSES
    assert material.partition()["classes"]["r0"] == "angry"


@pytest.mark.parametrize(
    ("prepared", "variant", "message"),
    [
        (
            tiny_world.corpus_of_classes(),
            "trace",
            r"one class per clip \(angry, calm\), but tiny/trace predicts a trace and needs rated "
            r"dimensions; choose .* such as .*tiny/class",
        ),
        (
            tiny_world.corpus(),
            "class",
            r"dimensions over time \(arousal, valence\), but tiny/class predicts a class and needs classes",
        ),
        (replace(tiny_world.corpus(), dimensions=()), "trace", "has no labels, but tiny/trace"),
        (tiny_world.corpus(rated=False), "trace", "none of the 3 recordings of the train partition is rated"),
        (
            tiny_world.corpus(unprepared=("audio-1000",)),
            "trace",
            "the track audio-1000, which tiny/trace needs; run `emotrace prepare` again with `--for`",
        ),
        (tiny_world.corpus(lacks=("face-8",)), "trace", "no training recording has the modality .* face-8"),
    ],
)
def test_an_unfit_corpus_is_refused(enter, prepared, variant, message):
    with pytest.raises(DataError, match=message):
        gather(enter, prepared, tiny_world.recipe(variant))


def test_recordings_without_sound_are_taken_where_others_have_it(enter):
    prepared = tiny_world.corpus()
    first = replace(prepared.recordings[0], lacks=("audio-1000",))
    gather(enter, replace(prepared, recordings=(first, *prepared.recordings[1:])))


def test_an_empty_train_partition_is_refused(enter):
    with pytest.raises(DataError, match="partition train"):
        gather(enter, tiny_world.corpus(train=0))
    enter()
    with pytest.raises(DataError, match="the train partition is empty"):
        _split_to_nothing(tiny_world.corpus())


def _split_to_nothing(prepared):
    from emotrace.training import material

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(material, "split", lambda *_: {"train": (), "development": (), "test": ()})
        gather_material(tiny_world.recipe(), prepared, None)


def test_folds(enter):
    recipe = tiny_world.recipe(partition={"scheme": "loso"})
    assert gather(enter, tiny_world.corpus(), recipe, fold=2).parts["test"] == ("r2",)
    with pytest.raises(ConfigError, match="fold is None"):
        gather(enter, tiny_world.corpus(), recipe)
    with pytest.raises(ConfigError, match="fold is 1 but the partition scheme is fixed"):
        gather(enter, tiny_world.corpus(), fold=1)


def test_windows_without_any_rating_are_refused(enter, tmp_path):
    late = tiny_world.TinyRecording(0, rated=False)

    class RatedLate(tiny_world.TinyRecording):
        @property
        def labels(self):
            track = super().labels
            return replace(track, timeline=type(track.timeline).irregular(track.timeline.seconds() + 1e4))

    enter(tiny_world.TinyPrepared((RatedLate(0), replace(late, number=1, partition="development"))))
    with pytest.raises(DataError, match="no window of the train partition holds a rated step"):
        train(tiny_world.recipe(), "prepared", tmp_path / "run", progress=False)


def test_stage_names_and_settings_are_checked(enter, tmp_path):
    enter()
    for stages, message in [
        ([{"name": "a"}, {"name": "a"}], "each name once"),
        ([{"name": "a", "set": {"step": 3}}], "tiny/trace: stage 'a': unknown key 'step'"),
        ([{"name": "a", "set": {"losses": [{"kind": "x"}]}}], "no loss is named 'x'"),
    ]:
        with pytest.raises(ConfigError, match=message):
            train(tiny_world.recipe(stages=stages), "prepared", tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_a_stage_changes_single_settings():
    from emotrace.config.load import stage_settings

    recipe = tiny_world.recipe(stages=[{"name": "a", "set": {"optimiser": {"weight_decay": 0.5}}}])
    settings = stage_settings(recipe, recipe.stages[0])
    assert settings.optimiser.weight_decay == 0.5
    assert settings.optimiser.betas == recipe.training.optimiser.betas


def test_unknown_systems_are_refused(enter, tmp_path):
    enter()
    with pytest.raises(ConfigError, match="no system is named 'huge'"):
        train(Recipe(system="huge", variant="x"), "prepared", tmp_path / "run", progress=False)
    assert not RunFolder(tmp_path / "run").path.exists()


def test_recordings_without_labels_are_in_no_fold_and_counted(enter):
    rated = tiny_world.corpus(4, 1, 1)
    silent = tiny_world.TinyRecording(9, None, rated=False)
    prepared = replace(rated, recordings=(*rated.recordings, silent))
    recipe = tiny_world.recipe(partition={"scheme": "kfold", "folds": 3})
    material = gather(enter, prepared, recipe, fold=0)
    assert material.left_out() == ["r9"]
    assert run_facts(recipe, material)["warnings"] == ["1 recordings are in no partition, the first is r9"]


def test_material_counts_those_in_test_and_train(enter):
    corpus = tiny_world.corpus(2, 1, 1)

    class Anna(tiny_world.TinyRecording):
        subject = property(lambda self: "anna")

    both = tuple(Anna(one.number, one.partition) for one in corpus.recordings)
    prepared = replace(corpus, recordings=both)
    enter(prepared)
    with pytest.raises(DataError, match="subject anna is in two partitions"):
        gather_material(tiny_world.recipe(), prepared, None)
    chosen = tiny_world.recipe(partition={"subjects_shared": True})
    assert gather_material(chosen, prepared, None).shared_subjects() == ["anna"]
