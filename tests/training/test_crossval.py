"""Cross-validation: folds trained, left, resumed and failed; what is refused before any is."""

import json
import logging
import multiprocessing
import os

import pytest
import tiny_world
from test_resume import assert_same_weights, interrupt

from emotrace.errors import CheckpointError, ConfigError, DataError, InputError
from emotrace.training import fold_processes, predict_folds, predict_partition, train, train_folds
from emotrace.training.fold import FoldTask
from emotrace.training.fold_processes import Outcome, outcomes
from emotrace.training.folds_folder import FoldsFolder
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder
from emotrace.writing import DiskFullError

KFOLD = {"scheme": "kfold", "folds": 3}


def recipe(partition=KFOLD, **changes):
    return tiny_world.recipe(partition=partition, steps=4, validate_every=2, **changes)


def go(run, chosen=None, **options):
    return train_folds(chosen or recipe(), "prepared", run, progress=False, **options)


def states(results):
    return [(result.fold, result.state) for result in results]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, one_thread):
    """A finished cross-validation; its folder."""
    folder = tmp_path_factory.mktemp("whole") / "cv"
    with pytest.MonkeyPatch.context() as patch:
        tiny_world.enter(tiny_world.corpus(4, 1, 1), patch.setattr)
        assert states(go(folder)) == [(0, "trained"), (1, "trained"), (2, "trained")]
    return folder


def test_the_folder_speaks_of_all_folds(enter, whole):
    enter(tiny_world.corpus(4, 1, 1))
    folder = FoldsFolder(whole)
    facts, partition = folder.facts(), folder.partition()
    assert facts["state"] == "done" and facts["fold"] is None
    assert [(entry["fold"], entry["state"]) for entry in facts["folds"]] == [(k, "done") for k in range(3)]
    assert partition["parts"]["test"] == [f"r{n}" for n in range(6)]
    assert partition["parts"]["train"] == partition["parts"]["development"] == []
    for fold in range(3):
        run = RunFolder(folder.fold(fold))
        assert run.facts()["best"] == facts["folds"][fold]["best"]
        assert run.facts()["fold"] == fold
        tested = run.parts()["test"]
        assert [name for name, of in partition["fold_of"].items() if of == fold] == tested
        assert sorted(path.stem for path in run.predictions.glob("*.csv")) == sorted(tested)
    assert "subjects_shared" not in partition


def test_a_fold_is_what_train_makes_of_it(enter, whole, tmp_path):
    enter(tiny_world.corpus(4, 1, 1))
    run = train(recipe(), "prepared", tmp_path / "run", fold=1, progress=False)
    assert_same_weights(run, whole / "fold_1")


def test_finished_folds_are_left(enter, whole, caplog):
    enter(tiny_world.corpus(4, 1, 1))
    before = {path: path.stat().st_mtime_ns for path in whole.glob("fold_*/**/*")}
    said = []
    with caplog.at_level(logging.WARNING):
        assert {result.state for result in go(whole, tell=said.append)} == {"left"}
    assert before == {path: path.stat().st_mtime_ns for path in whole.glob("fold_*/**/*")}
    assert said[0] == "fold 0: finished before, left as it is"
    assert caplog.messages == []


@pytest.mark.parametrize("call", [3, 6, 12])
def test_interrupted_and_called_again_it_ends_alike(enter, monkeypatch, tmp_path, whole, call):
    enter(tiny_world.corpus(4, 1, 1))
    with monkeypatch.context() as patch:
        interrupt(patch, TrainingModule, "training_step", call)
        patch.setattr(fold_processes, "FAILURES", ())
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "cv")
    done = (call - 1) // 4
    assert states(go(tmp_path / "cv")) == [(k, "left" if k < done else "trained") for k in range(3)]
    for fold in range(3):
        mine, theirs = tmp_path / "cv" / f"fold_{fold}", whole / f"fold_{fold}"
        assert_same_weights(mine, theirs)
        for path in theirs.glob("predictions/*.csv"):
            assert (mine / "predictions" / path.name).read_text() == path.read_text()


def test_a_fold_that_fails_is_listed_and_tried_again(enter, monkeypatch, tmp_path):
    enter(tiny_world.corpus(4, 1, 1))
    with monkeypatch.context() as patch:
        interrupt(patch, TrainingModule, "training_step", 6)
        results = go(tmp_path / "cv")
    assert states(results) == [(0, "trained"), (1, "failed"), (2, "trained")]
    assert results[1].error == "RuntimeError: power cut"
    facts = FoldsFolder(tmp_path / "cv").facts()
    assert (facts["state"], facts["folds"][1]["error"]) == ("running", "RuntimeError: power cut")
    assert states(go(tmp_path / "cv")) == [(0, "left"), (1, "trained"), (2, "left")]
    facts = FoldsFolder(tmp_path / "cv").facts()
    assert (facts["state"], facts["folds"][1]["error"]) == ("done", None)


def test_a_full_disk_ends_all(enter, monkeypatch, tmp_path):
    def full(*_, **__):
        raise DiskFullError("x: cannot be written (full)")

    enter(tiny_world.corpus(4, 1, 1))
    monkeypatch.setattr("emotrace.training.fold.train", full)
    with pytest.raises(DiskFullError, match="x: cannot be written"):
        go(tmp_path / "cv")
    assert [entry["state"] for entry in FoldsFolder(tmp_path / "cv").facts()["folds"]] == [
        "failed", "waiting", "waiting",
    ]  # fmt: skip


def test_missing_predictions_are_made_again(enter, tmp_path):
    enter(tiny_world.corpus(3, 0, 0))
    go(tmp_path / "cv", folds=[1])
    (path,) = (tmp_path / "cv" / "fold_1" / "predictions").glob("*.csv")
    text = path.read_text()
    path.unlink()
    assert states(go(tmp_path / "cv", folds=[1])) == [(1, "trained")]
    assert path.read_text() == text
    path.unlink()
    predict_folds(tmp_path / "cv", "elsewhere")
    assert path.read_text() == text


def test_what_is_refused_before_a_folder_is_made(enter, tmp_path):
    enter(tiny_world.corpus(4, 1, 1))
    for chosen, options, error, message in [
        (recipe({}), {}, ConfigError, "the partition scheme of the recipe is fixed, which has no folds"),
        (recipe(), {"folds": [0, 3]}, InputError, "folds is 0, 3; expected numbers from 0 to 2"),
        (recipe(), {"folds": []}, InputError, "folds is empty"),
        (recipe(), {"jobs": 0}, InputError, "jobs is 0; expected at least 1"),
        (recipe(losses=[{"kind": "x"}]), {}, ConfigError, "no loss is named 'x'"),
        (recipe({"scheme": "kfold", "folds": 9}), {}, ConfigError, "the corpus has 6 subjects"),
    ]:
        with pytest.raises(error, match=message):
            go(tmp_path / "cv", chosen, **options)
    assert not (tmp_path / "cv").exists()


def test_another_recipe_or_folder_is_refused(enter, whole, trained):
    enter(tiny_world.corpus(4, 1, 1))
    with pytest.raises(CheckpointError, match=r"cv: is the run of another recipe .*learning_rate is 1.0"):
        go(whole, recipe(learning_rate=1.0))
    with pytest.raises(CheckpointError, match="holds the run of a single training; name another folder"):
        go(trained)
    with pytest.raises(CheckpointError, match="cv: holds a cross-validation, which has a run for each fold"):
        train(recipe(), "prepared", whole, fold=0, resume=True, progress=False)
    with pytest.raises(CheckpointError, match=r"cv: is a cross-validation .* such as .*cv/fold_0"):
        predict_partition(whole)
    with pytest.raises(
        InputError, match="a cross-validation is scored on test alone; give the folder of one"
    ):
        predict_folds(whole, partition="train")
    enter(tiny_world.corpus(5, 1, 1))
    with pytest.raises(CheckpointError, match="parts is"):
        go(whole)


def test_a_folder_of_other_files_is_refused(enter, tmp_path):
    enter(tiny_world.corpus(4, 1, 1))
    (tmp_path / "letter.txt").touch()
    with pytest.raises(CheckpointError, match="is not empty and no run"):
        go(tmp_path)


def test_shared_subjects_are_counted_over_all_folds(enter, tmp_path):
    class OfTwo(tiny_world.TinyRecording):
        subject = property(lambda self: f"s{self.number % 2}")

    enter(tiny_world.TinyPrepared(tuple(OfTwo(n, None) for n in range(6))))
    go(tmp_path / "cv", recipe({"scheme": "clips", "folds": 3}), folds=[0])
    folder = FoldsFolder(tmp_path / "cv")
    assert folder.partition()["subjects_shared"] is True
    assert folder.facts()["warnings"][0].startswith("subjects shared: 2 of the subjects of test are in train")
    assert RunFolder(folder.fold(0)).partition()["subjects_shared"] is True


def test_folds_by_an_attribute_are_named_in_the_partition(enter, tmp_path):
    class Watched(tiny_world.TinyRecording):
        subject = property(lambda self: f"s{self.number % 2}")
        attributes = property(lambda self: {"film": f"f{self.number // 2}"})

    enter(tiny_world.TinyPrepared(tuple(Watched(n, None) for n in range(6))))
    go(tmp_path / "cv", recipe({"scheme": "kfold", "folds": 3, "by": "film"}), folds=[0])
    for folder in (FoldsFolder(tmp_path / "cv"), RunFolder(tmp_path / "cv" / "fold_0")):
        partition = folder.partition()
        assert partition["subjects_shared"] is True and partition["by"] == "film"


def test_without_development_the_latest_weights_are_kept(enter, tmp_path):
    enter(tiny_world.corpus(4, 0, 0))
    chosen = recipe({"scheme": "loso", "development": "none"})
    said = []
    go(tmp_path / "cv", chosen, folds=[3], tell=said.append)
    facts = FoldsFolder(tmp_path / "cv").facts()
    assert facts["folds"][3]["best"] == {"score": None, "step": 4}
    assert facts["warnings"] == [text for text in facts["warnings"] if "no development partition" in text]
    assert len(facts["warnings"]) == 1
    assert said == ["fold 3: begun, the last is 3", "fold 3: done"]


def test_jobs_share_the_threads_out_and_keep_them(enter, monkeypatch, tmp_path):
    enter(tiny_world.corpus(4, 0, 0))
    seen = []

    def instead(tasks, jobs, begin):
        seen.append((jobs, [(task.fold, task.threads, task.progress) for task in tasks]))
        return iter(())

    monkeypatch.setattr("emotrace.training.crossval.outcomes", instead)
    monkeypatch.setattr("torch.get_num_threads", lambda: 8)
    for jobs in (2, 1):
        train_folds(recipe(), "prepared", tmp_path / "cv", jobs=jobs)
    assert seen == [(2, [(k, 4, False) for k in range(3)]), (1, [(k, 4, True) for k in range(3)])]


def test_a_process_that_dies_costs_its_own_fold(monkeypatch):
    """The processes of this test are stand-ins, for those of the house would not know the tiny system."""

    def start(task):
        ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)

        def work():
            if task.fold == 1:
                os.kill(os.getpid(), 9)
            theirs.send(Outcome(task.fold, best={"score": None, "step": 1}))

        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        theirs.close()
        return ours, process

    monkeypatch.setattr(fold_processes, "_start", start)
    begun = []
    tasks = [FoldTask(recipe(), "prepared", "x", fold) for fold in range(4)]
    found = sorted(outcomes(tasks, 2, begun.append))
    assert begun == [0, 1, 2, 3]
    assert [outcome.error is None for outcome in found] == [True, False, True, True]
    assert found[1].error.startswith("its process was killed by signal 9, perhaps for lack of memory")


def test_a_process_that_ends_by_itself_is_told_apart():
    assert fold_processes._died(0, 1).error.startswith("its process ended with 1,")


def test_a_damaged_list_of_folds_is_refused(enter, whole):
    enter(tiny_world.corpus(4, 1, 1))
    text = (whole / "run.json").read_text()
    try:
        (whole / "run.json").write_text(json.dumps(json.loads(text) | {"folds": [1]}))
        with pytest.raises(CheckpointError, match="expected a fold and a state for each"):
            predict_folds(whole)
    finally:
        (whole / "run.json").write_text(text)


def test_two_at_once_are_refused(enter, monkeypatch, tmp_path):
    def taken(folder):
        raise DataError(f"{folder}: another process is working in it")

    enter(tiny_world.corpus(4, 1, 1))
    monkeypatch.setattr("emotrace.training.crossval.locked", taken)
    with pytest.raises(DataError, match="cv: another process is working in it"):
        go(tmp_path / "cv")


def test_a_run_of_an_older_emotrace_can_be_resumed(enter, tmp_path):
    """Fields that its recipe.yaml does not know have their defaults."""
    import yaml

    enter()
    run = train(tiny_world.recipe(steps=2), "prepared", tmp_path / "run", progress=False)
    values = yaml.safe_load((run / "recipe.yaml").read_text())
    del values["delay"], values["partition"]["balance"]
    (run / "recipe.yaml").write_text(yaml.safe_dump(values))
    train(tiny_world.recipe(steps=2), "prepared", run, resume=True, progress=False)
    other = replace_delay(tiny_world.recipe(steps=2))
    with pytest.raises(CheckpointError, match=r"delay.seconds is 0.4 but was 0.0"):
        train(other, "prepared", run, resume=True, progress=False)


def replace_delay(chosen):
    return chosen.model_copy(update={"delay": type(chosen.delay)(seconds=0.4)})
